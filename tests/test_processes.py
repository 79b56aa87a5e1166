"""Training in two processes: one writes, and a stop changes nothing there either."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tiny_training import prepare_rows

SCRIPT = """
import sys
from pathlib import Path
from stance.model_folder import FILES, sha256
from stance.training import processes
from stance.training.train import train
from tiny_training import Stopped, raising, stopping_at, tiny_config

folder = Path(sys.argv[1])

def learn(name):
    scores = train(tiny_config(folder / "prepared"), "attribution", *(folder / name / part for part in PARTS))
    assert bool(scores) == processes.is_main()
    return sha256(folder / name / "models" / "attribution" / FILES.weights)

PARTS = ("models", "curves", "checkpoints")
whole = learn("whole")
try:
    with stopping_at(4, raising):  # each process has two batches an epoch
        learn("parts")
except Stopped:
    print(f"stopped {processes.count()}")
assert learn("parts") == whole
print(f"equal {processes.count()}")
"""


def test_two_processes_learn_together_and_go_on_after_a_stop(tmp_path: Path, repository: Path) -> None:
    prepare_rows(tmp_path / "prepared")
    (tmp_path / "script.py").write_text(f"sys = __import__('sys'); sys.path.insert(0, 'tests')\n{SCRIPT}", "utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command = [*launch, str(tmp_path / "script.py"), str(tmp_path)]
    done = subprocess.run(command, cwd=repository, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (done.stdout.count("stopped 2"), done.stdout.count("equal 2")) == (2, 2)
