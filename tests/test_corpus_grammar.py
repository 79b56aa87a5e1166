"""The markup of an annotated article, as docs/annotation.md defines it."""

import datetime
import re
from pathlib import Path

import pytest

from stance.errors import CorpusError
from stance.records import SourceKind, Span, Stance
from stance.training.annotations import AnnotatedAttribution, AuthorPassage, Speaker
from stance.training.corpus import parse_article

FILE = Path("harbour.txt")
SPEAKERS = {"lind": "{name: Ada Lind, kind: person}", "board": "{name: the harbour board, kind: organisation}"}


def article(body: str) -> str:
    """A file whose head has six lines, so that the body starts on line 7; the head names the speakers of the body."""
    speakers = ", ".join(f"{name}: {value}" for name, value in SPEAKERS.items() if f"@{name}" in body)
    head = f"---\nclaim: harbour-closed\ngenre: wire\nauthor_stance: discusses\nspeakers: {{{speakers}}}\n---\n"
    return head + body


def attribution(number, source, cues, contents, speaker, stance, related=None, parent=None):
    return AnnotatedAttribution(
        number=number,
        source=Span(start=source[0], end=source[1]) if source else None,
        cues=tuple(Span(start=start, end=end) for start, end in cues),
        contents=tuple(Span(start=start, end=end) for start, end in contents),
        speaker=speaker,
        stance=Stance(stance),
        related_stance=Stance(related) if related else None,
        parent=parent,
    )


ATTRIBUTIONS = {
    "source, cue, content": (
        "{S1 @lind|Lind} {Q1|said} {C1 supports|it shut}.",
        "Lind said it shut.\n",
        [attribution(1, (0, 4), [(5, 9)], [(10, 17)], "lind", "supports")],
    ),
    "a second label for the related claim": (
        "{S1 @lind|Lind} {Q1|said} {C1 supports/disputes|it shut}.",
        "Lind said it shut.\n",
        [attribution(1, (0, 4), [(5, 9)], [(10, 17)], "lind", "supports", "disputes")],
    ),
    "what is unrelated to the claim is unrelated to its neighbour": (
        "{S1 @lind|Lind} {Q1|hummed} {C1 unrelated|a song}.",
        "Lind hummed a song.\n",
        [attribution(1, (0, 4), [(5, 11)], [(12, 18)], "lind", "unrelated", "unrelated")],
    ),
    "a content in two parts repeats only its number": (
        "{C1 disputes|“It is open,”} {S1 @lind|Lind} {Q1|said}. {C1|“Come.”}",
        "“It is open,” Lind said. “Come.”\n",
        [attribution(1, (14, 18), [(19, 23)], [(0, 13), (25, 32)], "lind", "disputes")],
    ),
    "a cue in two parts": (
        "{S1 @lind|Lind} {Q1|made} it {Q1|clear} {C1 supports|that it shut}.",
        "Lind made it clear that it shut.\n",
        [attribution(1, (0, 4), [(5, 9), (13, 18)], [(19, 31)], "lind", "supports")],
    ),
    "a content inside a content has a parent": (
        "{S1 @lind|Lind} {Q1|denied} {C1 disputes|{S2 @board|the board}’s {Q2|claim} {C2 supports|that it shut}}.",
        "Lind denied the board’s claim that it shut.\n",
        [
            attribution(1, (0, 4), [(5, 11)], [(12, 42)], "lind", "disputes"),
            attribution(2, (12, 21), [(24, 29)], [(30, 42)], "board", "supports", parent=1),
        ],
    ),
    "without a source the content names the speaker": (
        "{S1 @lind|Lind} {Q1|said} {C1 supports|it shut} and {Q2|feared} {C2 discusses @lind|worse}.",
        "Lind said it shut and feared worse.\n",
        [
            attribution(1, (0, 4), [(5, 9)], [(10, 17)], "lind", "supports"),
            attribution(2, None, [(22, 28)], [(29, 34)], "lind", "discusses"),
        ],
    ),
    "nobody says who speaks": (
        "{C1 discusses @none|“Is it shut?”}",
        "“Is it shut?”\n",
        [attribution(1, None, [], [(0, 13)], None, "discusses")],
    ),
    "in order of number, whatever their order in the text": (
        "{C2 supports @none|“Shut.”} {C1 disputes @none|“Open.”}",
        "“Shut.” “Open.”\n",
        [
            attribution(1, None, [], [(8, 15)], None, "disputes"),
            attribution(2, None, [], [(0, 7)], None, "supports"),
        ],
    ),
    "escaped braces and backslashes are text": (
        r"\{{S1 @lind|Lind}\} {Q1|wrote} {C1 supports|a\{b\\}.",
        "{Lind} wrote a{b\\.\n",
        [attribution(1, (1, 5), [(7, 12)], [(13, 17)], "lind", "supports")],
    ),
}


