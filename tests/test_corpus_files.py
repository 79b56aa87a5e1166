"""What else the corpus checks: heads of articles, claims, the statement bank, and the folder as a whole."""

import json
import re
from pathlib import Path

import pytest

from stance.errors import CorpusError, Problem
from stance.records import Stance
from stance.training.annotations import BankStatement, Claim, RelatedClaim, negated
from stance.training.corpus import load_corpus, main, parse_article

CLAIM = """\
- id: harbour-closed
  family: harbour
  field: trade
  text: The northern harbour has closed.
  paraphrases: [The north port is shut., No ship enters the northern harbour.]
  negation: The northern harbour has not closed.
"""
HEAD = "---\nclaim: harbour-closed\ngenre: wire\nauthor_stance: discusses\n---\n"


@pytest.fixture
def write(tmp_path):
    """A corpus with one claim, one article and one statement; returns a function that writes into it."""

    def put(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    put("claims/trade.yaml", CLAIM)
    put("articles/wire/storm.txt", HEAD + "It rained.\n")
    put("statements/trade.jsonl", statement(text="[[Lind]] said it shut."))
    return put


def head(old: str, new: str) -> str:
    return HEAD.replace(old, new) + "Rain."


TWO_SPEAKERS = "speakers:\n  a:\n    name: A\n    kind: person\n  b:\n    name: B\n    kind: person\ngenre"
HEAD_FAULTS = {
    "no head": ("It rained.", 1, "expected a head between two lines of '---'"),
    "head never closed": ("---\nclaim: harbour-closed\nIt rained.", 1, "expected a head"),
    "head not at the top": ("\n" + HEAD + "It rained.", 1, "expected a head"),
    "not YAML": (head("wire", "[wire"), 4, "the head is not valid YAML"),
    "no keys": ("---\n- claim\n---\nIt rained.", 2, "the head is not a list of 'key: value' lines"),
    "key missing": (head("genre: wire\n", ""), 2, "genre: Field required"),
    "key unknown": (head("genre", "sort: x\ngenre"), 3, "sort: Extra inputs are not permitted (got 'x')"),
    "genre unknown": (head("wire", "poem"), 3, "genre: Input should be 'wire', 'report'"),
    "stance unknown": (head("discusses", "agrees"), 4, "author_stance: Input should be 'supports'"),
    "date impossible": (head("genre", "date: 31 June\ngenre"), 3, "date: Input should be a valid date"),
    "kind unknown, of the second speaker": (
        head("genre", TWO_SPEAKERS.replace("B\n    kind: person", "B\n    kind: ghost")),
        9, "speakers.b.kind: Input should be 'person'",
    ),
    "name missing, of the first speaker": (
        head("genre", TWO_SPEAKERS.replace("    name: A\n", "")), 4, "speakers.a.name: Field required",
    ),
    "speaker id with a meaning of its own": (
        head("genre", "speakers:\n  none: {name: A, kind: person}\ngenre"),
        4, "the speaker id 'none' has a meaning of its own",
    ),
    "speaker who says nothing": (
        head("genre", "speakers:\n  lind: {name: A, kind: person}\ngenre"),
        4, "the speaker 'lind' is in the head but says nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "line", "reason"), HEAD_FAULTS.values(), ids=HEAD_FAULTS)
def test_faults_of_a_head(markup, line, reason):
    with pytest.raises(CorpusError, match=re.escape(f"storm.txt:{line}: {reason}")) as fault:
        parse_article(markup, Path("storm.txt"))
    assert len(fault.value.problems) == 1


def test_all_faults_of_an_article_are_told_in_order_of_line():
    body = "{A supports|Rain. }\n\nA } here.\n{C1 supports|Shut.}\n{A|Wet.}"
    with pytest.raises(CorpusError, match="closes nothing") as fault:
        parse_article(HEAD + body, Path("storm.txt"))
    assert [problem.line for problem in fault.value.problems] == [6, 8, 9, 10]


def test_a_corpus(write, tmp_path):
    write("claims/trade.yaml", CLAIM + "  related: {relation: weaker, text: A harbour has closed.}\n")
    loaded = load_corpus(tmp_path)
    assert loaded.claims == {
        "harbour-closed": Claim(
            id="harbour-closed",
            family="harbour",
            field="trade",
            text="The northern harbour has closed.",
            paraphrases=("The north port is shut.", "No ship enters the northern harbour."),
            negation="The northern harbour has not closed.",
            related=RelatedClaim(relation="weaker", text="A harbour has closed."),
        )
    }
    assert [(article.id, article.text) for article in loaded.articles] == [("storm", "It rained.\n")]
    assert loaded.bank == (BankStatement("harbour-closed", "[[Lind]] said it shut.", Stance.SUPPORTS),)


STATEMENTS = {
    "without a source": ({}, BankStatement("harbour-closed", "It shut.", Stance.SUPPORTS)),
    "with a second stance, to the related claim": (
        {"related": "disputes"},
        BankStatement("harbour-closed", "It shut.", Stance.SUPPORTS, Stance.DISPUTES),
    ),
}


@pytest.mark.parametrize(("values", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement(write, tmp_path, values, expected):
    write("statements/trade.jsonl", statement(**values))
    assert load_corpus(tmp_path).bank == (expected,)


def test_a_line_separator_inside_a_statement_ends_no_row(write, tmp_path):
    row = '{"claim": "harbour-closed", "text": "It\u2028shut.", "stance": "disputes"}\n'
    write("statements/trade.jsonl", row * 2)
    assert load_corpus(tmp_path).bank == (BankStatement("harbour-closed", "It\u2028shut.", Stance.DISPUTES),) * 2


def claim(old: str, new: str) -> str:
    return CLAIM.replace("-closed", "-2").replace(old, new)


def statement(**values: str | None) -> str:
    return json.dumps({"claim": "harbour-closed", "text": "It shut.", "stance": "supports"} | values)


FILE_FAULTS = {
    "article on a claim that is nowhere": (
        "articles/a.txt", "---\ngenre: wire\nclaim: moon\nauthor_stance: discusses\n---\nRain.",
        3, "the claim 'moon' is in no file of",
    ),
    "article not in UTF-8": ("articles/a.txt", b"---\nclaim: caf\xe9\n", 2, "the file is not UTF-8 ("),
    "article with a name used already": (
        "articles/zz/storm.txt", HEAD + "Rain.", 1, "the file name is used already by",
    ),
    "claims not YAML": ("claims/a.yaml", "- [", 1, "not a YAML file"),
    "claims not in UTF-8": ("claims/a.yaml", b"- id: caf\xe9\n", 1, "the file is not UTF-8 ("),
    "claims not a list": ("claims/a.yaml", "id: a\n", 1, "expected a list of claims"),
    "claim that is no record": ("claims/a.yaml", "\n- harbour\n", 2, "claim 1: Input should be a valid dictionary"),
    "claim with a bad id": ("claims/a.yaml", claim("harbour-2", "Harbour!"), 1, "claim 1: id: String should match"),
    "claim with one paraphrase": (
        "claims/a.yaml", claim("The north port is shut., ", ""),
        5, "claim 1: paraphrases: Tuple should have at least 2 items",
    ),
    "claim with an unknown relation": (
        "claims/a.yaml", claim("  field", "  related:\n    relation: cousin\n    text: A harbour closed.\n  field"),
        4, "claim 1: related.relation: Input should be 'weaker', 'stronger' or 'rival'",
    ),
    "claim id used twice": ("claims/z.yaml", claim("", "") + CLAIM, 7, "the claim id 'harbour-closed' is used twice"),
    "statement not JSON": (
        "statements/a.jsonl", statement() + "\n{}{", 2, 'expected {"claim": id, "text": …, "stance": …}',
    ),
    "statement without a stance": ("statements/a.jsonl", '{"claim": "a", "text": "Shut."}', 1, "expected {"),
    "statement with an unknown stance": ("statements/a.jsonl", statement(stance="for"), 1, "expected {"),
    "statement with an unknown second stance": ("statements/a.jsonl", statement(related="for"), 1, "expected {"),
    "statement on a claim that is nowhere": (
        "statements/a.jsonl", statement(claim="moon"), 1, "the claim 'moon' is in no claims file",
    ),
    "statement without words": ("statements/a.jsonl", statement(text=None), 1, "the text is None"),
    "statements not in UTF-8": ("statements/a.jsonl", b"caf\xe9\n", 1, "the file is not UTF-8 ("),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "reason"), FILE_FAULTS.values(), ids=FILE_FAULTS)
def test_faults_of_a_corpus(write, tmp_path, name, text, line, reason):
    path = write(name, text)
    with pytest.raises(CorpusError, match=re.escape(f"{path}:{line}: {reason}")) as fault:
        load_corpus(tmp_path)
    assert len(fault.value.problems) == 1


@pytest.mark.parametrize(
    "text", ["[[Lind said", "Lind]] said", "]]Lind[[", "[[Lind]] and [[Osei]]", "[[]] said", "[[[[a]]]]"]
)
def test_a_statement_marks_at_most_one_source(write, tmp_path, text):
    write("statements/trade.jsonl", statement(text=text))
    with pytest.raises(CorpusError, match=r"trade\.jsonl:1: mark at most one source, as \[\[source\]\]"):
        load_corpus(tmp_path)


def test_every_fault_of_every_file_is_told(write, tmp_path):
    claims = write("claims/a.yaml", "- id: A\n- id: B\n  text: Both harbours have closed.\n")
    article = write("articles/a.txt", HEAD + "A } here.")
    bank = write("statements/a.jsonl", "\n[]\n")
    with pytest.raises(CorpusError, match="closes nothing") as fault:
        load_corpus(tmp_path)
    places = {(problem.file, problem.line) for problem in fault.value.problems}
    assert places == {(claims, 1), (claims, 2), (article, 6), (bank, 1), (bank, 2)}


def test_a_folder_without_claims_is_no_corpus(tmp_path):
    with pytest.raises(CorpusError, match=r"no claims/\*\.yaml here; expected a corpus folder"):
        load_corpus(tmp_path)


def test_a_problem_reads_like_a_place_in_an_editor():
    assert str(Problem(Path("a.txt"), 3, "too short")) == "a.txt:3: too short"


@pytest.mark.parametrize(
    ("stance", "flipped"),
    [("supports", "disputes"), ("disputes", "supports"), ("discusses", "discusses"), ("unrelated", "unrelated")],
)
def test_the_stance_to_a_negated_claim(stance, flipped):
    assert negated(Stance(stance)) is Stance(flipped)


def test_the_command_passes_a_good_corpus(write, tmp_path, capsys):
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 articles checked, 0 faults\n"


def test_the_command_names_the_faults_of_all_files_of_a_folder(write, tmp_path, capsys):
    first = write("articles/a.txt", HEAD + "A } here.")
    second = write("articles/b.txt", b"caf\xe9")
    assert main([str(tmp_path / "articles"), str(tmp_path / "gone.txt")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{first}:6: a '}}' closes nothing; write \\}} for a brace of the text",
        f"{second}:1: the file is not UTF-8 (unexpected end of data at byte 3)",
        f"{tmp_path / 'gone.txt'}: No such file or directory",
        "4 articles checked, 3 faults",
    ]


def test_a_byte_order_mark_changes_nothing(write, tmp_path):
    wanted = load_corpus(tmp_path)
    for name in ("claims/trade.yaml", "articles/wire/storm.txt", "statements/trade.jsonl"):
        write(name, b"\xef\xbb\xbf" + (tmp_path / name).read_bytes())
    assert load_corpus(tmp_path) == wanted


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("articles/bad.txt", HEAD.encode() + b"It rained.\nCaf\xe9.\n", 7, "the file is not UTF-8"),
        ("articles/bad.txt", HEAD.replace("---\nclaim", "---\ndate: 2021-13-01\nclaim"), 1, "month must be in 1..12"),
        ("claims/bad.yaml", "- id: 2021-13-01\n", 1, "month must be in 1..12"),
        ("statements/bad.jsonl", "[" * 100_000, 1, "recursion"),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_line(write, tmp_path, name, text, line, reason):
    path = write(name, text)
    with pytest.raises(CorpusError, match=re.escape(reason)) as caught:
        load_corpus(tmp_path)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [(path, line)]
