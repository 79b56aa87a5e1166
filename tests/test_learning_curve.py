"""Parts of the corpus for a learning curve, and what is written of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.config import DataConfig
from stance.training.learning_curve import write
from stance.training.splits import in_share


@pytest.fixture
def data() -> DataConfig:
    return DataConfig(
        corpus=Path("data"),
        prepared=Path("prepared"),
        dev_share=0.15,
        test_share=0.15,
        in_target_family="harbour",
        near_duplicate=0.8,
    )


def part(share: float, data: DataConfig) -> set[tuple[str, str]]:
    rows = [(f"family-{number // 4}", f"article-{number}") for number in range(800)]
    rows += [("harbour", f"article-{number}") for number in range(800, 1000)]
    return {row for row in rows if in_share(*row, share, data)}


def test_a_part_holds_about_its_share(data: DataConfig) -> None:
    assert 170 < len(part(0.25, data)) < 330
    assert len(part(1, data)) == 1000


def test_a_smaller_part_lies_within_a_larger_one(data: DataConfig) -> None:
    assert part(0.25, data) < part(0.5, data) < part(1, data)


def test_families_are_whole_but_the_one_split_by_group(data: DataConfig) -> None:
    found = part(0.5, data)
    whole = {family for family, _ in found if sum(row[0] == family for row in found) == 4}
    assert {family for family, _ in found} - whole == {"harbour"}
    assert 60 < sum(family == "harbour" for family, _ in found) < 140


def test_the_table_and_the_plot(tmp_path: Path) -> None:
    write({"claims": {1.0: 0.75, 0.25: 0.5}, "stance": {1.0: 0.6, 0.25: 0.41}}, tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_text("utf-8").splitlines() == [
        "task,score,share,value",
        "claims,average_precision,0.25,0.5000",
        "claims,average_precision,1.0,0.7500",
        "stance,macro_f1,0.25,0.4100",
        "stance,macro_f1,1.0,0.6000",
    ]
    assert (tmp_path / "curve.svg").read_text("utf-8").startswith("<?xml")
