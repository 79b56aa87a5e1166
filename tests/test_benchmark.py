"""Measuring on public data sets: figures by hand, and one run of each kind on files made up for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import hydra
import numpy as np
import pytest
from omegaconf import DictConfig

from stance.attribution import find_attributions
from stance.encoder import TextModel
from stance.errors import ConfigError, InputError, ModelError
from stance.records import Attribution, Span, Stance
from stance.sentences import sentences
from stance.templates import CLAIM_LABELS, STANCE_LABELS
from stance.training.benchmark import benchmark
from stance.training.metrics import triple_scores
from stance.training.outside.attributions import in_tokens, linked_gold_spans
from stance.training.outside.settings import BenchmarkConfig, PublicSet, check
from stance.training.outside.stance_pairs import stance_scores
from stance.training.outside.worthiness import worthiness_scores
from stance.training.prepare import write
from stance.training.public import SourcedDocument, known
from stance.training.public.tokens import TaggedText, joined
from stance.training.spanned import SpannedAttribution
from stance.training.tag_rows import Row

SUPPORTS, DISPUTES, DISCUSSES, UNRELATED = (
    STANCE_LABELS.index(stance) for stance in (Stance.SUPPORTS, Stance.DISPUTES, Stance.DISCUSSES, Stance.UNRELATED)
)


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_likelier_side_counts_however_likely_no_side_is() -> None:
    rows = np.array([[0.3, 0.1, 0.6, 0.0], [0.1, 0.3, 0.3, 0.3], [0.2, 0.1, 0.7, 0.0], [0.05, 0.15, 0.0, 0.8]])
    scores = stance_scores(rows, np.array([SUPPORTS, DISPUTES, DISPUTES, DISPUTES]))
    assert scores["accuracy"] == 0.75
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
    assert scores["ece"] == pytest.approx(0.75 * (1 - 0.75) + 0.25 * 2 / 3)


def test_one_side_for_all_has_half_of_its_f1_as_macro_f1() -> None:
    rows = np.tile(np.eye(len(STANCE_LABELS))[SUPPORTS], (4, 1))
    scores = stance_scores(rows, np.array([SUPPORTS, DISPUTES, DISPUTES, SUPPORTS]))
    shown = {name: scores[name] for name in ("accuracy", "macro_f1", "ece")}
    assert shown == pytest.approx({"accuracy": 0.5, "macro_f1": 1 / 3, "ece": 0.5})


def test_where_a_set_has_one_class_without_a_side_the_two_of_the_model_count_as_one() -> None:
    rows = np.array([[0.4, 0.0, 0.3, 0.3], [0.4, 0.0, 0.3, 0.3], [0.0, 0.9, 0.0, 0.1], [0.6, 0.0, 0.2, 0.2]])
    scores = stance_scores(rows, np.array([UNRELATED, UNRELATED, DISPUTES, SUPPORTS]))
    assert (scores["accuracy"], scores["f1_no_side"]) == (1, 1)
    assert set(scores) >= {"macro_f1", "f1_supports", "f1_disputes", "ece"}


def test_where_a_set_has_all_classes_each_counts_by_itself() -> None:
    rows = np.array([[0.4, 0.0, 0.3, 0.3], [0.0, 0.1, 0.8, 0.1], [0.0, 0.9, 0.0, 0.1], [0.6, 0.0, 0.2, 0.2]])
    scores = stance_scores(rows, np.array([UNRELATED, DISCUSSES, DISPUTES, SUPPORTS]))
    assert scores["accuracy"] == 0.75
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 1 + 1 + 0) / 4)


def test_average_precision_over_all_and_by_debate() -> None:
    scores = worthiness_scores(
        np.array([0.9, 0.8, 0.7, 0.4, 0.1]), np.array([False, True, True, False, False]), list("aabbc"), 0.5
    )
    assert scores["average_precision"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert scores["mean_average_precision"] == pytest.approx((1 / 2 + 1) / 2)  # nothing is check-worthy in c
    assert scores["macro_f1"] == pytest.approx(0.8)
    assert scores["ece"] == pytest.approx(0.4 * 0.4 + 0.2 * 0.2 + 0.2 * 0.3 + 0.2 * 0.4)


def test_the_threshold_itself_is_check_worthy() -> None:
    scores, gold = np.array([0.6, 0.4]), np.array([True, False])
    assert worthiness_scores(scores, gold, ["a", "a"], 0.6)["macro_f1"] == 1
    assert worthiness_scores(scores, gold, ["a", "a"], 0.7)["macro_f1"] == pytest.approx(1 / 3)


def one(source: str, cue: str, *content: str) -> SpannedAttribution:
    """An attribution from spans written as ``0-4``; an empty one is missing."""
    parts = [tuple(span(part) for part in parts if part) for parts in ((source,), (cue,), content)]
    return SpannedAttribution(*parts)


def span(written: str) -> Span:
    start, end = map(int, written.split("-"))
    return Span(start=start, end=end)


KELL = one("0-4", "5-9", "10-20")
OSEI = one("30-34", "35-39", "40-50", "60-70")
TRIPLES: dict[str, tuple[list[SpannedAttribution], list[SpannedAttribution], float, float]] = {
    "all right": ([KELL, OSEI], [OSEI, KELL], 1, 1),
    "one missed": ([KELL, OSEI], [KELL], 2 / 3, 2 / 3),
    "one too many": ([KELL], [KELL, OSEI], 2 / 3, 2 / 3),
    "a shorter source": ([KELL], [one("0-2", "5-9", "10-20")], 0, 1),
    "a part of the content missed": ([OSEI], [one("30-34", "35-39", "40-50")], 0, 1),
    "another source": ([KELL], [one("21-25", "5-9", "10-20")], 0, 0),
    "a source beside the source": ([KELL], [one("4-5", "5-9", "10-20")], 0, 0),
    "a cue missed": ([KELL], [one("0-4", "", "10-20")], 0, 0),
    "a cue that is not there": ([one("0-4", "", "10-20")], [KELL], 0, 0),
    "no cue in either": ([one("0-4", "", "10-20")], [one("0-4", "", "10-20")], 1, 1),
    "one found twice": ([KELL], [one("0-2", "5-9", "10-20"), one("2-4", "5-9", "10-20")], 0, 2 / 3),
    "two found as one": ([one("0-4", "5-9", "10-15"), one("0-4", "5-9", "15-20")], [KELL], 0, 2 / 3),
    "nothing found": ([KELL], [], 0, 0),
    "nothing there": ([], [KELL], 0, 0),
}  # fmt: skip


@pytest.mark.parametrize(("gold", "found", "exact", "overlap"), TRIPLES.values(), ids=TRIPLES)
def test_triple_scores(
    gold: list[SpannedAttribution], found: list[SpannedAttribution], exact: float, overlap: float
) -> None:
    assert triple_scores([gold], [found]) == pytest.approx({"exact_triple_f1": exact, "overlap_triple_f1": overlap})


def test_attributions_of_other_documents_do_not_count() -> None:
    assert triple_scores([[KELL], []], [[], [KELL]]) == {"exact_triple_f1": 0, "overlap_triple_f1": 0}


# --- settings ---------------------------------------------------------------------------------------------------------


def composed(repository: Path, *overrides: str) -> DictConfig:
    with hydra.initialize_config_dir(str(repository / "conf"), version_base="1.3"):
        return hydra.compose("benchmark", overrides=list(overrides))


@pytest.mark.parametrize("name", known())
def test_every_data_set_composes(repository: Path, name: str) -> None:
    checked = check(composed(repository, f"public={name}", "public.folder=some/where", "public.limit=3"))
    assert (checked.public.name, checked.public.folder, checked.public.limit) == (name, Path("some/where"), 3)


def test_a_folder_must_be_named(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"^say what is missing, as public\.folder=…$"):
        check(composed(repository, "public=perspectrum"))


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("public.limit=0", r"public\.limit: Input should be greater than or equal to 1"),
        ("+public.split=dev", r"public\.split: Extra inputs are not permitted"),
        ("+model=models", r"model: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(repository: Path, override: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=rf"the configuration is wrong:\n  {reason}"):
        check(composed(repository, "public=perspectrum", "public.folder=some/where", override))


# --- whole runs -------------------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """What one measurement returned and wrote."""

    returned: dict[str, Any]
    scores: dict[str, Any]
    predictions: list[dict[str, Any]]


def settings(name: str, folder: Path, models: Path, limit: int | None = None) -> BenchmarkConfig:
    return BenchmarkConfig(
        public=PublicSet(name=name, folder=folder / "data", part="dev", limit=limit),
        models=models,
        prepared=folder / "prepared",
        device="cpu",
        run="tiny",
        output=folder / "out",
    )


def measured(name: str, folder: Path, models: Path, files: dict[str, str], limit: int | None = None) -> Run:
    """Write the files of a data set and the rows for the baselines, and measure."""
    for file, text in files.items():
        path = folder / "data" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    stance: list[Row] = [{"claim": "It rose.", "statement": f"It {label}.", "label": str(label)} for label in Stance]
    claims: list[Row] = [{"text": f"It is {label}.", "label": label} for label in CLAIM_LABELS]
    write(stance * 3, folder / "prepared" / "stance" / "train.parquet")
    write(claims * 3, folder / "prepared" / "claims" / "train.parquet")
    returned = benchmark(settings(name, folder, models, limit))
    target = folder / "out" / (f"{name}-first-{limit}" if limit else name)
    return Run(
        returned,
        json.loads((target / "scores.json").read_text(encoding="utf-8")),
        [json.loads(line) for line in (target / "predictions.jsonl").read_text(encoding="utf-8").splitlines()],
    )


def rising(goodness: list[float]) -> bool:
    return all(later >= earlier - 0.001 for earlier, later in pairwise(goodness))  # written with four digits


CLAIMS = [
    ("Fares rose in May.", "PRO"),
    ("Nobody paid a penny more for a ticket, whatever the company says about its costs.", "CON"),
    ("The ferry is blue.", "CON"),
    ("They went up by a third, and on Sundays by half.", "PRO"),
    ("No!", "CON"),
]


def topic_file() -> dict[str, str]:
    rows = [{"topic": "Fares rose.", "claim": text, "stance": side} for text, side in CLAIMS]
    return {"dev.jsonl": "".join(json.dumps(row) + "\n" for row in rows)}


def test_a_run_on_pairs(models: Path, tmp_path: Path) -> None:
    run = measured("ibm-claim-stance", tmp_path, models, topic_file())
    assert (run.scores["data"], run.scores["part"], run.scores["rows"]) == ("ibm-claim-stance", "dev", 5)
    assert {"model", "bag_of_words", "bag_of_words_claim_blind", "always_supports"} <= set(run.scores)
    assert run.scores["always_supports"]["accuracy"] == 0.4
    assert run.scores["model"] == pytest.approx(run.returned["model"], abs=1e-4)
    assert sorted((row["text"], row["gold"]) for row in run.predictions) == sorted(
        (text, {"PRO": "supports", "CON": "disputes"}[side]) for text, side in CLAIMS
    )
    sides = [[row["probabilities"][side] for side in ("supports", "disputes")] for row in run.predictions]
    golds = [row["probabilities"][row["gold"]] for row in run.predictions]
    of_gold = [gold / sum(both) for gold, both in zip(golds, sides, strict=True)]
    assert rising(of_gold)
    assert run.scores["model"]["accuracy"] == np.mean(np.array(of_gold) > 0.5)


def test_a_limit_takes_the_first_rows(models: Path, tmp_path: Path) -> None:
    run = measured("ibm-claim-stance", tmp_path, models, topic_file(), limit=2)
    assert run.scores["rows"] == 2
    assert sorted(row["id"] for row in run.predictions) == ["dev-1", "dev-2"]


def test_a_run_on_sentences(models: Path, tmp_path: Path) -> None:
    debates = {
        "dev/first.tsv": "1\tKELL\tFares rose by a third.\t1\n2\tOSEI\tDid they?\t0\n3\tOSEI\tGood evening, all.\t0\n",
        "dev/second.tsv": "1\tKELL\tThe harbour closed in May, as the report of the port says.\t1\n2\tOSEI\tNo.\t0\n",
    }
    run = measured("checkthat2019", tmp_path, models, debates)
    assert (run.scores["rows"], run.scores["check_worthy"]) == (5, 2)
    assert run.scores["never_check_worthy"]["average_precision"] == pytest.approx(2 / 5)
    assert run.scores["never_check_worthy"]["mean_average_precision"] == pytest.approx((1 / 3 + 1 / 2) / 2, abs=1e-4)
    assert {"model", "bag_of_words"} <= set(run.scores)
    assert {row["id"]: row["gold"] for row in run.predictions} == {
        "first:1": True, "first:2": False, "first:3": False, "second:1": True, "second:2": False,
    }  # fmt: skip
    scored = [(row["gold"], row["check_worthiness"]) for row in run.predictions]
    assert rising([score if gold else 1 - score for gold, score in scored])


def covered(text: str, spans: Sequence[Span]) -> str:
    return " ".join(span.of(text) for span in spans).replace("\n", " ")


def annotated(attributions: list[Attribution], text: str) -> str:
    """Attributions as PolNeAR has them."""
    names = (f"T{number}" for number in count(1))
    lines = []
    for each in attributions:
        roles: dict[str, Sequence[Span | None]] = {"Source": [each.source], "Cue": [each.cue], "Content": each.content}
        named = [(role, next(names), [part for part in parts if part]) for role, parts in roles.items() if any(parts)]
        lines += [
            f"{t}\t{role} {';'.join(f'{p.start} {p.end}' for p in parts)}\t{covered(text, parts)}"
            for role, t, parts in named
        ]
        lines.append(f"E{each.id + 1}\t" + " ".join(f"{role}:{t}" for role, t, _ in named))
    return "\n".join(lines)


def test_a_run_on_documents(models: Path, tmp_path: Path, article: str) -> None:
    model = TextModel(models / "attribution", "attribution", device="cpu")
    (found, _), _ = find_attributions([article, article], [sentences(article)] * 2, model)
    files = {
        "dev/text/a-right.txt": article,
        "dev/text/b-wrong.txt": article,
        "dev/attributions/a-right_4b22.ann": annotated(found, article),
        "dev/attributions/b-wrong_4b22.ann": "",
    }
    run = measured("polnear", tmp_path, models, files)
    assert found, "the tiny model should find something"
    assert (run.scores["rows"], run.scores["attributions"]) == (2, len(found))
    assert run.scores["attributions_found"] == 2 * len(found)
    assert run.scores["model"]["exact_triple_f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert run.scores["model"]["mean_exact_triple_f1"] == 0.5
    wrong, right = run.predictions
    assert (wrong["id"], right["id"]) == ("b-wrong", "a-right")
    assert [attribution["content"] for attribution in wrong["extra"]] == [
        " … ".join(part.text for part in attribution.content) for attribution in found
    ]
    assert [wrong["missed"], right["missed"], right["extra"]] == [[], [], []]


def test_a_run_on_tagged_texts(models: Path, tmp_path: Path, article: str) -> None:
    tokens = article.replace("\n", " ").split(" ")[:120]
    rows = [{"id": name, "tokens": tokens[start:end], "labels": ["O"] * (end - start)}
            for name, start, end in (("a", 0, 50), ("a", 50, 90), ("b", 90, 120))]  # fmt: skip
    whole = {"polnear_dev.txt": "".join(json.dumps(row) + "\n" for row in rows)}
    run = measured("cofenet", tmp_path, models, whole)
    assert run.scores["rows"] == 3
    assert run.scores["model"]["exact_f1"] == 0
    extra = [len(row["extra"]) for row in run.predictions]
    assert extra[0] > 0, "the tiny model should tag something"
    assert extra == sorted(extra, reverse=True)
    assert {row["id"].split(":")[0] for row in run.predictions} == {"a", "b"}


def test_gold_spans_are_linked_as_found_ones_are() -> None:
    text = "Kell said it was full.\n\nOsei denied it."
    parts = [("Kell", "said", "it was full"), ("Osei", "denied", "it.")]
    gold = [
        SpannedAttribution(*((Span(start=text.index(part), end=text.index(part) + len(part)),) for part in three))
        for three in parts
    ]
    assert linked_gold_spans([SourcedDocument("a", text, gold)]) == {"exact_triple_f1": 1, "overlap_triple_f1": 1}
    without_content = SpannedAttribution(gold[1].source, gold[1].cue, ())
    scores = linked_gold_spans([SourcedDocument("a", text, [gold[0], without_content])])
    assert scores["exact_triple_f1"] == pytest.approx(2 / 3)


def test_spans_of_an_article_are_counted_in_tokens_of_its_texts() -> None:
    texts = [tagged("Kell", "said", ",", "``", "No", ".", "''"), tagged("He", "left", ".")]
    assert [each.text for each in texts] == ["Kell said, “No.”", "He left."]
    whole = "\n".join(each.text for each in texts)
    spans = {(kind, whole.index(part), whole.index(part) + len(part))
             for kind, part in (("source", "Kell"), ("cue", "said,"), ("content", "No.”"), ("cue", "eft"))}  # fmt: skip
    assert in_tokens(texts, spans) == [{("source", 0, 1), ("cue", 1, 3), ("content", 4, 7)}, {("cue", 1, 2)}]


def tagged(*tokens: str) -> TaggedText:
    text, places = joined(tokens)
    return TaggedText("a", text, places, frozenset())


def test_rules_need_spacy_or_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    for file, text in {"dev/text/a.txt": "Kell said so.", "dev/attributions/a.ann": ""}.items():
        (tmp_path / "data" / file).parent.mkdir(parents=True)
        (tmp_path / "data" / file).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="the rules need spaCy, which is not installed; run: pip install spacy"):
        benchmark(settings("polnear", tmp_path, tmp_path).model_copy(update={"rules": "en_core_web_sm"}))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="data: there is no such folder; name the one that holds the data set's own"):
        benchmark(settings("polnear", tmp_path, tmp_path))


def test_an_unknown_data_set_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(ConfigError, match=r"public\.name=snli: no reader for it; there are: perspectrum, .*, polnear"):
        benchmark(settings("snli", tmp_path, tmp_path))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dev.jsonl").write_text('{"topic": "a", "claim": "b", "stance": "PRO"}', encoding="utf-8")
    write([{"claim": "a", "statement": "b", "label": "supports"}], tmp_path / "prepared" / "stance" / "train.parquet")
    with pytest.raises(ModelError, match=r"models.stance: no model folder here"):
        benchmark(settings("ibm-claim-stance", tmp_path, tmp_path / "models"))
