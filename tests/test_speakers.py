"""Speaker identity, told as small articles: [sources], {contents}, <cues without a source>."""

from __future__ import annotations

import re

import pytest

from stance.attribution.linking import Link
from stance.attribution.speakers import resolve
from stance.records import SourceKind, Span, Speaker
from stance.sentences import sentences

_MARK = re.compile(r"[\[\]{}<>]")
_KINDS = {"[": "source", "{": "content", "<": "cue"}


def _read(marked: str) -> tuple[str, list[Link], list[int]]:
    """Text, links and the positions of those that are not nested.

    A content goes with the last free source and cue before it on its level; failing that, with the first ones behind.
    """
    text, stack, found = "", [], []
    for piece in re.split(r"([\[\]{}<>])", marked):
        if piece in _KINDS:
            stack.append((_KINDS[piece], len(text), sum(kind == "content" for kind, *_ in stack)))
        elif _MARK.match(piece):
            kind, start, depth = stack.pop()
            found.append((start, depth, kind, Span(start=start, end=len(text))))
        else:
            text += piece
    contents = [(start, depth, span) for start, depth, kind, span in sorted(found, key=str) if kind == "content"]
    contents.sort(key=lambda content: content[0])
    free = sorted((start, depth, kind, span) for start, depth, kind, span in found if kind != "content")
    links = []
    for number, (start, depth, content) in enumerate(contents):
        same = [span for _, other, span in contents if other == depth]
        last = max([span.end for span in same if span.end <= start], default=0)
        following = min([span.start for span in same if span.start >= content.end], default=len(text))
        parts: dict[str, Span] = {}
        for head in [h for h in free if h[1] == depth and max(last, text.rfind("\n", 0, start)) <= h[0] < start]:
            parts[head[2]] = head[3]
        if not parts:
            for head in [h for h in free if h[1] == depth and content.end <= h[0] < following][::-1]:
                parts[head[2]] = head[3]
        free = [head for head in free if head[3] not in parts.values()]
        links.append((number, depth, Link(parts.get("source"), parts.get("cue"), (content,), 1.0)))
    return text, [link for *_, link in links], [number for number, depth, _ in links if depth == 0]


def _resolved(marked: str) -> list[tuple[str | None, str | None]]:
    text, links, outer = _read(marked)
    speakers, resolutions = resolve(text, links, sentences(text), outer)
    return [(None if r.speaker is None else speakers[r.speaker].name, r.resolved_by) for r in resolutions]


def _speakers(marked: str) -> list[Speaker]:
    text, links, outer = _read(marked)
    return resolve(text, links, sentences(text), outer)[0]


