"""Losses and ways to regularise: each says what it should, and is off unless the settings switch it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset
from torch.nn import functional
from transformers import DebertaV2Config, DebertaV2ForSequenceClassification, TrainingArguments

from stance.config import check, compose
from stance.errors import ConfigError
from stance.model_folder import FILES, Task, sha256
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.average import mean_state
from stance.training.encoders import load_encoder
from stance.training.objectives import RankingLoss, WeightedLoss, class_weights
from stance.training.regularise import RegularisedTrainer, depth_below_head, divergence
from stance.training.tokenize import IGNORED
from stance.training.train import RECIPES, train
from tiny_training import REPOSITORY, Stopped, prepare_rows, raising, stopping_at, tiny_config

WEIGHTS = torch.tensor([0.5, 2.0, 1.0])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_rows(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def plain(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Weights of the claims model as the defaults make it."""
    return learned(prepared, tmp_path_factory.mktemp("plain"))


def learned(prepared: Path, folder: Path, *overrides: str, task: Task = "claims") -> str:
    train(tiny_config(prepared, *overrides), task, *(folder / name for name in ("models", "curves", "checkpoints")))
    return sha256(folder / "models" / task / FILES.weights)


def batch() -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    torch.manual_seed(1)
    return {"logits": torch.randn(2, 4, 3)}, torch.tensor([[0, 1, 2, IGNORED], [1, 1, IGNORED, 0]])


def test_a_class_without_rows_weighs_nothing_and_smoothing_does_not_pull_towards_it() -> None:
    weights = class_weights(Dataset.from_dict({"labels": [0, 0, 0, 1]}), 3, power=0.5)
    assert weights[1] > weights[0] > weights[2] == 0
    logits = torch.zeros(1, 3, requires_grad=True)
    WeightedLoss(weights, smoothing=0.1)({"logits": logits}, torch.tensor([0])).backward()
    assert logits.grad is not None
    assert logits.grad[0, 2] > 0


def test_focal_loss_is_cross_entropy_that_counts_sure_answers_less() -> None:
    outputs, labels = batch()
    logits, kept = outputs["logits"][labels != IGNORED], labels[labels != IGNORED]
    chance = logits.softmax(dim=-1)[torch.arange(len(kept)), kept]
    expected = (WEIGHTS[kept] * (1 - chance) ** 2 * -chance.log()).sum() / WEIGHTS[kept].sum()
    assert WeightedLoss(WEIGHTS, focal=2.0)(outputs, labels).item() == pytest.approx(expected.item(), rel=1e-5)


def test_without_an_exponent_focal_loss_is_cross_entropy() -> None:
    outputs, labels = batch()
    nearly = WeightedLoss(WEIGHTS, focal=1e-9)(outputs, labels)
    assert nearly.item() == pytest.approx(WeightedLoss(WEIGHTS)(outputs, labels).item(), rel=1e-5)


def test_label_smoothing_spreads_some_of_the_target() -> None:
    outputs, labels = batch()
    logits, kept = outputs["logits"][labels != IGNORED], labels[labels != IGNORED]
    target = 0.9 * functional.one_hot(kept, 3) + 0.1 / 3
    expected = -(target * logits.log_softmax(dim=-1)).sum(dim=-1).mean()
    assert WeightedLoss(torch.ones(3), smoothing=0.1)(outputs, labels).item() == pytest.approx(
        expected.item(), rel=1e-5
    )


def test_ranking_loss_counts_each_pair_by_its_gap() -> None:
    positive = CLAIM_LABELS.index(CHECK_WORTHY)
    logits = torch.tensor([[0.0, 1.0], [0.0, 3.0], [0.0, -1.0]])
    labels = torch.tensor([positive, 1 - positive, 1 - positive])
    base = WeightedLoss(torch.ones(2))
    gaps = torch.tensor([1.0 - 3.0, 1.0 + 1.0]) * (1 if positive == 1 else -1)
    expected = base({"logits": logits}, labels) + 0.5 * functional.softplus(-gaps).mean()
    assert RankingLoss(base, 0.5)({"logits": logits}, labels).item() == pytest.approx(expected.item())


def test_a_batch_of_one_class_has_no_pairs() -> None:
    outputs, labels = {"logits": torch.randn(3, 2)}, torch.ones(3, dtype=torch.int64)
    base = WeightedLoss(torch.ones(2))
    assert RankingLoss(base, 0.5)(outputs, labels).item() == base(outputs, labels).item()


