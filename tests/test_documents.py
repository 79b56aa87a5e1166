"""What is read from files with one article each, and what is said of those that cannot be read."""

import pytest

from stance.documents import MAX_BYTES, Unreadable, find_files, read_documents
from stance.errors import InputError
from stance.records import Document

TEXT = "The ferry sailed.\n\n“At last,” said Ada Lind."
PAGE = """<!doctype html><html lang="en"><head><title>Ferry returns - Quay Post</title>
<meta property="og:title" content="Ferry returns to the northern pier">
<meta property="og:site_name" content="Quay Post"><meta name="author" content="Bo Ames">
<meta property="article:published_time" content="2021-03-04T08:00:00Z">
<link rel="canonical" href="https://quay.example/ferry"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article>{heading}<p>The ferry returned on Monday after eleven months in the dock, the board said.</p>
<p>“It passed every test,” said Ada Lind, who chairs the board. “We are
satisfied.”</p></article>
<script>var tracker = "hidden";</script><footer>Cookies and terms of use</footer></body></html>"""
PAGE_TEXT = (
    "Ferry returns to the northern pier\n\n"
    "The ferry returned on Monday after eleven months in the dock, the board said.\n\n"
    "“It passed every test,” said Ada Lind, who chairs the board. “We are satisfied.”"
)
MARKDOWN = """\
---
title: "Ferry: back at last"
author: Bo Ames
layout: post
---
# Ferry returns

The *ferry* [returned](https://quay.example)
on <b>Monday</b>.<br>It was late &amp; full.

- one
- `two`

> Quoted words.

```
code
```
<div>raw</div>
"""
BINARY = "this is a binary file; expected text (convert PDF or Word files to text first)"
NO_TEXT = "there is no text in it; remove it, or check how it was written"
CONVERT = "convert it, for example with: iconv -f windows-1252 -t utf-8"


@pytest.fixture
def read(tmp_path):
    """Returns a function that writes a file and reads it."""

    def write_and_read(name: str, data: str | bytes) -> list[Document | Unreadable]:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return list(read_documents(find_files([str(path)])))

    return write_and_read


PLAIN = {
    "as it stands": (TEXT.encode(), TEXT),
    "spaces and last line break": (b"\n  The ferry  sailed.\n", "\n  The ferry  sailed.\n"),
    "byte-order mark": (b"\xef\xbb\xbfThe ferry sailed.", "The ferry sailed."),
    "line breaks of Windows": (b"One.\r\n\r\nTwo.\r\n", "One.\n\nTwo.\n"),
    "line breaks of old Macs": (b"One.\r\rTwo.", "One.\n\nTwo."),
    "UTF-16, little end first": (b"\xff\xfe" + TEXT.encode("utf-16-le"), TEXT),
    "UTF-16, big end first": (b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT),
}


@pytest.mark.parametrize(("data", "text"), PLAIN.values(), ids=PLAIN)
def test_plain_text(read, tmp_path, data, text):
    assert read("a.txt", data) == [Document(id=str(tmp_path / "a.txt"), text=text)]


def test_a_megabyte_is_one_article(read):
    text = "The ferry sailed again. " * 41_000
    assert [document.text for document in read("a.txt", text)] == [text]


def test_five_megabytes_are_no_article(tmp_path):
    big, small = tmp_path / "big.txt", tmp_path / "small.txt"
    big.write_text("The ferry sailed again. " * 220_000, encoding="utf-8")
    small.write_text("It rained.", encoding="utf-8")
    assert list(read_documents(find_files([str(big), str(small)]))) == [
        Unreadable(str(big), "5,280,000 characters; an article has 1,000,000 at most: split it"),
        Document(id=str(small), text="It rained."),
    ]


UNUSABLE = {
    "empty": (b"", NO_TEXT),
    "only spaces": (b" \n\t\n", NO_TEXT),
    "only a byte-order mark": (b"\xef\xbb\xbf", NO_TEXT),
    "wrong encoding": (b"One.\nCaf\xe9 closed.", f"not UTF-8 (line 2, byte 8); {CONVERT}"),
    "binary": (b"%PDF\x00\x01", BINARY),
    "half of UTF-16": (b"\xff\xfea", "not UTF-16, as its first bytes say (byte 2); write it as UTF-8"),
}


