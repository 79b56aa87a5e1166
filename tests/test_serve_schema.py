"""The server against its own OpenAPI description: generated requests, valid and not, and what may come back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from serving import running
from stance import StancePipeline

# A claim must be a statement of three words or more in English, which no schema can say.
STRICTER_THAN_ITS_SCHEMA = "positive_data_acceptance"


def test_answers_are_as_described(models: Path, tmp_path: Path) -> None:
    pipeline = StancePipeline.from_pretrained(models, device="cpu")
    options = ["--exclude-checks", STRICTER_THAN_ITS_SCHEMA, "--max-examples", "10", "--generation-deterministic"]
    with running(pipeline, max_characters=500, max_articles=4) as client:
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{client.base_url}/openapi.json"]
        done = subprocess.run(
            [*command, *options, "--no-color"], cwd=tmp_path, text=True, capture_output=True, check=False, timeout=200
        )
    assert done.returncode == 0, done.stdout[-4_000:]
    assert "Operations:       4 selected / 4 total" in done.stdout
