"""Label Studio's "JSON" export, read back into labelled articles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stance.errors import InputError
from stance.labelstudio.labels import Labelled, LabelledAttribution, LabelledSpeaker, Passage
from stance.labelstudio.names import NOBODY, TEXT, Field, Label
from stance.labelstudio.nesting import nest
from stance.labelstudio.regions import Marked, Region, read_results
from stance.labelstudio.tasks import DETAILS
from stance.records import SourceKind, Stance

_NUMBERED = re.compile(r" #\d+$")
_JOINED = (Label.SOURCE, Label.CUE, Label.CONTENT)


@dataclass
class _Group:
    """The regions of one attribution."""

    cues: list[Region]
    contents: list[Region]
    sources: list[Region] = field(default_factory=list)
    """Those that are marked as its own."""
    named_by: list[Region] = field(default_factory=list)
    """Those that name its speaker: its own, or that of an earlier attribution."""

    def regions(self) -> list[Region]:
        return [*self.sources, *self.cues, *self.contents]

    @property
    def start(self) -> tuple[int, int, bool]:
        """What attributions are ordered by: those that hold others come first."""
        return min((r.span.start, -r.span.end, r.label is not Label.CONTENT) for r in self.regions())


def read_task(task: Mapping[str, Any]) -> Labelled | None:
    """The article of one exported task as its annotator left it; None where nobody has annotated it yet.

    Spaces at the edges of a region are left out; a source that belongs to several contents is kept with the first, and
    named as the speaker of the others, as ``docs/annotation.md`` has it.

    Raises:
        InputError: with every fault, naming the task and the region.
    """
    place = f"task {task.get('id', '?')}"
    data = task.get("data")
    if not isinstance(data, dict) or not isinstance(data.get(TEXT), str) or not isinstance(data.get("claim"), str):
        raise InputError(
            f'{place}: expected a task with "data" that holds "text" and "claim", as `stance export-labels` writes it; '
            "export the project as JSON, not as JSON-MIN or CSV"
        )
    result = _result_of(task, place)
    if result is None:
        return None
    try:
        marked = read_results(result, data[TEXT])
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{place}: a result is not as Label Studio writes it ({error!r}); export it again") from error
    return _Reading(marked, place).labelled(data)


def _result_of(task: Mapping[str, Any], place: str) -> list[Any] | None:
    made = [each for each in task.get("annotations") or [] if not each.get("was_cancelled")]
    truth = [each for each in made if each.get("ground_truth")]
    chosen = truth if len(truth) == 1 else made
    if len(chosen) > 1:
        raise InputError(f"{place}: it has {len(chosen)} annotations; mark one as ground truth, or delete the others")
    return list(chosen[0].get("result") or []) if chosen else None


class _Reading:
    """One annotation on its way to a labelled article; every fault is noted before it is given up."""

    def __init__(self, marked: Marked, place: str) -> None:
        self._marked = marked
        self._place = place
        self._faults = marked.faults
        self._kinds: dict[str, SourceKind] = {}
        self._speakers: list[str] = []

    def labelled(self, data: Mapping[str, Any]) -> Labelled:
        groups = sorted(self._groups(), key=lambda group: group.start)
        parents = nest([*self._of(Label.AUTHOR)], [group.regions() for group in groups], self._faults)
        self._check_sentences()
        self._read_kinds(groups)
        attributions = [self._attribution(group, parent) for group, parent in zip(groups, parents, strict=True)]
        passages = [
            Passage(region.span, self._stance([region]), self._related([region])) for region in self._of(Label.AUTHOR)
        ]
        speakers = [self._speaker(name) for name in self._speakers]
        author_stance = self._marked.answers.get(Field.AUTHOR_STANCE)
        if self._faults:
            raise InputError("\n".join(f"{self._place}, {fault}" for fault in dict.fromkeys(self._faults)))
        return Labelled(
            article=str(data.get("article") or self._place.replace(" ", "-")),
            text=data[TEXT],
            claim=data["claim"],
            speakers=tuple(speakers),
            attributions=tuple(found for found in attributions if found),
            passages=tuple(passages),
            checkworthy=tuple(region.span for region in self._of(Label.CHECK_WORTHY)),
            author_stance=Stance(author_stance) if author_stance in set(Stance) else None,
            genre=self._marked.answers.get(Field.GENRE),
            **{name: str(data[name]) for name in DETAILS if data.get(name)},
        )

    def _check_sentences(self) -> None:
        for sentence in self._of(Label.CHECK_WORTHY):
            for region in self._of(Label.SOURCE, Label.CUE):
                if region.span.start < sentence.span.start < region.span.end:
                    self._fault(sentence, f"it begins inside {region}; mark the sentence from its first word")

    def _of(self, *labels: Label) -> list[Region]:
        found = [region for region in self._marked.regions.values() if region.label in labels]
        return sorted(found, key=lambda region: (region.span.start, -region.span.end))

    def _fault(self, region: Region, reason: str) -> None:
        self._faults.append(f"{region}: {reason}")

    # --- which regions belong together --------------------------------------------------------------------------

    def _groups(self) -> list[_Group]:
        """Contents and cues that relations join, and with them the sources that are related to one of those."""
        regions, sources = self._marked.regions, dict[str, list[str]]()
        joined = {region.name: {region.name} for region in self._of(Label.CUE, Label.CONTENT)}
        for ends in self._marked.relations:
            pair = [regions[name] for name in ends if name in regions and regions[name].label in _JOINED]
            if len(pair) < 2:
                self._faults.append(f"regions {ends[0]} and {ends[1]}: a relation joins source, cue and content only")
                continue
            pair.sort(key=lambda region: region.label is not Label.SOURCE)
            if pair[1].label is Label.SOURCE:
                self._faults.append(f"regions {ends[0]} and {ends[1]}: a relation joins two sources; remove it")
            elif pair[0].label is Label.SOURCE:
                sources.setdefault(pair[0].name, []).append(pair[1].name)
            else:
                together = joined[pair[0].name] | joined[pair[1].name]
                joined.update(dict.fromkeys(together, together))
        groups = [self._group(names) for names in {id(names): names for names in joined.values()}.values()]
        home = {region.name: group for group in groups for region in group.regions()}
        for source in self._of(Label.SOURCE):
            homes = {id(home[name]): home[name] for name in sources.get(source.name, [])}
            if not homes:
                self._fault(source, "no relation joins it to a content; add one, or remove the region")
            for number, group in enumerate(sorted(homes.values(), key=lambda group: group.start)):
                group.named_by.append(source)
                if number == 0:
                    group.sources.append(source)
        return groups

    def _group(self, names: set[str]) -> _Group:
        found = [region for region in self._of(Label.CUE, Label.CONTENT) if region.name in names]
        group = _Group([r for r in found if r.label is Label.CUE], [r for r in found if r.label is Label.CONTENT])
        if not group.contents:
            self._fault(group.cues[0], "no relation joins it to a content; add one, or remove the region")
        return group

    # --- what is said of them -----------------------------------------------------------------------------------

    def _attribution(self, group: _Group, parent: int | None) -> LabelledAttribution | None:
        if not group.contents:
            return None
        if len(group.named_by) > 1:
            self._fault(group.named_by[1], f"its attribution has another source, {group.named_by[0]}; remove one")
        return LabelledAttribution(
            source=group.sources[0].span if group.sources else None,
            cues=tuple(region.span for region in group.cues),
            contents=tuple(region.span for region in group.contents),
            speaker=self._speaker_of(group),
            stance=self._stance(group.contents),
            related=self._related(group.contents),
            parent=parent,
        )

    def _stance(self, regions: Sequence[Region]) -> Stance:
        found = self._one(regions, Field.STANCE)
        if found is None:
            self._fault(regions[0], f"no stance is chosen; choose one of: {', '.join(Stance)}")
        return self._as_stance(regions[0], found) or Stance.UNRELATED

    def _related(self, regions: Sequence[Region]) -> Stance | None:
        return self._as_stance(regions[0], self._one(regions, Field.RELATED))

    def _as_stance(self, region: Region, found: str | None) -> Stance | None:
        if found is not None and found not in set(Stance):
            self._fault(region, f"its stance {found!r} is unknown; choose one of: {', '.join(Stance)}")
            return None
        return Stance(found) if found else None

    def _one(self, regions: Sequence[Region], asked: Field) -> str | None:
        """The answer that the regions of one attribution give between them."""
        answers = {region.answers[asked]: region for region in regions if asked in region.answers}
        if len(answers) > 1:
            *_, last = answers.values()
            self._fault(last, f"its attribution has several answers for {asked}: {', '.join(answers)}; keep one")
        return next(iter(answers), None)

    def _speaker_of(self, group: _Group) -> int | None:
        name = self._one([*group.named_by, *group.contents], Field.SPEAKER)
        if group.sources and name is None:
            self._fault(group.sources[0], f"no speaker is named; write the name, or {NOBODY!r}, into its field")
        if name in (None, NOBODY):
            return None
        if name not in self._speakers:
            self._speakers.append(name)
        return self._speakers.index(name)

    def _read_kinds(self, groups: Sequence[_Group]) -> None:
        for region in (region for group in groups for region in group.regions()):
            name, kind = region.answers.get(Field.SPEAKER), region.answers.get(Field.KIND)
            if name is None or kind is None or name == NOBODY:
                continue
            if kind not in set(SourceKind):
                self._fault(region, f"the kind {kind!r} is unknown; choose one of: {', '.join(SourceKind)}")
            elif self._kinds.setdefault(name, SourceKind(kind)) != kind:
                self._fault(region, f"{name!r} is of kind {kind} here and {self._kinds[name]} elsewhere; choose one")

    def _speaker(self, name: str) -> LabelledSpeaker:
        if name not in self._kinds:
            region = next(r for r in self._marked.regions.values() if r.answers.get(Field.SPEAKER) == name)
            self._fault(region, f"the kind of speaker is not chosen for {name!r}")
        return LabelledSpeaker(_NUMBERED.sub("", name), self._kinds.get(name, SourceKind.UNNAMED))
