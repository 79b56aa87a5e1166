"""A spaCy component that reads who says what in a ``Doc``, and what each source holds about a claim.

>>> import spacy                                                                            # doctest: +SKIP
>>> nlp = spacy.blank("en")                                                                 # doctest: +SKIP
>>> nlp.add_pipe("stance", config={"models": "models", "claim": "The old dam is safe."})    # doctest: +SKIP

spaCy finds it without an import, through the entry point ``spacy_factories``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc, Span

from stance.errors import InputError
from stance.pipeline import StancePipeline, check_batch_size
from stance.records import ArticleResult, Attribution, Document, Speaker, StatementStance
from stance.targets import check_claims

SOURCES, CUES, CONTENTS, SENTENCES = "stance_sources", "stance_cues", "stance_contents", "stance_sentences"
_KEY = "stance_results"  # in Doc.user_data, as lines of JSON: records would not survive Doc.to_bytes
_ATTRIBUTION, _SENTENCE = "attribution ", "sentence "


class StanceComponent:
    """Scores each ``Doc`` against a claim, or several.

    It fills ``doc._.stance`` with the ``ArticleResult``, and four span groups, whose spans are widened to whole tokens:

    - ``stance_sources``, labelled with the verdict on the source, or ``unresolved``;
    - ``stance_cues``, labelled ``cue``;
    - ``stance_contents``, labelled with the stance of the statement;
    - ``stance_sentences``, labelled ``check-worthy`` or ``other``.

    Of the first three, ``span._.stance``, ``span._.stance_attribution`` and ``span._.stance_speaker`` are the records
    that they come from; of a sentence, ``span._.check_worthiness`` is the probability. Elsewhere these are None, and so
    is ``doc._.stance`` of a ``Doc`` without words.

    All these are of the first claim. ``doc._.stances`` has the ``ArticleResult`` of each claim, in order; a statement
    on another claim is found there by the ``id`` of ``span._.stance_attribution``.

    Args:
        pipeline: The models.
        claim: The claim, a full sentence; or several.
        batch_size: Most documents that are scored together.

    Raises:
        InputError: when the claim is no sentence.
        ConfigError: when ``batch_size`` is not 1 or more.
    """

    def __init__(self, pipeline: StancePipeline, claim: str | Sequence[str], batch_size: int) -> None:
        self._pipeline = pipeline
        self._claims = check_claims(claim, None)
        check_batch_size(batch_size)
        self._batch_size = batch_size

    def __call__(self, doc: Doc) -> Doc:
        """Score one document."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int | None = None) -> Iterator[Doc]:
        """Score documents in batches, lazily and in order; ``nlp.pipe`` calls this."""
        incoming = iter(docs)
        size = min(batch_size or self._batch_size, self._batch_size)
        while batch := list(islice(incoming, size)):
            worded = [doc for doc in batch if doc.text.strip()]
            documents = [Document(id=str(number), text=doc.text) for number, doc in enumerate(worded)]
            results = self._pipeline.score(documents, self._claims, batch_size=size)
            for doc in worded:
                _fill(doc, list(islice(results, len(self._claims))))
            yield from batch


def make_component(
    nlp: Language, name: str, models: str, claim: str | list[str] | None, device: str, batch_size: int
) -> StanceComponent:
    """Make the component from its configuration, which is all of it that ``nlp.to_disk`` writes.

    Args:
        nlp: The pipeline that it becomes a part of.
        name: Its name there.
        models: Folder with the three trained models; a relative one is looked for where Python runs.
        claim: The claim, a full sentence; or several.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: Most documents that are scored together.

    Raises:
        InputError: when there is no claim, or it is no sentence.
        ModelError: when a model is missing or damaged.
        ConfigError: when ``batch_size`` is not 1 or more.
    """
    del nlp
    if claim is None:
        raise InputError(f'the component {name!r} needs a claim: add_pipe("stance", config={{"claim": "…"}})')
    check_claims(claim, None)
    check_batch_size(batch_size)
    return StanceComponent(StancePipeline.from_pretrained(models, device=device), claim, batch_size)


def _fill(doc: Doc, results: Sequence[ArticleResult]) -> None:
    doc.user_data[_KEY] = "\n".join(each.model_dump_json() for each in results)
    result = results[0]
    verdicts = {source.speaker: source.verdict for source in result.sources if source.speaker is not None}
    stances = {said.attribution: said.stance for said in result.statements}
    groups: dict[str, list[Span]] = {SOURCES: [], CUES: [], CONTENTS: [], SENTENCES: []}

    def add(group: str, start: int, end: int, label: str, record: str) -> None:
        groups[group].append(doc.char_span(start, end, label=label, span_id=record, alignment_mode="expand"))

    for found in result.attributions:
        record = f"{_ATTRIBUTION}{found.id}"
        if found.source:
            verdict = verdicts[found.speaker] if found.speaker is not None else "unresolved"
            add(SOURCES, found.source.start, found.source.end, verdict, record)
        if found.cue:
            add(CUES, found.cue.start, found.cue.end, "cue", record)
        for part in found.content:
            add(CONTENTS, part.start, part.end, stances[found.id], record)
    for number, sentence in enumerate(result.sentences):
        label = "check-worthy" if sentence.check_worthy else "other"
        add(SENTENCES, sentence.start, sentence.end, label, f"{_SENTENCE}{number}")
    for name, spans in groups.items():
        doc.spans[name] = spans


@lru_cache(maxsize=32)
def _parsed(rows: str) -> tuple[ArticleResult, ...]:
    return tuple(ArticleResult.model_validate_json(row) for row in rows.split("\n"))


def _results(doc: Doc) -> tuple[ArticleResult, ...]:
    rows = doc.user_data.get(_KEY)
    return _parsed(rows) if rows is not None else ()


def _result(doc: Doc) -> ArticleResult | None:
    return next(iter(_results(doc)), None)


def _position(span: Span, of: str) -> int | None:
    """The position of the record that a span of one of the groups comes from."""
    return int(span.id_.removeprefix(of)) if span.id_.startswith(of) and _KEY in span.doc.user_data else None


def _attribution(span: Span) -> Attribution | None:
    position, result = _position(span, _ATTRIBUTION), _result(span.doc)
    return result.attributions[position] if result and position is not None else None


def _statement(span: Span) -> StatementStance | None:
    position, result = _position(span, _ATTRIBUTION), _result(span.doc)
    if not result or position is None:
        return None
    return next(said for said in result.statements if said.attribution == position)


def _speaker(span: Span) -> Speaker | None:
    found, result = _attribution(span), _result(span.doc)
    return result.speakers[found.speaker] if result and found and found.speaker is not None else None


def _check_worthiness(span: Span) -> float | None:
    position, result = _position(span, _SENTENCE), _result(span.doc)
    return result.sentences[position].check_worthiness if result and position is not None else None


Language.factory(
    "stance",
    assigns=["doc.spans", "doc._.stance", "doc._.stances"],
    default_config={"models": "models", "claim": None, "device": "auto", "batch_size": 16},
    func=make_component,
)
Doc.set_extension("stance", getter=_result, force=True)
Doc.set_extension("stances", getter=_results, force=True)
for _name, _getter in {
    "stance": _statement,
    "stance_attribution": _attribution,
    "stance_speaker": _speaker,
    "check_worthiness": _check_worthiness,
}.items():
    Span.set_extension(_name, getter=_getter, force=True)
