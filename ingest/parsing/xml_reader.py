"""RSS, RDF and Atom in one pass over the document with lxml, an item at a time.

Items are read and let go while the document is parsed, so a feed of a hundred thousand takes the memory of a few. It
reads what well-formed feeds are made of, in the namespaces that they use; what it does not know as a feed, or finds
broken beyond its repair, is feedparser's (`tolerant_reader`), which is thirty times as slow.
"""

import base64
import binascii
import html
import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

from ingest.parsing.model import ParseError, RawEntry, RawFeed
from ingest.parsing.syndication import read_skip_hours, read_ttl

_ATOM: Final = frozenset(("http://www.w3.org/2005/Atom", "https://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"))
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DUBLIN: Final = frozenset(("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"))
_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
_SYNDICATION: Final = "http://purl.org/rss/1.0/modules/syndication/"
_FEEDBURNER: Final = "http://rssnamespace.org/feedburner/ext/1.0"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_MEDIA: Final = frozenset(("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"))
_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"

# What the children of an item are, by local name: in the feed's own namespace (or Atom's), and in others.
_OWN: Final = {
    "title": "title", "description": "summary", "summary": "summary", "content": "content", "link": "link",
    "guid": "guid", "id": "id", "pubdate": "date", "published": "date", "issued": "date", "date": "other_date",
    "created": "other_date", "updated": "updated", "modified": "updated", "author": "author", "fullitem": "content",
}  # fmt: skip
_DUBLIN_CORE: Final = {
    "date": "other_date", "issued": "other_date", "created": "other_date", "available": "other_date",
    "modified": "updated", "language": "language", "title": "other_title", "description": "dublin_summary",
    "creator": "creator", "identifier": "other_id",
}  # fmt: skip
_FOREIGN: Final = {"title": "other_title", "summary": "other_summary", "author": "other_author"}
_HTML: Final = frozenset(("summary", "content", "encoded", "body"))
_LOOKS_LIKE_HTML: Final = re.compile(
    r"</[a-z][a-z0-9]*\s*>|<(?:br|p|img|hr)\b[^<>]*>|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE
)

Format: TypeAlias = Literal["rss", "rdf", "atom"]
Newest: TypeAlias = Callable[[list[RawEntry]], list[RawEntry]]
"""Picks the entries to keep of many, in the order of the document."""
_MOST: Final = 10_000
"""Entries that are held before only the newest are kept."""
_END: Final = 120_000
"""Entries after which the rest of the document is not read: a second's work."""


def read_xml(text: str, newest: Newest, *, recover: bool = False) -> tuple[RawFeed | None, str]:
    """Return the feed of a tidy document, or None, and what libxml2 found wrong with it first.

    None stands for a document that is not well-formed, unless `recover` is set, and for one that is no feed as this
    reader knows them; then nothing was found wrong. Nothing is loaded from anywhere, no entity is replaced, and
    libxml2's own limits hold (depth 256, 10 MB of text in one node). Raises ParseError for a document that is nested
    deeper.
    """
    events = etree.iterparse(
        BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        tag=("{*}item", "{*}entry"),
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        collect_ids=False,
    )
    document = _Reader(newest)
    problem = ""
    try:
        for _, element in events:
            document.take(element)
            if document.is_full:
                return document.feed(None), ""
        problem = events.error_log[0].message if recover and len(events.error_log) else ""
    except etree.XMLSyntaxError as error:
        problem = error.msg or "not well-formed"
        document.is_broken = True
    if "xcessive depth" in problem:
        raise ParseError("too_deep", "the document is nested too deeply to be a feed")
    return document.feed(events.root), " ".join(problem.split())[:200]


