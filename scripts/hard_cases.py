"""Run the trained attribution model over the table of hard cases, and show what it gets right of each kind.

``python scripts/hard_cases.py`` prints a table; ``--wrong`` lists the cases it gets wrong;
with ``--page docs/attribution.md`` it writes the table there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marked_blocks import publish, table
from stance.attribution import find_attributions
from stance.encoder import TextModel
from stance.sentences import sentences
from stance.training.hard_cases import KINDS, HardCase, read_hard_cases
from stance.training.spanned import SpannedAttribution, spanned


@dataclass(frozen=True)
class Outcome:
    """A case and what the model found in it."""

    case: HardCase
    found: tuple[SpannedAttribution, ...]

    @property
    def right(self) -> bool:
        """Whether every attribution has its spans exactly, and there is no other."""
        return set(self.case.attributions) == set(self.found)

    @property
    def met(self) -> bool:
        """Whether every attribution is met in source, cue and content, and each that was found meets one."""
        pairs = ((self.case.attributions, self.found), (self.found, self.case.attributions))
        return all(any(one.touches(other) for other in others) for ones, others in pairs for one in ones)


def run(models: Path, cases: Sequence[HardCase], device: str) -> list[Outcome]:
    """Find the attributions of all cases, as scoring does.

    Raises:
        ModelError: when the model is missing or damaged.
    """
    model = TextModel(models / "attribution", "attribution", device=device)
    texts = [case.text for case in cases]
    results = find_attributions(texts, [sentences(text) for text in texts], model)
    return [
        Outcome(case, tuple(spanned(attribution) for attribution in attributions))
        for case, (attributions, _) in zip(cases, results, strict=True)
    ]


def markdown(outcomes: Sequence[Outcome]) -> str:
    """One line a kind, and one for all."""
    body = []
    for kind in (*KINDS, "all"):
        of_kind = [outcome for outcome in outcomes if kind in (outcome.case.kind, "all")]
        counts = [len(of_kind), sum(each.right for each in of_kind), sum(each.met for each in of_kind)]
        body.append([kind, *map(str, counts)])
    return table(["kind", "cases", "exactly right", "right but for span ends"], body)


def wrong(outcomes: Sequence[Outcome]) -> str:
    """The cases that are not exactly right, with what was expected and what was found."""
    lines = []
    for outcome in outcomes:
        if not outcome.right:
            lines.append(f"{outcome.case.kind}: {outcome.case.name}")
            for sign, attributions in (("expected", outcome.case.attributions), ("found", outcome.found)):
                lines += [f"  {sign:8} {_shown(each, outcome.case.text)}" for each in attributions]
    return "\n".join(lines)


def _shown(attribution: SpannedAttribution, text: str) -> str:
    return " | ".join(
        " … ".join(span.of(text) for span in spans).replace("\n", " ") or "–"
        for spans in (attribution.source, attribution.cue, attribution.content)
    )


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--cases", type=Path, default=Path("tests/hard_cases.yaml"))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        outcomes = run(options.models, read_hard_cases(options.cases), options.device)
        if options.wrong:
            print(wrong(outcomes), end="\n\n")
        return markdown(outcomes)

    return publish(make, "hard-cases", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
