"""Where the encoder to fine-tune comes from, and what does not fit into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import Dataset
from transformers import AutoModelForSequenceClassification

from stance.config import EncoderConfig, check, compose
from stance.errors import InputError, ModelError
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.tokenize import encode_pairs


def encoder(kind: str, location: str | Path) -> EncoderConfig:
    return EncoderConfig.model_validate({"name": "some", "kind": kind, "location": str(location), "sha256": None})


@pytest.mark.parametrize("location", ["not_there", "not_there.inside", ".relative"])
def test_a_package_that_is_not_installed_is_named(location: str) -> None:
    with pytest.raises(ModelError, match=rf"the package {location} is not installed"):
        load_tokenizer(encoder("package", location))


def test_a_folder_without_a_model_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="encoder some: no tokenizer could be loaded from") as caught:
        load_tokenizer(encoder("folder", tmp_path))
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match="encoder some: no safetensors weights could be loaded from") as caught:
        load_encoder(encoder("folder", tmp_path), AutoModelForSequenceClassification, ("no", "yes"))
    assert "\n" not in str(caught.value)


def test_a_claim_that_leaves_no_room_for_its_statement_is_named(repository: Path) -> None:
    tokenizer = load_tokenizer(check(compose(["encoder=tiny"], repository / "conf")).encoder)
    fits, too_long = "ferry " * 28, "ferry " * 29  # of 32 three mark the ends, one is the statement's
    rows = {"statement": ["It sails."], "label": ["supports"]}
    encoded = encode_pairs(Dataset.from_dict({"claim": [fits], **rows}), tokenizer, 32)
    assert encoded["length"] == [32]
    with pytest.raises(InputError, match=r"a claim of 29 word pieces leaves no room .* set stance\.max_length"):
        encode_pairs(Dataset.from_dict({"claim": [too_long], **rows}), tokenizer, 32)
