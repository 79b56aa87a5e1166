"""Public data sets in the formats that they come in. All text here is made up; none is from any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from stance.errors import InputError
from stance.records import Span, Stance
from stance.training.public import (
    DOCUMENTS,
    PAIRS,
    SENTENCES,
    TAGGED,
    Pair,
    Sentence,
    TaggedText,
    known,
    require_folder,
)
from stance.training.public.tokens import joined, tagged_spans
from stance.training.spanned import SpannedAttribution

ANSWERS, POOL, SPLIT = (
    f"{name}_v1.0.json" for name in ("perspectrum_with_answers", "perspective_pool", "dataset_split")
)
TEXT, MARKS = "dev/text/ferry.txt", "dev/attributions/ferry_4b22.ann"
ARTICLE = "Kell said it was full.\n\n“No,” replied Osei, “it sails empty.” It was refused, wet and cold.\n"


def place(*parts: str) -> str:
    """Where the parts stand in ``ARTICLE``, as brat writes it."""
    return ";".join(f"{ARTICLE.index(part)} {ARTICLE.index(part) + len(part)}" for part in parts)


def spans(*parts: str) -> tuple[Span, ...]:
    return tuple(Span(start=ARTICLE.index(part), end=ARTICLE.index(part) + len(part)) for part in parts)


GOOD: dict[str, dict[str, str]] = {
    "perspectrum": {
        ANSWERS: json.dumps([
            {"cId": 7, "text": "Ferries should be free.", "perspectives": [
                {"pids": [1, 2], "stance_label_3": "SUPPORT"},
                {"pids": [3], "stance_label_3": "UNDERMINE"},
            ]},
            {"cId": 8, "text": "Bridges should be tolled.", "perspectives": [
                {"pids": [3], "stance_label_3": "SUPPORT"},
            ]},
        ]),
        POOL: json.dumps([
            {"pId": number, "text": text, "source": "made up"}
            for number, text in enumerate(["Islanders gain.", "The islands gain.", "Who pays?", "Hello."], start=1)
        ]),
        SPLIT: json.dumps({"7": "dev", "8": "train"}),
    },
    "ibm-claim-stance": {
        "dev.jsonl": '{"topic": "Ban ferries", "claim": "Ferries sink.", "stance": "PRO"}\n\n'
        '{"topic": "Ban ferries", "claim": "Ferries are loved.", "stance": "CON"}\n',
    },
    "claimbuster": {
        "dev.json": json.dumps([
            {"sentence_id": 31, "label": 1, "text": "Fares rose by a third."},
            {"sentence_id": 32, "label": 0, "text": "Good evening."},
        ]),
    },
    "checkthat2019": {
        "dev/second.tsv": "1\tKELL\tFares rose by a third.\t1\n2\tOSEI\t“Did they? \" he asked.\t0\n",
        "dev/first.tsv": "1\tSYSTEM\t(Applause)\t0\n",
    },
    "checkthat2019-in-context": {
        "dev/first.tsv": "1\tSYSTEM\t(Applause)\t0\n",
        "dev/second.tsv": "1\tKELL\tFares rose.\t1\n2\tOSEI \tDid they?\t0\n3\tOSEI\tWhen?\t0\n",
    },
    "polnear": {
        TEXT: ARTICLE,
        MARKS: "\n".join([
            "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1",
            f"T1\tSource {place('Kell')}\tKell",
            f"T2\tCue {place('said')}\tsaid",
            f"T3\tContent {place('it was full')}\tit was full",
            f"T4\tAttribution {place('said')}\tsaid",
            "#1\tAnnotatorNotes E1\tunsure",
            f"T5\tContent {place('“No,”', '“it sails empty.”')}\t“No,” “it sails empty.”",
            f"T6\tCue {place('replied')}\treplied",
            f"T7\tSource {place('Osei')}\tOsei",
            f"T8\tAttribution {place('replied')}\treplied",
            "E2\tAttribution:T8 Source:T7 Content:T5 Cue:T6 ",
            f"T9\tContent {place('cold')}\tcold",
            f"T10\tContent {place('wet')}\twet",
            f"T11\tAttribution {place('refused')}\trefused",
            "E3\tAttribution:T11 Content:T9 Content2:T10",
            "E4\tAttribution:T11 Source:T7",
            "",
        ]),
    },
    "cofenet": {
        "polnear_dev.txt": json.dumps({
            "id": "ferry_4b22",
            "tokens": ["``", "It", "is", "n't", "full", ",", "''", "said", "Kell", "(", "the", "mate", ")", "."],
            "pos": ["``"],
            "labels": ["B-content", *["I-content"] * 6, "B-cue", "B-source", *["O"] * 5],
        }) + "\n",
    },
}  # fmt: skip

READERS: dict[str, Callable[[Path, str], Sequence[Any]]] = {**PAIRS, **SENTENCES, **DOCUMENTS, **TAGGED}
Files = dict[str, str | bytes | None]
Read = Callable[..., Sequence[Any]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Returns a function that writes the good files of a data set, some of them replaced or (None) left out."""

    def write_and_read(name: str, files: Files | None = None, part: str = "dev") -> Sequence[Any]:
        for file, text in (GOOD[name] | (files or {})).items():
            if text is not None:
                path = tmp_path / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return READERS[name](tmp_path, part)

    return write_and_read