JOINED = [
    # --- names
    ("[Dana Kell] said {it was shut}. Later [Kell] said {it was open}.", "last name"),
    ("[Dana Kell, the deputy minister,] said {it was shut}. [Dana Kell] said {no more}.", "same name"),
    ("[Dana Kell] said {it was shut}. [Dana R. Kell] signed {the notice}.", "same name"),
    ("[D. R. Kell] said {it was shut}. [Dana Kell] repeated {it}.", "same name"),
    ("[Secretary of State Ana Ruiz] said {talks were on}. [Ruiz] hoped {for an accord}.", "last name"),
    ("[Gen. Moreau] said {the road was clear}. [Moreau] expected {no fight}.", "same name"),
    ("[Gen. Alix Moreau] said {the road was clear}. [Gen. Moreau] expected {no fight}.", "last name"),
    ("[national security journalist Emre Dahl] wrote {that it had burned}. [Dahl] saw {smoke}.", "last name"),
    ("[Yusuf al-Masri] said {they had left}. [Al-Masri] said {none stayed}.", "last name"),
    ("[Yusuf al-Masri] said {they had left}. [Masri] said {none stayed}.", "last name"),
    ("[Joke van der Berg] said {the dike held}. [Van der Berg] said {it leaked}.", "last name"),
    ("[Inés de la Cruz] said {the vote was fair}. [De la Cruz] said {so twice}.", "last name"),
    ("[Marta Lund-Reyes] said {the vote was fair}. [Ms. Lund-Reyes] said {so twice}.", "last name"),
    ("[Efe Okoye Jr.] said {rents would fall}. [Okoye] said {so twice}.", "last name"),
    ("[Casper Wyn Parry] said {rents would fall}. [Mr Wyn Parry] said {so twice}.", "last name"),
    ("[MS. TOVE HALVORSEN]: {We object.}\n\n[MS. HALVORSEN]: {Strongly.}", "last name"),
    ("[MS. HALVORSEN]: {We object.}\n\nAfterwards [Halvorsen] said {she was tired}.", "same name"),
    ("[KELL:] {No.}\n\n[KELL:] {Never.}", "same words"),
    ("[Noor Haddad (@haddad_n)] wrote {that it had burned}. [@haddad_n] posted {a picture}.", "short form"),
    ("[Dana Kell] said {it was shut}. [@danakell] posted {a picture}.", "short form"),
    ("[Naledi Mokoena] said {it was shut}. [Naledi] said {so twice}.", "short form"),
    ("[Mevrouw Joke Aalbers] said {it was shut}. [Mevrouw Aalbers] said {no more}.", "last name"),
    # --- roles
    ("[Dana Kell, deputy minister for security,] said {it was shut}. [The deputy minister] said {no more}.", "role"),
    ("[Kell’s lawyer] said {it was shut}. [The lawyer] said {no more}.", "role"),
    ("[A retired admiral] said {the ship was old}. [The admiral] said {it leaked}.", "role"),
    ("[The finance minister] said {it was shut}. [Finance minister Ilse Brandt] said {no more}.", "role"),
    ("[Rep. Ilse Brandt] said {it was shut}. [The congresswoman] said {no more}.", "role"),
    ("[A lawyer for the port] said {it was shut}. {“No more,”} said [the lawyer, Ana Ruiz].", "role"),
    ("[The harbour master] said {it was shut}.\n\n{“We lost a day,”} said [Ana Ruiz].", "role"),
    ("[My barber, who knows everything,] said {it was shut}. [My barber] said {no more}.", "same words"),
    # --- the headline
    ("[Harbour chief] says {port is shut}\n\n[The head of the port authority] said on Monday {it was shut}.", "role"),
    ("[Experts] find {no leak}\n\n[Two engineers of the port] found on Monday {that it was tight}.", "role"),
    ("[Court filing] says {port was shut}\n\n[A lawsuit unsealed on Monday] says {that it was shut}.", "short form"),
    ("[Port’s union] says {it is shut}\n\n[A union at the port] said on Monday {that it was shut}.", "short form"),
    # --- organisations, outlets, documents
    ("[The defence ministry] said {it was shut}. [The ministry] said {no more}.", "short form"),
    ("[The Ministry of Health] said {it was shut}. [The health ministry] said {no more}.", "short form"),
    ("[The Quill Institute] said {it was shut}. [The institute] said {no more}.", "short form"),
    ("[Evergrove Carbon] said {it was shut}. [Evergrove] said {no more}.", "short form"),
    ("[The International Whaling Forum] said {it was shut}. [The IWF] said {no more}.", "acronym"),
    ("[The IWF] said {it was shut}. [The International Whaling Forum] said {no more}.", "acronym"),
    ("[U.S. Harbours and Waterways Agency] said {it was shut}. [HWA] said {no more}.", "acronym"),
    ("[The Free Ledger] reported {that it was shut}. [The Free Ledger] stood by {its story}.", "same words"),
    ("[The Limehouse Argus] reported {that it was shut}. [The Argus] stood by {its story}.", "short form"),
    ("[A report by the audit office] found {a hole}. [The report] blamed {the board}.", "short form"),
    ("[A study of 4,000 patients] found {no link}. [The paper] says {nothing of children}.", "short form"),
    ("[Norvik Marine, the shipyard’s owner,] said {it was shut}. [The company] said {no more}.", "short form"),
    # --- groups and the unnamed
    ("[Intelligence officials] said {it was shut}. Elsewhere [intelligence officials] said {no more}.", "same words"),
    ("[U.S. officials] said {it was shut}. Elsewhere [US officials] said {no more}.", "same words"),
    ("[Two officials] said {it was shut}. [The officials] said {no more}.", "role"),
    ("[The economists] did not agree {on a figure}. [Their analysis] put {it at a third}.", "pronoun"),
    # --- pronouns
    ("[Dana Kell] said {it was shut}. [She] added {that it was late}.", "pronoun"),
    ("{“It was shut,”} said [Dana Kell], who runs the port. {“We lost a day,”} [she] said.", "pronoun"),
    ("[Mr. Kell] said {it was shut}. [Ms. Osei] said {it was open}. [He] laughed at {that}.", "pronoun"),
    ("[The agency] said {it was shut}. [It] gave {no date}.", "pronoun"),
    ("[Residents] said {it was shut}. [They] want {it open}.", "pronoun"),
    ("[Dana Kell] told us {it was shut}. The prize, in [her] words, is {a lighter port}.", "pronoun"),
    ("[Kell] said: {“In March [I] warned {that it would sink}.”}", "pronoun"),
    ("[Kell] said {it was shut}. [She] added {that it was late}.", "pronoun"),
    ("[Dana Kell] said {it was shut}. Later it was Kell, [who] had sworn {no more}, that spoke.", "pronoun"),
    ("[Dana Kell] said {it was shut}. Asked by a reporter whether it would open, [she] named {no date}.", "pronoun"),
    ("The minister, Dr. Dana Kell, came late. [She] said {it was shut}. [She] named {no date}.", "pronoun"),
    ("Dana Kell, the port’s lawyer, came late. [She] said {it was shut}. [She] named {no date}.", "pronoun"),
    ("Dana Kell, of Leeds, a lawyer, came late. [She] said {it was shut}. [She] named {no date}.", "pronoun"),
    ("Dana Kell took the witness stand. [She] said {it was shut}. [She] named {no date}.", "pronoun"),
    ("[Dana Kell] said {it was shut}. Kell did not mention Social Security. [She] named {no date}.", "pronoun"),
    ("A man known as Bo Kell came late. [He] said {it was shut}. [He] named {no date}.", "pronoun"),
    ("Last year [I] wrote {that it was shut}. It was not. [I] also promised {a photograph}.", "pronoun"),
    ("[MS. KELL]: {It is shut.}\n\n[MR. OSEI]: {In March [you] said {it was open}.}\n\nMS. KELL: No.", "pronoun"),
    # --- what goes on
    ("[Dana Kell] said {it was shut} and <warned> {that it would stay so}.", "same sentence"),
    ("[Dana Kell] said: {“It is shut.}\n\n{“It stays shut.”}", "continued quotation"),
    ("[KELL]: {It is shut.}\n\n{As for the crane, ask the mayor.}", "continued quotation"),
    ("[Dana Kell] denied {the report}. A day later: {“It is shut.”}", "continued quotation"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "rule"), JOINED)
