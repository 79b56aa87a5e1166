"""Exported models: the same answers as PyTorch, in a folder that needs no PyTorch."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

from stance.config import Config, check, compose
from stance.encoder import InputText, TextModel
from stance.errors import ConfigError, ModelError
from stance.onnx_runtime import OnnxRuntime
from stance.training import export
from stance.training.first_piece import first_piece_only
from stance.training.quantise import Observer, Rounded, products, quantise, round_weights, rounded_weights

TEXTS = [
    "The bridge is shut.",
    "Kell said that the harbour of the town would stay open until the spring of the year.",
    "No.",
]
PAIRS = [InputText("The bridge is safe.", text) for text in TEXTS]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings whose prepared rows are a few."""
    from datasets import Dataset

    prepared = tmp_path_factory.mktemp("prepared")
    spans = [{"kind": "source", "start": 0, "end": 4}, {"kind": "cue", "start": 5, "end": 9}]
    rows: dict[str, dict[str, Any]] = {
        "claims": {"text": TEXTS, "label": ["check-worthy", "not check-worthy", "not check-worthy"]},
        "attribution": {"text": TEXTS, "spans": [spans] * 3},
        "stance": {
            "claim": [pair.first for pair in PAIRS],
            "statement": TEXTS,
            "label": ["supports", "disputes", "unrelated"],
        },
    }
    for task, columns in rows.items():
        for split in ("train", "dev", "test"):
            (prepared / task).mkdir(exist_ok=True)
            Dataset.from_dict(columns).to_parquet(str(prepared / task / f"{split}.parquet"))
    found = check(compose())
    return found.model_copy(update={"data": found.data.model_copy(update={"prepared": prepared})})


@pytest.fixture(scope="module")
def exported(models: Path, config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    for task in ("claims", "attribution", "stance"):
        export.export(config, task, models, folder)  # type: ignore[arg-type]
    return folder


def test_float32_gives_the_probabilities_of_torch(models: Path, exported: Path) -> None:
    for inputs in (PAIRS, PAIRS[:1]):  # any number of inputs, of any length
        wanted = TextModel(models / "stance", "stance").probabilities(inputs)
        found = TextModel(exported / "stance", "stance", precision="float32").probabilities(inputs)
        np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_a_last_layer_of_the_first_piece_alone_gives_the_same_answer(kind: str) -> None:
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = AutoConfig.for_model(kind, **shape, vocab_size=50)
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
    ids = torch.randint(5, 50, (3, 7), generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3, [1] + [0] * 6])
    with torch.inference_mode():
        wanted = model(input_ids=ids, attention_mask=mask).logits
        layers: list[int] = []
        first_piece_only(model).base_model.encoder.layer[-1].register_forward_hook(
            lambda _module, _inputs, found: layers.append(found.shape[1])
        )
        torch.testing.assert_close(model(input_ids=ids, attention_mask=mask).logits, wanted)
    assert layers == [1]


def test_words_are_tagged_as_in_torch(models: Path, exported: Path) -> None:
    wanted = TextModel(models / "attribution", "attribution").token_probabilities(TEXTS)
    found = TextModel(exported / "attribution", "attribution", precision="float32").token_probabilities(TEXTS)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one.offsets, other.offsets)
        np.testing.assert_array_equal(one.tags, other.tags)
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-3)


@pytest.fixture(scope="module")
def whole(exported: Path) -> onnx.ModelProto:
    return onnx.load(exported / "stance" / "model.onnx")


def logits(model: onnx.ModelProto, folder: Path, inputs: list[InputText]) -> list[Any]:
    runtime = OnnxRuntime(model.SerializeToString())
    return list(TextModel(folder / "stance", "stance", backend=runtime).logits(inputs))


