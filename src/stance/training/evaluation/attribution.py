"""Spans of sources, cues and contents in the test rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stance.config import Config
from stance.encoder import TextModel
from stance.templates import TAG_LABELS
from stance.training import baselines
from stance.training.bootstrap import Bootstrap, units_of
from stance.training.calibrate import word_tags
from stance.training.evaluation.embeddings import FrozenEncoder
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.metrics import Floats, Spans, WordTags, tag_scores
from stance.training.prepare import read
from stance.training.tag_rows import Row

_TAGS = np.eye(len(TAG_LABELS))


def evaluate_attribution(config: Config, model: TextModel, frozen: FrozenEncoder, out: Outputs) -> Scores:
    """The model of task ``attribution`` next to its baselines; it reads each row once."""
    train, test = (read(config.data.prepared, "attribution", split) for split in ("train", "test"))
    tagged = word_tags(model, test)
    outer = [number for number, nested in enumerate(test["nested"]) if not nested]
    sample = Bootstrap(units_of(test, train))
    gold, found = tagged.gold(), tagged.found()
    rows, labels = np.concatenate(tagged.probabilities), np.concatenate(tagged.labels)
    out.classifier_plots("attribution", rows, labels, TAG_LABELS)
    outside = [np.zeros(len(row), dtype=np.int64) for row in tagged.labels]

    def words_of(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        split = model.tokenizer.pre_tokenizer.pre_tokenize_str
        return [[place for _, place in split(text)] for text in texts]

    spans = zip(test, words_of(test["text"][:]), gold, found, tagged.probabilities, strict=True)
    out.write_predictions("attribution", [_answer(*each) for each in spans])
    return {
        "model": tag_scores(tagged),
        "intervals": {"exact_f1": sample.interval(sample.span_f1(gold, found))},
        "model_outer_only": tag_scores(tagged.of(outer)),
        "majority": tag_scores(WordTags([_TAGS[row] for row in outside], outside, tagged.labels)),
        "bag_of_words": tag_scores(
            WordTags.without_steps(*baselines.tags_from_words(train, test, words_of, TAG_LABELS))
        ),
        "embeddings": tag_scores(WordTags.without_steps(*frozen.tags(train, test))),
        "rows": len(test),
    }


def _answer(row: Row, words: Sequence[tuple[int, int]], gold: Spans, found: Spans, tags: Floats) -> Row:
    """Annotated and found spans in words, with the mean probability of the tags of each found one."""

    def shown(span: tuple[str, int, int]) -> Row:
        kind, first, behind = span
        start, end = words[first][0], words[behind - 1][1]
        return {"kind": kind, "start": start, "end": end, "text": row["text"][start:end]}

    def probability(span: tuple[str, int, int]) -> float:
        kind, first, behind = span
        begun, inside = tags[first, TAG_LABELS.index(f"B-{kind}")], tags[:, TAG_LABELS.index(f"I-{kind}")]
        return float((begun + inside[first + 1 : behind].sum()) / (behind - first))

    by_place = sorted(gold, key=_place), sorted(found, key=_place)
    return {
        **{column: row[column] for column in ("article", "claim_id", "nested", "text")},
        "gold": [shown(span) for span in by_place[0]],
        "predicted": [shown(span) | {"probability": probability(span)} for span in by_place[1]],
    }


def _place(span: tuple[str, int, int]) -> tuple[int, int, str]:
    kind, first, behind = span
    return first, behind, kind