class _Reader:
    """Reads the items of one document."""

    def __init__(self, newest: Newest) -> None:
        self.is_broken = False
        self._newest = newest
        self._dropped = 0
        self._root: Any = None
        self._format: Format | None = None
        self._base: str | None = None
        self._entries: list[RawEntry] = []
        self._done: Any = None

    @property
    def is_full(self) -> bool:
        """Whether there are so many entries that no more should be read."""
        return len(self._entries) + self._dropped >= _END

    def take(self, element: Any) -> None:
        """Read an item that has just ended, and let go of the one before it."""
        if self._root is None:
            self._look_at(element.getroottree().getroot())
        if self._format is None or not self._is_item(element.tag):
            return
        self._entries.append(_entry(element, self._format, self._base))
        if len(self._entries) >= _MOST:
            kept = self._newest(self._entries)
            self._dropped += len(self._entries) - len(kept)
            self._entries = kept
        element.clear()
        # libxml2 still needs the element itself, to go on behind it.
        if self._done is not None and (parent := self._done.getparent()) is not None:
            parent.remove(self._done)
        self._done = element

    def feed(self, root: Any) -> RawFeed | None:
        """Return the feed with what its channel says about itself."""
        if self._root is None and root is not None:
            self._look_at(root)
        if self.is_broken or self._format is None:
            return None
        root = self._root
        channel = root
        if self._format != "atom":
            channel = next((child for child in root if _split(child.tag)[1] == "channel"), root)
        raw = _channel(root, channel, self._format)
        raw.entries, raw.dropped, raw.is_cut = self._entries, self._dropped, self.is_full
        return raw

    def _is_item(self, tag: str) -> bool:
        namespace, name = _split(tag)
        return namespace == _split(self._root.tag)[0] and name == "entry" if self._format == "atom" else name == "item"

    def _look_at(self, root: Any) -> None:
        self._root = root
        self._base = root.get(_BASE)
        namespace, name = _split(root.tag)
        if name == "feed" and namespace in _ATOM:
            self._format = "atom"
        elif name == "rss":
            self._format = "rss"
        elif name == "rdf" and namespace == _RDF:
            self._format = "rdf"


@lru_cache(maxsize=1024)
def _split(tag: object) -> tuple[str, str]:
    """Return namespace and local name in lower case; comments and instructions have neither."""
    if not isinstance(tag, str):
        return "", ""
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name.lower()


def _entry(item: Any, format_: Format, base: str | None) -> RawEntry:
    own = _split(item.tag)[0]
    values: dict[str, str] = {}
    for child in item:
        kind = _kind(child.tag, own)
        if not kind:
            continue
        value = _value(child, kind)
        if not value:
            continue
        if kind == "content":
            # Of several the longest, which is the text and not its teaser.
            values[kind] = max(values.get(kind, ""), value, key=len)
        elif kind not in values:
            values[kind] = value
            if kind in {"guid", "id"} and child.get("isPermaLink", "true") != "false":
                # Several entries with fragments of one page for ids are not all that page.
                values["permalink"] = value if value.startswith("http") and "#" not in value else ""
    get = values.get
    # Podcasts describe an episode in a line, and at length in a summary of their own.
    longer = _plain_or_html(get("other_summary", ""))
    summary = get("summary") or get("dublin_summary") or longer
    content = max(get("encoded", ""), get("content", ""), get("body", ""), longer, key=len)
    if len(content) <= len(summary):
        content = get("encoded") or get("content") or ""
    if not summary and not content:
        summary = _media_description(item)
    return RawEntry(
        guid=get("id") or get("guid") or (item.get(f"{{{_RDF}}}about") if format_ == "rdf" else None),
        link=get("original_link") or get("link") or get("atom_link") or get("permalink") or None,
        base=_joined(base, item.get(_BASE)),
        title=get("title") or get("other_title", ""),
        summary=summary,
        content=content,
        author=get("author") or get("creator") or get("other_author", ""),
        published=get("date") or get("other_date", ""),
        updated=get("updated", ""),
        language=get("language") or item.get(_LANG),
    )


