"""The round trip through Label Studio: nothing marked is lost, and what cannot be expressed is named."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rows import row
from stance.cli import console
from stance.errors import InputError
from stance.labelstudio import Labelled, as_task, interface, of_result, read_task
from stance.records import Stance
from stance.training.annotations import GENRES, Article, Corpus
from stance.training.corpus import load_corpus, parse_article, read_article
from stance.training.labelled import Shelf, as_article, as_labelled, claim_ids
from stance.training.write_markup import write_article
from test_cli import run

TEXT = "🐱 Ahead\n\n🐱 Dana Kell said the base 🚢 was there. She denied Bo Ree’s claim that it had gone. It was {so}.\n"


@pytest.fixture(scope="module")
def corpus(repository: Path) -> Corpus:
    return load_corpus(repository / "corpus")


@pytest.fixture
def claims(repository: Path, tmp_path: Path) -> Path:
    """A corpus folder with one file of claims."""
    folder = tmp_path / "corpus"
    (folder / "claims").mkdir(parents=True)
    shutil.copy(repository / "corpus" / "claims" / "iran-base.yaml", folder / "claims")
    return folder


def region(name: str, label: str, words: str, text: str = TEXT, **answers: str) -> list[dict[str, Any]]:
    """A region over the first place of some words, and what is said of it, as Label Studio exports them."""
    start = text.index(words)
    place = {"start": start, "end": start + len(words), "text": words}
    found = [
        {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": {**place, "labels": [label]}}
    ]
    for asked, answer in answers.items():
        kind, value = ("textarea", {"text": [answer]}) if asked == "speaker" else ("choices", {"choices": [answer]})
        found.append({"id": name, "from_name": asked, "to_name": "text", "type": kind, "value": {**place, **value}})
    return found  # fmt: skip


def relation(one: str, other: str) -> dict[str, Any]:
    return {"type": "relation", "from_id": one, "to_id": other, "direction": "right"}


def exported(*results: Any, **data: str) -> dict[str, Any]:
    """A task with one annotation."""
    about = [
        {"id": "x", "from_name": asked, "to_name": "text", "type": "choices", "value": {"choices": [answer]}}
        for asked, answer in (("author_stance", "discusses"), ("genre", "wire"))
    ]
    result = [each for group in results for each in (group if isinstance(group, list) else [group])] + about
    return {
        "id": 7,
        "data": {"article": "a1", "claim": "Al Qaeda has a base.", "text": TEXT, **data},
        "annotations": [{"id": 1, "was_cancelled": False, "result": result}],
    }


NESTED = (
    region("s1", "source", "Dana Kell", speaker="Dana Kell", kind="person"),
    region("q1", "cue", "said"),
    region("c1", "content", "the base 🚢 was there", stance="supports"),
    relation("s1", "q1"),
    relation("c1", "q1"),
    region("s2", "source", "She", speaker="Dana Kell"),
    region("q2", "cue", "denied"),
    region("c2", "content", "Bo Ree’s claim that it had gone", stance="disputes", related="discusses"),
    relation("s2", "c2"),
    relation("q2", "c2"),
    region("s3", "source", "Bo Ree", speaker="Bo Ree", kind="person"),
    region("q3", "cue", "claim"),
    region("c3", "content", "that it had gone", stance="unrelated"),
    relation("s3", "c3"),
    relation("q3", "c3"),
    region("p1", "author's voice", "It was {so}.", stance="supports"),
    region("w1", "check-worthy", "🐱 Dana Kell said the base 🚢 was there."),
)


def by_text(article: Article | Labelled) -> list[Any]:
    """Attributions in order of the text, with their speakers by name and their parents by place."""
    speakers = article.speakers if isinstance(article.speakers, dict) else dict(enumerate(article.speakers))

    def place(found: Any) -> tuple[int, int, bool]:
        parts = [(part, False) for part in found.contents] + [
            (part, True) for part in (found.source, *found.cues) if part
        ]
        return min((part.start, -part.end, is_other) for part, is_other in parts)

    ids = {getattr(found, "number", number): place(found) for number, found in enumerate(article.attributions)}
    return [
        (
            found.source, found.cues, found.contents, found.stance,
            (speakers[found.speaker].name, speakers[found.speaker].kind) if found.speaker is not None else None,
            ids[found.parent] if found.parent is not None else None,
        )
        for found in sorted(article.attributions, key=place)
    ]  # fmt: skip


def test_every_article_of_the_corpus_can_be_written_again(corpus: Corpus) -> None:
    changed = [a.id for a in corpus.articles if parse_article(write_article(a), a.path) != a]
    assert changed == []


def test_articles_of_the_corpus_survive_the_round_trip(corpus: Corpus) -> None:
    for article in corpus.articles[::4]:
        task = json.loads(json.dumps(as_task(as_labelled(article, corpus.claims), "corpus")))
        labelled = read_task({"data": task["data"], "annotations": task["predictions"]})
        assert labelled is not None
        back = as_article(labelled, article.path, claim_ids(corpus.claims)[labelled.claim])
        for name in set(Article.__dataclass_fields__) - {"attributions", "speakers"}:
            assert getattr(back, name) == getattr(article, name), (article.id, name)
        assert by_text(back) == by_text(article), article.id
        related = [{(found.contents, found.related_stance) for found in each.attributions} for each in (back, article)]
        assert related[0] == related[1]


def test_an_annotation_becomes_an_article_file(tmp_path: Path) -> None:
    article = Shelf(tmp_path, {"Al Qaeda has a base.": "aq-base"}).place(exported(*NESTED))
    assert article is not None
    assert write_article(article) == (
        "---\nclaim: aq-base\ngenre: wire\nauthor_stance: discusses\nspeakers:\n"
        "  dana-kell: {name: Dana Kell, kind: person}\n  bo-ree: {name: Bo Ree, kind: person}\n---\n"
        "🐱 Ahead\n\n{!}🐱 {S1 @dana-kell|Dana Kell} {Q1|said} {C1 supports|the base 🚢 was there}. "
        "{S2 @dana-kell|She} {Q2|denied} {C2 disputes/discusses|{S3 @bo-ree|Bo Ree}’s {Q3|claim} "
        "{C3 unrelated|that it had gone}}. {A supports|It was \\{so\\}.}\n"
    )


def test_claims_that_begin_alike_get_ids_of_their_own(tmp_path: Path) -> None:
    long = "The ministry of transport closed the old bridge over the river in the north"
    shelf = Shelf(tmp_path, {})
    articles = [shelf.place(exported(article=str(n), claim=f"{long} {n}.")) for n in (1, 2)]
    assert [article.claim for article in articles if article] == list(shelf.new_claims)
    assert list(shelf.new_claims.values()) == [f"{long} 1.", f"{long} 2."]


def test_predictions_come_back_as_they_went() -> None:
    result = row(text=TEXT)
    labelled = of_result(result)
    task = as_task(labelled, "stance 1")
    assert by_text(read_task({"data": task["data"], "annotations": task["predictions"]})) == by_text(labelled)  # type: ignore[arg-type]
    assert {each["value"]["text"] for each in task["predictions"][0]["result"] if each.get("type") == "labels"} == {
        "Dana Kell", "said", "the base 🚢 was there", "It was {so}.", "🐱 Dana Kell said the base 🚢 was there.",
    }  # fmt: skip


def test_an_unedited_prediction_lacks_only_what_no_model_says(tmp_path: Path) -> None:
    task = as_task(of_result(row(text=TEXT)), "stance 1")
    with pytest.raises(InputError, match=r"^task 3: its genre is None; choose one of: wire, "):
        Shelf(tmp_path, {}).place({"id": 3, "data": task["data"], "annotations": task["predictions"]})


def test_offsets_are_code_points_or_else_utf_16_units() -> None:
    task = exported(*NESTED)
    old = copy.deepcopy(task)
    for result in old["annotations"][0]["result"]:
        for edge in ("start", "end"):
            if edge in result.get("value", {}):
                result["value"][edge] = len(TEXT[: result["value"][edge]].encode("utf-16-le")) // 2
    assert read_task(old) == read_task(task)


def test_spaces_at_the_edges_of_a_region_and_escaped_line_breaks_do_no_harm() -> None:
    task = exported(region("p", "author's voice", "It was {so}.\n", stance="supports"))
    task["annotations"][0]["result"][0]["value"]["text"] = "It was {so}.\\n"
    labelled = read_task(task)
    assert labelled
    assert labelled.passages[0].span.of(TEXT) == "It was {so}."


def test_a_source_of_two_contents_stands_once_and_speaks_twice() -> None:
    labelled = read_task(
        exported(
            region("s", "source", "Dana Kell", speaker="Kell", kind="person"),
            region("c1", "content", "the base", stance="supports"),
            region("c2", "content", "was there", stance="disputes"),
            relation("s", "c2"),
            relation("c1", "s"),
        )
    )
    assert labelled
    first, second = labelled.attributions
    assert (first.source and first.source.of(TEXT), second.source) == ("Dana Kell", None)
    assert first.speaker == second.speaker == 0


def test_two_speakers_of_one_name_stay_two(tmp_path: Path) -> None:
    labelled = read_task(
        exported(
            region("c1", "content", "the base", stance="supports", speaker="an aide", kind="unnamed"),
            region("c2", "content", "was there", stance="disputes", speaker="an aide #2", kind="unnamed"),
        )
    )
    assert labelled
    article = as_article(labelled, tmp_path / "a.txt", "aq-base")
    names = {name: speaker.name for name, speaker in article.speakers.items()}
    assert names == {"an-aide": "an aide", "an-aide-2": "an aide"}


CONTENT = region("c", "content", "the base", stance="supports")


@pytest.mark.parametrize(
    ("results", "fault"),
    [
        ([region("c", "content", "the base")], "region c (content): no stance is chosen"),
        ([region("c", "content", "the base", stance="maybe")], "region c (content): its stance 'maybe' is unknown"),
        ([region("q", "cue", "said")], "region q (cue): no relation joins it to a content"),
        ([region("s", "source", "She")], "region s (source): no relation joins it to a content"),
        ([CONTENT, region("s", "source", "She"), relation("s", "c")], "region s (source): no speaker is named"),
        (
            [CONTENT, region("s", "source", "She", speaker="Kell"), relation("s", "c")],
            "region s (source): the kind of speaker is not chosen for 'Kell'",
        ),
        (
            [CONTENT, relation("s", "c"), relation("t", "c"), region("t", "source", "Bo Ree", speaker="x"),
             region("s", "source", "She", speaker="x", kind="group")],
            "region t (source): its attribution has another source, region s (source); remove one",
        ),
        (
            [CONTENT, region("s", "source", "She", speaker="Kell", kind="person"), relation("s", "c"),
             relation("c", "d"), region("d", "content", "it had gone", speaker="Ree", stance="disputes")],
            "region d (content): its attribution has several answers for speaker: Kell, Ree; keep one",
        ),
        (
            [CONTENT, region("d", "content", "it had gone", stance="disputes"), relation("c", "d")],
            "region d (content): its attribution has several answers for stance: supports, disputes; keep one",
        ),
        (
            [CONTENT, region("d", "content", "base 🚢 was", stance="supports")],
            "region d (content): it begins inside region c (content) and ends outside",
        ),
        (
            [CONTENT, region("q", "cue", "the base 🚢"), relation("q", "d"),
             region("d", "content", "was", stance="supports")],
            "region c (content): it lies inside region q (cue); only contents hold others",
        ),
        (
            [CONTENT, region("q", "cue", "base"), relation("q", "c")],
            "region q (cue): it lies inside region c (content), a content of its own attribution",
        ),
        (
            [CONTENT, region("p", "author's voice", "base", stance="supports")],
            "region p (author's voice): it lies inside region c (content); the author's voice is not attributed",
        ),
        (
            [CONTENT, region("p", "author's voice", "It was", stance="supports"), relation("p", "c")],
            "regions p and c: a relation joins source, cue and content only",
        ),
        (
            [CONTENT, region("q", "cue", "denied Bo"), relation("q", "c"), region("w", "check-worthy", "Bo Ree")],
            "region w (check-worthy): it begins inside region q (cue); mark the sentence from its first word",
        ),
        ([CONTENT, relation("c", "gone")], "regions c and gone: a relation joins source, cue and content only"),
        ([region("c", "opinion", "the base")], "region c: its label is ['opinion']; expected one of: source, cue"),
        (
            [{**CONTENT[0], "value": {"start": 1, "end": 4, "text": "base", "labels": ["content"]}}],
            "region c (content): its offsets 1 to 4 do not cover 'base'",
        ),
        ([{"id": "z", "type": "brushlabels"}], "region z: a result of type 'brushlabels' has no place here"),
    ],
)  # fmt: skip
def test_what_cannot_be_expressed_is_named(results: list[Any], fault: str) -> None:
    with pytest.raises(InputError) as raised:
        read_task(exported(*results))
    assert any(line.startswith(f"task 7, {fault}") for line in str(raised.value).splitlines()), str(raised.value)


def test_what_is_only_said_of_a_later_part_counts() -> None:
    parts = [region("c", "content", "the base"), region("d", "content", "gone", stance="disputes", related="discusses")]
    labelled = read_task(exported(*parts, relation("d", "c")))
    assert labelled
    (found,) = labelled.attributions
    assert [part.of(TEXT) for part in found.contents] == ["the base", "gone"]
    assert (found.stance, found.related) == (Stance.DISPUTES, Stance.DISCUSSES)


def test_of_several_annotations_the_ground_truth_counts() -> None:
    task = exported(*NESTED)
    other = {"result": [], "was_cancelled": False}
    task["annotations"] += [other, {"result": [], "was_cancelled": True}]
    with pytest.raises(InputError, match="task 7: it has 2 annotations; mark one as ground truth"):
        read_task(task)
    other["ground_truth"] = True
    labelled = read_task(task)
    assert labelled
    assert labelled.attributions == ()


def test_what_is_not_annotated_is_none_and_what_is_no_task_is_refused() -> None:
    assert read_task({**exported(), "annotations": []}) is None
    with pytest.raises(InputError, match="export the project as JSON, not as JSON-MIN"):
        read_task({"id": 1, "text": TEXT, "label": []})


def test_the_interface_asks_for_what_tasks_answer() -> None:
    view = ElementTree.fromstring(interface(GENRES))
    asked = {tag.get("name"): {choice.get("value") for choice in tag} for tag in view.iter() if tag.get("toName")}
    assert asked["stance"] == asked["related"] == asked["author_stance"] == set(Stance)
    assert asked["genre"] == set(GENRES)
    task = as_task(of_result(row(text=TEXT)), "stance 1")
    for result in task["predictions"][0]["result"]:
        if result["type"] in ("labels", "choices"):
            assert set(result["value"][result["type"]]) <= asked[result["from_name"]]
        elif result["type"] == "textarea":
            assert result["from_name"] in asked
        else:
            assert set(result["labels"]) <= {tag.get("value") for tag in view.iter("Relation")}


def test_articles_go_out_and_come_back_by_command(
    tmp_path: Path, claims: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rows, tasks, export, folder = (tmp_path / name for name in ("out.jsonl", "t/tasks.json", "export.json", "folder"))
    rows.write_text(
        row(text=TEXT, claim=load_corpus(claims).claims["aq-base-iran"].text).model_dump_json() + "\n", encoding="utf-8"
    )
    assert run(["export-labels", str(rows), "-o", str(tasks)], monkeypatch) == console.OK
    assert (tmp_path / "t" / "labels.xml").read_text(encoding="utf-8") == interface(GENRES)
    task = json.loads(tasks.read_text(encoding="utf-8"))[0]
    task["data"]["article"] = "news/one.txt"
    task["annotations"] = task.pop("predictions")
    task["annotations"][0]["result"] += exported()["annotations"][0]["result"][1:]
    faulty = {**exported(*CONTENT, relation("c", "x")), "id": 8}
    other = exported(*NESTED, article="two")
    export.write_text(json.dumps([task, faulty, other, {**task, "annotations": []}]), encoding="utf-8")
    command = ["import-labels", str(export), "-o", str(folder), "--corpus", str(claims)]
    assert run(command, monkeypatch) == console.SOME_FAILED
    shown = capfd.readouterr().err
    assert "skipped task 8, regions c and x:" in shown
    assert "2 articles written to" in shown
    assert "1 skipped, 1 not labelled yet" in shown
    assert "new claim al-qaeda-has-a-base: add it" in shown
    assert read_article(folder / "one.txt").claim == "aq-base-iran"
    assert read_article(folder / "two.txt").group == "one"
    assert run(command, monkeypatch) == console.UNUSABLE
    assert "one.txt is there already; use --overwrite" in capfd.readouterr().err


def test_articles_of_the_corpus_can_be_labelled_again_by_command(
    tmp_path: Path, claims: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository / "corpus" / "articles" / "iran-plain"
    command = ["export-labels", str(folder), "-o", str(tmp_path / "tasks.json")]
    assert run([*command, "--corpus", str(claims)], monkeypatch) == console.OK
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert [task["data"]["article"] for task in tasks] == sorted(path.stem for path in folder.glob("*.txt"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not JSON"),
        ("{}", "expected a list of tasks"),
        ("[]", "expected a list of tasks"),
        (None, "cannot be read"),
    ],
)
def test_an_export_that_is_none_is_refused(
    content: str | None,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if content is not None:
        (tmp_path / "e.json").write_text(content, encoding="utf-8")
    assert run(["import-labels", str(tmp_path / "e.json"), "-o", str(tmp_path / "f")], monkeypatch) == console.UNUSABLE
    assert message in capfd.readouterr().err