def test_divergence_is_symmetric_and_blind_to_ignored_positions() -> None:
    outputs, labels = batch()
    one, other = outputs["logits"], outputs["logits"].flip(-1)
    p, q = (logits[labels != IGNORED].log_softmax(dim=-1) for logits in (one, other))
    expected = ((p.exp() - q.exp()) * (p - q)).sum(dim=-1).mean() / 2
    assert divergence(one, other, labels).item() == pytest.approx(expected.item(), rel=1e-5)
    assert divergence(other, one, labels).item() == pytest.approx(expected.item(), rel=1e-5)
    assert divergence(one, one, labels).item() == pytest.approx(0, abs=1e-6)


def test_a_batch_without_a_label_counts_nothing_and_breaks_nothing() -> None:
    outputs, labels = batch()
    logits = outputs["logits"].requires_grad_()
    nothing = torch.full_like(labels, IGNORED)
    losses = [WeightedLoss(WEIGHTS)(outputs, nothing), WeightedLoss(WEIGHTS, focal=2.0)(outputs, nothing)]
    losses.append(divergence(logits, logits.flip(-1), nothing))
    for loss in losses:
        assert loss.item() == 0
        assert not torch.autograd.grad(loss, logits)[0].any()


def test_embeddings_of_positions_learn_as_slowly_as_those_of_words() -> None:
    settings = DebertaV2Config(
        vocab_size=30, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=8,
        relative_attention=True, pos_att_type=["p2c", "c2p"],
    )  # fmt: skip
    model = DebertaV2ForSequenceClassification(settings)
    depths = {name: depth_below_head(name, model) for name, _ in model.named_parameters()}
    assert depths["deberta.encoder.rel_embeddings.weight"] == depths["deberta.embeddings.word_embeddings.weight"] == 3


def test_a_layer_learns_slower_than_the_one_above_it(prepared: Path) -> None:
    config = tiny_config(prepared)
    model = load_encoder(config.encoder, RECIPES["claims"].auto_class, CLAIM_LABELS)
    depths = {name: depth_below_head(name, model) for name, _ in model.named_parameters()}
    assert {depth for name, depth in depths.items() if "embeddings" in name} == {3}
    assert {depth for name, depth in depths.items() if ".layer.0." in name} == {2}
    assert {depth for name, depth in depths.items() if ".layer.1." in name} == {1}
    assert {depth for name, depth in depths.items() if "encoder" not in name and "embeddings" not in name} == {0}


