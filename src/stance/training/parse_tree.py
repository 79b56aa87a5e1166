"""A dependency parse as plain records, whatever parser it comes from, and the questions that rules ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stance.attribution.scenes import QUOTED
from stance.records import Span


@dataclass(frozen=True)
class Token:
    """A word of a parsed text; offsets count characters of the whole text."""

    start: int
    end: int
    text: str
    lemma: str
    """In lower case."""
    pos: str
    """Universal part of speech."""
    dep: str
    """Dependency label, after spaCy's English pipelines."""
    head: int
    """Position of the head in the text's list of tokens; a root is its own head."""
    sentence: int


class Parse:
    """The tokens of a text as trees, and its quotations."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.quotations = [Span(start=match.start(), end=match.end()) for match in QUOTED.finditer(text)]
        self.children: list[list[int]] = [[] for _ in tokens]
        for number, token in enumerate(tokens):
            if token.head != number:
                self.children[token.head].append(number)
        self._quoted = [any(q.start <= t.start < q.end for q in self.quotations) for t in tokens]

    def quoted(self, number: int) -> bool:
        """Whether a token is, or stands between, quotation marks."""
        return self._quoted[number]

    def below(self, head: int, *labels: str) -> list[int]:
        """The children of a token with one of these dependency labels."""
        return [child for child in self.children[head] if self.tokens[child].dep in labels]

    def subtree(self, head: int, without: Iterable[int] = ()) -> list[int]:
        """A token and all that depends on it, in order, but for some branches."""
        left, found, barred = [head], [], set(without)
        while left:
            number = left.pop()
            found.append(number)
            left += [child for child in self.children[number] if child not in barred]
        return sorted(found)

    def runs(self, numbers: Iterable[int]) -> list[list[int]]:
        """Tokens in unbroken runs; punctuation breaks none, and stands at no edge of one unless it is quoted."""
        runs: list[list[int]] = []
        for number in sorted(set(numbers)):
            if self._is_mark(number):
                continue
            if runs and all(self._is_mark(between) for between in range(runs[-1][-1] + 1, number)):
                runs[-1] += range(runs[-1][-1] + 1, number + 1)
            else:
                runs.append([number])
        return runs

    def span(self, run: Sequence[int]) -> Span:
        """The characters of a run of tokens, and the bracket that closes it."""
        start, end = self.tokens[run[0]].start, self.tokens[run[-1]].end
        is_open = self.text.count("(", start, end) > self.text.count(")", start, end)
        return Span(start=start, end=end + (is_open and self.text.startswith(")", end)))

    def contents(self, numbers: Iterable[int]) -> list[Span]:
        """Tokens as spans of content: each quotation that they touch is taken whole."""
        spans: list[Span] = []
        for run in self.runs(numbers):
            span = self.span(run[1:] if self.tokens[run[0]].dep == "cc" and len(run) > 1 else run)
            touched = [span, *(quotation for quotation in self.quotations if quotation.overlaps(span))]
            if spans and any(spans[-1].overlaps(one) for one in touched):
                touched.append(spans.pop())
            spans.append(Span(start=min(s.start for s in touched), end=max(s.end for s in touched)))
        return spans

    def _is_mark(self, number: int) -> bool:
        return self.tokens[number].pos in ("PUNCT", "SPACE") and not self.quoted(number)

    def phrase(self, head: int, without: Iterable[int] = ()) -> list[int]:
        """The unbroken part of a subtree that holds its head, without participles set off by a comma."""
        set_off = [n for n in self.below(head, "acl") if self.tokens[n - 1].text == ","]
        return next((run for run in self.runs(self.subtree(head, [*without, *set_off])) if head in run), [])

    def clause_without(self, branch: int) -> list[int]:
        """The clause that a branch hangs on, without the branch."""
        head = self.tokens[branch].head
        while self.tokens[head].pos not in ("VERB", "AUX") and self.tokens[head].head != head:
            head = self.tokens[head].head
        return sorted(set(self.subtree(head)).difference(self.subtree(branch)))
