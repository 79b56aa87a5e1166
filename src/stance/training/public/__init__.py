"""Public data sets in their own files, read from a folder that the user names. None of their text is in this project.

Each reader returns its own plain records: pairs of claim and text, sentences, documents with attributions, or tagged
texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from stance.training.public.documents import SourcedDocument, read_polnear
from stance.training.public.files import require_folder
from stance.training.public.own import read_own
from stance.training.public.pairs import Pair, read_ibm_claim_stance, read_perspectrum
from stance.training.public.sentences import Sentence, read_checkthat, read_checkthat_in_context, read_claimbuster
from stance.training.public.tables import read_pair_table, read_sentence_table
from stance.training.public.tokens import TaggedText, read_cofenet

PAIRS: dict[str, Callable[[Path, str], list[Pair]]] = {
    "perspectrum": read_perspectrum,
    "ibm-claim-stance": read_ibm_claim_stance,
}
SENTENCES: dict[str, Callable[[Path, str], list[Sentence]]] = {
    "claimbuster": read_claimbuster,
    "checkthat2019": read_checkthat,
    "checkthat2019-in-context": read_checkthat_in_context,
}
DOCUMENTS: dict[str, Callable[[Path, str], list[SourcedDocument]]] = {"polnear": read_polnear, "corpus": read_own}
TAGGED: dict[str, Callable[[Path, str], list[TaggedText]]] = {"cofenet": read_cofenet}


def known() -> Iterable[str]:
    """Names of the data sets that can be read."""
    return (*PAIRS, *SENTENCES, *DOCUMENTS, *TAGGED)


__all__ = [
    "DOCUMENTS", "PAIRS", "SENTENCES", "TAGGED", "Pair", "Sentence", "SourcedDocument", "TaggedText", "known",
    "read_pair_table", "read_sentence_table", "require_folder",
]  # fmt: skip
