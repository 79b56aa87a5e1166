"""Agreement of two annotators: each figure moves with what it is about, and with nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import agreement as script
from stance.errors import CorpusError
from stance.records import Stance
from stance.training.agreement import Twice, TwiceLabelled, agreement, read_pairs, read_statements
from stance.training.corpus import load_corpus, parse_article, read_article
from stance.training.metrics import b_cubed

BARE = "---\nclaim: harbour-closed\ngenre: wire\nauthor_stance: discusses\n---\n"
MARKED = """\
---
claim: harbour-closed
genre: wire
author_stance: discusses
speakers:
  lind: {name: Ada Lind, kind: person}
  port: {name: the port, kind: organisation}
---
{!}{S1 @lind|Ada Lind} {Q1|said} again {C1 supports/supports|that the northern harbour had closed}.

{S2 @port|The port} {Q2|denied} {C2 disputes/discusses|that a ship was turned away}.
{S3 @lind|She} {Q3|repeated} {C3 supports/discusses|what she had said}.

{A discusses|Neither has shown the log.} It rained all week.
"""
THIRD = "{S3 @lind|She} {Q3|repeated} {C3 supports/discusses|what she had said}"


def twice(first: str, second: str) -> Twice:
    return Twice(parse_article(first, Path("storm.txt")), parse_article(second, Path("storm.txt")))


def figures(second: str) -> dict[str, float]:
    """The scores, named as paths, of an annotator who marked this where the first has ``MARKED``."""
    return dict(flat(agreement([twice(MARKED, second)], [labelled("supports", "supports")])))


def labelled(first: str, second: str) -> TwiceLabelled:
    return TwiceLabelled("The harbour shut.", "It shut at noon.", Stance(first), Stance(second))


def flat(scores: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, float]]:
    for key, value in scores.items():
        if isinstance(value, dict):
            yield from flat(value, f"{place}{key}.")
        else:
            yield f"{place}{key}", value


MATCHES = {
    "the same, numbered in another order": (
        "{C1 supports @none|It shut}, {C2 disputes @none|it did not}.",
        "{C2 supports @none|It shut}, {C1 disputes @none|it did not}.",
        [(1, 2), (2, 1)],
    ),
    "cut in two: the larger half": (
        "{C1 supports @none|It shut at noon and stayed shut}.",
        "{C1 supports @none|It shut} {C2 supports @none|at noon and stayed shut}.",
        [(1, 2)],
    ),
    "marked inside another: the one that fits": (
        "{C1 disputes @none|the {Q2|claim} {C2 supports @none|that it shut at noon}}.",
        "the {Q1|claim} {C1 supports @none|that it shut at noon}.",
        [(2, 1)],
    ),
    "two that fit the same one: the sum over all counts": (
        "On {C1 supports @none|Monday the harbour shut and} {C2 supports @none|it rained}.",
        "{C1 supports @none|On Monday the} {C2 supports @none|harbour shut and it rained}.",
        [(1, 1), (2, 2)],
    ),
    "elsewhere": ("{C1 supports @none|It shut}. It rained.", "It shut. {C1 supports @none|It rained}.", []),
    "by one only": ("{C1 supports @none|It shut}.", "It shut.", []),
}


@pytest.mark.parametrize(("first", "second", "numbers"), MATCHES.values(), ids=MATCHES)
def test_attributions_are_matched_one_to_one_by_what_their_contents_share(
    first: str, second: str, numbers: list[tuple[int, int]]
) -> None:
    matched = twice(BARE + first, BARE + second).matched()
    assert [(mine.number, other.number) for mine, other in matched] == numbers


def test_the_same_labels_agree_in_every_figure() -> None:
    found = figures(MARKED)
    assert {name: value for name, value in found.items() if isinstance(value, float) and value != 1} == {}
    counts = ("articles", "attributions.first", "attributions.second", "attributions.matched", "stance.pairs")
    assert [found[name] for name in counts] == [1, 3, 3, 3, 3]
    assert [found[f"{name}.pairs"] for name in ("authors_voice", "check_worthy", "author_stance")] == [2, 5, 1]


DIFFERENCES: dict[str, tuple[str, str, dict[str, float]]] = {
    "stance": (
        "C2 disputes", "C2 discusses",
        {
            "stance.kappa": 0.4, "stance.agreement": 2 / 3,
            "stance_table.disputes.disputes": 0, "stance_table.disputes.discusses": 1,
        },
    ),
    "stance to the related claim": (
        "C1 supports/supports", "C1 supports/discusses",
        {"related_stance.kappa": 0, "related_stance.agreement": 2 / 3},
    ),
    "an attribution missed": (
        THIRD, "She repeated what she had said",
        {
            "attributions.second": 2, "attributions.matched": 2, "matched_f1": 0.8, "triples_f1": 0.8,
            **{f"spans.{way}_f1{kind}": 0.8 for way in ("exact", "overlap")
               for kind in ("", "_source", "_cue", "_content")},
            "stance.pairs": 2, "stance_table.supports.supports": 1, "related_stance.pairs": 2, "speaker_kind.pairs": 2,
        },
    ),
    "a content that begins later": (
        "{C1 supports/supports|that ", "that {C1 supports/supports|",
        {"spans.exact_f1_content": 2 / 3, "spans.exact_f1": 8 / 9},
    ),
    "a cue that ends later": ("said} again", "said again}", {"spans.exact_f1_cue": 2 / 3, "spans.exact_f1": 8 / 9}),
    "a source left out": (
        "{S3 @lind|She} {Q3|repeated} {C3 supports/discusses|", "She {Q3|repeated} {C3 supports/discusses @lind|",
        {
            "triples_f1": 2 / 3, "spans.exact_f1_source": 0.8, "spans.overlap_f1_source": 0.8,
            "spans.exact_f1": 16 / 17, "spans.overlap_f1": 16 / 17,
        },
    ),
    "a sentence more that is check-worthy": (
        "{S2", "{!}{S2", {"check_worthy.kappa": 6 / 11, "check_worthy.agreement": 0.8},
    ),
    "stance of the author's voice": (
        "{A discusses", "{A supports", {"authors_voice.kappa": 1 / 3, "authors_voice.agreement": 0.5},
    ),
    "stance of the author": (
        "author_stance: discusses", "author_stance: supports",
        {"author_stance.kappa": 0, "author_stance.agreement": 0},
    ),
    "another speaker": (
        "S3 @lind", "S3 @port",
        {"speakers_b_cubed_f1": 2 / 3, "speaker_kind.kappa": 0.4, "speaker_kind.agreement": 2 / 3},
    ),
    "another kind of speaker": (
        "kind: organisation", "kind: group", {"speaker_kind.kappa": 0.4, "speaker_kind.agreement": 2 / 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "moved"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_difference_moves_its_own_figures_only(old: str, new: str, moved: dict[str, float]) -> None:
    before, after = figures(MARKED), figures(MARKED.replace(old, new))
    assert {name: value for name, value in after.items() if value != before[name]} == pytest.approx(moved)


def test_single_statements_are_compared_on_their_own() -> None:
    statements = [labelled("supports", "supports"), labelled("disputes", "disputes"), labelled("discusses", "disputes")]
    scores = agreement([twice(MARKED, MARKED)], statements)
    assert scores["statement_stance"] == pytest.approx({"kappa": 0.5, "agreement": 2 / 3, "pairs": 3})
    assert scores["stance"]["agreement"] == 1


def test_labels_that_nobody_gave_are_no_agreement() -> None:
    scores = agreement([twice(BARE + "It rained.", BARE + "It rained.")])
    assert scores["stance"] == {"kappa": 0, "agreement": 0, "pairs": 0}
    assert scores["speakers_b_cubed_f1"] == 0


CLUSTERINGS = {
    "the same under other names": ("aabbc", "xxyyz", 1, 1),
    "a cluster split": ("aaaa", "xxyy", 1, 1 / 2),
    "a small piece split off": ("aaaa", "xxxy", 1, (3 * 3 / 4 + 1 / 4) / 4),
    "two clusters merged": ("aabb", "xxxx", 1 / 2, 1),
    "one mention on the wrong side": ("aab", "xyy", 2 / 3, 2 / 3),
    # Bagga and Baldwin (1998): one wrong link costs more where it joins larger clusters.
    "five and five joined": ("aaaaabbccccc", "xxxxxyyxxxxx", 7 / 12, 1),
    "two and five joined": ("aaaaabbccccc", "xxxxxyyyyyyy", 16 / 21, 1),
    "no mentions": ("", "", 0, 0),
}


@pytest.mark.parametrize(("gold", "found", "precision", "recall"), CLUSTERINGS.values(), ids=CLUSTERINGS)
def test_b_cubed(gold: str, found: str, precision: float, recall: float) -> None:
    scores = b_cubed(gold, found)
    assert (scores["precision"], scores["recall"]) == pytest.approx((precision, recall))
    assert scores["f1"] == pytest.approx(2 * precision * recall / (precision + recall) if gold else 0)


# --- files ------------------------------------------------------------------------------------------------------------


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_files_of_the_same_name_are_paired(write: Write, tmp_path: Path) -> None:
    for name in ("first/storm.txt", "first/calm.txt", "second/calm.txt", "second/storm.txt"):
        write(name, MARKED)
    assert [(pair.first.path, pair.second.path) for pair in read_pairs(tmp_path)] == [
        (tmp_path / "first" / name, tmp_path / "second" / name) for name in ("calm.txt", "storm.txt")
    ]


FILE_FAULTS = {
    "the second is missing": ({"first/a.txt": MARKED}, "first/a.txt", 0, "there is no file of this name in {}/second"),
    "the first is missing": ({"second/a.txt": MARKED}, "second/a.txt", 0, "there is no file of this name in {}/first"),
    "another text": (
        {"first/a.txt": MARKED, "second/a.txt": MARKED.replace("rained", "snowed")},
        "second/a.txt", 1, "the text differs from the first annotator's",
    ),
    "malformed": (
        {"first/a.txt": MARKED, "second/a.txt": MARKED.replace("S2 @port", "S2 port")},
        "second/a.txt", 11, "'port' in {{S2 is not understood; expected one @id",
    ),
    "no labels at all": ({}, "", 0, "no first/*.txt and second/*.txt here; expected the two label sets"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "name", "line", "reason"), FILE_FAULTS.values(), ids=FILE_FAULTS)
def test_a_fault_is_told_with_its_file(
    write: Write, tmp_path: Path, files: dict[str, str], name: str, line: int, reason: str
) -> None:
    for file, text in files.items():
        write(file, text)
    place = f"{tmp_path / name}:{line}" if line else str(tmp_path / name)
    with pytest.raises(CorpusError, match=re.escape(f"{place}: {reason.format(tmp_path)}")):
        read_pairs(tmp_path)


def test_every_fault_of_every_file_is_told(write: Write, tmp_path: Path) -> None:
    faulty = {
        write("first/lonely.txt", MARKED),
        write("first/torn.txt", "no head"),
        write("second/other.txt", MARKED.replace("rained", "snowed")),
    }
    write("second/torn.txt", MARKED)
    write("first/other.txt", MARKED)
    with pytest.raises(CorpusError) as fault:
        read_pairs(tmp_path)
    assert {problem.file for problem in fault.value.problems} == faulty


def test_statements_are_read_line_by_line(write: Write, tmp_path: Path) -> None:
    assert read_statements(tmp_path) == []
    line = '{"claim": "The harbour shut.", "text": "It shut at noon.", "first": "supports", "second": "discusses"}'
    path = write("statements.jsonl", f"{line}\n{line}\n")
    assert read_statements(tmp_path) == 2 * [labelled("supports", "discusses")]
    path.write_text(f"{line}\n{{}}\n{line.replace('discusses', 'likes')}\n", encoding="utf-8")
    with pytest.raises(CorpusError) as fault:
        read_statements(tmp_path)
    assert [problem.line for problem in fault.value.problems] == [2, 3]


# --- the labels of the corpus -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs(repository: Path) -> list[Twice]:
    return read_pairs(repository / "corpus" / "agreement")


@pytest.fixture(scope="module")
def files(repository: Path) -> dict[str, Path]:
    return {path.stem: path for path in (repository / "corpus" / "articles").rglob("*.txt")}


def test_a_fifth_of_the_corpus_is_labelled_twice(pairs: list[Twice], files: dict[str, Path]) -> None:
    assert len(pairs) >= 0.2 * len(files)


def test_both_annotators_read_the_article_of_the_corpus(pairs: list[Twice], files: dict[str, Path]) -> None:
    articles = [(pair.first, pair.second, read_article(files[pair.first.id])) for pair in pairs]
    assert [three[0].id for three in articles if len({(each.claim, each.text) for each in three}) > 1] == []


def test_both_annotators_read_statements_of_the_corpus(repository: Path) -> None:
    corpus = load_corpus(repository / "corpus")
    texts = {statement.text for statement in corpus.bank}
    claims = {text for claim in corpus.claims.values() for text in (claim.text, claim.negation, *claim.paraphrases)}
    statements = read_statements(repository / "corpus" / "agreement")
    assert len(statements) >= 500
    assert [each for each in statements if each.text not in texts or each.claim not in claims] == []


# --- the script -------------------------------------------------------------------------------------------------------


def test_the_script_prints_the_tables(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("first/storm.txt", MARKED)
    write("second/storm.txt", MARKED.replace("C2 disputes", "C2 discusses"))
    assert script.main([str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "| articles labelled twice | 1 |" in shown
    assert "| attributions: first annotator, second, both | 3, 3, 3 |" in shown
    assert "| stance to the claim, of attributions that both marked | 0.400 | 0.667 | 3 |" in shown
    assert "| content | 1.000 | 1.000 |" in shown


def test_the_script_lists_the_differences(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("first/storm.txt", MARKED)
    second = MARKED.replace("C2 disputes", "C2 discusses").replace(THIRD, "She repeated what she had said")
    write("second/storm.txt", second.replace("It rained", "{C9 unrelated @none|It rained}"))
    line = '{"claim": "The harbour shut.", "text": "It rained.", "first": "unrelated", "second": "discusses"}\n'
    write("statements.jsonl", line + line.replace("discusses", "unrelated"))
    assert script.main([str(tmp_path), "--disagreements"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "storm: disputes or discusses: [The port] [denied] [that a ship was turned away]",
        "storm: only the first (supports): [She] [repeated] [what she had said]",
        "storm: only the second (unrelated): [–] [–] [It rained]",
        "The harbour shut.: unrelated or discusses: It rained.",
    ]


def test_the_script_fills_the_block_of_a_page(write: Write, tmp_path: Path) -> None:
    write("first/storm.txt", MARKED)
    write("second/storm.txt", MARKED)
    page = write("card.md", "Before\n<!-- agreement: begin -->\nold\n<!-- agreement: end -->\nAfter\n")
    assert script.main([str(tmp_path), "--card", str(page)]) == 0
    filled = page.read_text(encoding="utf-8")
    assert filled.startswith("Before\n")
    assert filled.endswith("After\n")
    assert "old" not in filled
    assert script.markdown(agreement(read_pairs(tmp_path))) in filled


def test_the_script_names_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main([str(tmp_path / "nowhere")]) == 1
    assert f"{tmp_path / 'nowhere'}: no first/*.txt and second/*.txt here" in capsys.readouterr().err