def test_the_last_source_is_joined(marked: str, rule: str) -> None:
    *before, (last, found_by) = _resolved(marked)
    assert last is not None
    assert last in [name for name, _ in before]
    assert found_by == rule


APART = [
    "[Dana Kell] said {it was shut}. [Omar Kell] said {it was open}.",
    "[Mr. Kell] said {it was shut}. [Ms. Kell] said {it was open}.",
    "[Dana Kell] said {it was shut}. [Kell’s spokesman] said {no more}.",
    "[The minister] said {it was shut}. [The minister’s office] said {no more}.",
    "[The defence ministry] said {it was shut}. [The defence minister] said {no more}.",
    "[The defence ministry] said {it was shut}. [The health ministry] said {no more}.",
    "[The deputy minister] said {it was shut}. [The minister] said {no more}.",
    "[A diplomat] said {it was shut}. [A diplomat] said {it was open}.",
    "[An official] said {it was shut}. [Another official] said {it was open}.",
    "[Two officials] said {it was shut}. [Two officials] said {it was open}.",
    "[U.S. intelligence officials] said {it was shut}. [US intelligence officials and prosecutors] said {no more}.",
    "[U.S. intelligence officials] said {it was shut}. [Local officials] said {no more}.",
    "[Some residents] said {it was shut}. [Others] said {it was open}.",
    "[Dana Kell] said {it was shut}. [Dana Kell and Rana Osei] said {no more}.",
    "[The audit office] said {it was shut}. [A report by the audit office] said {no more}.",
    "[A confidential report] said {it was shut}. [The letter] said {no more}.",
    "[Roth] said {it was shut}. [Roth’s parents] said {no more}.",
    "[Iran’s foreign minister] said {it was shut}. [The foreign ministry] said {no more}.",
    "[Norvik] said {it was shut}. [Two former Norvik employees] said {no more}.",
    "[The union] said {it was shut}. [A union official] said {no more}.",
    "[Reuters] reported {that it was shut}. [The Free Ledger] reported {that it was open}.",
    "[The National Weather Service] said {it was shut}. [The National Health Service] said {no more}.",
    "[Iran] said {it was shut}. [Iran Air] said {no more}.",
    "[Kell’s wife] said {it was shut}. [His wife] said {no more}.",
    "[A lawyer] said {it was shut}. [Her lawyer] said {no more}.",
    "[Deputy minister] says {port is shut}\n\n[The transport minister] said on Monday {that it was open}.",
    "[Ministry] says {port is shut}\n\n[The harbour commission] said on Monday {that it was open}.",
    "[Crowd] shouts {that port is shut}\n\n[The harbour master] said on Monday {that it was open}.",
    "[Minister] says {port is shut}\n\n[HOST]: {Is it?}",
    "[The harbour master] said {it was shut}.\n\n{“It is open,”} said [Ana Ruiz, a grocer].",
    "[The harbour master] said {it was shut}. [Ana Ruiz] said {it was open}.",
    "Ana Ruiz came. [The harbour master] said {it was shut}.\n\n{“It is open,”} said [Ana Ruiz].",
    "[The harbour board] said {it was shut}.\n\n{“It is open,”} said [Ana Ruiz].",
]


