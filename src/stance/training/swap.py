"""Entity swap: names that a claim and a statement share become other names, in both, and the stance stays.

So a model cannot learn that a stance goes with a name (cf. Longpre et al., EMNLP 2021, arXiv:2109.05052).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from stance.training.splits import fraction
from stance.training.tag_rows import Row

_NAME = re.compile(r"\b[A-Z][\w-]+(?: [A-Z][\w-]+)*")
_DEMONYM = re.compile(r"(?:ese|ish|[ie]an|[st]ani|Greek|Dutch|French|German|Swiss|Turk|Iraqi)$")
_PLACED = re.compile(r"\b(?:in|from|at|into|across|near|outside|inside) $")
_CALENDAR = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December".split()
)


def swapped(rows: Sequence[Row], share: float) -> list[Row]:
    """The rows of the stance task, with other names in this share of the training rows that share a name.

    Places, which follow a preposition in most training claims, give way to places, and other names to other names of
    as many words. Adjectives of nations stay, for no other word would fit their sentence.

    Args:
        rows: Rows of the stance task; those of dev and test stay as they are.
        share: From 0 to 1, by the hash of the row.
    """
    if not share:
        return list(rows)
    train = [row for row in rows if row["split"] == "train"]
    claims = sorted({row["claim"] for row in train})
    plain = frozenset(word for row in train for word in row["statement"].split() if word.islower())
    kinds = _kinds(claims, plain)
    pools: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for name, kind in sorted(kinds.items()):
        pools[kind].append(name)

    def changed(row: Row) -> Row:
        key = f"{row['id']}:{row['wording']}"
        if row["split"] != "train" or fraction(f"swap:{key}") >= share:
            return row
        claimed, said = (set(names(row[column], plain)) for column in ("claim", "statement"))
        drawn: dict[str, str] = {}
        for number, name in enumerate(sorted(claimed & said & kinds.keys())):
            pool = [other for other in pools[kinds[name]] if other not in claimed | said | set(drawn.values())]
            if pool:
                drawn[name] = pool[int(fraction(f"swap:{key}:{number}") * len(pool))]
        if not drawn:
            return row
        any_of = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(drawn, key=len, reverse=True)))})\b")
        new = {column: any_of.sub(lambda found: drawn[found[0]], row[column]) for column in ("claim", "statement")}
        return {**row, **new}

    return [changed(row) for row in rows]


def names(text: str, plain: frozenset[str]) -> Iterator[str]:
    """Runs of capitalised words, without a first word that is no name, and without demonyms, days and months.

    Args:
        text: Claim or statement.
        plain: Words that occur in lower case.
    """
    for run in _NAME.findall(text):
        first, _, rest = run.partition(" ")
        name = rest if first.lower() in plain else run
        if name and name not in _CALENDAR and not _DEMONYM.search(name):
            yield name


def _kinds(claims: Sequence[str], plain: frozenset[str]) -> dict[str, tuple[bool, int]]:
    """For each name that stands behind the first word of two claims: whether it is a place, and its words."""
    seen, placed = Counter[str](), Counter[str]()
    for claim in claims:
        for name in names(claim, plain):
            before = claim[: claim.index(name)]
            seen[name] += bool(before)
            placed[name] += bool(_PLACED.search(before))
    return {name: (2 * placed[name] >= count, len(name.split())) for name, count in seen.items() if count > 1}
