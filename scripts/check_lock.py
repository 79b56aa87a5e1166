"""Check that dvc.lock records the stages as they stand: ``dvc status`` may only miss what a clean clone lacks.

``python scripts/check_lock.py``
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_ABSENT = ("deleted", "not in cache")  # how DVC calls what a clone does not hold


def differences(status: dict[str, list[Any]]) -> list[str]:
    """What ``dvc status --json`` reports beyond outputs (and inputs made by other stages) that are not there yet."""
    found = []
    for stage, reports in status.items():
        for report in reports:
            if isinstance(report, str):
                found.append(f"{stage}: {report}")
                continue
            for what, changes in report.items():
                found += [
                    f"{stage}: {what}: {path} is {state}" for path, state in changes.items() if state not in _ABSENT
                ]
    return found


def main() -> int:
    """Run ``dvc status``; print what is out of step; return the exit code."""
    done = subprocess.run(["dvc", "status", "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    found = differences(json.loads(done.stdout))
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print(
            "dvc.lock is out of step: run 'dvc repro' and commit dvc.lock, metrics.json, plots/ and curves/",
            file=sys.stderr,
        )
        return 1
    print("dvc.lock is in step with dvc.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
