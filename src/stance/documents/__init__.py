r"""Reads articles from files, folders and standard input, one at a time, and says clearly what cannot be read.

Plain text and rows are handed on as they stand (but for a byte-order mark and ``\r\n``); of HTML and Markdown the
article's text is extracted, and all offsets then refer to the extracted text. Nothing is held in memory but the
article at hand and eight bytes for each id seen.
"""

from stance.documents.checks import MAX_BYTES, MAX_CHARACTERS, Unreadable
from stance.documents.files import STDIN, SUFFIXES, InputFile, find_files
from stance.documents.reading import count_documents, read_documents, read_stdin
from stance.documents.rows import Columns, SeenIds

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "STDIN",
    "SUFFIXES",
    "Columns",
    "InputFile",
    "SeenIds",
    "Unreadable",
    "count_documents",
    "find_files",
    "read_documents",
    "read_stdin",
]