def test_perspectrum(read: Read) -> None:
    claim = "Ferries should be free."
    assert read("perspectrum") == [
        Pair("7-1", claim, "Islanders gain.", Stance.SUPPORTS),
        Pair("7-2", claim, "The islands gain.", Stance.SUPPORTS),
        Pair("7-3", claim, "Who pays?", Stance.DISPUTES),
    ]
    assert [pair.id for pair in read("perspectrum", part="train")] == ["8-3"]


def test_ibm_claim_stance(read: Read) -> None:
    assert read("ibm-claim-stance") == [
        Pair("dev-1", "Ban ferries", "Ferries sink.", Stance.SUPPORTS),
        Pair("dev-3", "Ban ferries", "Ferries are loved.", Stance.DISPUTES),
    ]


def test_claimbuster(read: Read) -> None:
    assert read("claimbuster") == [
        Sentence("31", "Fares rose by a third.", True, "dev"),
        Sentence("32", "Good evening.", False, "dev"),
    ]


def test_checkthat_has_one_group_a_debate_and_takes_quotation_marks_as_they_are(read: Read) -> None:
    assert read("checkthat2019") == [
        Sentence("first:1", "(Applause)", False, "first"),
        Sentence("second:1", "Fares rose by a third.", True, "second"),
        Sentence("second:2", '“Did they? " he asked.', False, "second"),
    ]


def test_checkthat_in_context_has_the_speaker_and_the_sentence_before_of_the_same_debate(read: Read) -> None:
    assert read("checkthat2019-in-context") == [
        Sentence("first:1", "SYSTEM: (Applause)", False, "first"),
        Sentence("second:1", "KELL: Fares rose.", True, "second"),
        Sentence("second:2", "OSEI: Did they? | KELL: Fares rose.", False, "second"),
        Sentence("second:3", "OSEI: When? | OSEI: Did they?", False, "second"),
    ]


def test_polnear(read: Read) -> None:
    (document,) = read("polnear")
    assert (document.id, document.text) == ("ferry", ARTICLE)
    assert document.attributions == [
        SpannedAttribution(spans("Kell"), spans("said"), spans("it was full")),
        SpannedAttribution(spans("Osei"), spans("replied"), spans("“No,”", "“it sails empty.”")),
        SpannedAttribution((), (), spans("wet", "cold")),
    ]


def test_an_article_without_attributions(read: Read) -> None:
    assert [document.attributions for document in read("polnear", {MARKS: ""})] == [[]]


def test_of_several_annotators_the_first_counts(read: Read) -> None:
    (document,) = read("polnear", {"dev/attributions/ferry_5fec.ann": ""})
    assert len(document.attributions) == 3


def test_an_article_whose_name_begins_like_another_has_its_own_attributions(read: Read) -> None:
    others: Files = {"dev/text/ferry_2016.txt": ARTICLE, "dev/attributions/ferry_2016_1a2b.ann": ""}
    assert [len(document.attributions) for document in read("polnear", others)] == [3, 0]


def test_cofenet_is_written_as_articles_are(read: Read) -> None:
    (found,) = read("cofenet")
    assert found == TaggedText(
        document="ferry_4b22",
        text="“It isn't full,” said Kell (the mate).",
        tokens=found.tokens,
        spans=frozenset({("content", 0, 7), ("cue", 7, 8), ("source", 8, 9)}),
    )
    assert [found.text[start:end] for start, end in found.tokens] == [
        "“", "It", "is", "n't", "full", ",", "”", "said", "Kell", "(", "the", "mate", ")", ".",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("`` No , '' he said .", "“No,” he said."),
        ("'' No , '' he said .", "“No,” he said."),  # as the shipped files have it now and then
        ("He left . ''", "He left.”"),  # opened in the paragraph before
        ("He left , '' she said . `` Gone . ''", "He left,” she said. “Gone.”"),
        ("`` No . I said `` yes '' then .", "“No. I said “yes” then."),
    ],
)
def test_quotation_marks_open_and_close(tokens: str, text: str) -> None:
    assert joined(tokens.split())[0] == text


