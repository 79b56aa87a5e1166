"""Which articles to label next."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from rows import row, said
from stance.cli import console
from stance.records import ArticleResult
from stance.suggest import rate, suggest
from test_cli import run

WORDS = "one two three four five six seven eight nine ten".split()


def article(name: str, *doubts: float, text: str | None = None, **fields: object) -> ArticleResult:
    """An article with a statement a doubt: the probability that it is the second likeliest label."""
    text = text or " ".join(f"{name} {word}." for word in WORDS)
    statements = tuple(
        said(text, f"{text.split()[0]} {word}.", supports=1 - doubt, disputes=doubt)
        for word, doubt in zip(WORDS, doubts, strict=False)
    )
    fields = {"sources": (), "attributions": (), "sentences": (), "speakers": (), **fields}
    return row().model_copy(update={"id": name, "text": None, "text_sha256": text, "statements": statements, **fields})


def names(rows: list[ArticleResult], most: int = 10) -> list[str]:
    return [each.article for each in suggest(rows, most)]


def test_the_figures_are_those_of_the_formula() -> None:
    source = row().sources[0]
    rated = rate(
        article(
            "a", 0.5, 0.0,
            sources=(source, source.model_copy(update={"abstained": True})),
            attributions=row().attributions,
        )
    )  # fmt: skip
    assert rated.entropy == pytest.approx(math.log(2) / math.log(4) / 2)
    assert rated.abstained == 0.5
    assert rated.unsure_spans == pytest.approx(0.2)
    assert rated.uncertainty == pytest.approx((0.25 + 0.5 + 0.2) / 3)


def test_an_even_guess_among_all_labels_is_the_most_uncertain() -> None:
    even = said("a one.", "a one.", supports=0.25, disputes=0.25, discusses=0.25)
    assert rate(article("a", statements=(even,))).entropy == pytest.approx(1)
    assert rate(article("a")).uncertainty == 0


def test_the_most_uncertain_come_first() -> None:
    assert names([article("a", 0.1), article("b", 0.4), article("c", 0.3), article("d", 0.0)], 3) == ["b", "c", "a"]


def test_of_copies_the_most_uncertain_alone_is_named() -> None:
    wire = " ".join(f"wire {word}." for word in WORDS)
    copies = [article(f"copy{n}", *[n / 100] * 10, text=wire) for n in range(20)]
    cut = article("cut", *[0.4] * 6, text=wire.removesuffix(" wire ten."))
    assert names([*copies, cut, article("other", 0.01)]) == ["cut", "other"]


def test_an_article_scored_against_several_claims_is_named_once() -> None:
    rows = [article("a", doubt, claim=f"Claim {doubt}.") for doubt in (0.1, 0.3, 0.2)]
    assert [(each.article, each.claim) for each in suggest(rows, 5)] == [("a", "Claim 0.3.")]


def test_the_rows_can_be_written_for_labelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rows, chosen = tmp_path / "out.jsonl", tmp_path / "next.jsonl"
    found = [article("a", 0.1), article("b", 0.4, title="The second"), article("c", 0.3)]
    rows.write_text("\n".join(each.model_dump_json() for each in found), encoding="utf-8")
    assert run(["suggest", str(rows), "-n", "2", "-o", str(chosen)], monkeypatch) == console.OK
    lines = chosen.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["b", "c"]
    assert "The second" in capfd.readouterr().out
    assert run(["suggest", str(chosen), "-o", str(chosen)], monkeypatch) == console.UNUSABLE
    assert "this is the file that is read" in capfd.readouterr().err


def test_a_file_without_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    assert run(["suggest", str(tmp_path / "empty.jsonl")], monkeypatch) == console.UNUSABLE
    assert "no scored article in it" in capfd.readouterr().err
