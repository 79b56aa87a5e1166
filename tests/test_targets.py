"""Which sentences of an article can be claims."""

import pytest

from stance.records import ScoredSentence
from stance.targets import own_claims

STANDS_ALONE = {
    "The line would cost 212 million pounds.": True,
    "But the line would cost 212 million pounds.": True,
    "“A cash machine is not a headquarters,” she said.": True,
    "He would pay for the whole line.": False,
    "But they would pay for it.": False,
    "Its cost rose by 40 million pounds.": False,
    "This was never shown to anybody.": False,
    "There were three of them.": False,
    "“I would rather be late than bankrupt,” she said.": False,
    "“They do not hide there, they work there.": False,
    "work there, in offices,” he said.": False,
    "Who would pay for the line?": False,
    "Oil rose.": False,
}


def scored(text: str, *sentences: tuple[str, float]) -> list[ScoredSentence]:
    return [
        ScoredSentence(
            start=text.index(words),
            end=text.index(words) + len(words),
            check_worthiness=score,
            check_worthy=score >= 0.5,
        )
        for words, score in sentences
    ]


@pytest.mark.parametrize(("sentence", "stands_alone"), STANDS_ALONE.items(), ids=STANDS_ALONE)
def test_a_claim_does_not_point_back(sentence: str, stands_alone: bool) -> None:
    found = own_claims(sentence, scored(sentence, (sentence, 0.9)))
    assert found == ((sentence,) if stands_alone else ())


def test_the_most_check_worthy_come_in_order_of_the_text() -> None:
    parts = [("The tram costs 9 million.", 0.6), ("Rain fell all day.", 0.1), ("The bridge fell in 2019.", 0.9)]
    parts += [("The mayor owns\nthe quarry.", 0.8), ("The tram costs 9 million.", 0.6)]
    text = " ".join(words for words, _ in parts)
    assert own_claims(text, scored(text, *parts), most=2) == ("The bridge fell in 2019.", "The mayor owns the quarry.")
    assert own_claims(text, scored(text, *parts), most=4) == (
        "The tram costs 9 million.",
        "The bridge fell in 2019.",
        "The mayor owns the quarry.",
    )
