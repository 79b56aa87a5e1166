"""Files of one article each: plain text, Markdown, HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stance.documents.checks import FIELDS, checked, plain
from stance.errors import InputError
from stance.records import Document

if TYPE_CHECKING:
    from markdown_it.token import Token


def text_document(raw: str, name: str) -> Document:
    """A text as it stands."""
    return checked(Document(id=name, text=plain(raw)))


def html_document(page: str, name: str) -> Document:
    """The main text of a page, with what its metadata say, through trafilatura."""
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=False, include_tables=False, with_metadata=True)
    text = (found.text or "").strip() if found else ""
    if not text:
        raise InputError("no article text found in this page; save the article's text as .txt instead")
    title = found.title
    if title and title not in text[: len(title) + 200]:
        text = f"{title}\n\n{text}"
    text = _one_blank_line(text)
    fields = {"title": title, "url": found.url, "outlet": found.sitename, "author": found.author, "date": found.date}
    return checked(Document(id=name, text=text, **{key: value for key, value in fields.items() if value}))


def markdown_document(source: str, name: str) -> Document:
    """The text of the headings, paragraphs and list items of a Markdown file; its front matter becomes fields."""
    from markdown_it import MarkdownIt

    fields: dict[str, str] = {}
    front = re.match(r"---\n(.*?\n)---(?:\n|$)", plain(source), re.DOTALL)
    body = plain(source)[front.end() :] if front else plain(source)
    for line in front[1].split("\n") if front else []:
        key, _, value = line.partition(":")
        if key.strip() in FIELDS and value.strip():
            fields[key.strip()] = value.strip().strip("\"'")
    pieces = []
    for token in MarkdownIt().parse(body):
        if token.type == "inline":
            pieces.append("".join(_words(part) for part in token.children or []).strip())
    return checked(Document(id=name, text="\n\n".join(piece for piece in pieces if piece), **fields))


def _words(token: Token) -> str:
    """What a reader sees of a piece of a Markdown paragraph: a break is a space, and a tag shows nothing."""
    if token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and token.content.startswith("<br")):
        return " "
    return "" if token.type == "html_inline" else token.content


def _one_blank_line(text: str) -> str:
    return "\n\n".join(line.strip() for line in plain(text).split("\n") if line.strip())
