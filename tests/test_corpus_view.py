"""From rows of many articles to who backs a claim and who disputes it, in how many independent places."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random

import pytest

from stance.corpus_view import build_view
from stance.corpus_view.csv import write_csv
from stance.corpus_view.identities import ArticleSource, join
from stance.corpus_view.intervals import clustered_interval
from stance.corpus_view.records import ClaimView, Period, SourceView
from stance.corpus_view.rows import read_date
from stance.records import ArticleResult, SourceKind, Verdict
from view_rows import CLAIM, row, says


def claim_view(*rows: ArticleResult) -> ClaimView:
    (found,) = build_view(rows).claims
    return found


def entry(view: ClaimView, name: str) -> SourceView:
    (found,) = [entry for entry in view.entries if entry.name == name]
    return found


# --- which sources are one --------------------------------------------------------------------------------------------

PERSON, BODY, OUTLET, UNNAMED, GROUP = (
    SourceKind.PERSON,
    SourceKind.ORGANISATION,
    SourceKind.OUTLET,
    SourceKind.UNNAMED,
    SourceKind.GROUP,
)
#                       sources, one an article: kind, name; "+" the outlet, "=" the article it is a copy of
ONE = {
    "the same full name": [(PERSON, "Dana Kell"), (PERSON, "Dana Kell")],
    "a title is no part of a name": [(PERSON, "Dana Kell"), (PERSON, "Dr Dana Kell")],
    "a middle initial": [(PERSON, "Dana Kell"), (PERSON, "Dana R. Kell")],
    "a last name in the same outlet": [(PERSON, "Dana Kell+L"), (PERSON, "Kell+L")],
    "an initial in the same outlet": [(PERSON, "Dana Kell+L"), (PERSON, "D. Kell+L")],
    "a last name in a copy": [(PERSON, "Dana Kell"), (PERSON, "Kell=0")],
    "a last name alone in a copy": [(PERSON, "Kell"), (PERSON, "Kell=0")],
    "an institute": [(BODY, "Lindqvist Institute"), (BODY, "the Lindqvist Institute")],
    "a country's ministry": [(BODY, "Iran’s foreign ministry"), (BODY, "the Iranian foreign ministry")],
    "an acronym that an article explains": [(BODY, "United Nations(UN)"), (BODY, "U.N.")],
    "a source without a name in a copy": [(UNNAMED, "two officials"), (UNNAMED, "two officials=0")],
}
TWO = {
    "another given name": [(PERSON, "Dana Kell"), (PERSON, "Omar Kell")],
    "a last name in another outlet": [(PERSON, "Dana Kell+L"), (PERSON, "Kell+M")],
    "a last name without an outlet": [(PERSON, "Dana Kell"), (PERSON, "Kell")],
    "a last name alone": [(PERSON, "Kell+L"), (PERSON, "Kell+L")],
    "a ministry without a country": [(BODY, "the defence ministry+L"), (BODY, "the defence ministry+L")],
    "a court that many countries have": [(BODY, "Supreme Court"), (BODY, "the Supreme Court")],
    "another kind": [(BODY, "The Harbour Ledger"), (OUTLET, "The Harbour Ledger")],
    "sources without a name": [(UNNAMED, "two officials+L"), (UNNAMED, "two officials+L")],
    "groups": [(GROUP, "Opposition lawmakers"), (GROUP, "Opposition lawmakers")],
    "a role": [(PERSON, "the finance minister+L"), (PERSON, "the finance minister+L")],
    "an acronym that nothing explains": [(BODY, "United Nations"), (BODY, "UN")],
}


def joined(*sources: tuple[SourceKind, str]) -> list[int]:
    made, groups, outlets = [], [], []
    for number, (kind, wording) in enumerate(sources):
        rest, _, group = wording.partition("=")
        rest, _, outlet = rest.partition("+")
        name, _, acronym = rest.rstrip(")").partition("(")
        made.append(ArticleSource(number, name, kind, 0, frozenset({acronym.lower()} - {""})))
        groups.append(int(group) if group else number)
        outlets.append(outlet or None)
    return join(made, groups, outlets)


@pytest.mark.parametrize("sources", ONE.values(), ids=ONE)
def test_names_that_are_one_source(sources: list[tuple[SourceKind, str]]) -> None:
    assert joined(*sources) == [0, 0]


@pytest.mark.parametrize("sources", TWO.values(), ids=TWO)
def test_names_that_may_be_two_sources(sources: list[tuple[SourceKind, str]]) -> None:
    assert joined(*sources) == [0, 1]


def test_a_last_name_with_two_bearers_joins_neither() -> None:
    assert joined((PERSON, "Dana Kell+L"), (PERSON, "Omar Kell+M"), (PERSON, "Kell+L")) == [0, 1, 2]


def test_middle_names_that_disagree_are_two_and_the_plain_name_neither() -> None:
    names = ("Dana Ruth Kell", "Dana Omar Kell", "Dana R. Kell", "Dana Kell")
    assert len(set(joined(*((PERSON, name) for name in names)))) == 4


def test_an_acronym_explained_in_two_ways_joins_neither() -> None:
    assert joined((BODY, "Harbour Trust(HT)"), (BODY, "Heritage Trust(HT)"), (BODY, "HT")) == [0, 1, 2]


def test_two_officials_of_one_article_stay_two() -> None:
    sources = [ArticleSource(article, "an official", UNNAMED, nth, frozenset()) for article in (0, 1) for nth in (0, 1)]
    assert join(sources, [0, 0], [None, None]) == [0, 1, 0, 1]


# --- counts -----------------------------------------------------------------------------------------------------------


def test_a_source_counts_once_and_its_mentions_all() -> None:
    view = claim_view(
        row("a", says("Dana Kell", words=("It sways", "It rusts")), says("an engineer", "disputes", kind="unnamed")),
        row("b", says("Dana Kell")),
        row("c", says("an engineer", "disputes", kind="unnamed")),
    )
    assert (view.sources, view.named, view.mentions, view.articles) == (3, 1, 5, 3)
    assert [view.verdicts[v].sources for v in Verdict] == [1, 2, 0, 0]
    kell = entry(view, "Dana Kell")
    assert (kell.articles, kell.groups, kell.mentions, kell.article_ids) == (2, 2, 3, ("a", "b"))


def test_copies_of_an_article_are_one_place() -> None:
    wire = says("an engineer", "disputes", kind="unnamed", words=("It will not fall",))
    view = claim_view(*(row(name, wire, body=1, outlet=name) for name in "abc"), row("d", wire, body=2))
    assert (view.articles, view.groups, view.sources, view.mentions) == (4, 2, 2, 4)
    assert [(e.articles, e.groups, e.statements, e.outlets) for e in view.entries if e.kind is UNNAMED] == [
        (3, 1, 1, ("a", "b", "c")),
        (1, 1, 1, ()),
    ]


def test_a_quotation_repeated_word_for_word_is_one_statement() -> None:
    view = claim_view(
        row("a", says("Dana Kell", words=("The bridge sways.", "I told them"))),
        row("b", says("Dana Kell", words=("the bridge sways",))),
        row("c", says("Dana Kell", words=("The bridge rusts",))),
    )
    assert (entry(view, "Dana Kell").mentions, entry(view, "Dana Kell").statements) == (4, 3)


def test_rows_without_text_and_rows_with_text_are_copies_alike() -> None:
    full = row("a", says("Dana Kell"), body=1)
    text = "".join(s.text for s in sorted(full.statements, key=lambda s: s.start))
    view = build_view([full.model_copy(update={"text": text}), row("b", says("Dana Kell"), body=1)])
    assert (view.articles, view.groups) == (2, 1)


VERDICTS = {
    "one voice": ([("supports", 0.8), ("supports", 0.6)], ("supports", 0.7)),
    "silence does not outvote a side": ([("supports", 0.8), ("no stance", 0.9), ("no stance", 0.9)], ("supports", 0.8)),
    "a stray reading weakens": ([("supports", 0.8), ("supports", 0.8), ("disputes", 0.4)], ("supports", 0.64)),
    "two voices": ([("supports", 0.8), ("disputes", 0.6)], ("mixed", 0.7)),
    "no voice": ([("no stance", 0.9), ("no stance", 0.7)], ("no stance", 0.8)),
}


@pytest.mark.parametrize(("said", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_over_articles(said: list[tuple[str, float]], expected: tuple[str, float]) -> None:
    rows = [row(str(number), says("Dana Kell", *each)) for number, each in enumerate(said)]
    found = entry(claim_view(*rows), "Dana Kell")
    assert (str(found.verdict), found.confidence) == expected


def test_copies_have_one_vote_together() -> None:
    copies = [row(f"copy {n}", says("Dana Kell", "disputes", 0.5, words=("It holds",)), body=1) for n in range(5)]
    found = entry(claim_view(*copies, row("other", says("Dana Kell", "supports", 0.9))), "Dana Kell")
    assert found.verdict is Verdict.SUPPORTS


def test_uncertain_articles_count_only_where_there_is_no_other() -> None:
    view = claim_view(
        row("a", says("Dana Kell", "supports", 0.8), says("Omar Reyes", "disputes", 0.4, abstained=True)),
        row("b", says("Dana Kell", "disputes", 0.4, abstained=True)),
    )
    kell, reyes = entry(view, "Dana Kell"), entry(view, "Omar Reyes")
    assert (kell.verdict, kell.abstained, kell.uncertain_articles) == (Verdict.SUPPORTS, False, 1)
    assert (reyes.verdict, reyes.abstained) == (Verdict.DISPUTES, True)
    assert (view.sources, view.uncertain, view.verdicts[Verdict.DISPUTES].sources) == (1, 1, 0)


def test_authors_are_no_sources() -> None:
    author = says("The author", "disputes", kind="author")
    view = claim_view(row("a", author, body=1), row("b", author, body=1), row("c", author))
    assert (view.sources, view.own_voice[Verdict.DISPUTES]) == (0, 2)


def test_the_evidence_is_the_clearest_statement_of_each_side() -> None:
    view = claim_view(
        row("a", says("Dana Kell", "supports", 0.7)),
        row("b", says("Dana Kell", "supports", 0.8), outlet="Ledger", date="2021-01-15"),
        row("c", says("Dana Kell", "disputes", 0.9)),
    )
    found = entry(view, "Dana Kell").evidence
    assert [(e.article, str(e.stance), e.probability) for e in found] == [
        ("b", "supports", 0.8),
        ("c", "disputes", 0.9),
    ]
    assert found[0].text == "“Said by Dana Kell in b,” Dana Kell said."
    assert found[0].end - found[0].start == len(found[0].text)
    assert (found[0].outlet, found[0].date) == ("Ledger", "2021-01-15")


def test_each_article_and_claim_counts_once_across_runs() -> None:
    other = "The council knew of it for years."
    first = [row("a", says("Dana Kell")), row("b", says("Dana Kell"))]
    second = [row("b", says("Dana Kell", "disputes")), row("b", says("Dana Kell"), claim=other)]
    view = build_view([*first, *second], ["1", "2"])
    assert [(claim.claim, claim.articles) for claim in view.claims] == [(CLAIM, 2), (other, 1)]
    assert (view.articles, view.claims[0].verdicts[Verdict.SUPPORTS].sources) == (2, 1)
    assert view.notes == ("1 row of an article and claim that had been read before; the first counts",)


def test_models_that_differ_are_noted() -> None:
    later = row("b", says("Dana Kell")).model_copy(update={"models": {"package": "0.2.0", "stance": "def"}})
    view = build_view([row("a", says("Dana Kell")), later])
    assert view.notes == ("rows come from 2 sets of models: their verdicts may differ for that reason alone",)
    assert len(view.models) == 2


# --- intervals --------------------------------------------------------------------------------------------------------


def test_the_interval_of_independent_sources_is_the_exact_one() -> None:
    low, high = clustered_interval(3, 3, [(2, 2)] * 3)  # each in an article of its own: Clopper and Pearson, 3 of 3
    assert (low, high) == (pytest.approx(0.025 ** (1 / 3)), 1.0)


def test_sources_of_the_same_articles_make_the_interval_wider() -> None:
    apart = clustered_interval(10, 20, [(9, 19)] * 10 + [(10, 19)] * 10)
    together = clustered_interval(10, 20, [(5, 15)] * 2 + [(10, 15)] * 2)  # four articles, each of one mind
    assert together[0] < apart[0] < 0.5 < apart[1] < together[1]


def test_one_article_tells_nothing_of_others() -> None:
    view = claim_view(row("a", *(says(name) for name in ("Dana Kell", "Omar Reyes", "Bo Ames"))))
    total = view.verdicts[Verdict.SUPPORTS]
    assert (total.share, total.low, total.high) == (1.0, 0.0, 1.0)


def test_the_interval_holds_the_true_share_as_often_as_it_says() -> None:
    chooser, truth, held = random.Random(5), 0.6, 0
    for _ in range(200):
        groups = []
        for _ in range(20):  # articles whose sources lean one way together
            lean = chooser.betavariate(truth * 2, (1 - truth) * 2)
            groups.append([chooser.random() < lean for _ in range(5)])
        hits, total = sum(map(sum, groups)), 100
        low, high = clustered_interval(hits, total, [(hits - sum(group), total - 5) for group in groups])
        held += low <= truth <= high
    assert held >= 184  # 92 %


# --- over time --------------------------------------------------------------------------------------------------------

DATES = {
    "2021-01-15": dt.date(2021, 1, 15),
    "2021-01-15T08:30:00Z": dt.date(2021, 1, 15),
    "Fri, 15 Jan 2021 08:30:00 GMT": dt.date(2021, 1, 15),
    "15 January 2021": dt.date(2021, 1, 15),
    "January 15, 2021": dt.date(2021, 1, 15),
    "2021-01": dt.date(2021, 1, 1),
    "2021-02-31": None,
    "Friday": None,
    "Fri, 15 Jan 2021 08:30:00 -99999999999999": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("written", "expected"), DATES.items())
def test_dates_are_read(written: str | None, expected: dt.date | None) -> None:
    assert read_date(written) == expected


def test_the_timeline_counts_sources_by_week() -> None:
    view = claim_view(
        row("a", says("Dana Kell"), date="2021-01-15"),
        row("b", says("Dana Kell"), says("Omar Reyes", "disputes"), date="2021-01-13"),
        row("c", says("Dana Kell", "disputes"), date="2021-01-18"),
        row("d", says("Dana Kell")),
    )
    assert (view.period, view.first, view.last, view.undated) == (
        Period.WEEK,
        dt.date(2021, 1, 13),
        dt.date(2021, 1, 18),
        1,
    )
    assert [(t.start, t.articles, [t.sources[v] for v in Verdict]) for t in view.timeline] == [
        (dt.date(2021, 1, 11), 2, [1, 1, 0, 0]),
        (dt.date(2021, 1, 18), 1, [0, 1, 0, 0]),
    ]


def test_a_long_time_is_counted_by_month() -> None:
    rows = [row("a", says("Dana Kell"), date="2021-01-15"), row("b", says("Dana Kell"), date="2022-01-15")]
    assert [total.start for total in claim_view(*rows).timeline] == [dt.date(2021, 1, 1), dt.date(2022, 1, 1)]
    (by_week,) = build_view(rows, period=Period.WEEK).claims
    assert by_week.timeline[0].start == dt.date(2021, 1, 11)


# --- as a table -------------------------------------------------------------------------------------------------------


def test_the_table_holds_no_formula() -> None:
    file = io.StringIO()
    write_csv(build_view([row("a", says("=SUM(A1)", kind="outlet", words=("It sways",)), title="\n-1+2")]), file)
    header, found = csv.reader(io.StringIO(file.getvalue()))
    cells = dict(zip(header, found, strict=True))
    assert (cells["claim"], cells["name"], cells["evidence_title"]) == (CLAIM, "'=SUM(A1)", "'\n-1+2")
    assert (cells["verdict"], cells["articles"], cells["evidence_article"]) == ("supports", "1", "a")