@lru_cache(maxsize=4096)
def _kind(tag: object, own: str) -> str:
    """Return what a child of an item is, or an empty text for what is not looked at."""
    namespace, name = _split(tag)
    if namespace in _ATOM:
        return {"link": "atom_link"}.get(name, _OWN.get(name, ""))
    if namespace == own:
        return _OWN.get(name, "")
    if namespace in _DUBLIN:
        return _DUBLIN_CORE.get(name, "")
    if namespace in _MEDIA or namespace.lower() == _ITUNES:
        return _FOREIGN.get(name, "")
    special = {(_CONTENT, "encoded"): "encoded", (_FEEDBURNER, "origlink"): "original_link", (_XHTML, "body"): "body"}
    # Old feeds put some of their elements into a namespace that says nothing.
    return special.get((namespace, name), _OWN.get(name, "") if not namespace else "")


def _value(child: Any, kind: str) -> str:
    if kind == "atom_link":
        return (child.get("href") or "").strip() if child.get("rel", "alternate") == "alternate" else ""
    if len(child):
        names = (name.text for name in child if kind == "author" and _split(name.tag)[1] == "name")
        return (next(names, None) or _inner_html(child)).strip()
    text: str = child.text or ""
    if child.get("mode") == "base64" or (kind in _HTML and _split(child.tag)[0] in _ATOM):
        return _of_type(text, child)
    return (text or (child.get("href") or "" if kind == "link" else "")).strip()


def _of_type(text: str, child: Any) -> str:
    """Return the HTML that an Atom text means (RFC 4287, sections 3.1 and 4.1.3; `mode` is of Atom 0.3)."""
    type_ = child.get("type", "text").lower()
    if child.get("mode") == "base64":
        try:
            text = base64.b64decode(text).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    elif not type_.startswith("text") and type_ not in {"html", "xhtml"} and "xml" not in type_:
        # A picture or the like, inline.
        return ""
    # Many declare as text, or do not declare, what is HTML.
    return _plain_or_html(text) if type_ in {"text", "text/plain"} else text


def _plain_or_html(text: str) -> str:
    return text if _LOOKS_LIKE_HTML.search(text) else html.escape(text, quote=False)


def _inner_html(element: Any) -> str:
    """Return the markup inside an element, its names without prefixes."""
    pieces = [html.escape(element.text or "", quote=False)]
    for child in element:
        for part in child.iter(etree.Element):
            part.tag = part.tag.rpartition("}")[2]
        pieces.append(etree.tostring(child, method="html", encoding="unicode"))
    return "".join(pieces).strip()


def _media_description(item: Any) -> str:
    """Return the description of Media RSS, which may stand in a group or a medium."""
    for namespace in _MEDIA:
        for described in item.iter(f"{{{namespace}}}description"):
            text = _all_text(described).strip()
            if text:
                return text if described.get("type") == "html" else html.escape(text).replace("\n", "<br>")
    return ""


def _channel(root: Any, channel: Any, format_: Format) -> RawFeed:
    values: dict[str, str] = {}
    hours: list[str] = []
    own, _ = _split(channel.tag)
    for child in channel:
        namespace, name = _split(child.tag)
        if namespace in _ATOM and name == "link":
            name = {"alternate": "link", "self": "self"}.get(child.get("rel", "alternate"), "")
            value = child.get("href") or ""
        elif name == "skiphours" and namespace == own:
            hours = [hour.text or "" for hour in child]
            continue
        elif namespace in {own, _SYNDICATION} or namespace in _DUBLIN or namespace in _ATOM:
            value = _inner_html(child) if len(child) else child.text or ""
        else:
            continue
        values[name] = values.get(name) or value.strip()
    return RawFeed(
        format=format_,
        reader="lxml",
        title=values.get("title", ""),
        link=values.get("link"),
        self_link=values.get("self"),
        base=root.get(_BASE),
        language=values.get("language") or channel.get(_LANG) or root.get(_LANG),
        ttl=read_ttl(values.get("ttl", ""), values.get("updateperiod", ""), values.get("updatefrequency", "")),
        skip_hours=read_skip_hours(hours),
        entries=[],
    )


def _all_text(element: Any) -> str:
    return "".join(element.itertext("*"))


def _joined(base: str | None, relative: str | None) -> str | None:
    if not base or not relative:
        return relative or base
    try:
        return urljoin(base, relative)
    except ValueError:
        return base
