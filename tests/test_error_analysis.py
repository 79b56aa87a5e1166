"""Which mistakes are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import error_analysis
from error_analysis import Mistake, chosen, mistakes


def mistake(text: str, probability: float, claim: str = "a", confusion: str = "supports as disputes") -> Mistake:
    return Mistake(claim, text, *confusion.split(" as "), probability, confusion)


def test_the_surest_come_first_at_most_two_of_a_claim_and_one_of_a_text() -> None:
    found = [mistake("one", 0.6), mistake("two", 0.9), mistake("three", 0.7), mistake("other", 0.5, "b")]
    found.append(mistake("negated claim ← two", 0.8, "b"))
    assert [each.text for each in chosen(found, 9)] == ["two", "three", "other"]


def test_at_most_ten_are_shown() -> None:
    assert len(chosen((mistake(str(number), 0.5, str(number)) for number in range(30)), 99)) == 10


def test_no_confusion_fills_the_table() -> None:
    found = [mistake(str(number), 0.9, str(number)) for number in range(5)]
    found.append(mistake("other", 0.6, "other", "unrelated as supports"))
    assert [each.text for each in chosen(found, 2)] == ["0", "1", "other"]


def test_right_answers_are_none() -> None:
    row = {"claim_id": "a", "text": "It rose.", "gold": "check-worthy", "predicted": "check-worthy", "probability": 0.9}
    assert list(mistakes("claims", [row])) == []
    assert [each.gold for each in mistakes("claims", [row | {"gold": "not check-worthy"}])] == ["not check-worthy"]


def span(kind: str, start: int, end: int, text: str) -> dict[str, Any]:
    return {"kind": kind, "start": start, "end": end, "text": text, "probability": 0.8}


def test_a_span_is_wrong_when_it_meets_none_of_its_kind() -> None:
    row = {
        "claim_id": "a",
        "text": "Kell said it rose.",
        "gold": [span("source", 0, 4, "Kell"), span("content", 10, 17, "it rose")],
        "predicted": [
            span("content", 10, 18, "it rose."), span("cue", 0, 4, "Kell"), span("source", 5, 9, "said"),
        ],
    }  # fmt: skip
    found = [(each.gold, each.predicted) for each in mistakes("attribution", [row])]
    assert found == [("source: Kell", "cue: Kell"), ("nothing", "source: said")]


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    common = {"claim_id": "a", "gold": "supports", "predicted": "disputes", "probability": 0.9}
    rows = {
        "claims": common | {"text": "It | rose."},
        "attribution": {"claim_id": "a", "text": "It rose.", "gold": [], "predicted": [span("cue", 3, 7, "rose")]},
        "stance": common | {"claim": "It fell.", "statement": "< Kell > said it rose."},
    }
    for task, row in rows.items():
        (tmp_path / f"{task}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


def test_the_page_has_a_table_for_each_task(predictions: Path, repository: Path, tmp_path: Path) -> None:
    page = tmp_path / "errors.md"
    page.write_text((repository / "docs" / "errors.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert error_analysis.main(["--predictions", str(predictions), "--page", str(page)]) == 0
    lines = page.read_text(encoding="utf-8").splitlines()
    assert "| It \\| rose. | supports | disputes | 0.90 |" in lines
    assert "| It rose. | nothing | cue: rose | 0.80 |" in lines
    assert "| It fell. ← \\< Kell > said it rose. | supports | disputes | 0.90 |" in lines
    assert lines.count("1 mistakes on 1 rows.") == 3


def test_missing_predictions_say_how_to_make_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert error_analysis.main(["--predictions", str(tmp_path)]) == 1
    assert "run: dvc repro evaluate" in capsys.readouterr().err
