"""The scripts that check and show recorded files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import check_lock
import show_metrics


def test_what_a_clean_clone_lacks_is_no_difference() -> None:
    status = {
        "data.dvc": [{"changed outs": {"data": "deleted"}}],
        "prepare": [{"changed deps": {"data": "deleted"}}, {"changed outs": {"prepared": "deleted"}}],
        "report": [{"changed outs": {"results/report.html": "not in cache"}}],
    }
    assert check_lock.differences(status) == []


def test_everything_else_is_a_difference() -> None:
    status = {
        "train@stance": [{"changed deps": {"params.yaml": {"stance.train": "modified"}}}, "changed command"],
        "score": [{"changed deps": {"examples": "modified"}}],
    }
    assert check_lock.differences(status) == [
        "train@stance: changed deps: params.yaml is {'stance.train': 'modified'}",
        "train@stance: changed command",
        "score: changed deps: examples is modified",
    ]


def test_the_recorded_metrics_can_be_shown(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_metrics.main([str(repository / "metrics.json")]) == 0
    shown = capsys.readouterr().out
    metrics = json.loads((repository / "metrics.json").read_text(encoding="utf-8"))
    assert f"{metrics['stance']['model']['macro_f1']:.3f}" in shown


def test_missing_metrics_say_how_to_make_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_metrics.main([str(tmp_path / "metrics.json")]) == 1
    assert "run 'make repro'" in capsys.readouterr().err
