"""The labelling interface, as the XML that Label Studio takes under "Labeling Interface > Code"."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stance.labelstudio.names import TEXT, Field, Label, Relation
from stance.records import SourceKind, Stance

_COLOURS = {
    Label.SOURCE: "#1f77b4",
    Label.CUE: "#9467bd",
    Label.CONTENT: "#ff9f0e",
    Label.AUTHOR: "#2ca02c",
    Label.CHECK_WORTHY: "#8c8c8c",
}


def interface(genres: Sequence[str]) -> str:
    """The XML of the interface that tasks from ``as_task`` are made for.

    Args:
        genres: The kinds of text that the corpus knows.
    """
    view = Element("View")
    SubElement(view, "Style").text = ".htx-text{ white-space: pre-wrap; }"  # or runs of spaces would be lost
    SubElement(view, "Header", value="$claim")
    relations = SubElement(view, "Relations")
    for relation in Relation:
        SubElement(relations, "Relation", value=relation)
    labels = SubElement(view, "Labels", name=Field.LABEL, toName=TEXT)
    for label in Label:
        SubElement(labels, "Label", value=label, background=_COLOURS[label])
    SubElement(view, "Text", name=TEXT, value="$text")
    taking_sides = _shown_for(view, Label.CONTENT, Label.AUTHOR)
    _choices(taking_sides, Field.STANCE, "Stance to the claim", list(Stance), perRegion="true")
    _choices(taking_sides, Field.RELATED, "To its related claim, if any", list(Stance), perRegion="true")
    speaking = _shown_for(view, Label.SOURCE, Label.CONTENT)
    SubElement(speaking, "Header", value="Speaker (of a content: only if it has no source)", size="5")
    SubElement(
        speaking, "TextArea", name=Field.SPEAKER, toName=TEXT, perRegion="true", maxSubmissions="1", editable="true"
    )
    kinds = [kind for kind in SourceKind if kind is not SourceKind.AUTHOR]
    _choices(speaking, Field.KIND, "Kind of speaker", kinds, perRegion="true")
    _choices(view, Field.AUTHOR_STANCE, "The article's own voice", list(Stance), required="true")
    _choices(view, Field.GENRE, "Genre", genres, required="true")
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def _shown_for(view: Element, *labels: Label) -> Element:
    condition = {"visibleWhen": "region-selected", "whenTagName": Field.LABEL, "whenLabelValue": ",".join(labels)}
    return SubElement(view, "View", condition)


def _choices(view: Element, name: Field, heading: str, values: Sequence[str], **options: str) -> None:
    SubElement(view, "Header", value=heading, size="5")
    choices = SubElement(view, "Choices", {"name": name, "toName": TEXT, "showInline": "true", **options})
    for value in values:
        SubElement(choices, "Choice", value=value)
