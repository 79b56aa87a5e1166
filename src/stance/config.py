"""The configuration: composed from ``conf/`` by Hydra, recorded in ``params.yaml`` for DVC, checked where it enters.

``python -m stance.config`` writes ``params.yaml`` anew; with ``--check`` it only says whether it is in step.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance.errors import ConfigError
from stance.model_folder import TASKS, Task
from stance.table import Table, label_text

PARAMS = Path("params.yaml")
CONF = Path("conf")
_HEADER = "# Written by `python -m stance.config` from conf/. Edit there, not here.\n"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EncoderConfig(_Section):
    """Where the encoder to fine-tune comes from."""

    name: str
    kind: Literal["package", "hub", "folder", "random"]
    location: str
    """Name of an installed Python package, id on the Hub, or a folder."""
    sha256: str | None
    """Expected SHA-256 of the weights; None leaves them unchecked."""


class TrainConfig(_Section):
    """How one task is fine-tuned."""

    epochs: int = Field(ge=1)
    evaluations: int = Field(ge=1)
    choice_rows: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    batch_size: int = Field(ge=1)
    weight_decay: float = Field(ge=0)
    warmup: float = Field(ge=0, lt=1)
    label_smoothing: float = Field(ge=0, lt=1)
    class_weights: float = Field(ge=0, le=1)
    freeze_embeddings: bool
    precision: Literal["auto", "float32", "bfloat16"]
    max_rows: int | None = Field(default=None, ge=1)
    share: float = Field(gt=0, le=1)
    checkpoint_steps: int | None = Field(ge=1)
    seeds: list[int]
    """Seeds of batch order and dropout; the weights of one model each are averaged. Empty: the configuration's seed."""
    layer_decay: float = Field(gt=0, le=1)
    focal: float = Field(ge=0)
    ranking: float = Field(ge=0)
    r_drop: float = Field(ge=0)
    fgm: float = Field(ge=0)
    compile: bool
    warm_start: Path | None = None
    """Folder with trained models, whose weights of the same task are begun with instead of the encoder's."""

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.focal and self.label_smoothing:
            raise ValueError("focal and label_smoothing do not go together; set one of them to 0")
        if self.fgm and self.compile:
            raise ValueError("fgm changes the model at each step, and compile would compile it each time; choose one")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"the seeds must differ: {self.seeds}")
        return self


class PublicData(_Section):
    """Part of a public data set, or of a user's own table."""

    folder: Path | None
    """Where the data set's own files are; None for a table on the Hub."""
    part: str
    table: Table | None = None
    """How a table of labelled rows is read; None for a set that has a reader of its own."""

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if self.folder is None and (self.table is None or self.table.hub is None):
            raise ValueError("folder is missing; name the one that holds the files")
        return self


class PublicPart(PublicData):
    """Part of a public data set that a model learns from, too."""

    weight: float = Field(gt=0)
    """How often each of its rows is in training; 0.5 takes half of them."""


class MixtureConfig(_Section):
    """What one model learns from."""

    corpus: float = Field(ge=0)
    """How often each row of the project's own corpus is in training; 0 leaves it out, of dev too."""
    public: dict[str, PublicPart]


class TaskConfig(_Section):
    """Settings of one task."""

    max_length: int = Field(ge=16, le=512)
    mixture: MixtureConfig
    train: TrainConfig


class _UnrankedConfig(TaskConfig):
    @model_validator(mode="after")
    def _no_ranking(self) -> Self:
        if self.train.ranking:
            raise ValueError("train.ranking is of check-worthy sentences: claims alone has it; set it to 0 here")
        return self


class AttributionConfig(_UnrankedConfig):
    """Settings of the attribution task."""

    empty_contents: float = Field(ge=0, le=1)
    block_characters: int = Field(ge=0, le=900)
    crf: bool

    @model_validator(mode="after")
    def _one_loss(self) -> Self:
        if self.crf and (self.train.focal or self.train.label_smoothing):
            raise ValueError(
                "crf has a loss of its own: set train.focal and train.label_smoothing to 0, or crf to false"
            )
        return self


class StanceConfig(_UnrankedConfig):
    """Settings of the stance task."""

    paraphrases: float = Field(ge=0, le=1)
    negations: float = Field(ge=0, le=1)
    related: float = Field(ge=0, le=1)
    other_claims: float = Field(ge=0, le=1)
    hard_claims: float = Field(ge=0, le=1)
    entity_swaps: float = Field(ge=0, le=1)
    author_sentences: int = Field(ge=0)
    composed: int = Field(ge=0)
    rehearsal: float = Field(ge=0, le=1)
    abstain_risk: float = Field(gt=0, lt=1)
    """Share of verdicts on sources that may be wrong, among those not marked as uncertain."""
    public_passes: int = Field(ge=0)

    @model_validator(mode="after")
    def _passes_need_both(self) -> Self:
        if self.public_passes and not (self.mixture.public and self.mixture.corpus):
            raise ValueError("public_passes come before the corpus: they need a public set and mixture.corpus above 0")
        return self


class DataConfig(_Section):
    """Where the corpus is and how it is split."""

    corpus: Path
    prepared: Path
    public: Path = Path("public")
    """Where experiments look for public data sets, each in a folder of its name."""
    dev_share: float = Field(gt=0, lt=0.5)
    test_share: float = Field(gt=0, lt=0.5)
    in_target_family: str
    near_duplicate: float = Field(gt=0, le=1)
    limit: int | None = Field(default=None, ge=1)