@pytest.mark.parametrize("marked", APART)
def test_two_sources_stay_two(marked: str) -> None:
    text, links, outer = _read(marked)
    _, resolutions = resolve(text, links, sentences(text), outer)
    first, second = (resolution.speaker for resolution in resolutions)
    assert first != second
    assert first is not None


OPEN = [
    "[She] said {it was shut}.",
    "Dana Kell met Rana Osei at the gate. [She] said {it was shut}.",
    "Dana Kell and her rival, Rana Osei, spoke for an hour. [She] called {it shut}.",
    "[Dana Kell] said {it was shut}. Rana Osei asked him when. [He] gave {no date}.",
    "[Dana Kell] said {it was shut}. [Omar Kell] said {it was open}. [Kell] said {no more}.",
    "[Mr. Kell] said {it was shut}. [She] said {no more}.",
    "[The report] said {it was shut}. Nobody asked. [He] said {no more}.",
    "[Residents] said {it was shut}. [She] said {no more}.",
    "The agency wrote to the ministry. [It] said {it was shut}.",
    "[Dana Kell] said {it was shut}.\n\nIt rained.\n\nThe gate is old.\n\nNobody came.\n\n[She] said {no more}.",
    "[Dana Kell] said: {“[She] warned {us} in March.”}",
    "The mayor came. I had fitted my mother’s bolt. [She] said {it was shut}.",
    "[Dana Kell] said {it was shut}.\n\n{“It is open.”}",
    "[Dana Kell] said {it was shut}. Rana Osei was there. {“It is open.”}",
    "{“It is shut.”}",
    "[Dana Kell] rejected {the <claim> {that it was shut}}.",
    "[Dana Kell] said: {“We <were told> {that it was shut}.”}",
    "[You] said {it was shut}.",
    "[MS. KELL]: {It is shut.}\n\n[MR. OSEI]: {Bo, [you] said {it was open}.}\n\n[BO]: No.",
    "[MS. KELL]: {It is shut.}\n\nThen [I] said {that it was open}.",
]


@pytest.mark.parametrize("marked", OPEN)
def test_what_is_not_certain_stays_open(marked: str) -> None:
    assert _resolved(marked)[-1] == (None, None)


def test_the_idea_in_a_content_is_not_its_sources_but_goes_on_with_its_own() -> None:
    marked = "[Dana Kell] denied {that [the union] had <said> {it was shut} and <feared> {for its men}}."
    assert [name for name, _ in _resolved(marked)] == ["Dana Kell", "union", "union"]


def test_the_one_named_in_the_body_is_meant_rather_than_the_one_of_the_headline() -> None:
    marked = (
        "[Residents] say {the gate leaks}, [dockers’ union] says {it is tight}\n\n"
        "[Residents of Quay Street] complained on Monday {of wet cellars}. [The General Union of Ports] said {it was "
        "tight}. [The union] named {no date}."
    )
    assert _resolved(marked)[-1] == ("General Union of Ports", "short form")


def test_a_writer_has_the_name_of_the_byline() -> None:
    marked = "Shut or open?\n\nBy Lena Moreau\n\nLast year [I] wrote {that it was shut}. [She] said {no}."
    assert _resolved(marked) == [("Lena Moreau", "pronoun"), (None, None)]