def trainer(prepared: Path, folder: Path, **settings: float) -> tuple[RegularisedTrainer, dict[str, torch.Tensor]]:
    """A trainer of the tiny claims model without dropout, and a batch."""
    config = tiny_config(prepared, *(f"claims.train.{name}={value}" for name, value in settings.items()))
    torch.manual_seed(1)
    model = load_encoder(config.encoder, RECIPES["claims"].auto_class, CLAIM_LABELS)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.get_input_embeddings().requires_grad_(False)
    loss = WeightedLoss(torch.ones(2))
    arguments = TrainingArguments(output_dir=str(folder), use_cpu=True, report_to="none")
    made = RegularisedTrainer(config.claims.train, model=model, args=arguments, compute_loss_func=loss)
    ids = torch.randint(100, 900, (4, 6))
    return made, {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": torch.tensor([0, 1, 1, 0])}


def test_adversarial_training_adds_the_gradient_at_the_worst_embeddings_nearby(prepared: Path, tmp_path: Path) -> None:
    made, inputs = trainer(prepared, tmp_path, fgm=0.5)
    model = made.model
    made.training_step(model, dict(inputs))
    found = model.classifier.weight.grad.clone()
    model.zero_grad()

    def loss_at(embedded: torch.Tensor) -> torch.Tensor:
        logits = model(inputs_embeds=embedded, attention_mask=inputs["attention_mask"]).logits
        return functional.cross_entropy(logits, inputs["labels"])

    embedded = model.get_input_embeddings()(inputs["input_ids"]).detach().requires_grad_()
    loss = loss_at(embedded)
    (gradient,) = torch.autograd.grad(loss, embedded, retain_graph=True)
    worst = embedded.detach() + 0.5 * gradient / gradient.flatten(1).norm(dim=1)[:, None, None]
    higher = loss_at(worst)
    assert higher > loss
    (loss + higher).backward()
    assert torch.allclose(found, model.classifier.weight.grad, atol=1e-6)


def test_without_dropout_two_masks_agree(prepared: Path, tmp_path: Path) -> None:
    made, inputs = trainer(prepared, tmp_path, r_drop=5)
    made.model.train()
    twice = made.compute_loss(made.model, dict(inputs)).item()
    assert twice == pytest.approx(made.compute_loss(made.model.eval(), dict(inputs)).item(), rel=1e-5)
    for module in made.model.train().modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.5
    assert made.compute_loss(made.model, dict(inputs)).item() > twice


def test_the_optimiser_has_the_rates_of_the_layers(prepared: Path, tmp_path: Path) -> None:
    made, _ = trainer(prepared, tmp_path, layer_decay=0.5)
    rates = {id(weight): group["lr"] for group in made.create_optimizer().param_groups for weight in group["params"]}
    layers, rate = made.model.base_model.encoder.layer, made.args.learning_rate
    assert rates[id(made.model.classifier.weight)] == pytest.approx(rate)
    assert rates[id(layers[1].output.dense.weight)] == pytest.approx(rate / 2)
    assert rates[id(layers[0].output.dense.bias)] == pytest.approx(rate / 4)
    assert len(rates) == sum(weight.requires_grad for weight in made.model.parameters())


@pytest.mark.parametrize(
    "override",
    [
        "claims.train.focal=2",
        "claims.train.label_smoothing=0.1",
        "claims.train.ranking=1",
        "claims.train.layer_decay=0.8",
        "claims.train.r_drop=1",
        "claims.train.fgm=0.5",
        "claims.train.freeze_embeddings=false",
        "claims.train.seeds=[13,14]",
    ],
)
def test_a_setting_changes_what_is_learned(prepared: Path, plain: str, tmp_path: Path, override: str) -> None:
    assert learned(prepared, tmp_path, override) != plain


def test_a_setting_that_says_nothing_changes_nothing(prepared: Path, plain: str, tmp_path: Path) -> None:
    off = [
        f"claims.train.{each}" for each in ("focal=0", "ranking=0", "layer_decay=1", "r_drop=0", "fgm=0", "seeds=[13]")
    ]
    assert learned(prepared, tmp_path, *off) == plain


@pytest.mark.parametrize("task", ["attribution", "stance"])
def test_all_that_fits_a_task_goes_together(prepared: Path, tmp_path: Path, task: Task) -> None:
    settings = ("layer_decay=0.9", "r_drop=0.5", "fgm=0.5", "freeze_embeddings=false")
    learned(prepared, tmp_path, *(f"{task}.train.{each}" for each in settings), task=task)


def test_weights_are_averaged_over_seeds_and_a_stop_costs_only_the_seed_it_was_in(
    prepared: Path, tmp_path: Path
) -> None:
    folders = ("models", "curves", "checkpoints")
    config = tiny_config(prepared, "claims.train.seeds=[13,14]")
    whole = learned(prepared, tmp_path / "whole", "claims.train.seeds=[13,14]")
    with stopping_at(8, raising), pytest.raises(Stopped):  # of 6 batches a seed
        train(config, "claims", *(tmp_path / "parts" / name for name in folders))
    assert (tmp_path / "parts" / "checkpoints" / "claims" / "13.safetensors").is_file()
    assert learned(prepared, tmp_path / "parts", "claims.train.seeds=[13,14]") == whole


def test_the_mean_of_weights() -> None:
    states: list[dict[str, Any]] = [{"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([3.0, 2.0])}]
    assert mean_state(states)["w"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["stance.train.ranking=1"], r"stance: .*train\.ranking is of check-worthy sentences"),
        (["claims.train.focal=2", "claims.train.label_smoothing=0.1"], r"claims\.train: .*focal and label_smoothing"),
        (["attribution.train.focal=2"], r"attribution: .*crf has a loss of its own"),
        (["claims.train.fgm=1", "claims.train.compile=true"], r"claims\.train: .*fgm .* compile"),
        (["claims.train.seeds=[1,1]"], r"claims\.train: .*seeds must differ"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(overrides: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        check(compose(overrides, REPOSITORY / "conf"))
