"""The scripts that check and show recorded files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import bench_attribution
import bench_inference
import bench_memory
import bench_scoring
import bench_training
import check_lock
import compare_models
import comparing
import corpus_shortcuts
import hard_cases
import score_seed
import show_benchmarks
import show_metrics
from hard_cases import Outcome
from marked_blocks import publish
from stance.errors import ModelError
from stance.records import Span
from stance.training.compare import Difference
from stance.training.hard_cases import read_hard_cases
from stance.training.lint import Probe
from tiny_training import prepare_rows, tiny_config

CASES = """
- {name: one, kind: direct, text: "{S1|Kell} {Q1|said}: {C1|“It is shut.”}"}
- {name: two, kind: no attribution, text: "The said gate is shut."}
"""


def test_hard_cases_are_counted_by_kind(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    arguments = ["--models", str(models), "--cases", str(tmp_path / "cases.yaml"), "--device", "cpu", "--wrong"]
    assert hard_cases.main(arguments) == 0
    shown = capsys.readouterr().out
    assert "| no attribution | 1 |" in shown
    assert "| all | 2 |" in shown


def test_a_case_is_right_or_met() -> None:
    (case,) = [case for case in read_hard_cases(Path("tests/hard_cases.yaml")) if case.name == "cue and colon"]
    (kell,) = case.attributions
    shorter = replace(kell, source=(Span(start=kell.source[0].start, end=kell.source[0].start + 1),))
    assert (Outcome(case, (kell,)).right, Outcome(case, (kell,)).met) == (True, True)
    assert (Outcome(case, (shorter,)).right, Outcome(case, (shorter,)).met) == (False, True)
    assert (Outcome(case, ()).right, Outcome(case, ()).met) == (False, False)


def test_statements_composed_from_claims_of_dev_have_a_line_for_each_folder(
    models: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(models), str(models), "--corpus", str(repository / "corpus"), "--count", "40"]
    assert comparing.main(given) == 0
    heading, _, *lines = capsys.readouterr().out.splitlines()
    assert heading.startswith("| 40 statements composed from ")
    assert len(lines) == 2
    told = [[float(cell) for cell in line.split("|")[2:-1]] for line in lines]
    assert told[0] == told[1]
    assert min(told[0][1:]) <= told[0][0] <= max(told[0][1:])


def test_a_folder_without_models_is_named(tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert comparing.main([str(tmp_path), "--corpus", str(repository / "corpus")]) == 1
    assert str(tmp_path / "stance") in capsys.readouterr().err
    assert comparing.main(["--count", "0"]) == 1
    assert "--count is 0; expected 1 or more" in capsys.readouterr().err


def test_the_table_of_speed() -> None:
    seconds = {"attributions alone": [1.0, 4.0, 2.0], "scoring": [5.0, 4.0, 10.0]}
    assert bench_attribution.markdown(seconds, ["one two three"] * 20).splitlines() == [
        "| 20 articles of 3 words, articles a second | slowest round | median | fastest | time, of scoring |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| attributions alone | 5.0 | 10.0 | 20.0 | 40 % |",
        "| scoring | 2.0 | 4.0 | 5.0 | 100 % |",
    ]


def test_speed_is_measured_by_turns(models: Path) -> None:
    seconds = bench_attribution.measure(models, ["Kell said it was full."] * 2, rounds=2, device="cpu")
    assert {name: len(taken) for name, taken in seconds.items()} == {"attributions alone": 2, "scoring": 2}


def test_training_is_timed_to_the_score_of_the_plain_trainer(tmp_path: Path) -> None:
    config = tiny_config(prepare_rows(tmp_path), "claims.train.epochs=1")
    shared = bench_training.material(config, "claims", rows=16)
    clocks = bench_training.measure(shared, ["plain Trainer", "the pipeline"])
    assert [len(clock.points) for clock in clocks.values()] == [2, 2]
    clocks["plain Trainer"].points = [(1.0, 0.5), (2.0, 0.75), (4.0, 0.7)]
    clocks["the pipeline"].points = [(0.5, 0.7), (1.0, 0.8)]
    clocks["frozen"] = bench_training.Clock("average_precision")
    clocks["frozen"].points = [(1.0, 0.7)]
    assert [line.split(" | ")[1:] for line in bench_training.markdown(clocks, shared).splitlines()[2:]] == [
        ["4.0", "4", "0.750", "2.0", "1.00 |"],
        ["1.0", "16", "0.800", "1.0", "0.50 |"],
        ["1.0", "16", "0.700", "not reached", "– |"],
    ]


def test_the_table_of_models_before_and_after() -> None:
    difference = Difference("stance", "macro_f1", 0.5, 0.5251, -0.01, 0.06, 0.125, 9)
    assert compare_models.markdown([difference]).splitlines()[-1] == (
        "| stance, macro f1 | 0.500 | 0.525 | -0.010 to +0.060 | 0.125 |"
    )


def test_an_interrupted_measurement_says_so_and_leaves_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    page = tmp_path / "page.md"
    page.write_text("as it was", encoding="utf-8")
    assert publish(interrupted, "speed", page) == 130
    assert page.read_text(encoding="utf-8") == "as it was"
    assert "interrupted; nothing was written" in capsys.readouterr().err


def test_missing_models_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hard_cases.main(["--models", str(tmp_path)]) == 1
    assert "no model folder here" in capsys.readouterr().err


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


def test_verdicts_on_sources_come_first_with_their_intervals() -> None:
    scores = {"f1": 0.5, "precision": 0.6, "recall": 0.4, "detection_f1": 0.8, "verdict_accuracy": 0.7}
    interval = {"low": 0.4, "high": 0.6}
    steps = {name: scores | {"intervals": {"f1": interval}, "articles": 4} for name in show_metrics.STEPS}
    heading, first, ordinary, *_ = show_metrics.source_rows({"articles": 9, **steps})
    assert heading[0] == "sources of 9 test articles"
    assert first == ["all by the models", "0.500 (0.400–0.600)", "0.600", "0.400", "0.800", "0.700"]
    assert ordinary[0] == "the same, 4 articles of ordinary news"


def test_missing_metrics_say_how_to_make_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_metrics.main([str(tmp_path / "metrics.json")]) == 1
    assert "run 'make repro'" in capsys.readouterr().err


def measure(root: Path, run: str, **scores: object) -> None:
    folder = root / run / "claimbuster"
    folder.mkdir(parents=True)
    (folder / "scores.json").write_text(json.dumps({"part": "train", "rows": 3} | scores), encoding="utf-8")


def test_benchmarks_on_the_same_rows_share_a_table_with_the_baselines_of_the_last(tmp_path: Path) -> None:
    measure(tmp_path, "first", model={"macro_f1": 0.5}, bag_of_words={"macro_f1": 0.25})
    measure(tmp_path, "latest", model={"macro_f1": 0.75, "ece": 0.1}, bag_of_words={"macro_f1": 0.3, "ece": 0.2})
    assert show_benchmarks.markdown(tmp_path).splitlines() == [
        "| claimbuster train, 3 rows | macro F1 | ECE |",
        "| --- | ---: | ---: |",
        "| model, first | 0.500 | – |",
        "| model, latest | 0.750 | 0.100 |",
        "| bag of words | 0.300 | 0.200 |",
    ]


def test_benchmarks_on_other_rows_have_a_table_of_their_own(tmp_path: Path) -> None:
    measure(tmp_path, "first", model={"macro_f1": 0.5}, rows=9)
    measure(tmp_path, "latest", model={"macro_f1": 0.75})
    assert show_benchmarks.markdown(tmp_path).count("| claimbuster train") == 2


def test_nothing_measured_says_how_to_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_benchmarks.main([str(tmp_path)]) == 1
    assert "run python -m stance.training.benchmark" in capsys.readouterr().err


def test_the_recorded_benchmarks_are_those_of_the_page(repository: Path) -> None:
    page = (repository / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert show_benchmarks.markdown(repository / "benchmarks") in page


def test_the_table_of_shortcuts() -> None:
    shown = corpus_shortcuts.markdown([Probe("two labels, claim only", 0.5123, 0.5, 0.58, 40)])
    assert shown.splitlines()[2:] == ["| two labels, claim only | 0.512 | 0.50 | 0.58 |"]


def test_steps_of_scoring_are_timed_without_their_parts(models: Path) -> None:
    times, profiles = bench_scoring.measure([models], ["Kell said that the gate was shut. It was full."], rounds=1)
    (taken,), (steps,) = times.values(), profiles.values()
    assert len(taken) == 1
    assert {"sentences", "check-worthiness", "attribution, first pass", "stance", "word pieces"} <= set(steps)
    assert all(seconds >= 0 for seconds in steps.values())
    shown = bench_scoring.markdown(times, profiles, ["one two three"])
    assert "| 1 articles of 3 words, articles a second |" in shown


def test_steps_are_not_timed_any_more_afterwards(models: Path) -> None:
    before = bench_scoring.pipeline.classify
    bench_scoring.profile(lambda: None)
    assert bench_scoring.pipeline.classify is before


def test_padding_and_operations_are_counted() -> None:
    config = {"hidden_size": 2, "intermediate_size": 3, "num_hidden_layers": 1}
    assert bench_inference._operations([5], config) == 2 * (16 + 12) * 5 + 4 * 2 * 25  # noqa: SLF001
    assert bench_inference._padding([4, 1, 3], budget=8) == pytest.approx(1 - 8 / 9)  # noqa: SLF001


def test_memory_is_measured_while_rows_are_written(models: Path, tmp_path: Path) -> None:
    points = bench_memory.measure(models, count=30, words=20, every=0.05)
    assert points[-1].mebibytes > 50
    assert [point.rows for point in points] == sorted(point.rows for point in points)
    bench_memory.write_curve(points, tmp_path / "memory.csv")
    assert (tmp_path / "memory.csv").read_text(encoding="utf-8").startswith("seconds,rows,mebibytes")
    assert (tmp_path / "memory.svg").is_file()


def test_memory_of_a_run_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"stance score failed: .*no model folder here"):
        bench_memory.measure(tmp_path, count=1, words=5, every=0.05)


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "there is no such page; name one that has the block 'counts'"), ("# Card\n", "counts: begin")],
)
def test_a_page_that_cannot_take_a_table_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, reason: str
) -> None:
    page = tmp_path / "card.md"
    if text is not None:
        page.write_text(text, encoding="utf-8")
    assert publish(lambda: "| table |", "counts", page) == 1
    assert reason in capsys.readouterr().err


def test_a_careful_reader_is_not_compared_with_models_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "article.txt").write_text("The minister said that the bridge was unsafe.", encoding="utf-8")
    (tmp_path / "gold.yaml").write_text("claim: The bridge is not safe to use.\nsources: {}\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["score_seed.py", str(tmp_path), "--models", str(tmp_path)])
    assert score_seed.main() == 1
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'claims'}: no model folder here")