@pytest.mark.parametrize(
    ("labels", "spans"),
    [
        ("B-cue I-cue O", {("cue", 0, 2)}),
        ("O O B-cue", {("cue", 2, 3)}),
        ("B-cue B-cue", {("cue", 0, 1), ("cue", 1, 2)}),
        ("B-cue I-source I-source", {("cue", 0, 1)}),
        ("I-cue I-cue O", set()),
        ("", set()),
    ],
)
def test_spans_of_bio_labels(labels: str, spans: set[tuple[str, int, int]]) -> None:
    assert tagged_spans(labels.split()) == spans


# --- faults -----------------------------------------------------------------------------------------------------------


FAULTS: dict[str, tuple[str, str, str | bytes | None, str]] = {
    "perspectrum: no answers": ("perspectrum", ANSWERS, None, ": the file is missing; the folder must hold"),
    "perspectrum: no pool": ("perspectrum", POOL, None, ": the file is missing"),
    "perspectrum: no split": ("perspectrum", SPLIT, None, ": the file is missing"),
    "perspectrum: not JSON": ("perspectrum", ANSWERS, '[\n{"cId" 7}]', ":2: not JSON (Expecting ':' delimiter)"),
    "perspectrum: not UTF-8": ("perspectrum", POOL, b'["caf\xe9"]', ":1: not UTF-8 (invalid continuation byte at"),
    "perspectrum: claim without an id": (
        "perspectrum", ANSWERS, '[{"text": "a", "perspectives": []}]', ": row 1: no 'cId' here; found 'text', 'persp",
    ),
    "perspectrum: claim without perspectives": (
        "perspectrum", ANSWERS, '[{"cId": 8}, {"cId": 7}]', ": row 2: no 'perspectives' here; found 'cId'",
    ),
    "perspectrum: claim without text": (
        "perspectrum", ANSWERS, '[{"cId": 7, "perspectives": [{"pids": [1], "stance_label_3": "SUPPORT"}]}]',
        ": row 1: no 'text' here",
    ),
    "perspectrum: perspective without label": (
        "perspectrum", ANSWERS, '[{"cId": 7, "perspectives": [{}]}]', ": row 1: no 'stance_label_3' here; found noth",
    ),
    "perspectrum: perspective that is not in the pool": (
        "perspectrum", POOL, "[]", "perspectrum_with_answers_v1.0.json: row 1: perspective 1 is not in the pool",
    ),
    "ibm: no file": ("ibm-claim-stance", "dev.jsonl", None, ": the file is missing"),
    "ibm: not JSON": ("ibm-claim-stance", "dev.jsonl", "\n{", ":2: not JSON (Expecting property name"),
    "ibm: no object": ("ibm-claim-stance", "dev.jsonl", '["PRO"]', ":1: expected an object, found '[\"PRO\"]'"),
    "ibm: no stance": ("ibm-claim-stance", "dev.jsonl", "{}", ":1: no 'stance' here; found nothing"),
    "ibm: no claim": (
        "ibm-claim-stance", "dev.jsonl", '{"topic": "a", "stance": "PRO"}', ":1: no 'claim' here; found 'topic', 'st",
    ),
    "ibm: another label": (
        "ibm-claim-stance", "dev.jsonl", '{"stance": "pro"}', ":1: the stance is 'pro'; expected PRO or CON",
    ),
    "ibm: no rows": ("ibm-claim-stance", "dev.jsonl", "\n", "nothing here belongs to the part 'dev'"),
    "claimbuster: no file": ("claimbuster", "dev.json", None, ": the file is missing"),
    "claimbuster: not JSON": ("claimbuster", "dev.json", "[{}", ":1: not JSON (Expecting ',' delimiter)"),
    "claimbuster: no label": (
        "claimbuster", "dev.json", '[{"sentence_id": 1, "text": "a"}]', ": row 1: no 'label' here; found 'sentence_id'",
    ),
    "claimbuster: no text": ("claimbuster", "dev.json", '[{"sentence_id": 1, "label": 1}]', ": row 1: no 'text' here"),
    "claimbuster: another label": (
        "claimbuster", "dev.json", '[{"sentence_id": 1, "label": 0, "text": "a"}, {"label": -1}]',
        ": row 2: the label is -1; expected 0 or 1",
    ),
    "checkthat: another label": (
        "checkthat2019", "dev/first.tsv", "1\tA\tHello.\t0\n2\tA\tHello.\tyes\n",
        ":2: expected line, speaker, text and label 0 or 1, divided by tabs",
    ),
    "checkthat: a column missing": ("checkthat2019", "dev/first.tsv", "1\tHello.\t0\n", ":1: expected line, speaker,"),
    "cofenet: no file": ("cofenet", "polnear_dev.txt", None, ": the file is missing"),
    "cofenet: no lines": ("cofenet", "polnear_dev.txt", "\n", ": no lines here"),
    "cofenet: no labels": ("cofenet", "polnear_dev.txt", '\n{"tokens": []}', ":2: no 'labels' here; found 'tokens'"),
    "cofenet: a label missing": (
        "cofenet", "polnear_dev.txt", '{"id": 1, "tokens": ["a", "b"], "labels": ["O"]}', ":1: 2 tokens, but 1 labels",
    ),
    "cofenet: another label": (
        "cofenet", "polnear_dev.txt", '{"id": 1, "tokens": ["a"], "labels": ["B-verb"]}', ":1: unknown labels B-verb;",
    ),
    "polnear: no annotations": ("polnear", MARKS, None, "dev/attributions: no annotations of ferry.txt; expected f"),
    "polnear: text not UTF-8": ("polnear", TEXT, b"caf\xe9", ":1: not UTF-8 (unexpected end of data at byte 3)"),
    "polnear: span behind the end": (
        "polnear", MARKS, "\nT1\tCue 5 900\tsaid", f":2: the span 5 900 lies outside the text of {len(ARTICLE)} char",
    ),
    "polnear: second part of a span behind the end": (
        "polnear", MARKS, "T1\tCue 5 9;800 900\tsaid", ":1: the span 5 9;800 900 lies outside the text",
    ),
    "polnear: span without characters": ("polnear", MARKS, "T1\tCue 5 5\t", ":1: the span 5 5 lies outside the text"),
    "polnear: relation of an unknown span": (
        "polnear", MARKS, "T1\tCue 5 9\tsaid\nE1\tAttribution:T1 Content:T2", ":2: T2 is not defined in this file",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "file", "text", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place(
    read: Read, tmp_path: Path, name: str, file: str, text: str | bytes | None, reason: str
) -> None:
    expected = f"{tmp_path / file}{reason}" if reason.startswith(":") else reason
    with pytest.raises(InputError, match=re.escape(expected)):
        read(name, {file: text})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("perspectrum", "nothing here belongs to the part 'test'"),
        ("ibm-claim-stance", "test.jsonl: the file is missing"),
        ("claimbuster", "test.json: the file is missing"),
        ("checkthat2019", "test: no *.tsv here; expected one file a debate"),
        ("cofenet", "polnear_test.txt: the file is missing"),
        ("polnear", "test/text: no *.txt here; expected PolNeAR's folders text/ and attributions/"),
    ],
)
def test_a_part_that_is_not_there(read: Read, tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path))}.*{re.escape(reason)}"):
        read(name, part="test")


