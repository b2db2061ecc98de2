"""From the bytes of a page to the text of its article. Pure, and slow on pages made for that: see isolation."""

import re
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import HtmlElement, HTMLParser, document_fromstring  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict
from trafilatura import bare_extraction

from ingest.parsing.text import plain_text, without_unwanted
from ingest.reading.walls import find_wall, reservation

MAXIMUM_TEXT: Final = 500_000
"""Characters of a text that is kept; no article is longer."""
_HTML: Final = re.compile(r"^\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", re.ASCII)
_WORD: Final = re.compile(r"\w{5,}")
_BLANK_LINES: Final = re.compile(r"\n\s*\n+")
# A declared XML encoding would make lxml refuse text that is decoded already.
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_COMPARED: Final = 100_000
ENOUGH_WORDS: Final = 6
SHARED: Final = 0.34
"""Of so many longer words of the feed's title and summary at least this share stands on the page of the same story."""


class PageText(BaseModel):
    """What a page gave: its text, or why there is none."""

    model_config = ConfigDict(frozen=True)

    state: str
    """A value of PageState: "read", or what stands in the way."""
    reason: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    language: str = ""


def extract(body: bytes, *, headers: dict[str, str], url: str, expected: str) -> PageText:
    """Take the text of an article from its page.

    `headers` have their names in lower case; `expected` is what the feed says of the article, by which a page that is
    about something else is told. No markup is in what comes back.
    """
    content_type = headers.get("content-type", "")
    if content_type and not _HTML.match(content_type):
        return _unreadable(f"The page is no HTML but {content_type.partition(';')[0].strip()[:80]}")
    markup = decode(body, content_type)
    tree = _tree(markup)
    if tree is None:
        return _unreadable("The page is empty")
    page_title = plain_text(" ".join(tree.xpath("//title/text()"))[:2_000], limit=300)
    found: Any = bare_extraction(markup, url=url, fast=True, with_metadata=True, include_comments=False)
    text = _clean(found.text if found is not None else "")
    wall = reservation(headers, tree) or find_wall(tree, markup, text, title=page_title, url=url)
    if wall is not None:
        return PageText(state=wall.kind, reason=wall.reason)
    if found is None or not text:
        return _unreadable("No text of an article was found on the page")
    if not _is_about(expected, f"{page_title} {found.title or ''} {text}"):
        return _unreadable(f"The page is about something else: “{page_title[:100]}”")
    return PageText(
        state="read",
        title=plain_text(found.title or page_title, limit=1_000),
        text=text,
        author=plain_text(found.author or "", limit=300),
        language=_language(tree),
    )


def _unreadable(reason: str) -> PageText:
    return PageText(state="unreadable", reason=reason)


def decode(body: bytes, content_type: str) -> str:
    """Decode a page as browsers do: a byte order mark, then what the server says, then the page, then UTF-8.

    What does not decode becomes the replacement character, and without any hint that is not UTF-8 is Windows-1252.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    declared = _CHARSET.search(content_type) or _CHARSET.search(body[:2_048].decode("ascii", "replace"))
    if declared:
        try:
            return body.decode(declared[1], "replace")
        except LookupError:
            pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _tree(markup: str) -> HtmlElement | None:
    markup = _DECLARATION.sub("", markup).replace("\x00", "")
    try:
        return document_fromstring(markup, parser=HTMLParser(huge_tree=False, remove_comments=True, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _clean(text: str | None) -> str:
    lines = (" ".join(line.split()) for line in without_unwanted(text or "").splitlines())
    return _BLANK_LINES.sub("\n", "\n".join(lines)).strip()[:MAXIMUM_TEXT]


def _is_about(expected: str, page: str) -> bool:
    """Say whether a page is of the story that the feed tells; where that says too little, it is."""
    wanted = {word.casefold() for word in _WORD.findall(expected)}
    if len(wanted) < ENOUGH_WORDS:
        return True
    # Anywhere in it, since not every language puts spaces between words.
    there = page[:_COMPARED].casefold()
    return sum(word in there for word in wanted) >= SHARED * len(wanted)


def _language(tree: HtmlElement) -> str:
    """Give the language that the page declares, in lower case."""
    declared = str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip().lower()
    declared = declared.replace("_", "-")
    return declared if _LANGUAGE.fullmatch(declared) and len(declared) <= 20 else ""