class ScoreConfig(_Section):
    """What the pipeline's last stages score and report."""

    documents: Path
    claim: str
    output: Path
    report: Path


class MeasuredOn(_Section):
    """Part of a public data set that a trained model is measured on."""

    folder: Path
    part: str


class CrossValidation(_Section):
    """How the public sets of a task's mixture are divided."""

    task: Task
    folds: int | None = Field(ge=2)
    """None: each debate, topic or article group alone is held out."""
    public: str | None = None
    """The set of the mixture that is divided; the others are learned from in every fold. None: all are divided."""


class ExperimentConfig(_Section):
    """What is measured beside the corpus, for a comparison with published figures."""

    name: str
    measured_on: dict[str, MeasuredOn]
    cross_validate: CrossValidation | None


class Config(_Section):
    """Everything a run depends on."""

    seed: int = Field(ge=0)
    device: str
    task: Task | None
    encoder: EncoderConfig
    data: DataConfig
    claims: TaskConfig
    attribution: AttributionConfig
    stance: StanceConfig
    score: ScoreConfig
    experiment: ExperimentConfig

    def of_task(self, task: Task) -> TaskConfig:
        """The section of one task."""
        section: TaskConfig = getattr(self, task)
        return section


def check(composed: DictConfig) -> Config:
    """Turn what Hydra composed into typed settings.

    Raises:
        ConfigError: naming each key that is unknown, missing or out of range.
    """
    try:
        return Config.model_validate(values_of(composed))
    except ValidationError as error:
        raise ConfigError(told(error)) from error


def values_of(composed: DictConfig) -> Any:
    """What Hydra composed, as plain values.

    Raises:
        ConfigError: naming each key that must be given and is not.
    """
    try:
        return OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        missing = " ".join(f"{key}=…" for key in _missing(OmegaConf.to_container(composed)))
        raise ConfigError(f"say what is missing, as {missing}" if missing else told_by_hydra(error)) from error


def _missing(value: Any, key: str = "") -> Iterator[str]:
    """The keys that must be given and are not; those that take their value from another do not count."""
    if value == MISSING:
        yield key
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _missing(inner, f"{key}.{name}" if key else str(name))


def told_by_hydra(error: Exception) -> str:
    """What is wrong with a composition, in one line."""
    options = getattr(error, "options", None)
    if options:
        return f"{getattr(error, 'missing_cfg_file', None)}: there is no such choice; there are: {', '.join(options)}"
    whole = str(error)
    if unknown := re.match(r"Could not override '([^']+)'\.\s+To append", whole):
        return f"{unknown[1]}: there is no such key"
    return " ".join(whole.split())


def told(error: ValidationError) -> str:
    """What is wrong with a configuration, one key a line."""
    lines = []
    for fault in error.errors():
        place = [
            str(key)
            for before, key in zip((None, *fault["loc"]), fault["loc"], strict=False)
            if not (before == "table" and key in TASKS)  # names the kind of table, and is no key
        ]
        given = "" if isinstance(fault["input"], dict) else f" (got {str(fault['input'])[:60]!r})"
        lines.append(f"{'.'.join(place)}: {fault['msg'].removeprefix('Value error, ')}{given}")
    return "the configuration is wrong:\n  " + "\n  ".join(lines)


def compose(overrides: list[str] | None = None, conf: Path = CONF) -> DictConfig:
    """Compose ``conf/`` as ``dvc exp run`` and the stages do.

    Raises:
        ConfigError: when a file or an override is wrong.
    """
    import hydra
    from hydra.core.global_hydra import GlobalHydra
    from hydra.errors import HydraException
    from yaml import YAMLError

    outer = GlobalHydra.instance().hydra  # of a stage that calls this
    GlobalHydra.instance().clear()
    try:
        with hydra.initialize_config_dir(str(conf.resolve()), version_base="1.3"):
            return hydra.compose("config", overrides=overrides or [])
    except (HydraException, YAMLError) as error:
        raise ConfigError(f"{conf}/ cannot be composed: {told_by_hydra(error)}") from error
    finally:
        GlobalHydra.instance().hydra = outer


def recorded(composed: DictConfig) -> str:
    """The text of ``params.yaml`` for a composition."""
    return _HEADER + OmegaConf.to_yaml(OmegaConf.create(_plain(composed)))


def _plain(composed: DictConfig) -> dict[str, Any]:
    """The values, resolved, with text as every key: DVC cannot put keys of several types in order."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {label_text(key): plain(part) for key, part in value.items()}
        return value

    values: dict[str, Any] = plain(OmegaConf.to_container(composed, resolve=True))
    return values


def main(arguments: list[str]) -> int:
    """Write ``params.yaml``, or check it; further arguments are Hydra overrides."""
    overrides = [argument for argument in arguments if argument != "--check"]
    try:
        composed = compose(overrides)
        check(composed)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if "--check" not in arguments:
        PARAMS.write_text(recorded(composed), encoding="utf-8")
        print(f"{PARAMS} written")
        return 0
    written: Any = OmegaConf.to_container(OmegaConf.load(PARAMS))
    if written != _plain(composed):
        print(f"{PARAMS} is not what {CONF}/ composes to; run: python -m stance.config", file=sys.stderr)
        return 1
    print(f"{PARAMS} equals the composition of {CONF}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