def test_an_interviewee_has_the_name_that_opens_the_introduction() -> None:
    marked = (
        "THE INTERVIEW\n\nBo Osei\n\nDr. Dana Kell runs the port. Interview by Rana Osei.\n\n"
        "Q: Is it shut?\n\n[A]: {Yes.}\n\nQ: Since when?\n\n[A]: {March.}\n\n[Kell] named {no day}."
    )
    assert _resolved(marked) == [
        ("Dana Kell", "first mention"), ("Dana Kell", "same words"), ("Dana Kell", "last name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("second", "found"), [("KELL", (0, "interview")), ("OSEI", (None, None))], ids=["interview", "debate"]
)
def test_the_quotation_above_an_interview_is_the_interviewees(
    second: str, found: tuple[int | None, str | None]
) -> None:
    headline = "“It is shut”"
    text, links, _ = _read(f"{headline}\n\nIs it?\n\n[KELL]: {{Yes.}}\n\nSince when?\n\n[{second}]: {{March.}}")
    above = Link(None, None, (Span(start=0, end=len(headline)),), 1.0)
    _, (resolution, *_) = resolve(text, [above, *links], sentences(text))
    assert (resolution.speaker, resolution.resolved_by) == found


def test_a_pronoun_names_somebody_who_was_no_source_yet() -> None:
    marked = "Torvald Lund shook his head. {“Not on my watch,”} [he] said. [Lund] left {it at that}."
    assert _resolved(marked) == [("Torvald Lund", "pronoun"), ("Torvald Lund", "last name")]


def test_an_article_reads_as_a_reader_reads_it() -> None:
    marked = (
        "[Ministry] denies {port is shut}\n\n"
        "[The transport ministry] denied on Monday {that the port was shut}. {“Ships come and go,”} said [Ana Ruiz, "
        "the ministry’s spokeswoman]. [Kell’s union] disagrees: {nothing has moved}. [The spokeswoman] called "
        "{that theatre}.\n\n"
        "[A report by the harbour board] counted {nine ships}. [It] gave {no dates}. [Dana Kell], who leads the "
        "dockers, said {[the report] missed {the night shift}}. {“Count again,”} [Kell] told us."
    )
    assert [name for name, _ in _resolved(marked)] == [
        "transport ministry", "transport ministry", "Ana Ruiz", "Kell’s union", "Ana Ruiz",
        "A report by the harbour board", "A report by the harbour board", "Dana Kell", "A report by the harbour board",
        "Dana Kell",
    ]  # fmt: skip


def test_every_mention_says_how_it_was_joined() -> None:
    (speaker,) = _speakers("[Dana Kell] said {it was shut}. [She] added {no date}. [Kell] named {nobody}.")
    assert [(mention.text, mention.resolved_by) for mention in speaker.mentions] == [
        ("Dana Kell", "first mention"), ("She", "pronoun"), ("Kell", "last name"),
    ]  # fmt: skip


def test_mentions_are_cut_from_the_text() -> None:
    text, links, outer = _read("[Dana Kell] said {it was shut}. [She] added {no date}.")
    (speaker,), _ = resolve(text, links, sentences(text), outer)
    assert all(mention.of(text) == mention.text for mention in speaker.mentions)


@pytest.mark.parametrize(
    ("marked", "name", "kind"),
    [
        ("[Kell] said {it was shut}. The mayor thanked Dana Kell.", "Dana Kell", SourceKind.PERSON),
        ("[Baker] said {it was shut}. Gwen Baker runs the port.", "Gwen Baker", SourceKind.PERSON),
        ("[A nurse] said {it was shut}.", "A nurse", SourceKind.UNNAMED),
        ("[Norvik] said {it was shut}.", "Norvik", SourceKind.ORGANISATION),
        ("[HOST]: {Good evening.}", "HOST", SourceKind.PERSON),
        ("[The advertisement] said {it was shut}.", "advertisement", SourceKind.DOCUMENT),
        ("[the defence ministry] said {it was shut}.", "defence ministry", SourceKind.ORGANISATION),
    ],
)
def test_name_and_kind_of_a_speaker(marked: str, name: str, kind: SourceKind) -> None:
    (speaker,) = _speakers(marked)
    assert (speaker.name, speaker.kind) == (name, kind)


def test_questions_are_one_askers_only_where_answers_are_labelled() -> None:
    interview = "[Q]: {Is it shut?}\n\n[A]: {Yes.}\n\n[Q]: {Since when?}\n\n[A]: {March.}"
    briefing = "[Q]: {Is it shut?}\n\n[MS. OSEI]: {Yes.}\n\n[Q]: {Since when?}\n\n[MS. OSEI]: {March.}"
    assert len(_speakers(interview)) == 2
    assert len(_speakers(briefing)) == 3


def test_an_empty_article_has_no_speakers() -> None:
    assert resolve("", [], []) == ([], [])