def test_the_folder_must_be_there(tmp_path: Path) -> None:
    assert require_folder(tmp_path) == tmp_path
    with pytest.raises(InputError, match="nowhere: there is no such folder; name the one that holds the data set's"):
        require_folder(tmp_path / "nowhere")


def test_the_projects_own_articles_can_be_read_alike(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    parts = {part: DOCUMENTS["corpus"](repository / "corpus", part) for part in ("train", "dev", "test")}
    assert len(parts["train"]) > 3 * len(parts["dev"]) > 0
    for document in parts["dev"]:
        for attribution in document.attributions:
            assert all(span.of(document.text).strip() for _, span in attribution.spans())
    assert not {document.id for document in parts["dev"]} & {document.id for document in parts["test"]}


def test_every_data_set_is_configured(repository: Path) -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in (repository / "conf" / "public").glob("*.yaml")}
    with_readers = {name for name, text in files.items() if "/table@" not in text}
    assert with_readers == set(known()) == {*GOOD, "corpus"}


# --- what the readers do not do yet -----------------------------------------------------------------------------------


NO_SOURCE = f"""\
T1\tContent {place("it sails empty")}\tit sails empty
T2\tCue {place("refused")}\trefused
T3\tAttribution-no-source {place("refused")}\trefused
E1\tAttribution-no-source:T3 Content:T1 Cue:T2
"""