@pytest.mark.parametrize(("body", "text", "expected"), ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_attributions(body, text, expected):
    found = parse_article(article(body), FILE)
    assert (found.text, list(found.attributions)) == (text, expected)


PASSAGES = {
    "one label": ("It rained. {A supports|The port shut.}", [((11, 25), "supports", None)]),
    "two labels": ("{A disputes/discusses|It was open.}", [((0, 12), "disputes", "discusses")]),
    "unrelated": ("{A unrelated|It rained.}", [((0, 10), "unrelated", "unrelated")]),
    "two in order": ("{A supports|It shut.} {A disputes|Or not.}", [((0, 8), "supports", None),
                                                                    ((9, 16), "disputes", None)]),
    "holding an attribution": (
        "{A disputes|{S1 @lind|Lind} wrongly {Q1|says} {C1 supports|it shut}.}",
        [((0, 26), "disputes", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PASSAGES.values(), ids=PASSAGES)
def test_author_passages(body, expected):
    assert parse_article(article(body), FILE).author_passages == tuple(
        AuthorPassage(Span(start=start, end=end), Stance(stance), Stance(related) if related else None)
        for (start, end), stance, related in expected
    )


def test_an_attribution_inside_an_author_passage_has_no_parent():
    body = "{A disputes|{S1 @lind|Lind} {Q1|says} {C1 supports|it shut}.}"
    assert [a.parent for a in parse_article(article(body), FILE).attributions] == [None]


CHECK_WORTHY = {
    "at the start of sentences": ("{!}Ten sank. Why? {!}Two burned.", (0, 15)),
    "before a mark": ("Yes. {!}{A supports|Ten sank.}", (5,)),
    "inside a content": ("{C1 supports @none|“No. {!}Ten sank.”}", (5,)),
    "spaces behind it do not count": ("Yes. {!} Ten sank.", (6,)),
    "none": ("Why?", ()),
}


@pytest.mark.parametrize(("body", "offsets"), CHECK_WORTHY.values(), ids=CHECK_WORTHY)
def test_check_worthy_sentences(body, offsets):
    assert parse_article(article(body), FILE).checkworthy == offsets


def test_head():
    markup = (
        "---\nclaim: harbour-closed\ngenre: blog\noutlet: Quay Notes\nauthor: Bo Ames\ndate: 2021-03-04\n"
        "author_stance: supports\ngroup: storm\nspeakers:\n  lind:\n    name: Ada Lind\n    kind: person\n"
        "---\n\n{C1 disputes @lind|“Open.”}\n\n\n"
    )
    found = parse_article(markup, Path("news/quay.txt"))
    assert (found.id, found.claim, found.group, found.genre) == ("quay", "harbour-closed", "storm", "blog")
    assert (found.outlet, found.author, found.date) == ("Quay Notes", "Bo Ames", datetime.date(2021, 3, 4))
    assert found.author_stance is Stance.SUPPORTS
    assert found.speakers == {"lind": Speaker(name="Ada Lind", kind=SourceKind.PERSON)}
    assert found.text == "“Open.”\n"


def test_an_article_is_its_own_group_when_the_head_names_none():
    assert parse_article(article("It rained."), FILE).group == "harbour"


def test_the_example_of_the_guideline_is_valid(repository):
    guideline = (repository / "docs" / "annotation.md").read_text(encoding="utf-8")
    example = re.search(r"```text\n(---\n.*?)```", guideline, re.DOTALL)[1]
    found = parse_article(example, FILE)
    held = [(a.speaker, str(a.stance), a.parent) for a in found.attributions]
    assert held == [
        ("kell", "supports", None),
        ("kell", "supports", None),
        ("kell", "supports", None),
        ("officials", "disputes", None),
        ("ministry", "supports", 4),
    ]
    assert [found.text[offset:][:8] for offset in found.checkworthy] == ["Dana Kel", "The emba"]


GOOD = "{S1 @lind|Lind} {Q1|said} {C1 supports|it shut}"
BODY_FAULTS = {
    "unknown mark": ("Rain.\n{X1|wet}.", 8, "'{X1|wet}.' opens no span"),
    "mark without a bar": ("{C1 supports it shut\\}.", 7, "'{C1 supports it shut' opens no span"),
    "brace that closes nothing": ("Rain.\n\nA } here.", 9, r"a '}' closes nothing; write \}"),
    "mark never closed": ("{A supports|It shut.\nRain.", 7, "{A is never closed"),
    "mark on nothing": ("{A supports|}", 7, "{A marks nothing"),
    "space at an edge": ("Rain. {A supports|It shut. }", 7, "{A begins or ends with a space: 'It shut. '"),
    "author passage without a stance": ("{A|It shut.}", 7, "{A| needs a stance"),
    "author passage with a speaker": (
        "{A supports @lind|It shut.} {C1 supports @lind|Shut.}", 7, "'@lind' in {A is not understood; expected one of",
    ),
    "author passage in a content": (
        "{C1 supports @none|Well: {A supports|it shut}.}", 7, "an {A …} stands inside another span",
    ),
    "mark inside a source": (
        "{S1 @lind|Lind {Q1|said}} {C1 supports|it shut}.", 7, "{Q1 stands inside {S1; only contents hold others",
    ),
    "check-worthy inside a cue": (
        "{S1 @lind|Lind} {Q1|{!}said} {C1 supports|it shut}.", 7, "a {!} stands inside a source or cue",
    ),
    "check-worthy behind the text": ("It shut.\n{!}", 8, "a {!} stands behind the last sentence"),
    "content inside itself": (
        "{C1 supports @none|So {C1|it shut}.}", 7, "{C1 stands inside a content of its own attribution",
    ),
    "no content": ("Rain.\n{Q1|said} " + GOOD.replace("1", "2"), 8, "attribution 1 has no content {C1 …|…}"),
    "two sources": (GOOD + "\n{S1 @lind|she}.", 8, "attribution 1 has 2 sources; give the second its own number"),
    "no stance": ("{C1 @none|It shut.}", 7, "attribution 1 needs one stance"),
    "two stances": ("Rain.\n" + GOOD + "\n{C1 disputes|or not}.", 8, "attribution 1 needs one stance"),
    "two stances to the related claim": (
        "{C1 supports/supports @none|Shut,} he said, {C1 supports/disputes|shut.}", 7,
        "attribution 1 has two stances to the related claim",
    ),
    "no speaker": ("{C1 supports|It shut.}", 7, "attribution 1 needs one speaker"),
    "two speakers": (GOOD + " {C1 @board|now}.", 7, "attribution 1 needs one speaker"),
    "speaker missing from the head": ("Rain.\n{C1 supports @bo|Shut.}", 8, "the speaker @bo is not in the head"),
    "partly in another content": (
        "{C1 supports @none|Shut, {C2 disputes @none|or not}.} {C2|Open.}", 7, "attribution 2 lies partly inside",
    ),
    "unknown label": (
        "{C1 supports/agrees @none|Shut.} {C1 supports|Shut.}", 7, "'supports/agrees' in {C1 is not understood",
    ),
    "three labels": (
        "{C1 supports @none|Shut.} {C1 supports/supports/supports|It.}", 7, "'supports/supports/supports' in {C1",
    ),
    "second label without a slash": ("{C1 supports disputes @none|Shut.}", 7, "'disputes' in {C1 is not understood"),
    "label on a source": (
        "{S1 @lind supports|Lind} {C1 supports|Shut.}", 7, "'supports' in {S1 is not understood; expected one @id",
    ),
    "two ids in one mark": (
        "{S1 @lind @board|Lind} {C2 supports @board|Shut.} {C1 supports|Shut.}", 7, "'@board' in {S1 is not understood",
    ),
    "no text": ("\n\n", 9, "the article has no text below its head"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "line", "reason"), BODY_FAULTS.values(), ids=BODY_FAULTS)
def test_faults_of_a_body(body, line, reason):
    with pytest.raises(CorpusError, match=re.escape(f"harbour.txt:{line}: {reason}")) as fault:
        parse_article(article(body), FILE)
    assert {problem.line for problem in fault.value.problems} == {line}
