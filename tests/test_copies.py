"""Which articles are copies of one another."""

import random
from pathlib import Path

import pytest

from stance.copies import CopyIndex
from stance.documents import find_files, read_documents
from stance.records import Document
from stance.training.corpus import load_corpus

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdklmnrst"]


def article(seed: int, words: int = 300) -> str:
    chooser = random.Random(seed)
    return " ".join(chooser.choices(WORDS, k=words))


def edited(text: str, every: int) -> str:
    """Each so-many-th word is another."""
    return " ".join("changed" if i % every == 0 else word for i, word in enumerate(text.split()))


def cut(text: str, words: int) -> str:
    return " ".join(text.split()[:words])


def groups(*texts: str) -> list[int]:
    index = CopyIndex()
    for text in texts:
        index.add(text)
    return index.groups()


WIRE = article(1)
DIGEST = f"{WIRE} {article(7)}"
OIL = [f"Oil fell two percent on {day}" for day in ("Friday.", "Friday!", "Monday.")]
CASES = {
    "other articles": ([WIRE, article(2), article(3)], [0, 1, 2]),
    "the same words, in capitals and other punctuation": ([WIRE, WIRE.upper().replace(" ", ", ")], [0, 0]),
    "an edited copy": ([article(2), WIRE, edited(WIRE, 25)], [0, 1, 1]),
    "rewritten: every third word is another": ([WIRE, edited(WIRE, 3)], [0, 1]),
    "cut from the end": ([WIRE, cut(WIRE, 100)], [0, 0]),
    "inside an article four times as long": ([f"{article(4, 450)} {WIRE} {article(5, 450)}", WIRE], [0, 0]),
    "one long quotation in common": ([WIRE, f"{cut(WIRE, 60)} {article(6, 240)}"], [0, 1]),
    "a digest of two reports does not make them one": ([WIRE, f"{WIRE} {cut(article(7), 250)}", article(7)], [0, 0, 2]),
    "nor two digests of the same two": ([WIRE, DIGEST, article(7), DIGEST.upper()], [0, 0, 2, 0]),
    "nor one with a little of the other": ([WIRE, f"{WIRE} {cut(article(7), 100)}", cut(article(7), 100)], [0, 0, 2]),
    "short notes are copies only when identical": (OIL, [0, 0, 2]),
    "no words, no copy": (["…", "…", ""], [0, 1, 2]),
    "nothing": ([], []),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), CASES.values(), ids=CASES)
def test_copies_share_a_group(texts: list[str], expected: list[int]) -> None:
    assert groups(*texts) == expected


def test_many_copies_among_many_articles_are_all_found() -> None:
    wires = [article(seed) for seed in range(20)]
    texts = [article(1000 + i) if i % 2 else edited(wires[i % 20], 30 + i % 7) for i in range(400)]
    found = groups(*texts)
    assert [number for i, number in enumerate(found) if i % 2] == list(range(1, 400, 2))
    assert [number for i, number in enumerate(found) if not i % 2] == [i % 20 for i in range(0, 400, 2)]


def test_articles_on_the_same_events_are_no_copies(repository: Path) -> None:
    articles = load_corpus(repository / "corpus").articles
    assert groups(*(article.text for article in articles)) == list(range(len(articles)))


def test_copies_of_real_articles_are_found_whole_and_inside_others(repository: Path) -> None:
    texts = [article.text for article in load_corpus(repository / "corpus").articles[:80] if len(article.text) > 1200]
    chosen, others = texts[:20], " ".join(texts[20:]).split()
    holders = [" ".join([*others[:n], text, *others[n : 3 * n]]) for text in chosen for n in [len(text.split())]]
    changed = [edited(text, 20) for text in chosen]
    assert groups(*chosen, *changed) == [*range(20), *range(20)]
    alone = [groups(text, holder) for text, holder in zip(chosen, holders, strict=True)]
    assert alone == [[0, 0]] * 20


def test_the_reprint_among_the_examples_is_found(repository: Path) -> None:
    files = find_files(str(repository / "examples" / name) for name in ("wire.jsonl", "reprint.md"))
    assert groups(*(found.text for found in read_documents(files) if isinstance(found, Document))) == [0, 1, 0]
