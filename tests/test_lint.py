"""The lint finds each fault where it is, and a shortcut where there is one; nothing where there is none."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import count, product
from pathlib import Path

import pytest

from stance.config import Config, check, compose
from stance.records import Stance
from stance.training.annotations import Article, BankStatement, Claim, Corpus
from stance.training.corpus import parse_article
from stance.training.duplicates import near_duplicates, without_near_duplicates
from stance.training.lint import Probe, balance_faults, leak_faults, lint, probes, repeat_faults, twin_faults
from stance.training.splits import Split, split_of
from stance.training.tag_rows import Row

SIMILARITY = 0.8
LONG = "The harbour master closed the northern gate after the storm had torn its hinges."
NEAR = "The harbour master closed the northern gates after the storm had torn its hinges!"
SHORT = "The harbour master closed the northern gate."
OTHER = "Nobody in the village could say who had paid for the new roof of the school."


@pytest.fixture(scope="module")
def config(repository: Path) -> Config:
    return check(compose(conf=repository / "conf"))


def claim(name: str, family: str = "", text: str = "") -> Claim:
    return Claim(
        id=name,
        family=family or name,
        field="trade",
        text=text or f"The {name} has closed.",
        paraphrases=(f"The {name} is shut.", f"No ship enters the {name}."),
        negation=f"The {name} has not closed.",
    )


def article(name: str, body: str, claim: str = "harbour", group: str = "") -> Article:
    head = f"---\nclaim: {claim}\ngenre: wire\nauthor_stance: discusses\ngroup: {group or name}\n---\n"
    return parse_article(head + body, Path(f"{name}.txt"))


def corpus(*articles: Article, claims: Sequence[Claim] = (), bank: Sequence[BankStatement] = ()) -> Corpus:
    return Corpus({each.id: each for each in claims}, articles, tuple(bank))


# --- balance ----------------------------------------------------------------------------------------------------------


def stances(supports: int, disputes: int, discusses: int, unrelated: int) -> str:
    """The body of an article with so many attributions of each stance."""
    counts = zip(Stance, (supports, disputes, discusses, unrelated), strict=True)
    labels = [stance for stance, times in counts for _ in range(times)]
    return "\n".join(f"{{C{number} {label} @none|It shut}}." for number, label in enumerate(labels))


BALANCES: dict[str, tuple[list[str], list[str]]] = {
    "all alike": ([stances(2, 2, 2, 2)], []),
    "just enough of each": ([stances(6, 6, 5, 3)], []),
    "one rare": ([stances(6, 6, 6, 2)], ["unrelated: 10% of all attributions"]),
    "rare in one claim, not in all": ([stances(3, 3, 3, 0), stances(3, 3, 3, 6)], []),
    "no source on one side of a claim": (
        [stances(4, 0, 2, 2), stances(2, 4, 2, 2)],
        ["claim a: disputes has 0 of 8 attributions"],
    ),
    "hardly a source on one side of a claim": (
        [stances(4, 4, 0, 0), stances(1, 4, 6, 6)],
        ["claim b: supports has 1 of 17 attributions"],
    ),
    "just enough on each side of a claim": ([stances(2, 2, 0, 0), stances(1, 1, 4, 4)], []),
    "both": (
        [stances(0, 4, 2, 4)],
        ["supports: 0% of all attributions", "claim a: supports has 0 of 10 attributions"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bodies", "faults"), BALANCES.values(), ids=BALANCES)
def test_balance(bodies: list[str], faults: list[str]) -> None:
    articles = [article(f"on-{name}", body, claim=name) for name, body in zip("abc", bodies, strict=False)]
    assert [fault.split("; ")[0] for fault in balance_faults(corpus(*articles))] == faults


def test_the_balance_of_a_claim_is_that_of_all_its_articles() -> None:
    articles = [article("one", stances(4, 0, 2, 2)), article("two", stances(0, 4, 2, 2))]
    assert list(balance_faults(corpus(*articles))) == []


# --- repeats ----------------------------------------------------------------------------------------------------------


def said(claim: str, text: str) -> BankStatement:
    return BankStatement(claim, text, Stance.SUPPORTS)


REPEATS: dict[str, tuple[Corpus, list[str]]] = {
    "in two articles": (corpus(article("a", LONG), article("b", LONG)), [f"b nearly repeats a: {LONG!r}"]),
    "nearly": (corpus(article("a", LONG), article("b", NEAR)), [f"b nearly repeats a: {NEAR!r}"]),
    "in copies of one group": (corpus(article("a", LONG, group="g"), article("b", LONG, group="g")), []),
    "twice in one article": (corpus(article("a", f"{LONG}\n{LONG}")), []),
    "but short": (corpus(article("a", SHORT), article("b", SHORT)), []),
    "another sentence": (corpus(article("a", LONG), article("b", OTHER)), []),
    "in an article and the bank": (
        corpus(article("a", LONG), bank=[said("gate", LONG)]), [f"the bank nearly repeats a: {LONG!r}"],
    ),
    "in the bank, on two claims": (
        corpus(bank=[said("gate", LONG), said("storm", f"[[Lind]] {LONG}")]),
        [f"the bank nearly repeats the bank: {'[[Lind]] ' + LONG!r}"],
    ),
    "in the bank, on one claim": (corpus(bank=[said("gate", LONG), said("gate", NEAR)]), []),
}  # fmt: skip


@pytest.mark.parametrize(("found", "faults"), REPEATS.values(), ids=REPEATS)
def test_repeats(found: Corpus, faults: list[str]) -> None:
    assert list(repeat_faults(found, SIMILARITY)) == faults


# --- leaks ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def family(config: Config) -> Callable[[Split], str]:
    """Returns a function that names a family of claims which falls into a split."""

    def named(split: Split) -> str:
        return next(name for name in map("family-{}".format, count()) if split_of(name, None, config.data) == split)

    return named


def test_a_group_on_both_sides_of_a_split_is_a_leak(config: Config, family: Callable[[Split], str]) -> None:
    claims = [claim("harbour", family("train")), claim("bridge", family("test"))]
    articles = [article("a", LONG, "harbour", "g"), article("b", LONG, "bridge", "g"), article("c", OTHER, "bridge")]
    assert list(leak_faults(corpus(*articles, claims=claims), config)) == ["group 'g' is in test and train"]


def test_a_group_of_the_target_family_is_placed_by_its_name_alone(
    config: Config, family: Callable[[Split], str]
) -> None:
    target = config.data.in_target_family
    group = next(name for name in map("group-{}".format, count()) if split_of(target, name, config.data) == "dev")
    claims = [claim("base", target), claim("bridge", family("train"))]
    same = [article("a", LONG, "base", group), article("b", LONG, "base", group)]
    assert list(leak_faults(corpus(*same, claims=claims), config)) == []
    both = corpus(*same, article("c", LONG, "bridge", group), claims=claims)
    assert list(leak_faults(both, config)) == [f"group {group!r} is in dev and train"]


def test_claims_of_two_families_that_say_the_same_are_told_of() -> None:
    games = claim("games", text="Violent video games make players aggressive.")
    same = claim("players", text="Video games with violence make players more aggressive.").model_copy(
        update={"paraphrases": games.paraphrases, "negation": games.negation}
    )
    harbour = claim("harbour")
    (fault,) = twin_faults(corpus(claims=[games, harbour, same]))
    assert fault == "claims games and players are of two families and say nearly the same: give them one family"
    assert list(twin_faults(corpus(claims=[games, harbour, same.model_copy(update={"family": "games"})]))) == []


def test_a_wording_on_both_sides_of_a_split_is_a_leak(config: Config, family: Callable[[Split], str]) -> None:
    train, test = family("train"), family("test")
    first, second = claim("harbour", train), claim("bridge", test, text="THE HARBOUR, has closed!")
    (fault,) = leak_faults(corpus(claims=[first, second]), config)
    assert fault.startswith("wording 'the harbour has closed")
    assert fault.endswith("is in test and train")
    assert list(leak_faults(corpus(claims=[first, second.model_copy(update={"family": train})]), config)) == []
    assert list(leak_faults(corpus(claims=[first, claim("bridge", test)]), config)) == []


@pytest.mark.parametrize("column", ["paraphrases", "negation"])
def test_paraphrases_and_negations_are_wordings_too(
    config: Config, family: Callable[[Split], str], column: str
) -> None:
    first = claim("harbour", family("train"))
    second = claim("bridge", family("dev")).model_copy(update={column: getattr(first, column)})
    faults = list(leak_faults(corpus(claims=[first, second]), config))
    assert len(faults) == (2 if column == "paraphrases" else 1)
    assert all(fault.endswith("is in dev and train") for fault in faults)


def test_a_full_stop_makes_no_other_wording(config: Config, family: Callable[[Split], str]) -> None:
    claims = [claim("harbour", family("train")), claim("bridge", family("test"), text="The harbour has closed")]
    assert len(list(leak_faults(corpus(claims=claims), config))) == 1


# --- the corpus -------------------------------------------------------------------------------------------------------


def test_the_corpus_has_no_faults_and_no_shortcuts(repository: Path) -> None:
    faults, measured = lint(check(compose([f"data.corpus={repository / 'corpus'}"], repository / "conf")))
    assert faults == []
    assert [f"{probe.name}: {probe.macro_f1:.3f}" for probe in measured if not probe.passed] == []


# --- near duplicates --------------------------------------------------------------------------------------------------


def test_near_duplicates_come_in_pairs_the_earlier_first() -> None:
    assert list(near_duplicates([LONG, OTHER, NEAR, LONG.upper()], SIMILARITY)) == [(0, 2), (0, 3), (2, 3)]


@pytest.mark.parametrize("texts", [[], [LONG], [LONG, OTHER], ["", "a", "b"]])
def test_what_differs_is_no_near_duplicate(texts: list[str]) -> None:
    assert list(near_duplicates(texts, SIMILARITY)) == []


def row(split: str, text: str) -> dict[str, str]:
    return {"split": split, "text": text}


DROPPED = {
    "a test row like one of training": ([row("test", NEAR), row("train", LONG)], [row("train", LONG)]),
    "a dev row equal to one of training": ([row("train", LONG), row("dev", LONG)], [row("train", LONG)]),
    "a test row like one of dev": ([row("dev", LONG), row("test", NEAR)], [row("dev", LONG)]),
    "dev and test rows like one of training": (
        [row("train", LONG), row("dev", NEAR), row("test", NEAR)], [row("train", LONG)],
    ),
    "none within training": ([row("train", LONG), row("train", NEAR)], [row("train", LONG), row("train", NEAR)]),
    "none within test": ([row("test", LONG), row("test", LONG)], [row("test", LONG), row("test", LONG)]),
    "none that differs": ([row("train", LONG), row("test", OTHER)], [row("train", LONG), row("test", OTHER)]),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "kept"), DROPPED.values(), ids=DROPPED)
def test_rows_like_those_of_an_earlier_split_are_dropped(
    rows: list[dict[str, str]], kept: list[dict[str, str]]
) -> None:
    assert without_near_duplicates(rows, "text", SIMILARITY) == kept


# --- shortcuts --------------------------------------------------------------------------------------------------------


WORDS = ["".join(letters) for letters in product("bdfglmnrst", "aeiou", "bdfglmnrst")]
CUES = dict(zip(map(str, Stance), ("indeed", "hardly", "surely", "merely"), strict=True))  # of one length
FOUR = "four labels, "
SIDES = "supports or disputes, "


def sample(generator: random.Random, words: int = 0) -> str:
    return " ".join(generator.choices(WORDS, k=words or generator.randint(8, 12)))


def measured(see: Callable[[random.Random, str], dict[str, str]]) -> dict[str, Probe]:
    """The probes of rows of random words about ten families; ``see`` gives what is special, from the label."""
    generator = random.Random(5)
    rows: list[Row] = []
    for number in range(600):
        label = str(generator.choice(list(Stance)))
        common = {"id": str(number), "family": f"f{number % 10}", "wording": "claim", "label": label}
        plain = {"claim": sample(generator), "statement": f"< {sample(generator, 2)} > said {sample(generator)}"}
        rows.append({**common, **plain, **see(generator, label)})
    return {probe.name: probe for probe in probes(rows)}


def guesses(probe: Probe) -> bool:
    return probe.macro_f1 < probe.chance + 0.08


def test_without_a_cue_every_probe_is_near_chance() -> None:
    found = measured(lambda _generator, _label: {})
    assert len(found) == 7
    assert {name: probe.macro_f1 for name, probe in found.items() if not guesses(probe)} == {}
    assert {probe.chance for name, probe in found.items() if name.startswith(FOUR)} == {0.25}
    assert {probe.chance for name, probe in found.items() if name.startswith(SIDES)} == {0.5}
    assert {probe.rows for name, probe in found.items() if name.startswith(FOUR)} == {600}
    assert all(probe.passed for name, probe in found.items() if name.startswith(FOUR))


def test_a_cue_in_the_statement_is_seen_by_what_sees_its_words() -> None:
    found = measured(lambda generator, label: {"statement": f"< {sample(generator)} > said it was {CUES[label]} so"})
    seeing = {name for name in found if "claim-blind" in name or "statement only" in name}
    assert len(seeing) == 4
    assert {name for name, probe in found.items() if probe.macro_f1 > 0.95 and not probe.passed} == seeing
    assert {name for name, probe in found.items() if guesses(probe)} == found.keys() - seeing


def test_a_cue_in_the_source_is_seen_only_with_the_source() -> None:
    found = measured(lambda generator, label: {"statement": f"< {CUES[label]} > said {sample(generator)}"})
    assert not found[f"{FOUR}claim-blind (statement with its source)"].passed
    assert guesses(found[f"{FOUR}statement only (without its source)"])
    assert not found[f"{SIDES}claim-blind"].passed
    assert guesses(found[f"{SIDES}statement only"])


def test_a_cue_in_the_claim_is_seen_by_the_claim_alone() -> None:
    found = measured(lambda generator, label: {"claim": f"{CUES[label]} {sample(generator)}"})
    assert [name for name, probe in found.items() if probe.macro_f1 > 0.95] == [f"{FOUR}claim only"]
    assert not found[f"{FOUR}claim only"].passed


def lengths(generator: random.Random, label: str) -> str:
    return sample(generator, 6 + 6 * list(CUES).index(label))


def marks(generator: random.Random, label: str) -> str:
    return sample(generator) + "?!:;"[list(CUES).index(label)]


@pytest.mark.parametrize("form", [lengths, marks])
def test_a_form_that_gives_the_label_away_is_seen(form: Callable[[random.Random, str], str]) -> None:
    found = measured(lambda generator, label: {"statement": form(generator, label)})
    seen = [probe for name, probe in found.items() if "length and punctuation" in name]
    assert [round(probe.macro_f1, 1) for probe in seen] == [1, 1]
    assert not any(probe.passed for probe in seen)


def test_the_sides_are_those_to_the_claim_in_its_own_or_other_words() -> None:
    def rows(*wordings: str) -> int:
        return measured(lambda generator, _label: {"wording": generator.choice(wordings)})[f"{SIDES}claim-blind"].rows

    assert rows("claim", "negation") < rows("claim", "paraphrase") < 600


def test_a_probe_passes_up_to_its_limit() -> None:
    assert Probe("a", macro_f1=0.58, chance=0.5, limit=0.58, rows=1).passed
    assert not Probe("a", macro_f1=0.59, chance=0.5, limit=0.58, rows=1).passed