def test_an_attribution_without_a_source_has_none(read: Read) -> None:
    (document,) = read("polnear", {MARKS: NO_SOURCE})
    assert document.attributions == [SpannedAttribution((), spans("refused"), spans("it sails empty"))]


DAMAGED: dict[str, tuple[str, str, str]] = {
    "perspectrum: pool without an id": ("perspectrum", POOL, '[{"text": "a"}]'),
    "perspectrum: split that is a list": ("perspectrum", SPLIT, "[]"),
    "perspectrum: another label": (
        "perspectrum", ANSWERS, GOOD["perspectrum"][ANSWERS].replace("UNDERMINE", "UNDERMINES"),
    ),
    "claimbuster: a row that is no object": ("claimbuster", "dev.json", "[null]"),
    "claimbuster: no list": ("claimbuster", "dev.json", "7"),
    "claimbuster: no rows": ("claimbuster", "dev.json", "[]"),
    "polnear: span without numbers": ("polnear", MARKS, "T1\tCue five nine\tsaid"),
    "polnear: relation without a tab": ("polnear", MARKS, "T1\tContent 5 9\tsaid\nE1 Attribution:T1 Content:T1"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "file", "text"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(read: Read, tmp_path: Path, name: str, file: str, text: str) -> None:
    with pytest.raises(InputError, match=re.escape(str(tmp_path / file))):
        read(name, {file: text})


@pytest.mark.parametrize(
    ("name", "file", "text", "reason"),
    [
        ("perspectrum", ANSWERS, '[{"cId": 7, "text": "C.", "perspectives": null}]', r"row 1: expected a list"),
        (
            "perspectrum",
            ANSWERS,
            '[{"cId": 7, "text": "C.", "perspectives": [{"stance_label_3": "SUPPORT", "pids": 1}]}]',
            r"row 1: 'pids' is '1'; expected a list",
        ),
        ("perspectrum", POOL, '[{"pId": 1, "text": null}]', r"row 1: 'text' is 'None'; expected text"),
        ("ibm-claim-stance", "dev.jsonl", '{"topic": "T", "claim": 5, "stance": "PRO"}', r":1: 'claim' is '5'"),
        ("ibm-claim-stance", "dev.jsonl", '{"topic": "T", "claim": "C", "stance": ["PRO"]}', r":1: 'stance' is"),
        ("claimbuster", "dev.json", '[{"sentence_id": 1, "label": 1, "text": null}]', r"row 1: 'text' is 'None'"),
        ("checkthat2019", "dev/first.tsv", "", r"dev: the files have no rows"),
        ("cofenet", "polnear_dev.txt", '{"id": 1, "tokens": null, "labels": []}', r":1: 'tokens' is 'None'"),
        ("cofenet", "polnear_dev.txt", '{"id": 1, "tokens": [1], "labels": ["O"]}', r":1: among the tokens .* is 1"),
    ],
)
def test_a_value_of_another_type_is_told_with_its_place(
    tmp_path: Path, name: str, file: str, text: str, reason: str
) -> None:
    for known_file, content in {**GOOD[name], file: text}.items():
        if name != "checkthat2019" or known_file == file:
            path = tmp_path / known_file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    readers: dict[str, Any] = {**PAIRS, **SENTENCES, **DOCUMENTS, **TAGGED}
    with pytest.raises(InputError, match=reason):
        readers[name](tmp_path, "dev")


def test_a_byte_order_mark_and_line_ends_of_another_system_change_nothing(tmp_path: Path) -> None:
    plain = '{"topic": "T", "claim": "C", "stance": "PRO"}\n'
    (tmp_path / "dev.jsonl").write_text(plain, encoding="utf-8")
    wanted = PAIRS["ibm-claim-stance"](tmp_path, "dev")
    (tmp_path / "dev.jsonl").write_bytes(plain.replace("\n", "\r\n").encode("utf-8-sig"))
    assert PAIRS["ibm-claim-stance"](tmp_path, "dev") == wanted


def test_a_debate_may_hold_empty_lines_and_long_ones(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    long = "word\r" * 40_000
    (tmp_path / "dev" / "one.tsv").write_bytes(f"\ufeff1\tA\tHello.\t0\r\n\r\n2\tB\t{long}\t1\n\n".encode())
    found = SENTENCES["checkthat2019"](tmp_path, "dev")
    assert [(each.id, each.text, each.check_worthy) for each in found] == [
        ("one:1", "Hello.", False), ("one:2", long, True),
    ]  # fmt: skip


def test_a_split_that_the_corpus_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no part 'valid' here; there are: train, dev, test"):
        DOCUMENTS["corpus"](tmp_path, "valid")
