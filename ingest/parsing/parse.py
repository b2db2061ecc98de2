"""From the bytes of a feed document to clean entries."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urljoin

from disputes.addresses import MAXIMUM_LENGTH, AddressError, canonical_url
from ingest.parsing.dates import LATEST_AHEAD, parse_date, read_date
from ingest.parsing.decoding import Document, decode, repair, tidy
from ingest.parsing.identity import Marks, identities
from ingest.parsing.json_reader import read_json_feed
from ingest.parsing.model import FeedEntry, ParsedFeed, RawEntry, RawFeed
from ingest.parsing.recognition import FEED_ROOTS, not_a_feed, root_name
from ingest.parsing.text import MAXIMUM_CONTENT, MAXIMUM_HTML, HtmlCleaner, html_to_text, plain_text, without_unwanted
from ingest.parsing.tolerant_reader import read_tolerantly
from ingest.parsing.xml_reader import read_xml

MAXIMUM_ENTRIES: Final = 2_000
"""Of more entries the newest are kept."""

MAXIMUM_TOLERANT: Final = 400_000
"""Characters of a broken document that feedparser is given: it can take a second for so many."""

_CLEANED: Final = RawEntry()
_TITLE: Final = 1_000
_AUTHOR: Final = 500
_DATE: Final = 100
_GUID: Final = 2_048
_ITEM: Final = re.compile(r"<(?:[\w.-]{1,50}:)?(?:item|entry)[\s>]", re.ASCII | re.IGNORECASE)
_JSON: Final = re.compile(r"[\ufeff \t\r\n]*[{\[]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", re.ASCII)
_LINE_BREAKS: Final = re.compile(r"[\t\r\n]+")
# Others are kept in their canonical spelling: with user names, spaces, quotes, or letters that mislead the eye.
_HARMLESS_LINK: Final = re.compile(r"(https?://[^/?#@\\]+)(?:[/?#][!#-;=?-\[\]_a-z~|]*)?", re.ASCII)
_MAIL_WITH_NAME: Final = re.compile(r"\S{1,200}@\S{1,200}\s*\(([^()]{1,300})\)|([^<>]{1,300}?)\s*<\S{1,200}@\S{1,200}>")


def parse_feed(
    body: bytes, *, content_type: str | None, url: str, now: datetime, trust_guids: bool = True
) -> ParsedFeed:
    """Read a feed: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed.

    `url` is where it came from, for relative links; `now` tells which dates lie ahead; `trust_guids` is off for a
    feed that is known to repeat them. One pass of lxml reads the document, feedparser what that does not know as a
    feed or finds broken beyond repair. Whatever could be recovered from a broken document is returned, with its faults.

    Raises NotAFeed for anything else, an empty body and captcha pages included, and ParseError for entity bombs,
    external entities and extreme nesting. Touches neither network nor disk. It may still be slow or hungry on a
    document made for that: documents of strangers go through parse_feed_isolated.
    """
    text, faults = decode(body, content_type)
    # Ten megabytes, and forty as text, go as soon as they are no longer needed: a parser has little memory.
    del body
    if _JSON.match(text):
        raw = read_json_feed(text.lstrip("\ufeff"))
    else:
        document = tidy(text)
        del text
        raw, more = _read_xml(document, url, now)
        faults += more
    return _clean(raw, url=url, now=now, trust_guids=trust_guids, faults=faults)


def _read_xml(document: Document, url: str, now: datetime) -> tuple[RawFeed, list[str]]:
    text, faults = document.text, list(document.faults)
    root = root_name(text)
    if document.doctype == "html" or (root not in FEED_ROOTS and not _ITEM.search(text, 0, 100_000)):
        raise not_a_feed(text, document.doctype, root)

    def newest(entries: list[RawEntry]) -> list[RawEntry]:
        return _newest(entries, now)

    raw, problem = read_xml(text, newest)
    if problem:
        text, repairs = repair(text)
        faults += repairs
        raw, again = read_xml(text, newest) if repairs else (None, problem)
        if again:
            faults.append(f"the XML is broken: {again}")
            raw, _ = read_xml(text, newest, recover=True)
    if raw is not None and raw.is_cut:
        faults.append(f"only its first {_count(raw):,} entries were read")
    elif raw is None or (faults and _count(raw) < len(_ITEM.findall(text))):
        raw = _more_of(raw, text, url, faults)
    if raw is None:
        raise not_a_feed(text, document.doctype, root)
    return raw, faults


def _more_of(raw: RawFeed | None, text: str, url: str, faults: list[str]) -> RawFeed | None:
    """Return what feedparser reads, if that is more; it gets no more of a document than it reads within a second."""
    if len(text) > MAXIMUM_TOLERANT:
        if raw is not None and raw.entries:
            return raw
        faults.append(f"only its first {MAXIMUM_TOLERANT:,} characters were read")
    tolerant = read_tolerantly(text[:MAXIMUM_TOLERANT], url=url)
    return raw if tolerant is None or (raw is not None and _count(tolerant) <= _count(raw)) else tolerant


def _count(raw: RawFeed) -> int:
    return len(raw.entries) + raw.dropped


def _clean(raw: RawFeed, *, url: str, now: datetime, trust_guids: bool, faults: list[str]) -> ParsedFeed:
    total = _count(raw)
    if total > MAXIMUM_ENTRIES:
        faults.append(f"of {total:,} entries the {MAXIMUM_ENTRIES:,} newest were kept")
        raw.entries = _newest(raw.entries, now)
    base = _absolute(raw.base, url) or url
    cleaner = HtmlCleaner(base)
    drafts, marks = [], []
    for position, entry in enumerate(raw.entries):
        draft = _clean_entry(entry, base, now, cleaner, raw.language)
        drafts.append(draft)
        marks.append(_marks(draft, entry))
        # Its texts go at once, as the clean ones come.
        raw.entries[position] = _CLEANED
    names, repeats = identities(marks, trust_guids=trust_guids)
    return ParsedFeed(
        format=raw.format,
        reader=raw.reader,
        title=plain_text(raw.title, limit=_TITLE),
        link=_absolute(raw.link, base),
        self_link=_absolute(raw.self_link, base),
        language=_language(raw.language),
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
        entries=tuple(FeedEntry(identity=name, **draft) for draft, name in zip(drafts, names, strict=True)),
        faults=tuple(faults),
        dropped=total - len(raw.entries),
        repeats_guids=repeats,
    )


def _newest(entries: list[RawEntry], now: datetime) -> list[RawEntry]:
    """Return the newest entries in the order of the document; undated ones count as old, the later the older."""

    def age(position: int) -> tuple[float, int]:
        moment = read_date(entries[position].published or entries[position].updated)
        return (-min(moment, now).timestamp() if moment else 0.0, position)

    return [entries[position] for position in sorted(sorted(range(len(entries)), key=age)[:MAXIMUM_ENTRIES])]


def _clean_entry(
    entry: RawEntry, base: str, now: datetime, cleaner: HtmlCleaner, feed_language: str | None
) -> dict[str, Any]:
    """Return the fields of a FeedEntry, but its identity."""
    summary = (entry.summary or entry.content)[:MAXIMUM_HTML]
    content = max(entry.content, entry.summary, key=len)[:MAXIMUM_CONTENT]
    summary_html = cleaner.clean(summary)
    published_raw = entry.published or entry.updated
    published_at = read_date(published_raw)
    return {
        "guid": _guid(entry.guid)[:_GUID] or None,
        "link": _absolute(entry.link, urljoin(base, entry.base) if entry.base else base),
        "title": plain_text(entry.title, limit=_TITLE),
        "summary_html": summary_html,
        "content_text": html_to_text(summary_html) if content == summary else cleaner.text(content),
        "author": _author(entry.author),
        "published_at": now if published_at is not None and published_at > now + LATEST_AHEAD else published_at,
        "published_raw": plain_text(published_raw, limit=_DATE),
        "updated_at": parse_date(entry.updated, now=now),
        "language": _language(entry.language) or _language(feed_language),
    }


def _marks(draft: dict[str, Any], raw: RawEntry) -> Marks:
    said = [draft[name] or "" for name in ("guid", "link", "title", "published_raw", "author", "content_text")]
    return Marks(guid=_guid(raw.guid) or None, link=draft["link"], content=tuple(said))


def _guid(guid: str | None) -> str:
    return without_unwanted(guid).strip() if guid else ""


def _absolute(link: str | None, base: str) -> str | None:
    """Return an absolute http or https address, or None for what is none."""
    if not link or "<" in link:
        return None
    if "&amp;" in link:
        link = link.replace("&amp;", "&")
    link = link.strip()
    match = _HARMLESS_LINK.fullmatch(link)
    if match and _is_origin(match[1]) and len(link) <= MAXIMUM_LENGTH // 3:
        # The usual case, four times as fast: nothing in it can fail, even if every character were escaped.
        return link
    try:
        absolute = urljoin(base, _LINE_BREAKS.sub("", link))
        canonical = canonical_url(absolute)
    except ValueError:
        return None
    return absolute if _HARMLESS_LINK.fullmatch(absolute) else canonical


@lru_cache(maxsize=4096)
def _is_origin(origin: str) -> bool:
    try:
        canonical_url(origin)
    except AddressError:
        return False
    return True


def _author(author: str) -> str:
    match = _MAIL_WITH_NAME.fullmatch(author.strip()[:_AUTHOR]) if "@" in author else None
    return plain_text((match[1] or match[2]) if match else author, limit=_AUTHOR)


@lru_cache(maxsize=1024)
def _language(language: str | None) -> str | None:
    name = (language or "").strip().lower().replace("_", "-")
    return name if _LANGUAGE.fullmatch(name) else None
