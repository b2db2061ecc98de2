"""Dockets: reading what court feeds carry, and finding the proceedings that their entries belong to.

A tie is found when it is asked for, by court and docket number in any spelling. So an entry that came before its
proceeding was recorded is tied from then on, and one whose proceeding is corrected follows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from disputes.addresses import is_docket_host
from disputes.courts import court_key, court_of_host
from disputes.docket import FederalDocketNumber, docket_key
from disputes.models import Proceeding
from ingest.models import DocketEntry
from ingest.parsing import FeedEntry as ParsedEntry

# PACER: "1:18-cv-03365 Chau v. Donovan et al", and "[Letter] (16)" with some words before it in bankruptcies.
_PACER_TITLE: Final = re.compile(r"(?P<number>(?:\d{1,2}:)?\d{2}-[\w~-]{3,20})(?:\s+(?P<caption>.*))?", re.ASCII)
_PACER_TEXT: Final = re.compile(r"\[(?P<text>.+)\](?:\s*\((?P<document>\d{1,10})\))?")
_LONGEST_LINE: Final = 2_000
"""Characters of what PACER says of a filing that are read: the real ones have some hundred."""
# CourtListener: "Entry #30 in Doe 1 v. Example AI, Inc. (4:23-cv-00001)".
_COURTLISTENER_TITLE: Final = re.compile(
    r"Entry #(?P<document>\d{1,10}) in (?P<caption>.*) \((?P<number>[^()]{3,100})\)"
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_COMMON: Final = frozenset((
    "and", "the", "inc", "llc", "llp", "ltd", "corp", "corporation", "company", "limited", "plc", "others", "doe",
    "litigation", "states", "united", "usa", "for", "data", "privacy", "consumer", "copyright", "dispute",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filing:
    """What an entry of a court feed says about a docket."""

    court: str
    """As court_key names it; empty where the feed does not say."""
    docket_number: str
    caption: str
    document_number: str
    text: str


def read_filing(entry: ParsedEntry) -> Filing | None:
    """Read an entry of a docket, from PACER's feeds or CourtListener's; None for any other entry.

    PACER names the court in the address, CourtListener does not. A docket number that no court gives ("5:18-~gr-1")
    is kept as it stands.
    """
    parts = urlsplit(entry.link or "")
    host = parts.hostname or ""
    if not is_docket_host(host):
        return None
    court = court_of_host(host)
    if court and (match := _PACER_TITLE.fullmatch(entry.title)):
        said = _PACER_TEXT.search(entry.content_text[:_LONGEST_LINE])
        return Filing(
            court=court,
            docket_number=match["number"],
            caption=(match["caption"] or "").strip()[:300],
            document_number=(said and said["document"]) or "",
            text=(said["text"] if said else entry.content_text).strip(),
        )
    if parts.path.startswith("/docket/") and (match := _COURTLISTENER_TITLE.fullmatch(entry.title)):
        return Filing(
            court="",
            docket_number=match["number"],
            caption=match["caption"].strip()[:300],
            document_number=match["document"],
            text=entry.content_text,
        )
    return None


def proceedings_of(entries: Iterable[DocketEntry]) -> Mapping[UUID, Sequence[Proceeding]]:
    """Find the proceedings that each entry belongs to, by the id of its article. One query.

    The docket number must be the same, and the court. Where the feed or the record names no court, the office and
    the names of the case decide.
    """
    entries = list(entries)
    by_key: dict[str, list[Proceeding]] = defaultdict(list)
    cases = Proceeding.objects.filter(docket_key__in={entry.docket_key for entry in entries}).select_related("dispute")
    for proceeding in cases.order_by("dispute", "rank"):
        by_key[proceeding.docket_key].append(proceeding)
    return {entry.article_id: [case for case in by_key[entry.docket_key] if is_tied(entry, case)] for entry in entries}


def entries_of(proceedings: Iterable[Proceeding]) -> list[tuple[DocketEntry, Proceeding]]:
    """Find the entries of the dockets of some proceedings, the latest first. One query."""
    by_key: dict[str, list[Proceeding]] = defaultdict(list)
    for proceeding in proceedings:
        if proceeding.docket_key:
            by_key[proceeding.docket_key].append(proceeding)
    entries = DocketEntry.objects.filter(docket_key__in=list(by_key)).select_related("article", "feed")
    return [(entry, case) for entry in entries for case in by_key[entry.docket_key] if is_tied(entry, case)]


def is_tied(entry: DocketEntry, proceeding: Proceeding) -> bool:
    """Say whether an entry is of a proceeding, given that their docket numbers have one key."""
    if entry.court and proceeding.court:
        return entry.court == court_key(proceeding.court)
    numbers = map(FederalDocketNumber.parse, (entry.docket_number, proceeding.docket_number))
    if len({number.office for number in numbers if number and number.office}) > 1:
        return False
    return bool(_names(entry.caption) & _names(f"{proceeding.caption} {proceeding.dispute.title}"))


def _names(caption: str) -> set[str]:
    return {word for word in _WORD.findall(caption.casefold()) if word not in _COMMON}


def entry_row(article: UUID, feed: int, filing: Filing, entry: ParsedEntry) -> DocketEntry:
    """Give the row of a filing, not saved."""
    return DocketEntry(
        article_id=article,
        feed_id=feed,
        court=filing.court,
        docket_number=filing.docket_number,
        docket_key=docket_key(filing.docket_number)[:100],
        caption=filing.caption,
        document_number=filing.document_number,
        text=filing.text,
        filed_at=entry.published_at,
    )
