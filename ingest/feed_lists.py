"""Many feeds at once: the lists of other readers, our own as such a list, and those that the product comes with."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from disputes.errors import FieldError, Invalid
from ingest import opml, schedule
from ingest.doorbell import ring
from ingest.fetching import FetchError, FetchPolicy
from ingest.fetching.guard import check_url
from ingest.models import DefaultFeed, Feed, FeedState
from ingest.opml import OPMLError, Outline

logger = logging.getLogger(__name__)

IMPORTED_FILES = "https://import.invalid/"
"""Under this the documents stand that were imported from disk; they are nobody's subscriptions."""
PAUSED_IN_LIST = "Paused in the list that it came from"
IN_TURN = "Added from a list, whose feeds are fetched in turn"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    added: tuple[Feed, ...]
    present: int
    """Feeds of the list that were registered already; they stay as they are."""
    problems: tuple[str, ...]
    """Outlines that were left out, with their lines and why."""


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What an import of a list would do."""

    new: tuple[Outline, ...]
    """Would be registered, in the order of the list."""
    present: tuple[Outline, ...]
    """Are registered already, and would stay as they are."""
    problems: tuple[str, ...]
    """Outlines that would be left out, with their lines and why."""


def preview_opml(body: bytes) -> ListPreview:
    """Say what an import of an OPML document would do. Nothing is kept. One query. Raises as `import_opml`."""
    wanted, problems = _read(body)
    known = _known(outline.url for outline in wanted)
    return ListPreview(
        tuple(outline for outline in wanted if outline.url not in known),
        tuple(outline for outline in wanted if outline.url in known),
        problems,
    )


def import_opml(body: bytes, *, by: str) -> Imported:
    """Register the feeds of an OPML document. Nothing is fetched now.

    Those that are new are due one after the other over the next hour, so that a long list makes no burst; those that
    the list says are paused wait for an operator. All that can be registered are, in one transaction, and each outline
    that can't be is named in `problems`. Raises Invalid where the document can't be read; nothing is kept then.
    """
    wanted, problems = _read(body)
    with transaction.atomic():
        added = _register(wanted, by=by)
    logger.info("%s imported %d feeds from a list", by, len(added))
    return Imported(tuple(added), len(wanted) - len(added), problems)


def add_found_feeds(urls: Iterable[str], *, by: str) -> Imported:
    """Register feeds that a page names. Nothing is fetched now; the workers take them in turn, from now on.

    What can't be a feed is named in `problems` and keeps none of the others out.
    """
    wanted, problems = _check(Outline(url=url) for url in urls)
    with transaction.atomic():
        added = _register(wanted, by=by, due_at=timezone.now(), reason=f"{by} chose it from a page")
        ring("ingest.tasks.poll_due_feeds")
    logger.info("%s added %d feeds that a page names", by, len(added))
    return Imported(tuple(added), len(wanted) - len(added), tuple(problems))


def registered_among(urls: Iterable[str]) -> dict[str, Feed]:
    """Give those feeds of some addresses that are registered, by address. One query."""
    return {feed.url: feed for feed in Feed.objects.filter(url__in=list(urls))}


def export_opml() -> bytes:
    """Write all feeds as an OPML document, those that are paused or gone with the reason."""
    feeds = Feed.objects.exclude(url__startswith=IMPORTED_FILES).order_by("title", "url")
    outlines = (
        Outline(
            url=feed.url,
            title=feed.title,
            is_paused=feed.state in {FeedState.PAUSED, FeedState.GONE},
            pause_reason=feed.pause_reason or (feed.last_error if feed.state == FeedState.GONE else ""),
        )
        for feed in feeds.iterator()
    )
    return opml.write_opml(outlines, title="Feeds of the dispute tracker", made_at=timezone.now())


def load_default_feeds(path: Path | None = None) -> int:
    """Register the feeds that the product comes with; give the number of those that were new.

    Each address is offered once: what an operator paused, resumed or let move stays. Raises Invalid where the list
    can't be read. Two queries where nothing is new.
    """
    file = path or Path(settings.BASE_DIR, "seeds", "feeds.opml")
    try:
        listed = opml.read_opml(file.read_bytes())
    except OSError as error:
        raise Invalid(f"{file} can't be read: {error.strerror}") from error
    except OPMLError as error:
        raise Invalid(f"{file} is no OPML document: {error}") from error
    wanted, problems = _check(listed.outlines)
    if problems or listed.problems:
        raise Invalid(f"{file} lists what can't be a feed: {'; '.join((*listed.problems, *problems))}")
    with transaction.atomic():
        urls = [outline.url for outline in wanted]
        offered = set(DefaultFeed.objects.filter(url__in=urls).values_list("url", flat=True))
        fresh = [outline for outline in wanted if outline.url not in offered]
        added = _register(fresh, by="system:seeds")
        DefaultFeed.objects.bulk_create([DefaultFeed(url=outline.url) for outline in fresh], ignore_conflicts=True)
    return len(added)


def is_template(url: str) -> bool:
    """Whether an address is a pattern with a gap such as {query}, which nobody can fetch as it stands."""
    return "{" in url


def _read(body: bytes) -> tuple[list[Outline], tuple[str, ...]]:
    try:
        listed = opml.read_opml(body)
    except OPMLError as error:
        raise Invalid("this is no OPML document", [FieldError("/file", str(error))]) from error
    wanted, problems = _check(listed.outlines)
    return wanted, tuple(sorted((*listed.problems, *problems), key=_line_of))


def _line_of(problem: str) -> int:
    """Give the line that a problem begins with, so that they are told in the order of the document."""
    number = problem.removeprefix("line ").partition(":")[0]
    return int(number) if number.isdecimal() else 0


def _known(urls: Iterable[str]) -> set[str]:
    return set(Feed.objects.filter(url__in=list(urls)).values_list("url", flat=True))


def _check(outlines: Iterable[Outline]) -> tuple[list[Outline], list[str]]:
    """Bring addresses into the form in which feeds are registered; name those that can't be fetched."""
    policy = FetchPolicy.from_settings()
    found: dict[str, Outline] = {}
    problems: list[str] = []
    for outline in outlines:
        try:
            address = str(check_url(outline.url, policy))
        except FetchError as error:
            where = f"line {outline.line}: " if outline.line else ""
            problems.append(f"{where}{outline.title[:100] or outline.url[:100]!r}: {error}")
            continue
        if is_template(outline.url):
            if not outline.is_paused:
                problems.append(
                    f"line {outline.line}: {outline.url[:200]!r} is a template; put search words in place of the braces"
                )
                continue
            address = outline.url
        found.setdefault(
            address,
            Outline(
                url=address,
                title=outline.title[:300],
                is_paused=outline.is_paused,
                pause_reason=(outline.pause_reason or PAUSED_IN_LIST)[:300] if outline.is_paused else "",
                line=outline.line,
            ),
        )
    return list(found.values()), problems


