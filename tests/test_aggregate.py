"""From the stances of statements to one verdict for each source."""

import pytest

from stance.aggregate import Thresholds, aggregate, count_verdicts, verdict_of
from stance.records import Mention, SourceKind, SourceStance, Speaker, Stance, StatementStance, Verdict

THRESHOLDS = Thresholds(takes_side=0.5, mixed=0.6, abstain_below=0.55)


def speaker(number: int, name: str, kind: str = "person") -> Speaker:
    mention = Mention(start=0, end=len(name), text=name, resolved_by="first mention")
    return Speaker(id=number, name=name, kind=SourceKind(kind), mentions=(mention,))


def statement(
    speaker: int | None, supports: float = 0, disputes: float = 0, discusses: float = 0, attribution: int | None = 0
) -> StatementStance:
    values = (supports, disputes, discusses, 1 - supports - disputes - discusses)
    probabilities = dict(zip(Stance, values, strict=True))
    return StatementStance(
        attribution=attribution,
        speaker=speaker,
        start=0,
        end=5,
        text="Rain.",
        stance=max(probabilities, key=probabilities.__getitem__),
        probabilities=probabilities,
    )


def source(number: int, name: str, verdict: str, confidence: float, evidence: tuple[int, ...], **other) -> SourceStance:
    values = {"kind": "person", "abstained": False, "mentions": len(evidence)} | other
    return SourceStance(
        speaker=number, name=name, verdict=Verdict(verdict), confidence=confidence, evidence=evidence, **values
    )


#                          supports  disputes  verdict      confidence
VERDICTS = {
    "clearly for":         (0.9,     0.1,      "supports",  0.9 * 0.95),
    "clearly against":     (0.0,     0.8,      "disputes",  0.8),
    "just enough":         (0.5,     0.0,      "supports",  0.5),
    "not quite enough":    (0.49,    0.2,      "no stance", 0.51),
    "nothing at all":      (0.0,     0.0,      "no stance", 1.0),
    "both, alike":         (0.8,     0.8,      "mixed",     0.8),
    "both, one weaker":    (0.7,     0.9,      "mixed",     0.7),
    "the other too weak":  (0.45,    0.6,      "disputes",  0.6 * 0.775),
    "both, barely":        (0.5,     0.5,      "mixed",     0.5),
}  # fmt: skip


@pytest.mark.parametrize(("supports", "disputes", "verdict", "confidence"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_follows_from_the_strongest_statement_of_each_side(supports, disputes, verdict, confidence):
    assert verdict_of(supports, disputes, THRESHOLDS) == (Verdict(verdict), pytest.approx(confidence))


def test_a_weaker_side_counts_only_when_its_share_is_large_enough():
    thresholds = Thresholds(takes_side=0.3, mixed=0.5)
    assert verdict_of(0.8, 0.4, thresholds)[0] is Verdict.MIXED
    assert verdict_of(0.8, 0.39, thresholds)[0] is Verdict.SUPPORTS


def test_one_verdict_for_each_speaker_in_order_and_the_author_last():
    speakers = [speaker(0, "Ada Lind"), speaker(1, "the board", "organisation")]
    statements = [
        statement(None, discusses=0.75, attribution=None),
        statement(1, disputes=0.75),
        statement(0, supports=0.875),
    ]
    assert aggregate(speakers, statements, THRESHOLDS) == (
        source(0, "Ada Lind", "supports", 0.875, (2,)),
        source(1, "the board", "disputes", 0.75, (1,), kind="organisation"),
        source(None, "The author", "no stance", 1.0, (0,), kind="author"),
    )


def test_one_clear_statement_decides_among_many_that_say_nothing():
    statements = [statement(0, discusses=0.9), statement(0, disputes=0.75), statement(0)]
    expected = source(0, "Ada Lind", "disputes", 0.75, (1, 0, 2))
    assert aggregate([speaker(0, "Ada Lind")], statements, THRESHOLDS) == (expected,)


EVIDENCE = {
    "for a side: by its probability": (
        [statement(0, supports=0.6), statement(0, supports=0.9), statement(0, disputes=0.5)], (1, 0, 2),
    ),
    "for both sides: by the stronger one": (
        [statement(0, supports=0.6), statement(0, discusses=1), statement(0, disputes=0.9)], (2, 0, 1),
    ),
    "for no side: by how little it is unrelated": (
        [statement(0), statement(0, discusses=0.5), statement(0, discusses=0.25, supports=0.375)], (2, 1, 0),
    ),
    "alike: in order of the text": ([statement(0, supports=0.75)] * 2, (0, 1)),
    "no more than three": ([statement(0, supports=share) for share in (0.6, 0.7, 0.8, 0.9)], (3, 2, 1)),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), EVIDENCE.values(), ids=EVIDENCE)
def test_the_clearest_statements_are_the_evidence(statements, expected):
    (found,) = aggregate([speaker(0, "Ada Lind")], statements, THRESHOLDS)
    assert (found.evidence, found.mentions) == (expected, len(statements))


def test_evidence_counts_positions_among_all_statements():
    statements = [statement(1, supports=0.9), statement(0, supports=0.9), statement(1, supports=0.95)]
    found = aggregate([speaker(0, "Ada Lind"), speaker(1, "Bo Ames")], statements, THRESHOLDS)
    assert [one.evidence for one in found] == [(1,), (2, 0)]


@pytest.mark.parametrize(("supports", "abstained"), [(0.54, True), (0.55, False)])
def test_a_verdict_with_little_confidence_is_an_abstention(supports, abstained):
    (found,) = aggregate([speaker(0, "Ada Lind")], [statement(0, supports=supports)], THRESHOLDS)
    assert (found.verdict, found.confidence, found.abstained) == (Verdict.SUPPORTS, supports, abstained)


def test_speakers_without_statements_and_statements_without_speakers_have_no_verdict():
    assert aggregate([speaker(0, "Ada Lind")], [statement(None, supports=0.9)], THRESHOLDS) == ()


def test_an_article_without_statements_has_no_sources():
    assert aggregate([], [], THRESHOLDS) == ()


def test_counts_leave_out_the_author_and_abstentions():
    sources = [
        source(0, "Ada Lind", "supports", 0.9, (0,)),
        source(1, "Bo Ames", "supports", 0.9, (0,)),
        source(2, "the board", "disputes", 0.4, (0,), abstained=True),
        source(3, "the minister", "mixed", 0.7, (0,)),
        source(None, "The author", "disputes", 0.9, (0,), kind="author"),
    ]
    assert count_verdicts(sources) == {
        Verdict.SUPPORTS: 2,
        Verdict.DISPUTES: 0,
        Verdict.MIXED: 1,
        Verdict.NO_STANCE: 0,
    }


def test_stored_thresholds_replace_the_defaults_and_other_numbers_are_left_alone():
    stored = {"takes_side": 0.4, "abstain_below": 0.7, "temperature": 1.5}
    assert Thresholds.of(stored) == Thresholds(takes_side=0.4, mixed=0.6, abstain_below=0.7)
