"""The library: from documents to results. The tiny models know nothing, but every offset must hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from stance import ArticleResult, Document, StancePipeline
from stance.errors import ConfigError, InputError, ModelError
from stance.records import SourceKind, Stance
from stance.targets import ClaimsFrom

CLAIM = "Al Qaeda has a new home base in Iran."


@pytest.fixture(scope="module")
def pipeline(models: Path) -> StancePipeline:
    return StancePipeline.from_pretrained(models, device="cpu")


@pytest.fixture(scope="module")
def result(pipeline: StancePipeline, article: str) -> ArticleResult:
    return next(pipeline.score([Document(id="speech", text=article, outlet="Ledger")], CLAIM, keep_text=True))


def test_every_span_is_the_text_it_says(result: ArticleResult, article: str) -> None:
    spans = [
        part
        for attribution in result.attributions
        for part in (attribution.source, attribution.cue, *attribution.content)
        if part is not None
    ]
    spans += [mention for speaker in result.speakers for mention in speaker.mentions]
    assert spans, "the tiny model should tag something"
    assert [article[span.start : span.end] for span in spans] == [span.text for span in spans]
    assert [article[s.start : s.end] for s in result.statements] == [s.text for s in result.statements]


def test_sentences_cover_all_words_of_the_article(result: ArticleResult, article: str) -> None:
    covered = " ".join(article[sentence.start : sentence.end] for sentence in result.sentences)
    assert covered.split() == article.split()


def test_the_text_hash_is_of_the_text(result: ArticleResult, article: str) -> None:
    assert result.text_sha256 == hashlib.sha256(article.encode()).hexdigest()
    assert result.text == article


def test_the_fields_of_the_document_come_back(result: ArticleResult) -> None:
    assert (result.id, result.outlet, result.title) == ("speech", "Ledger", None)


def test_probabilities_of_each_statement_sum_to_one(result: ArticleResult) -> None:
    for statement in result.statements:
        assert sum(statement.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert set(statement.probabilities) == set(Stance)


def test_every_sentence_is_attributed_or_the_authors(result: ArticleResult) -> None:
    contents = [part for attribution in result.attributions for part in attribution.content]
    authors = {(s.start, s.end) for s in result.statements if s.attribution is None}
    for sentence in result.sentences:
        attributed = any(part.start < sentence.end and sentence.start < part.end for part in contents)
        assert attributed != ((sentence.start, sentence.end) in authors)


def test_the_author_is_a_source_of_their_own(result: ArticleResult) -> None:
    assert [source.kind for source in result.sources].count(SourceKind.AUTHOR) == 1
    assert result.sources[-1].speaker is None


def test_evidence_points_to_statements_of_the_source(result: ArticleResult) -> None:
    for source in result.sources:
        assert source.evidence
        assert all(result.statements[position].speaker == source.speaker for position in source.evidence)


def test_every_parent_holds_its_nested_attributions(result: ArticleResult) -> None:
    by_id = {attribution.id: attribution for attribution in result.attributions}
    for attribution in result.attributions:
        if attribution.parent is not None:
            outer = by_id[attribution.parent].content
            inner = attribution.content[0]
            assert any(part.start <= inner.start and inner.end <= part.end for part in outer)


def test_the_versions_of_all_models_are_named(result: ArticleResult) -> None:
    assert set(result.models) == {"package", "claims", "attribution", "stance"}


def test_results_are_lazy(pipeline: StancePipeline) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "The mayor said the bridge was safe."

    assert [r.id for r in islice(pipeline.score(endless(), CLAIM, batch_size=2), 3)] == ["0", "1", "2"]


def test_articles_do_not_change_each_other(pipeline: StancePipeline, article: str) -> None:
    texts = [article, "Short.", article[:900], "No quotes here. None at all."]
    together = list(pipeline.score(texts, CLAIM, batch_size=4))
    alone = [next(pipeline.score([text], CLAIM)) for text in texts]
    assert [findings(result) for result in together] == [findings(result) for result in alone]


def findings(result: ArticleResult) -> object:
    """All that is found, without probabilities: those differ in the last digit with the batch."""
    spans = [(a.source, a.cue, a.content, a.parent, a.speaker, a.resolved_by) for a in result.attributions]
    return spans, result.speakers, [(s.start, s.end, s.stance) for s in result.statements]


@pytest.mark.parametrize("text", ["Word.", "…", "“", "12", "\u200b?", "A\n\n\nB", "🙂 she said 🙂."])
def test_odd_texts_are_scored(pipeline: StancePipeline, text: str) -> None:
    assert next(pipeline.score([text], CLAIM)).text_sha256


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Iran", "is too short: write a full sentence"),
        ("   ", "is too short"),
        ("The port " + "港口" * 120 + " is shut.", "is too long for the model to read anything beside it"),
        ("Is al Qaeda in Iran today?", "is a question: write it as a statement"),
        ("word " * 200, "the most is 400: write one sentence"),
    ],
)
def test_what_is_not_a_claim_is_refused_at_once(pipeline: StancePipeline, claim: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        pipeline.score([], claim)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="claims: no model folder here"):
        StancePipeline.from_pretrained(tmp_path)


@pytest.mark.parametrize(
    ("task", "kind", "inputs"),
    [
        ("claims", "text-classification", "The town spent 4 million pounds."),
        ("attribution", "token-classification", "Kell said the bridge was safe."),
        ("stance", "text-classification", {"text": CLAIM, "text_pair": "< Kell > said so."}),
    ],
)
def test_each_folder_loads_in_plain_transformers(models: Path, task: str, kind: str, inputs: object) -> None:
    import transformers

    found = transformers.pipeline(kind, model=str(models / task), device="cpu")(inputs)
    assert (
        found if kind == "token-classification" else 0 <= (found if isinstance(found, dict) else found[0])["score"] <= 1
    )


# --- several claims ---------------------------------------------------------------------------------------------------

OTHER_CLAIM = "The officials are watched day and night."


def test_several_claims_give_a_result_each_article_by_article(pipeline: StancePipeline, article: str) -> None:
    documents = [Document(id="a", text=article), Document(id="b", text="An aide said it was false.")]
    results = list(pipeline.score(documents, [CLAIM, OTHER_CLAIM, CLAIM]))
    assert [(result.id, result.claim) for result in results] == [
        ("a", CLAIM),
        ("a", OTHER_CLAIM),
        ("b", CLAIM),
        ("b", OTHER_CLAIM),
    ]
    assert results[0].attributions == results[1].attributions


def test_claims_together_say_what_each_says_alone(pipeline: StancePipeline, article: str) -> None:
    together = list(pipeline.score([article], [CLAIM, OTHER_CLAIM]))
    alone = [next(pipeline.score([article], claim)) for claim in (CLAIM, OTHER_CLAIM)]
    assert [findings(result) for result in together] == [findings(result) for result in alone]


def test_an_articles_own_claims_are_its_most_check_worthy_sentences(pipeline: StancePipeline, article: str) -> None:
    results = list(pipeline.score([article, "Why?"], claims_from=ClaimsFrom.ARTICLE, claims_per_article=2))
    assert {result.id for result in results} == {"0"}
    places = [" ".join(article.split()).index(result.claim) for result in results]
    assert len(places) <= 2
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("claim", "claims_from", "reason"),
    [
        (None, None, "there is no claim: give one"),
        ([], None, "there is no claim"),
        (CLAIM, ClaimsFrom.ARTICLE, "claims are given and also to be taken from the articles: choose one"),
        ([CLAIM, "Iran"], None, "'Iran' is too short"),
    ],
)
def test_claims_are_given_or_the_articles_own(
    pipeline: StancePipeline, claim: list[str] | None, claims_from: ClaimsFrom | None, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        pipeline.score([], claim, claims_from=claims_from)


@pytest.mark.parametrize("single", ["The minister said so.", Document(id="a", text="The minister said so.")])
def test_a_single_article_is_not_taken_for_many(pipeline: StancePipeline, single: str | Document) -> None:
    with pytest.raises(InputError, match=r"articles come as a list, .*score\(\[article\], …\)"):
        pipeline.score(single, CLAIM)


def test_a_model_that_may_not_be_read_is_named(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ModelError, match=r"stance\.json: this file .* cannot be read \(Permission denied\)"):
        StancePipeline.from_pretrained(models)


def test_batches_of_none_are_refused(pipeline: StancePipeline) -> None:
    with pytest.raises(ConfigError, match="batch_size is 0; it must be 1 or more"):
        pipeline.score(["The minister said so."], CLAIM, batch_size=0)


def test_a_sentence_of_too_many_pieces_is_no_claim_of_its_article(pipeline: StancePipeline) -> None:
    long = "The port " + "港口" * 120 + " was shut in 1999."
    claims = [result.claim for result in pipeline.score([f"{long} The mayor of Kell took 40 million euros.", long],
                                                        claims_from=ClaimsFrom.ARTICLE)]  # fmt: skip
    assert long not in claims
