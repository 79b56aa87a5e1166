"""The command line as a person meets it: real processes are slow to start, so most of it runs in this one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import view_rows
from stance import cli
from stance.cli import console
from stance.corpus_view.records import CorpusView
from stance.records import ArticleResult
from stance.training.prepare import write

CLAIM = "Al Qaeda has a new home base in Iran."


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Call the entry point as the console script does; return the exit code."""
    monkeypatch.setattr(sys, "argv", ["stance", *arguments])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    return int(exit_.value.code or 0)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("The minister said al Qaeda had a base there.\n", encoding="utf-8")
    (folder / "rows.jsonl").write_text(
        '{"id": "one", "text": "Nobody asked her, she said."}\n{"id": "broken\n{"id": "three"}\n'
        '{"id": "four", "text": "“It is false,” an aide said.", "title": "Four"}\n',
        encoding="utf-8",
    )
    return folder


def read_rows(path: Path) -> list[ArticleResult]:
    return [ArticleResult.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_good_articles_are_scored_beside_bad_ones(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    code = run(["score", str(news), "--claim", CLAIM, "-o", str(out), "--models", str(models)], monkeypatch)
    shown = capfd.readouterr()
    assert code == console.SOME_FAILED
    assert [row.id for row in read_rows(out)] == [str(news / "a.txt"), "one", "four"]
    assert f"{news / 'rows.jsonl'}:2: not JSON" in shown.err
    assert f'{news / "rows.jsonl"}:3: the row has no "text" string' in shown.err
    assert "3 articles scored, 2 skipped" in shown.err
    assert CLAIM in shown.out


def test_a_claim_that_the_model_cannot_read_is_refused_before_anything_is_written(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    claim = "The port " + "港口" * 120 + " is shut."
    out = tmp_path / "out" / "out.jsonl"
    arguments = ["score", str(news), "--claim", claim, "--any-language", "-o", str(out), "--models", str(models)]
    assert run(arguments, monkeypatch) == console.UNUSABLE
    assert "is too long for the model to read anything beside it: write it shorter" in capfd.readouterr().err
    assert list(out.parent.iterdir()) == []


def test_models_can_be_compared(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for task, row in {
        "claims": {"text": "It rose.", "label": "check-worthy"},
        "attribution": {"text": "Kell said so.", "spans": [{"kind": "source", "start": 0, "end": 4}]},
        "stance": {"claim": "It rose.", "statement": "It rose, she said.", "label": "supports"},
    }.items():
        for split in ("train", "dev"):
            write([{**row, "family": split, "group": ""}], tmp_path / task / f"{split}.parquet")
    arguments = ["compare", str(models), str(models), "--prepared", str(tmp_path), "--device", "cpu"]
    arguments += ["--corpus", str(tmp_path / "none")]
    assert run([*arguments, "--split", "dev"], monkeypatch) == console.OK
    shown = capfd.readouterr().out
    assert "stance, macro f1" in shown
    assert "+0.000 to +0.000" in shown
    assert "were left out: no corpus" in " ".join(shown.split())
    assert run(arguments, monkeypatch) == console.UNUSABLE
    assert "test.parquet is missing" in capfd.readouterr().err


def test_rows_carry_the_text_only_when_asked(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    base = ["score", str(news / "a.txt"), "--claim", CLAIM, "-o", str(out), "--models", str(models), "-q"]
    assert run(base, monkeypatch) == console.OK
    assert read_rows(out)[0].text is None
    assert run([*base, "--keep-text", "--overwrite"], monkeypatch) == console.OK
    assert read_rows(out)[0].text == (news / "a.txt").read_text(encoding="utf-8")


def test_the_report_is_one_page_without_network_or_script(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, source = tmp_path / "report.html", tmp_path / "x.txt"
    source.write_text("<script>alert(1)</script> & Kell said “no”.", encoding="utf-8")
    code = run(
        ["score", str(source), "--claim", CLAIM, "--report", str(page), "--models", str(models), "-q"], monkeypatch
    )
    html = page.read_text(encoding="utf-8")
    assert code == console.OK
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not any(word in html for word in ("src=", "@import", "url("))
    assert 'href="http' not in html


def test_the_report_can_be_written_later(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, page = tmp_path / "new" / "out.jsonl", tmp_path / "report.html"
    run(
        ["score", str(news), "--claim", CLAIM, "-o", str(out), "--keep-text", "--models", str(models), "-q"],
        monkeypatch,
    )
    assert run(["report", str(out), "-o", str(page)], monkeypatch) == console.OK
    assert CLAIM in page.read_text(encoding="utf-8")


def test_several_claims_are_rows_tables_and_parts_of_the_report(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out, page, second = tmp_path / "out.jsonl", tmp_path / "report.html", "The aide has never been in Iran."
    base = ["score", str(news / "a.txt"), "--models", str(models), "-o", str(out), "--report", str(page)]
    assert run([*base, "--claim", CLAIM, "--claim", second], monkeypatch) == console.OK
    shown = capfd.readouterr()
    assert [row.claim for row in read_rows(out)] == [CLAIM, second]
    assert "1 article scored in 2 rows, one a claim" in shown.err
    assert shown.out.index(CLAIM) < shown.out.index(second)
    html = page.read_text(encoding="utf-8")
    assert html.index(f"<h1>{CLAIM}") < html.index(f"<h1>{second}")


def test_articles_bring_their_own_claims(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, article: str
) -> None:
    out, source = tmp_path / "out.jsonl", tmp_path / "x.txt"
    source.write_text(article, encoding="utf-8")
    base = ["score", str(source), "--models", str(models), "-o", str(out), "-q"]
    assert run([*base, "--claims-from", "article", "--claims-per-article", "1"], monkeypatch) == console.OK
    assert [row.claim in " ".join(article.split()) for row in read_rows(out)] == [True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "nowhere.txt", "--claim", CLAIM], "nowhere.txt: there is no such file or folder"),
        (["score", "-"], "there is no claim: give one, such as"),
        (["score", "-", "--claim", "Iran"], "the claim 'Iran' is too short: write a full sentence"),
        (
            ["score", "-", "--claim", "Al-Qaida hat eine neue Basis im Iran aufgebaut."],
            "seems to be in the language 'de'",
        ),
        (["score", "-", "--claim", CLAIM, "--models", "nowhere"], "nowhere/claims: no model folder here"),
        (["report", "nowhere.jsonl", "-o", "r.html"], "nowhere.jsonl: there is no such file"),
        (["aggregate", "nowhere.jsonl"], "nowhere.jsonl: there is no such file"),
        (["aggregate", "nowhere.jsonl", "-o", "view.xlsx"], "view.xlsx: name a file that ends in .json or .csv"),
        (["score", "-", "--claim", CLAIM, "-o", "."], "this is a folder; name a file in it"),
    ],
)
def test_errors_are_one_plain_message(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments, monkeypatch) == console.UNUSABLE
    shown = capfd.readouterr().err
    assert message in shown
    assert "Traceback" not in shown


def test_a_damaged_model_is_named(
    news: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import shutil

    copy = Path(shutil.copytree(models, tmp_path / "copy"))
    (copy / "stance" / "model.safetensors").write_bytes(b"not weights")
    assert run(["score", str(news), "--claim", CLAIM, "--models", str(copy)], monkeypatch) == console.UNUSABLE
    assert "the weights are damaged" in capfd.readouterr().err


def test_a_folder_of_nothing_readable_scores_nothing(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "latin.txt").write_bytes("Caf\xe9 said.".encode("latin-1"))
    assert run(["score", str(tmp_path), "--claim", CLAIM, "--models", str(models)], monkeypatch) == console.UNUSABLE
    shown = capfd.readouterr().err
    assert "empty.txt: there is no text in it" in shown
    assert "picture.txt: this is a binary file" in shown
    assert "latin.txt: not UTF-8 (" in shown


def test_the_schema_describes_the_rows(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"], monkeypatch) == console.OK
    schema = json.loads(capfd.readouterr().out)
    assert set(schema["properties"]) == set(ArticleResult.model_fields)


# --- stance aggregate -------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    kell, dates = view_rows.says("Dana Kell"), {"a": "2021-01-15", "b": "2021-02-15"}
    rows = [view_rows.row(name, kell, title="<b>Bridge", date=date) for name, date in dates.items()]
    old = rows[0].model_copy(update={"schema_version": "0"}).model_dump_json()
    first.write_text("".join(each.model_dump_json() + "\n" for each in rows), encoding="utf-8")
    torn = rows[0].model_dump_json()[:99]
    second.write_text(f"{rows[0].model_dump_json()}\n{old}\n{torn}", encoding="utf-8")
    return [str(first), str(second)]


def test_runs_are_joined_into_a_view(
    runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "new" / "view.json", tmp_path / "view.html"
    assert run(["aggregate", *runs, "-o", str(out), "--report", str(page)], monkeypatch) == console.SOME_FAILED
    shown = capfd.readouterr()
    view = CorpusView.model_validate_json(out.read_text(encoding="utf-8"))
    assert [(claim.claim, claim.articles, claim.sources, claim.mentions) for claim in view.claims] == [
        (view_rows.CLAIM, 2, 1, 2)
    ]
    assert f"{runs[1]}:2: the row has schema version 0; this reads version 1: score the article again" in shown.err
    assert f"{runs[1]}:3: not a row of `stance score`: Invalid JSON" in shown.err
    assert "1 row of an article and claim that had been read before" in shown.err
    assert "1 independent source (1 named) in 2 mentions, 2 articles, 2021-01-15 to 2021-02-15" in shown.out
    html = page.read_text(encoding="utf-8")
    assert "1 independent source (1 named) in 2 mentions" in html
    assert "&lt;b&gt;Bridge" in html
    assert html.count("<rect") > 4
    assert not any(word in html for word in ("<script", "src=", "@import", "url(", "<b>"))


def test_the_view_is_a_table_too(runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "view.csv"
    assert run(["aggregate", runs[0], "-q", "-o", str(out)], monkeypatch) == console.OK
    assert (
        out.read_text(encoding="utf-8").splitlines()[1].startswith(f"{view_rows.CLAIM},Dana Kell,person,True,supports")
    )


def test_the_schema_of_a_view_describes_it(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "view"], monkeypatch) == console.OK
    assert set(json.loads(capfd.readouterr().out)["properties"]) == set(CorpusView.model_fields)


@pytest.mark.parametrize("wait", [0.0, 0.4])
def test_ctrl_c_leaves_whole_rows(models: Path, tmp_path: Path, wait: float) -> None:
    rows, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows.write_text("".join(json.dumps({"id": i, "text": f"Kell said {i} was so. " * 40}) + "\n" for i in range(4000)))
    command = [
        sys.executable,
        "-m",
        "stance.cli",
        "score",
        str(rows),
        "--claim",
        CLAIM,
        "-o",
        str(out),
        "--batch-size",
        "4",
    ]
    process = subprocess.Popen(
        [*command, "--models", str(models)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    deadline = time.monotonic() + 60
    while not (out.exists() and out.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    _, shown = process.communicate(timeout=60)
    assert process.returncode == console.INTERRUPTED, shown
    found = read_rows(out)
    assert 0 < len(found) < 4000
    assert [row.id for row in found] == [str(i) for i in range(len(found))]
    assert "interrupted" in shown


def test_standard_input_is_read(models: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    command = [
        sys.executable,
        "-m",
        "stance.cli",
        "score",
        "-",
        "--claim",
        CLAIM,
        "-o",
        str(out),
        "--models",
        str(models),
    ]
    done = subprocess.run([*command, "-q"], input="An aide said so.", text=True, capture_output=True, check=False)
    assert done.returncode == console.OK, done.stderr
    assert [row.id for row in read_rows(out)] == ["stdin"]
