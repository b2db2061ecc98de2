"""OPML, in which feed readers exchange their subscriptions (OPML 2.0, http://opml.org/spec2.opml).

Besides the usual attributes ours carries the state of a feed and its reason, in a namespace of its own as the
specification allows; other programs pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

NAMESPACE: Final = "urn:data-licensing-dispute-tracker:opml"
LARGEST: Final = 5_000_000
"""Bytes of a document that is read."""
MOST: Final = 10_000
"""Outlines of a document that are read."""

_STATE, _REASON = (f"{{{NAMESPACE}}}{name}" for name in ("state", "reason"))
_PAUSED: Final = "paused"


class OPMLError(Exception):
    """Says why a document can't be read as OPML."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription of a document."""

    url: str
    title: str = ""
    site: str = ""
    """The page that the feed belongs to."""
    is_paused: bool = False
    pause_reason: str = ""
    line: int = 0
    """Where it stands in the document."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a document lists."""

    outlines: tuple[Outline, ...]
    problems: tuple[str, ...]
    """One for each outline that can't be a feed, with its line."""


def read_opml(body: bytes) -> Subscriptions:
    """Read the subscriptions of a document, folders or not.

    An outline of a feed without an address becomes a problem and keeps none of the others out. Raises OPMLError where
    the document as a whole is no OPML. Nothing is fetched and no entity is expanded, whatever it declares.
    """
    root = _parse(body)
    outlines: list[Outline] = []
    problems: list[str] = []
    for element in root.iter("outline"):
        # Readers disagree on the case of these names.
        said = {str(name).lower(): _one_line(value) for name, value in element.attrib.items()}
        title = said.get("title") or said.get("text", "")
        line = element.sourceline or 0
        url = said.get("xmlurl", "")
        if url:
            outlines.append(
                Outline(
                    url=url,
                    title=title,
                    site=said.get("htmlurl", ""),
                    is_paused=said.get(_STATE) == _PAUSED,
                    pause_reason=said.get(_REASON, ""),
                    line=line,
                )
            )
        elif said.get("type", "").lower() in {"rss", "atom", "feed"}:
            problems.append(f"line {line}: {title[:100] or 'an outline'!r} is a feed without an address (xmlUrl)")
        elif len(element) == 0 and "type" not in said:
            problems.append(f"line {line}: {title[:100] or 'an outline'!r} is neither a feed nor a folder")
        if len(outlines) + len(problems) > MOST:
            raise OPMLError(f"it has more than {MOST:,} outlines; split it")
    return Subscriptions(tuple(outlines), tuple(problems))


def write_opml(outlines: Iterable[Outline], *, title: str, made_at: datetime) -> bytes:
    """Write subscriptions as an OPML 2.0 document."""
    root = etree.Element("opml", version="2.0", nsmap={"tracker": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateCreated").text = format_datetime(made_at)
    body = etree.SubElement(root, "body")
    for outline in outlines:
        said = {"type": "rss", "text": outline.title or outline.url, "title": outline.title, "xmlUrl": outline.url}
        if outline.site:
            said["htmlUrl"] = outline.site
        if outline.is_paused:
            said |= {_STATE: _PAUSED, _REASON: outline.pause_reason}
        etree.SubElement(body, "outline", {name: _writable(value) for name, value in said.items() if value})
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document


def _parse(body: bytes) -> Any:
    if len(body) > LARGEST:
        raise OPMLError(f"it has {len(body):,} bytes; at most {LARGEST:,} are read")
    if not body.strip():
        raise OPMLError("it is empty")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise OPMLError(f"it is not well-formed XML: {error.msg or 'no element is found'}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        # Entities in attributes are expanded by any parser; no program that writes OPML declares one.
        raise OPMLError("it has a document type declaration, which OPML does not need; remove the DOCTYPE")
    if root.tag != "opml":
        raise OPMLError(f"its first element is <{str(root.tag)[:50]}>, not <opml>")
    if root.find("body") is None:
        raise OPMLError("it has no <body>")
    return root


def _one_line(value: str) -> str:
    return " ".join(str(value).split())


def _writable(value: str) -> str:
    """Leave out what XML 1.0 has no place for."""
    return "".join(letter for letter in value if letter >= " " and not 0xD800 <= ord(letter) <= 0xDFFF)
