"""A user's own labelled data, in files and in the form of the Hub. All text here is made up."""

from __future__ import annotations

import json
import logging
import os
import re
import shlex
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import hydra
import pytest
import yaml
from datasets import ClassLabel, Dataset, Features, Value

from stance.config import PublicData, compose
from stance.config import check as check_config
from stance.errors import ConfigError, InputError
from stance.records import Stance
from stance.table import PairTable, SentenceTable
from stance.training.benchmark import benchmark
from stance.training.mixture import mixed
from stance.training.outside.settings import check as check_benchmark
from stance.training.prepare import write
from stance.training.public import Pair, Sentence, read_pair_table, read_sentence_table

LABELS = {"pro": "supports", "con": "disputes", "reports": "discusses", "off": "unrelated", "?": None}
GOOD_ROWS = [
    {"claim": "Fares rose.", "said": "They went up, in May.", "side": "pro"},
    {"claim": "Fares rose.", "said": 'Nobody paid "more".', "side": "con"},
    {"claim": "The ferry is full.", "said": "It sails on\nSundays.", "side": "off"},
]
SIDES = [Stance.SUPPORTS, Stance.DISPUTES, Stance.UNRELATED]


def pair_table(**settings: Any) -> PairTable:
    given = {"task": "stance", "claim": "claim", "statement": "said", "label": "side", "labels": LABELS}
    return PairTable.model_validate({**given, **settings})


def sentence_table(**settings: Any) -> SentenceTable:
    given = {"task": "claims", "text": "text", "label": "worthy", "labels": {1: True, 0: False}}
    return SentenceTable.model_validate({**given, **settings})


