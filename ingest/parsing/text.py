"""Making texts of strangers safe to store, to match and to show: HTML by a strict allow list, all else plain."""

import html
import re
from functools import lru_cache
from typing import Final

import nh3

MAXIMUM_HTML: Final = 65_536
"""Characters of a summary that are cleaned and kept as HTML."""
MAXIMUM_CONTENT: Final = 262_144
"""Characters of a content from which plain text is taken."""

_TAGS: Final = frozenset((
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "u", "ul",
))  # fmt: skip
# Images are left out on purpose: they would tell the publisher who reads an entry in the admin, and when.
_ATTRIBUTES: Final = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED_WITH_CONTENT: Final = frozenset((
    "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "select", "style", "svg", "template",
    "textarea", "title",
))  # fmt: skip
# html5ever takes quadratic time over unclosed tags: 3 s for 50,000 of them, a tenth of a second for these.
_MOST_TAGS: Final = 8_000
# Squares of the numbers of tags in all texts of a document, which is what html5ever takes at worst: a second.
_MOST_EFFORT: Final = 800_000_000

_BLOCKS: Final = frozenset((
    "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip

# nh3 writes attribute values in double quotes and escapes quotes inside, so this matches its tags exactly.
_TAG: Final = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
_BLOCK: Final = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS))})\b[^<>]*>")
_BREAK: Final = "\x01"
"""Stands for the end of a block while white space is collapsed; HtmlCleaner leaves none."""
_BREAKS: Final = re.compile(rf"{_BREAK}[ {_BREAK}]*")
_ROUGH_TAG: Final = re.compile(r"<[^<>]*>")
_LOOKS_LIKE_TAG: Final = re.compile(r"<[a-zA-Z/!?]")
# Removed: control characters; marks, embeddings, overrides and isolates of direction, which make a text read
# differently from what it is (CVE-2021-42574); invisible characters that break words for a matcher (soft hyphen,
# zero-width space, word joiner, BOM); unassigned tags, interlinear marks, non-characters, lone surrogates.
# Joiners stay: many scripts and emoji need them.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNWANTED_ASCII: Final = bytes(code for code in range(0x80) if _UNWANTED.match(chr(code)))


class HtmlCleaner:
    """Cleans the HTML of one document, whose address makes relative links absolute.

    Cost: some 15 microseconds for each kilobyte.
    """

    def __init__(self, base: str) -> None:
        # A document from disk has a file: address, which no link may show.
        is_web = base.startswith(("http://", "https://"))
        try:
            self._cleaner = _cleaner(base if is_web else None)
        except ValueError:
            self._cleaner = _cleaner(None)
        self._effort = 0

    def clean(self, source: str) -> str:
        """Return safe HTML, free of invisible characters, of at most twice the length of its source.

        A source with thousands of tags is a bomb or a mistake and comes out as text; so does what is left of a
        document after very many of them.
        """
        return self._clean(source, self._cleaner)

    def text(self, source: str) -> str:
        """Return the plain text of HTML, a line for each block; a quarter faster than with its HTML."""
        return html_to_text(self._clean(source, _blocks()))

    def _clean(self, source: str, cleaner: nh3.Cleaner) -> str:
        if "<" not in source:
            return html.escape(without_unwanted(html.unescape(source)), quote=False).strip()
        tags = source.count("<")
        if tags <= _MOST_TAGS:
            self._effort += tags * tags
        if tags <= _MOST_TAGS and self._effort <= _MOST_EFFORT:
            # Afterwards, because only now do character references show what they stand for.
            cleaned = without_unwanted(cleaner.clean(source))
            if len(cleaned) <= 2 * len(source) + 1_000:
                return cleaned.strip()
        return html.escape(" ".join(_ROUGH_TAG.sub(" ", without_unwanted(source)).split()), quote=False)


def html_to_text(cleaned: str) -> str:
    """Return the text of HTML that HtmlCleaner has cleaned, a line for each block."""
    text = _BLOCK.sub(_BREAK, cleaned)
    if "<" in text:
        text = _TAG.sub("", text.replace("</td>", " ").replace("</th>", " "))
    # nh3 leaves no character reference but those of its own escapes, so nothing unwanted can appear here.
    text = " ".join(html.unescape(text).split())
    return _BREAKS.sub("\n", text).replace(" \n", "\n").strip()


def plain_text(source: str, *, limit: int) -> str:
    """Return one line of plain text: entities decoded, tags gone, spaces collapsed, at most `limit` characters.

    Feeds escape titles once, twice or not at all, so markup is removed until none is left.
    """
    # Markup is a small part of any honest title; a long one is cut before it costs anything.
    text = source[: 20 * limit]
    for _ in range(4 if "&" in text or "<" in text else 0):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if _LOOKS_LIKE_TAG.search(text):
            few = text.count("<") <= _MOST_TAGS
            text = html.unescape(_stripper().clean(text)) if few else _ROUGH_TAG.sub(" ", text)
        if text == before:
            break
    if "<" in text and _LOOKS_LIKE_TAG.search(text):
        text = text.replace("<", " ").replace(">", " ")
    text = " ".join(without_unwanted(text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def without_unwanted(text: str) -> str:
    """Remove control characters, bidirectional overrides and what else cannot be seen."""
    # Nothing printable is unwanted, and to ask costs a tenth of looking for it.
    if text.isprintable():
        return text
    if text.isascii():
        return text.encode().translate(None, _UNWANTED_ASCII).decode()
    if text.replace("\n", " ").replace("\t", " ").replace("\xa0", " ").isprintable():
        return text
    return _UNWANTED.sub("", text)


def _cleaner(base: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative=("rewrite_with_base", base) if base else "deny",
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


@lru_cache(maxsize=1)
def _blocks() -> nh3.Cleaner:
    """Return a cleaner that leaves blocks and cells, for their breaks, and nothing in them to read."""
    return nh3.Cleaner(
        tags=set(_BLOCKS) | {"td", "th"},
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={},
        link_rel=None,
        strip_comments=True,
    )


@lru_cache(maxsize=1)
def _stripper() -> nh3.Cleaner:
    return nh3.Cleaner(tags=set(), clean_content_tags=set(_DROPPED_WITH_CONTENT), strip_comments=True)