def _register(
    outlines: Sequence[Outline], *, by: str, due_at: datetime | None = None, reason: str = IN_TURN
) -> list[Feed]:
    """Enter those that are not registered yet; give them. Two queries. To be called in a transaction.

    They are due at the moment that is given, else one after the other over the next hour.
    """
    present = _known(outline.url for outline in outlines)
    fresh = [outline for outline in outlines if outline.url not in present]
    active = sum(not outline.is_paused for outline in fresh)
    due = repeat(due_at) if due_at is not None else _spread(active, timezone.now())
    feeds = [
        Feed(
            url=outline.url,
            title=outline.title,
            state=FeedState.PAUSED if outline.is_paused else FeedState.ACTIVE,
            pause_reason=outline.pause_reason,
            next_fetch_at=None if outline.is_paused else next(due),
            next_fetch_reason="" if outline.is_paused else reason[:300],
            added_by=by,
        )
        for outline in fresh
    ]
    # Another import may add the same at this moment; whose row it is does not matter.
    Feed.objects.bulk_create(feeds, ignore_conflicts=True)
    return feeds


def _spread(count: int, now: datetime) -> Iterator[datetime]:
    """Give so many moments, evenly over the shortest time between two fetches of one feed."""
    step: timedelta = schedule.FLOOR / max(count, 1) / settings.FETCH_TIME_SCALE
    return (now + step * number for number in range(1, count + 1))
