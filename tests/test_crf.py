"""The loss of a conditional random field, against the sum over all paths written out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from stance.training.crf import CrfLoss
from stance.training.tokenize import IGNORED

LABELS = ("O", "B-cue", "I-cue")


def outputs(logits: torch.Tensor) -> dict[str, torch.Tensor]:
    return {"logits": logits}


def value(loss: torch.Tensor) -> float:
    return float(loss.detach())


def legal(path: tuple[int, ...]) -> bool:
    tags = [LABELS[tag] for tag in path]
    return not tags[0].startswith("I-") and not any(
        to == "I-cue" and before == "O" for before, to in itertools.pairwise(tags)
    )


def test_the_loss_is_the_share_of_the_gold_path_among_all_legal_ones() -> None:
    torch.manual_seed(1)
    model = torch.nn.Linear(1, 1)
    loss = CrfLoss(model, LABELS)
    with torch.no_grad():
        model.step_scores.copy_(torch.randn(3, 3) / 50)
    logits = torch.randn(1, 4, 3)
    steps = torch.tensor(loss.scores())

    def score(path: tuple[int, ...]) -> float:
        emitted = sum(float(logits[0, place, tag]) for place, tag in enumerate(path))
        return emitted + sum(float(steps[one, other]) for one, other in itertools.pairwise(path))

    gold = (0, 1, 2, 0)
    every = [score(path) for path in itertools.product(range(3), repeat=4) if legal(path)]
    expected = np.logaddexp.reduce(every) - score(gold)
    assert value(loss(outputs(logits), torch.tensor([gold]))) == pytest.approx(expected / 4, rel=1e-4)


def test_positions_that_begin_no_word_are_not_in_the_chain() -> None:
    torch.manual_seed(2)
    loss = CrfLoss(torch.nn.Linear(1, 1), LABELS)
    words = torch.randn(1, 3, 3)
    padded = torch.zeros(1, 6, 3)
    padded[0, [1, 3, 4]] = words[0]
    labels = torch.tensor([[IGNORED, 1, IGNORED, 2, 0, IGNORED]])
    assert value(loss(outputs(padded), labels)) == pytest.approx(value(loss(outputs(words), torch.tensor([[1, 2, 0]]))))


def test_rows_of_other_lengths_do_not_disturb_each_other() -> None:
    torch.manual_seed(3)
    loss = CrfLoss(torch.nn.Linear(1, 1), LABELS)
    logits = torch.randn(2, 4, 3)
    labels = torch.tensor([[1, 2, 0, 0], [0, 1, IGNORED, IGNORED]])
    both = value(loss(outputs(logits), labels)) * 6
    alone = [value(loss(outputs(logits[[row]]), labels[[row]])) * words for row, words in ((0, 4), (1, 2))]
    assert both == pytest.approx(sum(alone), rel=1e-4)


def test_the_step_scores_are_learned_and_then_taken_from_the_model() -> None:
    model = torch.nn.Linear(1, 1)
    names = [name for name, _ in model.named_parameters()]
    loss = CrfLoss(model, LABELS)
    assert len(list(model.parameters())) == len(names) + 1
    loss(outputs(torch.randn(1, 3, 3)), torch.tensor([[0, 1, 2]])).backward()
    assert model.step_scores.grad.abs().sum() > 0
    loss.take_from(model)
    assert [name for name, _ in model.named_parameters()] == names


def test_a_row_without_words_counts_for_nothing() -> None:
    torch.manual_seed(4)
    loss = CrfLoss(torch.nn.Linear(1, 1), LABELS)
    logits = torch.randn(2, 3, 3)
    labels = torch.tensor([[IGNORED, 1, 2], [IGNORED, IGNORED, IGNORED]])
    assert value(loss(outputs(logits), labels)) == pytest.approx(value(loss(outputs(logits[:1]), labels[:1])))
    assert value(loss(outputs(logits[1:]), labels[1:])) == 0