@pytest.fixture(scope="module")
def weights(whole: onnx.ModelProto, exported: Path) -> dict[str, Rounded]:
    """All products' weights as integers, after a look at what the products read."""
    observer = Observer(whole)
    TextModel(exported / "stance", "stance", backend=observer).logits(PAIRS)
    return rounded_weights(whole, observer)


def test_integers_stay_near(whole: onnx.ModelProto, weights: dict[str, Rounded], exported: Path) -> None:
    exact = np.stack(logits(whole, exported, PAIRS))
    rounded = np.stack(logits(quantise(whole, weights), exported, PAIRS))
    assert 0 < np.abs(rounded - exact).max() < 0.1 * np.abs(exact).max()


@pytest.mark.parametrize("shape", [(64, 5), (131, 3), (1, 1)])
def test_rounded_weights_fit_what_processors_add_in_sixteen_bits(shape: tuple[int, int]) -> None:
    numbers = np.random.default_rng(0)
    weight = numbers.normal(size=shape).astype(np.float32)
    weight[:, 0] = 1  # all the largest of their column
    inputs = numbers.normal(size=(200, shape[0]))
    whole = np.abs(round_weights(weight, inputs.T @ inputs)[0].astype(int))
    assert whole.max() <= 127
    assert np.add.reduceat(whole, np.arange(0, shape[0], 2), axis=0).max() <= 128


def test_rounding_makes_up_for_errors_in_inputs_like_those_seen() -> None:
    numbers = np.random.default_rng(0)
    weight = numbers.normal(size=(96, 8)).astype(np.float32)
    inputs = numbers.normal(size=(400, 12)) @ numbers.normal(size=(12, 96))  # they vary in a few directions only
    whole, scale = round_weights(weight, inputs.T @ inputs)
    nearest = np.rint(weight / scale) * scale

    def error(found: Any) -> float:
        return float(np.square(inputs @ (found - weight)).mean())

    assert error(whole * scale) < 0.5 * error(nearest)


def test_the_answer_to_a_text_does_not_depend_on_its_batch(
    whole: onnx.ModelProto, weights: dict[str, Rounded], exported: Path
) -> None:
    integers = quantise(whole, weights)
    alone = np.stack([logits(integers, exported, [pair])[0] for pair in PAIRS])
    np.testing.assert_allclose(np.stack(logits(integers, exported, PAIRS)), alone, atol=1e-5)


def test_only_the_named_products_are_rounded(whole: onnx.ModelProto, weights: dict[str, Rounded]) -> None:
    first, second, *_ = products(whole)
    left = products(quantise(whole, {first: weights[first]}))
    assert first not in left
    assert second in left


def test_the_report_says_what_was_decided(exported: Path) -> None:
    report = json.loads((exported / "stance" / "agreement.json").read_text(encoding="utf-8"))
    assert report["test"]["float32"]["agreement"] == 1
    assert report["test"]["float32"]["score"] == report["test"]["float32"]["torch_score"]
    agrees = report["dev"]["int8"]["agreement"] >= export.LEAST_AGREEMENT
    assert (report["precision"] == "int8") == (agrees and report["dev"]["computed_again"] <= 0.25)
    settings = json.loads((exported / "stance" / "stance.json").read_text(encoding="utf-8"))
    assert settings["onnx"]["precision"] == report["precision"]
    assert settings["onnx"]["doubt"] == report["doubt"]


EXACT = np.array([[2.0, 1.0, 0.0]] * 1000)


def off(wrong: int, lead: float) -> np.ndarray:
    """Logits in which the second label leads in so many of a thousand rows."""
    rounded = EXACT.copy()
    rounded[:wrong, 1] = 2.0 + lead
    return rounded


def test_no_input_is_doubted_where_the_labels_are_the_same() -> None:
    assert export.doubt(EXACT, off(2, 0.5)) == (0.0, 0.0)


@pytest.mark.parametrize("lead", [0.05, 0.2])
def test_the_doubt_reaches_just_above_what_makes_labels_differ(lead: float) -> None:
    below, share = export.doubt(EXACT, off(10, lead))
    assert lead < below <= lead + 0.0002
    assert share == pytest.approx(0.01)


