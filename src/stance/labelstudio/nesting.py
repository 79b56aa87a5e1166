"""Which regions lie in which, and whether marks in the text can say so: contents hold attributions, nothing crosses."""

from __future__ import annotations

from collections.abc import Sequence

from stance.labelstudio.names import Label
from stance.labelstudio.regions import Region

_OUTER_FIRST = (Label.AUTHOR, Label.CONTENT, Label.SOURCE, Label.CUE)


def nest(passages: Sequence[Region], attributions: Sequence[Sequence[Region]], faults: list[str]) -> list[int | None]:
    """For each attribution the position of the one whose content holds it.

    Args:
        passages: Regions in the author's voice.
        attributions: The regions of each.
        faults: Takes what cannot be expressed, naming the regions.
    """
    owners = {id(region): number for number, regions in enumerate(attributions) for region in regions}
    ordered = sorted(
        [*passages, *(region for regions in attributions for region in regions)],
        key=lambda r: (r.span.start, -r.span.end, _OUTER_FIRST.index(r.label), owners.get(id(r), -1)),
    )
    holders: dict[int, int | None] = {}
    stack: list[Region] = []
    for region in ordered:
        while stack and stack[-1].span.end <= region.span.start:
            stack.pop()
        fault = _fault(region, stack, owners)
        if fault:
            faults.append(fault)
        contents = [outer for outer in stack if outer.label is Label.CONTENT]
        holders[id(region)] = owners[id(contents[-1])] if contents else None
        stack.append(region)
    return [_one_parent([(region, holders[id(region)]) for region in regions], faults) for regions in attributions]


def _fault(region: Region, stack: Sequence[Region], owners: dict[int, int]) -> str | None:
    for outer in reversed(stack):
        if outer.span.end < region.span.end:
            return f"{region}: it begins inside {outer} and ends outside; move one of the edges"
    if stack and region.label is Label.AUTHOR:
        return f"{region}: it lies inside {stack[-1]}; the author's voice is not attributed"
    if stack and stack[-1].label in (Label.SOURCE, Label.CUE):
        return f"{region}: it lies inside {stack[-1]}; only contents hold others"
    if stack and stack[-1].label is Label.CONTENT and owners[id(stack[-1])] == owners.get(id(region)):
        return f"{region}: it lies inside {stack[-1]}, a content of its own attribution"
    return None


def _one_parent(held: Sequence[tuple[Region, int | None]], faults: list[str]) -> int | None:
    parent = held[0][1]
    strays = [region for region, holder in held if holder != parent]
    if strays:
        faults.append(f"{strays[0]}: it lies in another content than {held[0][0]} of the same attribution")
    return parent
