"""Annotation by people in `Label Studio <https://labelstud.io>`_.

What the models found goes out as tasks with predictions; what people made of it comes back through the "JSON" export
(not JSON-MIN). Label Studio's offsets in text count code points, as Python's do (so say its editor's tests on emoji);
releases before 2022 counted UTF-16 units, which are understood on the way back.
"""

from stance.labelstudio.exports import read_task
from stance.labelstudio.interface import interface
from stance.labelstudio.labels import Labelled, LabelledAttribution, LabelledSpeaker, Passage, of_result
from stance.labelstudio.tasks import as_task

__all__ = [
    "Labelled",
    "LabelledAttribution",
    "LabelledSpeaker",
    "Passage",
    "as_task",
    "interface",
    "of_result",
    "read_task",
]