def quoted(cell: str, delimiter: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if any(sign in cell for sign in (delimiter, '"', "\n")) else cell


def delimited(rows: list[dict[str, str]], delimiter: str) -> bytes:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(delimiter.join(quoted(cell, delimiter) for cell in line) + "\r\n" for line in lines).encode()


def parquet(rows: list[dict[str, Any]], path: Path, features: Features | None = None) -> None:
    Dataset.from_list(rows, features=features).to_parquet(str(path))


# --- formats ----------------------------------------------------------------------------------------------------------


FORMATS = {
    "a.csv": delimited(GOOD_ROWS, ","),
    "b.csv": b"\xef\xbb\xbf" + delimited(GOOD_ROWS, ","),  # as a spreadsheet saves it
    "a.tsv": delimited(GOOD_ROWS, "\t"),
    "a.jsonl": b"\n".join(json.dumps(row).encode() for row in GOOD_ROWS),
    "a.json": json.dumps(GOOD_ROWS).encode(),
}


@pytest.mark.parametrize("name", [*FORMATS, "a.parquet"])
def test_every_format_gives_the_same_pairs(tmp_path: Path, name: str) -> None:
    if name in FORMATS:
        (tmp_path / name).write_bytes(FORMATS[name])
    else:
        parquet(GOOD_ROWS, tmp_path / name)
    found = read_pair_table(tmp_path, "train", pair_table(file=name))
    assert [(pair.claim, pair.text, pair.stance) for pair in found] == [
        (row["claim"], row["said"], side) for row, side in zip(GOOD_ROWS, SIDES, strict=True)
    ]
    assert len({pair.id for pair in found}) == 3


def test_several_files_are_one_table_and_the_part_names_them(tmp_path: Path) -> None:
    for part, rows in (("train", GOOD_ROWS[:1]), ("dev", GOOD_ROWS[1:])):
        (tmp_path / part).mkdir()
        for number, row in enumerate(rows):
            (tmp_path / part / f"{number}.csv").write_bytes(delimited([row], ","))
    table = pair_table(file="{part}/*.csv")
    assert [pair.text for pair in read_pair_table(tmp_path, "dev", table)] == [row["said"] for row in GOOD_ROWS[1:]]
    assert [pair.id for pair in read_pair_table(tmp_path, "train", table)] == ["0:2"]


def test_a_file_without_a_header_whose_quotation_marks_are_ordinary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes('7\tFares rose.\t"No,” she said.\tcon\n'.encode("windows-1252"))
    table = pair_table(
        file="a.txt", header=["id", "claim", "said", "side"], quotes=False, encoding="windows-1252", delimiter="\t"
    )
    assert [(pair.text, pair.id) for pair in read_pair_table(tmp_path, "train", table)] == [('"No,” she said.', "a:1")]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_file_that_changed_is_read_anew_even_where_its_size_and_time_are_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    read: list[str] = []
    for claim in ("Fares rose.", "Fares fell."):
        rows = [{**GOOD_ROWS[0], "claim": claim}]
        if name == "a.parquet":
            parquet(rows, path)
        else:
            path.write_bytes(delimited(rows, ",") if name == "a.csv" else json.dumps(rows[0]).encode())
        os.utime(path, (1_700_000_000, 1_700_000_000))
        read += [pair.claim for pair in read_pair_table(tmp_path, "train", pair_table(file=name))]
    assert read == ["Fares rose.", "Fares fell."]


def test_a_data_set_in_the_form_of_the_hub(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "---\nconfigs:\n- config_name: trams\n  data_files:\n  - split: test\n    path: t.parquet\n---\n", "utf-8"
    )
    named = Features({"claim": Value("string"), "said": Value("string"), "side": ClassLabel(names=["con", "pro"])})
    rows = [{"claim": "Fares rose.", "said": text, "side": side} for text, side in (("No.", 0), ("Yes.", 1), ("!", -1))]
    parquet(rows, tmp_path / "t.parquet", named)
    found = read_pair_table(None, "test", pair_table(hub=str(tmp_path), hub_config="trams"))
    assert [(pair.text, pair.stance) for pair in found] == [("No.", Stance.DISPUTES), ("Yes.", Stance.SUPPORTS)]
    with pytest.raises(
        InputError, match=r"cannot be read \(Bad split: dev.*check hub and hub_config .* names the split"
    ):
        read_pair_table(None, "dev", pair_table(hub=str(tmp_path), hub_config="trams"))


def test_a_data_set_that_is_out_of_reach_says_what_to_do() -> None:
    with pytest.raises(InputError, match=r"^nobody/nothing: cannot be read .* without a connection only what was read"):
        read_pair_table(None, "train", pair_table(hub="nobody/nothing"))


# --- what rows mean ---------------------------------------------------------------------------------------------------


def test_labels_of_any_type_are_compared_as_text(tmp_path: Path) -> None:
    rows = [
        {"text": f"Row {n}.", "worthy": label} for n, label in enumerate([1, 1.0, " 1 ", True, 0, "0", False, None])
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    table = sentence_table(file="a.jsonl", labels={1: True, "0": False, "true": True, "false": False, "": None})
    found = read_sentence_table(tmp_path, "train", table)
    assert [sentence.check_worthy for sentence in found] == [True] * 4 + [False] * 3


def test_a_label_of_null_leaves_its_rows_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(delimited([GOOD_ROWS[0], {**GOOD_ROWS[1], "side": "?"}], ","))
    assert [pair.text for pair in read_pair_table(tmp_path, "train", pair_table(file="a.csv"))] == [
        GOOD_ROWS[0]["said"]
    ]


def test_labels_without_a_meaning_are_all_listed(tmp_path: Path) -> None:
    rows = [{**GOOD_ROWS[0], "side": side} for side in ("pro", "Pro", "neutral", "neutral")]
    (tmp_path / "a.csv").write_bytes(delimited(rows, ","))
    with pytest.raises(InputError) as caught:
        read_pair_table(tmp_path, "train", pair_table(file="a.csv"))
    path = tmp_path / "a.csv"
    assert str(caught.value) == (
        f"{path}: the column 'side' has labels without a meaning\n"
        f"  'Pro' (rows: 1, the first at {path}:3)\n"
        f"  'neutral' (rows: 2, the first at {path}:4)\n"
        "map each to supports, disputes, discusses or unrelated, or to null to leave its rows out, in the table's "
        "labels"
    )


@pytest.mark.parametrize(
    ("source", "text", "statement"),
    [
        ("", "It is shut.", "< The author >: It is shut."),
        ("the mayor", "It is shut.", "< the mayor >: It is shut."),
        ("the mayor", "Hours ago the mayor said it is shut.", "Hours ago < the mayor > said it is shut."),
        ("May", "The mayor, or Mayer, shut it.", "< May >: The mayor, or Mayer, shut it."),
        ("Kell (mate)", "Kell (mate): it is\nshut.", "< Kell (mate) >: it is shut."),
    ],
)
def test_the_source_is_marked_where_it_stands_or_named_in_front(source: str, text: str, statement: str) -> None:
    assert Pair("a", "It is shut.", text, Stance.SUPPORTS, source).statement == statement


def test_a_column_of_sources(tmp_path: Path) -> None:
    rows = [{**GOOD_ROWS[0], "who": "Osei"}, {**GOOD_ROWS[1], "who": ""}]
    (tmp_path / "a.csv").write_bytes(delimited(rows, ","))
    found = read_pair_table(tmp_path, "train", pair_table(file="a.csv", source="who"))
    assert [pair.source for pair in found] == ["Osei", ""]


def test_a_target_becomes_a_claim(tmp_path: Path) -> None:
    rows = [{**GOOD_ROWS[0], "claim": target} for target in ("wind farms", "Ferries Are Late")]
    (tmp_path / "a.csv").write_bytes(delimited(rows, ","))
    table = pair_table(
        file="a.csv", claim_template="{target} should be supported.", claims={"Ferries Are Late": "Ferries are late."}
    )
    found = read_pair_table(tmp_path, "train", table)
    assert [pair.claim for pair in found] == ["Wind farms should be supported.", "Ferries are late."]


def test_a_score_is_check_worthy_from_its_threshold_on(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,score\nOne.,0.5\nTwo.,.49\nThree.,high\nFour.,nan\nFive.,1\n", "utf-8")
    table = sentence_table(file="a.csv", label=None, labels={}, score="score", threshold=0.5)
    assert [(s.text, s.check_worthy) for s in read_sentence_table(tmp_path, "train", table)] == [
        ("One.", True), ("Two.", False), ("Five.", True),
    ]  # fmt: skip


def test_sentences_are_grouped_by_a_column_or_by_their_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(f"text,worthy,debate\nA.,1,{name}-a\nB.,0,{name}-b\n", "utf-8")
    by_file = read_sentence_table(tmp_path, "train", sentence_table(file="*.csv"))
    assert [sentence.group for sentence in by_file] == ["one", "one", "two", "two"]
    by_column = read_sentence_table(tmp_path, "train", sentence_table(file="*.csv", group="debate"))
    assert [sentence.group for sentence in by_column] == ["one-a", "one-b", "two-a", "two-b"]
    assert by_column[0] == Sentence("one:2", "A.", True, "one-a")


# --- faults -----------------------------------------------------------------------------------------------------------


HEAD = b"claim,said,side\n"
BAD_ROWS: dict[str, tuple[str, bytes, str]] = {
    "a cell too many": ("a.csv", HEAD + b"A.,B.,pro,x\nA.,C.,pro\n", ":2: 4 cells, but 3 columns; is the delimiter"),
    "a cell too few": ("a.csv", HEAD + b"A.,B.\nA.,C.,pro\n", ":2: 2 cells, but 3 columns"),
    "a stray quotation mark": ("a.csv", HEAD + b'A.,"B" x,pro\nA.,C.,pro\n', ":2: ',' expected after '\"'"),
    "no text": ("a.csv", HEAD + b"A., ,pro\nA.,C.,pro\n", ":2: the column 'said' is empty; it must hold text"),
    "no label": ("a.csv", HEAD + b'A.,"B\nB",\nA.,C.,pro\n', ":2: the column 'side' is empty; it must hold a label"),
    "not JSON": ("a.jsonl", b'{"claim"\n{"claim": "A.", "said": "C.", "side": "pro"}', ":1: not JSON (Expecting ':'"),
    "no object": ("a.jsonl", b'[1]\n{"claim": "A.", "said": "C.", "side": "pro"}', ":1: expected an object, found"),
    "no column": (
        "a.jsonl", b'{"claim": "A."}\n{"claim": "A.", "said": "C.", "side": "pro"}', ":1: no column 'side'; found 'c",
    ),
    "a list": (
        "a.json", b'[{"claim": ["A."], "said": "B.", "side": "pro"}, {"claim": "A.", "said": "C.", "side": "pro"}]',
        ": row 1: the column 'claim' holds \"['A.']\"; expected text",
    ),
    "half a character": (
        "a.json", b'[{"claim": "\\ud83d", "said": "B.", "side": "pro"}, {"claim": "A.", "said": "C.", "side": "pro"}]',
        ": row 1: the column 'claim' holds half a character",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "reason"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_told_with_its_place_and_the_good_ones_are_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with caplog.at_level(logging.WARNING):
        found = read_pair_table(tmp_path, "train", pair_table(file=name))
    assert [pair.text for pair in found] == ["C."]
    assert f"{tmp_path / name}: rows used: 1, left out: 1\n  {tmp_path / name}{reason}" in caplog.text


def test_of_many_bad_rows_the_first_are_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.csv").write_bytes(HEAD + b"A.,C.,pro\n" + b"A.,,pro\n" * 9)
    read_pair_table(tmp_path, "train", pair_table(file="a.csv"))
    assert "rows used: 1, left out: 9" in caplog.text
    assert caplog.text.count("is empty") == 5
    assert "  and 4 more" in caplog.text


BAD_FILES: dict[str, tuple[str, bytes | None, dict[str, Any], str]] = {
    "no file": ("b.csv", b"", {}, "a.csv: there is no such file; the folder holds b.csv"),
    "no format": ("a.xlsx", b"PK", {"file": "a.xlsx"}, "a.xlsx: not a table; expected .csv, .tsv, .txt, .jsonl"),
    "no rows": ("a.csv", HEAD, {}, "a.csv: no row can be used"),
    "no usable row": ("a.csv", b"claim,text\nA.,B.\n", {}, "no row can be used\n  *a.csv:2: no column 'side'; found"),
    "another encoding": ("a.csv", HEAD + b"A.,caf\xe9,pro", {}, "a.csv:2: not UTF-8 (*; say its encoding in"),
    "a quotation mark that never closes": (
        "a.csv", HEAD + b'A.,B.,pro\nA.,"C.,pro\nA.,D.,pro\n', {}, 'a.csv:3: a cell opens with " and never ends; close',
    ),
    "two columns of one name": ("a.csv", b"claim,said,said\nA.,B.,C.\n", {}, "a.csv:1: several columns are named"),
    "JSON that is no list": ("a.json", b"{}", {"file": "a.json"}, "a.json: expected a list of objects; write one"),
    "damaged JSON": ("a.json", b"[\n{]", {"file": "a.json"}, "a.json:2: not JSON ("),
    "no Parquet": ("a.parquet", b"nothing", {"file": "a.parquet"}, "a.parquet: cannot be read (*; write it anew"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "settings", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, data: bytes, settings: dict[str, Any], reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=re.escape(reason).replace(r"\*", r".*")):
        read_pair_table(tmp_path, "train", pair_table(**{"file": "a.csv", **settings}))


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        (b"id,said\n1,A.\n1,B.\n", "b.csv:3: a row before has '1' in its column 'id', too; keep one"),
        (b"key,said\n1,A.\n", "b.csv:2: no column 'id'; found 'key', 'said'"),
    ],
)
def test_a_joined_file_must_have_each_key_once(tmp_path: Path, bodies: bytes, reason: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"claim,id,side\nFares rose.,1,pro\n")
    (tmp_path / "b.csv").write_bytes(bodies)
    with pytest.raises(InputError, match=re.escape(reason)):
        read_pair_table(tmp_path, "train", pair_table(file="a.csv", join_file="b.csv", join_on="id"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        read_pair_table(tmp_path / "nowhere", "train", pair_table(file="a.csv"))


WRONG_SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "neither file nor hub": ({}, "name either its file or, for a data set of the Hub, hub"),
    "both": ({"file": "a.csv", "hub": "a/b"}, "name either its file or, for a data set of the Hub, hub"),
    "half a join": ({"file": "a.csv", "join_on": "id"}, "join_file and join_on belong together"),
    "a join on the Hub": ({"hub": "a/b", "join_on": "id", "join_file": "b"}, "join_file works with file, not with hub"),
    "an encoding": ({"file": "a.csv", "encoding": "utf-9"}, "encoding: 'utf-9' is unknown"),
    "a template": ({"file": "a.csv", "claim_template": "So be it."}, r"claim_template has no \{target\}"),
}


@pytest.mark.parametrize(("settings", "reason"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        pair_table(**settings)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"label": None}, "name either its label, with labels, or its score, with a threshold"),
        ({"score": "score"}, "name either its label, with labels, or its score"),
        ({"label": None, "score": "score"}, "a score needs a threshold"),
    ],
)
def test_check_worthiness_is_a_label_or_a_score(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        sentence_table(file="a.csv", **settings)


# --- public sets in their own formats ---------------------------------------------------------------------------------


VAST = (
    "author,post,ori_topic,new_topic,label,new_id,arc_id\n"
    'kim,"They rattle, yes.\n\nBut we need them.",tram,night trams,1,7,31\n'
    "lee,Nobody rides them after ten.,tram,night trams,0,8,31\n"
    "kim,My soup was cold.,soup,night trams,2,9,32\n"
)
SEMEVAL = (
    "ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment\r\n"
    '1\tNight Trams\t"At last – trams for us! #x\tFAVOR\tTARGET\tPOSITIVE\r\n'
    "2\tNight Trams\tThey’re loud.\tAGAINST\tTARGET\tNEGATIVE\r\n"
    "3\tClimate Change is a Real Concern\tGood morning.\tNONE\tOTHER\tPOSITIVE\r\n"
)
STANCES = (
    'Headline,Body ID,Stance\n"Tram ""ghost"" seen",4,agree\nTram ghost seen,5,disagree\nSoup is cold,4,unrelated\n'
    "Tram ghost seen,6,discuss\nSoup is cold,9,discuss\n"
)
BODIES = 'Body ID,articleBody\n4,"A driver saw it.\n\nTwice."\n5,It was a coat.\n6,Some speak of a ghost.\n'
IBM = (
    "topicId,split,topicText,claims.stance,claims.claimCorrectedText\n"
    "1,train,This house would run night trams,PRO,they bring workers home\n"
    "1,train,This house would run night trams,CON,they cost a lot\n"
)
CLAIMBUSTER = (
    "Sentence_id,Text,Speaker,File_id,Verdict\n1,Fares rose by a third.,Kell,a.txt,1\n2,We met in May.,Osei,a.txt,0\n"
    "3,Good evening.,Osei,b.txt,-1\n"
)
S, D, N, U = Stance.SUPPORTS, Stance.DISPUTES, Stance.DISCUSSES, Stance.UNRELATED
TRAMS, COLD = "Night trams should be supported.", "Climate change is a real concern."
PUBLISHED: dict[str, tuple[str, dict[str, bytes], list[tuple[Any, ...]]]] = {
    "vast": ("dev", {"vast_dev.csv": VAST.encode()}, [
        (TRAMS, "They rattle, yes.\n\nBut we need them.", S, "31"), (TRAMS, "Nobody rides them after ten.", D, "31"),
        (TRAMS, "My soup was cold.", U, "32"),
    ]),
    "semeval2016": ("trainingdata", {"trainingdata-all-annotations.txt": SEMEVAL.encode("windows-1252")}, [
        ("Night Trams should be supported.", '"At last – trams for us! #x', S, ""),
        ("Night Trams should be supported.", "They’re loud.", D, ""), (COLD, "Good morning.", N, ""),
    ]),
    "fnc1": ("train", {"train_stances.csv": STANCES.encode(), "train_bodies.csv": BODIES.encode()}, [
        ('Tram "ghost" seen', "A driver saw it.\n\nTwice.", S, "4"), ("Tram ghost seen", "It was a coat.", D, "5"),
        ("Soup is cold", "A driver saw it.\n\nTwice.", U, "4"), ("Tram ghost seen", "Some speak of a ghost.", N, "6"),
    ]),
    "ibm-claim-stance-csv": ("train", {"train.csv": IBM.encode()}, [
        ("This house would run night trams", "they bring workers home", S, ""),
        ("This house would run night trams", "they cost a lot", D, ""),
    ]),
    "claimbuster-debates": ("groundtruth", {"groundtruth.csv": CLAIMBUSTER.encode()}, [
        ("Fares rose by a third.", True, "a.txt"), ("We met in May.", False, "a.txt"),
        ("Good evening.", False, "b.txt"),
    ]),
}  # fmt: skip


def read_public(source: PublicData) -> list[tuple[Any, ...]]:
    if isinstance(source.table, PairTable):
        pairs = read_pair_table(source.folder, source.part, source.table)
        return [(pair.claim, pair.text, pair.stance, pair.group) for pair in pairs]
    assert isinstance(source.table, SentenceTable)
    found = read_sentence_table(source.folder, source.part, source.table)
    return [(sentence.text, sentence.check_worthy, sentence.group) for sentence in found]


def of_benchmark(repository: Path, *overrides: str) -> PublicData:
    with hydra.initialize_config_dir(str(repository / "conf"), version_base="1.3"):
        return check_benchmark(hydra.compose("benchmark", overrides=list(overrides))).public


@pytest.mark.parametrize(("name", "part", "files", "expected"), [(name, *rest) for name, rest in PUBLISHED.items()])
def test_a_published_set_is_read_by_its_mapping(
    repository: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    name: str, part: str, files: dict[str, bytes], expected: list[tuple[Any, ...]],
) -> None:  # fmt: skip
    for file, data in files.items():
        (tmp_path / file).write_bytes(data)
    assert read_public(
        of_benchmark(repository, f"public={name}", f"public.folder={tmp_path}", f"public.part={part}")
    ) == (expected)
    if name == "fnc1":
        assert "no row of {part}_bodies.csv has '9' in its column 'Body ID'" in caplog.text


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_set_can_be_learned_from(repository: Path, tmp_path: Path, name: str) -> None:
    _, files, expected = PUBLISHED[name]
    for file, data in files.items():
        (tmp_path / file.replace("vast_dev", "vast_train")).write_bytes(data)
    task: Any = "claims" if name == "claimbuster-debates" else "stance"
    config = check_config(
        compose(
            [f"mixture@{task}.mixture={name}", f"{task}.mixture.public.{name}.folder={tmp_path}"], repository / "conf"
        )
    )
    rows = mixed([], task, config)
    left_out = {"vast": 1, "semeval2016": 1}.get(name, 0)  # without a side, but not said which of the two
    assert len(rows) == len(expected) - left_out
    assert {row["label"] for row in rows if task == "stance"} <= set(Stance)


# --- as benchmark and in training -------------------------------------------------------------------------------------


def test_every_mapping_composes_as_benchmark_and_as_mixture(repository: Path) -> None:
    public = {
        path.stem for path in (repository / "conf" / "public").glob("*.yaml") if "/table@" in path.read_text("utf-8")
    }
    mixtures = (repository / "conf" / "mixture").glob("*.yaml")
    of_one_set = {path.stem for path in mixtures if path.read_text("utf-8").count("/table@") == 1}
    assert public == of_one_set == {*PUBLISHED, "table"}


def test_the_mapping_can_be_chosen_and_changed(repository: Path) -> None:
    source = of_benchmark(
        repository, "public=table", "table@public.table=sentences", "public.folder=mine", "public.table.file=a.csv",
        "public.table.text=words", "+public.table.labels={CFS: true, NCS: false}",
    )  # fmt: skip
    assert isinstance(source.table, SentenceTable)
    assert (source.table.text, source.table.labels["CFS"], source.table.labels["NCS"]) == ("words", True, False)


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["public.folder=mine"], r"public\.table: name either its file or, for a data set of the Hub, hub"),
        (["public.table.file=a.csv"], r"public: folder is missing; name the one that holds the files"),
        (
            ["public.folder=a", "public.table.file=b", "+public.table.labels={pro: yes}"],
            r"public\.table\.labels\.pro: Inp",
        ),
        (
            ["public.folder=a", "public.table.file=b", "public.table.claim=null"],
            r"public\.table\.claim: Input should be",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_key(repository: Path, overrides: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=rf"the configuration is wrong:\n  {reason}"):
        of_benchmark(repository, "public=table", *overrides)


def own_pairs(repository: Path, folder: Path, *overrides: str) -> list[dict[str, Any]]:
    rows = [
        {"claim": f"Claim {n % 30}.", "said": f"Text {n}.", "side": "supports", "a": f"{n % 40}"} for n in range(120)
    ]
    (folder / "a.csv").write_bytes(delimited(rows, ","))
    own = "stance.mixture.public.own"
    given = [
        f"{own}.folder={folder}",
        f"{own}.table.file=a.csv",
        f"{own}.table.statement=said",
        f"{own}.table.label=side",
    ]
    config = check_config(compose(["mixture@stance.mixture=table", *given, *overrides], repository / "conf"))
    return mixed([], "stance", config)


@pytest.mark.parametrize(("column", "key"), [(None, "claim"), ("a", "article")])
def test_rows_of_a_claim_or_a_group_stay_on_one_side_of_the_split(
    repository: Path, tmp_path: Path, column: str | None, key: str
) -> None:
    rows = own_pairs(repository, tmp_path, f"stance.mixture.public.own.table.group={column or 'null'}")
    assert len(rows) == 120
    splits = {(row[key], row["split"]) for row in rows}
    assert Counter(split for _, split in splits)["dev"] > 0
    assert len(splits) == len({row[key] for row in rows}) == (30 if column is None else 40)


def test_a_table_of_another_task_is_refused(repository: Path, tmp_path: Path) -> None:
    own = "claims.mixture.public.own"
    overrides = ["mixture@claims.mixture=table", f"{own}.folder={tmp_path}", f"{own}.table.file=a.csv"]
    config = check_config(compose(overrides, repository / "conf"))
    with pytest.raises(
        ConfigError, match=r"claims\.mixture\.public\.own\.table: a table for the task stance, of which"
    ):
        mixed([], "claims", config)


# --- the examples of the docs -----------------------------------------------------------------------------------------


@pytest.fixture
def examples(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The overrides of each call of a stage in the docs, in a folder where their files have been written."""
    page = (repository / "docs" / "pipeline.md").read_text(encoding="utf-8")
    section = page.split("## Your own labelled data\n")[1].split("\n## ")[0]
    shutil.copytree(repository / "conf", tmp_path / "conf")
    monkeypatch.chdir(tmp_path)
    stages: dict[str, list[list[str]]] = {}
    for block in re.findall(r"```bash\n(.*?)```", section, re.DOTALL):
        for name, text in re.findall(r"cat > (\S+) <<'END'\n(.*?)END\n", block, re.DOTALL):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        for line in block.splitlines():
            if line.startswith("python -m stance.training."):
                stages.setdefault(line.split()[2], []).append(shlex.split(line)[3:])
    return stages


def test_the_first_example_of_the_docs_runs(
    examples: dict[str, list[list[str]]], models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "models").symlink_to(models)
    train = [{"claim": "It rose.", "statement": f"It {label}.", "label": str(label)} for label in Stance]
    write(train * 3, tmp_path / "prepared" / "stance" / "train.parquet")
    with hydra.initialize_config_dir(str(tmp_path / "conf"), version_base="1.3"):
        config = check_benchmark(hydra.compose("benchmark", overrides=examples["stance.training.benchmark"][0]))
    assert benchmark(config)["rows"] == 3
    predictions = (tmp_path / "benchmarks" / "latest" / "trams" / "predictions.jsonl").read_text("utf-8").splitlines()
    assert Counter(json.loads(line)["gold"] for line in predictions) == {"supports": 1, "disputes": 1, "discusses": 1}
    assert "mine/trams.csv:5: the column 'said' is empty; it must hold text" in caplog.text


def test_the_second_example_of_the_docs_runs(examples: dict[str, list[list[str]]]) -> None:
    config = check_config(compose(examples["stance.training.prepare"][0]))
    assert examples["stance.training.train"][0] == ["task=claims", *examples["stance.training.prepare"][0]]
    rows = mixed([], "claims", config)
    assert {(row["text"][:9], row["label"]) for row in rows} == {
        ("The fare ", "check-worthy"), ("Every sec", "check-worthy"),
        ("Good even", "not check-worthy"), ("I hope we", "not check-worthy"),
    }  # fmt: skip
    assert len({row["group"] for row in rows}) == 2
    assert {Counter(row["text"] for row in rows if row["split"] == "train")[row["text"]] for row in rows} <= {0, 3}


def test_the_third_example_of_the_docs_begins_with_our_model_and_learns_from_own_rows_alone(
    examples: dict[str, list[list[str]]],
) -> None:
    prepared = check_config(compose(examples["stance.training.prepare"][1]))
    trained = check_config(compose(examples["stance.training.train"][1]))
    assert trained.claims.mixture == prepared.claims.mixture
    assert trained.claims.mixture.corpus == 0
    assert trained.claims.train.warm_start == Path("before")
    assert len({row["text"] for row in mixed([], "claims", prepared)}) == 4


def test_every_key_of_a_mapping_is_in_the_docs_and_in_its_file(repository: Path) -> None:
    page = (repository / "docs" / "pipeline.md").read_text(encoding="utf-8")
    for table, name in ((PairTable, "pairs"), (SentenceTable, "sentences")):
        keys = set(table.model_fields)
        assert set(yaml.safe_load((repository / "conf" / "table" / f"{name}.yaml").read_text("utf-8"))) == keys
        assert [key for key in sorted(keys - {"task"}) if f"`{key}`" not in page] == []
