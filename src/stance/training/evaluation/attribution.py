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
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.metrics import tag_scores, tag_spans
from stance.training.prepare import read

_TAGS = np.eye(len(TAG_LABELS))


def evaluate_attribution(config: Config, model: TextModel, out: Outputs) -> Scores:
    """The model of task ``attribution`` next to its baselines; it reads each row once."""
    train, test = (read(config.data.prepared, "attribution", split) for split in ("train", "test"))
    tags, labels = word_tags(model, test)
    outer = [number for number, nested in enumerate(test["nested"]) if not nested]
    sample = Bootstrap(units_of(test, train))
    exact = sample.span_f1([tag_spans(_TAGS[row]) for row in labels], [tag_spans(row) for row in tags])
    out.classifier_plots("attribution", np.concatenate(tags), np.concatenate(labels), TAG_LABELS)

    def words_of(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        split = model.tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str
        return [[place for _, place in split(text)] for text in texts]

    return {
        "model": tag_scores(tags, labels),
        "intervals": {"exact_f1": sample.interval(exact)},
        "model_outer_only": tag_scores([tags[number] for number in outer], [labels[number] for number in outer]),
        "majority": tag_scores([_TAGS[np.zeros(len(row), dtype=int)] for row in labels], labels),
        "bag_of_words": tag_scores(*baselines.tags_from_words(train, test, words_of, TAG_LABELS)),
        "rows": len(test),
    }