@pytest.mark.parametrize(("data", "reason"), UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_unusable_files(read, tmp_path, suffix, data, reason):
    assert read(f"a.{suffix}", data) == [Unreadable(str(tmp_path / f"a.{suffix}"), reason)]


@pytest.mark.parametrize("suffix", [".json", ".XML"])
def test_what_is_structured_is_not_taken_for_an_article(read, tmp_path, suffix):
    reason = f'{suffix.lower()} files are not read; write one JSON object a line with a "text" field, as .jsonl'
    assert read(f"news{suffix}", '[{"text": "It rained."}]') == [Unreadable(str(tmp_path / f"news{suffix}"), reason)]


def test_a_file_larger_than_any_article(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as opened:
        opened.truncate(MAX_BYTES + 1)
    assert list(read_documents(find_files([str(path)]))) == [
        Unreadable(str(path), "larger than 20 MB; split it into articles")
    ]


@pytest.mark.parametrize("name", ["gone.txt", "gone.jsonl"])
def test_a_file_that_has_gone_does_not_stop_the_rest(tmp_path, name):
    there = tmp_path / "a.txt"
    there.write_text(TEXT, encoding="utf-8")
    gone = tmp_path / name
    gone.touch()
    files = find_files([str(gone), str(there)])
    gone.unlink()
    assert list(read_documents(files)) == [
        Unreadable(str(gone), "No such file or directory"),
        Document(id=str(there), text=TEXT),
    ]


@pytest.mark.parametrize("heading", ["<h1>Ferry returns to the northern pier</h1>", ""], ids=["in the text", "not"])
@pytest.mark.parametrize("name", ["a.html", "a.HTM"])
def test_html(read, tmp_path, name, heading):
    assert read(name, PAGE.replace("{heading}", heading)) == [
        Document(
            id=str(tmp_path / name),
            text=PAGE_TEXT,
            title="Ferry returns to the northern pier",
            url="https://quay.example/ferry",
            outlet="Quay Post",
            author="Bo Ames",
            date="2021-03-04",
        )
    ]


@pytest.mark.parametrize("page", ["", "<html><body></body></html>", "no tag at all"])
def test_html_without_an_article(read, tmp_path, page):
    reason = "no article text found in this page; save the article's text as .txt instead"
    assert read("a.html", page) == [Unreadable(str(tmp_path / "a.html"), reason)]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_markdown(read, tmp_path, line_break):
    assert read("a.md", MARKDOWN.replace("\n", line_break)) == [
        Document(
            id=str(tmp_path / "a.md"),
            text="Ferry returns\n\nThe ferry returned on Monday. It was late & full.\n\none\n\ntwo\n\nQuoted words.",
            title="Ferry: back at last",
            author="Bo Ames",
        )
    ]


def test_markdown_of_nothing_but_front_matter(read, tmp_path):
    assert read("a.md", "---\ntitle: Ferry\n---") == [Unreadable(str(tmp_path / "a.md"), NO_TEXT)]


def found_in(*names) -> list[str]:
    return [file.address for file in find_files(str(name) for name in names)]


def test_folders_stand_for_the_readable_files_below_them_in_order_of_name(tmp_path):
    for name in ("b.txt", "a.html", "deep/er/c.JSONL", "deep/d.md", "z.htm", "picture.png", "notes"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = ["a.html", "b.txt", "deep/d.md", "deep/er/c.JSONL", "z.htm"]
    assert found_in(tmp_path) == [str(tmp_path / name) for name in names]


def test_files_come_in_the_order_given_and_once(tmp_path):
    for name in ("b.txt", "a.txt", "notes"):
        (tmp_path / name).touch()
    given = [str(tmp_path / "notes"), str(tmp_path / "b.txt"), str(tmp_path)]
    assert found_in(*given) == [str(tmp_path / name) for name in ("notes", "b.txt", "a.txt")]


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"gone\.txt: there is no such file or folder$"):
        find_files([str(tmp_path / "gone.txt")])


def test_a_folder_with_nothing_to_read(tmp_path):
    (tmp_path / "picture.png").touch()
    with pytest.raises(
        InputError, match=r"no file to read below this folder; expected \.txt, \.md, \.html, \.htm, \.j"
    ):
        find_files([str(tmp_path)])