def test_the_few_that_may_differ_are_those_that_would_cost_most() -> None:
    rounded = off(10, 0.05)
    rounded[:2, 1] = 2.9
    assert export.doubt(EXACT, rounded).below == pytest.approx(0.05, abs=0.0002)


def test_a_doubtful_input_is_computed_again_in_float32(exported: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(exported / "stance", tmp_path / "stance"))
    exact = TextModel(folder, "stance", precision="float32").logits(PAIRS)
    rounded = with_doubt(folder, 0.0).logits(PAIRS)
    assert not any(np.array_equal(one, other) for one, other in zip(rounded, exact, strict=True))
    np.testing.assert_allclose(np.stack(with_doubt(folder, 100.0).logits(PAIRS)), np.stack(exact), atol=1e-6)
    leads = [float(np.diff(np.sort(row)[-2:])[0]) for row in rounded]
    found = with_doubt(folder, sorted(leads)[1]).logits(PAIRS)  # the least sure of three
    same = [np.allclose(one, other, atol=1e-6) for one, other in zip(found, exact, strict=True)]
    assert same == [lead == min(leads) for lead in leads]


def with_doubt(folder: Path, doubt: float) -> TextModel:
    path = folder / "stance.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["onnx"]["doubt"] = doubt
    path.write_text(json.dumps(settings), encoding="utf-8")
    return TextModel(folder, "stance", precision="int8")


def test_an_exported_folder_scores_without_torch(exported: Path) -> None:
    code = f"""
import sys
sys.modules["torch"] = sys.modules["transformers"] = None
from stance import StancePipeline
stance = StancePipeline.from_pretrained({str(exported)!r})
(result,) = stance.score(["Kell said it was shut."], claim="The port is shut.")
assert result.sentences
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_lines_of_plain_onnxruntime_in_the_docs_run(
    repository: Path, exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (repository / "docs" / "performance.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(block.splitlines()) <= 20
    assert "stance" not in block.replace("exported/stance", "")
    monkeypatch.chdir(exported.parent)
    exec(compile(block.replace("exported/stance", f"{exported.name}/stance"), "docs/performance.md", "exec"), {})
    model = TextModel(exported / "stance", "stance", precision="float32")
    pair = InputText("The bridge is unsafe.", "< Two officials > said the bridge was unsafe.")
    assert capsys.readouterr().out == f"{[model.labels[model.probabilities([pair])[0].argmax()]]}\n"


def test_no_path_of_the_machine_is_in_the_file(exported: Path, repository: Path) -> None:
    content = (exported / "stance" / "model.onnx").read_bytes()
    assert b"site-packages" not in content
    assert str(repository).encode() not in content


def test_a_damaged_file_is_found(exported: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(exported / "stance", tmp_path / "stance"))
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"model\.onnx: the weights are damaged"):
        TextModel(folder, "stance", precision="float32")


def test_onnx_is_refused_where_there_is_none(models: Path) -> None:
    with pytest.raises(ConfigError, match=r"backend=onnx: .* holds no ONNX; name a folder that stage 'export' wrote"):
        TextModel(models / "stance", "stance", backend="onnx")


def test_onnx_is_refused_on_another_device(exported: Path) -> None:
    with pytest.raises(ConfigError, match="device=cuda: ONNX is computed on the CPU"):
        TextModel(exported / "stance", "stance", device="cuda")


def test_torch_is_refused_in_an_exported_folder(exported: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.safetensors: this file of the model folder is missing"):
        TextModel(exported / "stance", "stance", backend="torch")


def test_the_version_says_that_weights_were_rounded(exported: Path) -> None:
    exact = TextModel(exported / "stance", "stance", precision="float32").version
    assert TextModel(exported / "stance", "stance", precision="int8").version == f"{exact}-int8"
