"""Ours: the whole pipeline through Celery. The time that is counted is that of the worker's processes, not of this one.

Feeds have a registrable domain each, so that no pause of politeness is in what is counted; nothing is scaled.
"""

from __future__ import annotations

import json
import os
import random
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta

from benchmarks.contestants.addresses import WARM_UP, real_feed, simulated_feed, warm_up_feed
from benchmarks.contestants.names import LOOPBACK
from benchmarks.contestants.ours import validated  # noqa: F401 (sets Django up)
from benchmarks.contestants.serving import Done, Run, serve

# isort: split
from django.db.models import Q
from django.utils import timezone

from benchmarks.contestants.installation import Installation, seed
from ingest.models import Feed, FeedEntry, FeedState, Fetch, FetchOutcome, PendingMatch, Publisher
from ingest.schedule import REQUEST_PAUSE

POLL = "ingest.tasks.poll_due_feeds"
PATIENCE = 900.0
"""Seconds after which what is measured counts as stuck."""
OWN_DOMAIN_SHARE = 0.7
"""Of the simulated feeds so many have a registrable domain of their own; the others share platforms."""
CHANGED = 10
"""Every tenth simulated feed has something new within the hour,"""
NEW_ENTRIES = 10
"""of so many entries."""
DELAY = 0.2
"""Seconds until a simulated publisher answers."""

_stack = ExitStack()
"""The installation of the last run."""
_template: list[str] = []
"""The database with the product's disputes, once there is one."""
_known: dict[tuple[int, int, int], Installation] = {}
"""The installation that knows these feeds already."""


def first_update(port: int, documents: int, every: int = 1) -> Run:
    """Fetch, parse, clean, store, capture, group and match feeds that are new; an operation is a new entry."""
    installation = _new_installation(port)
    before = FeedEntry.objects.count()
    _add(real_feed(number, port) for number in range(0, documents, every))

    def work() -> tuple[int, float]:
        seconds = _ring_and_wait(installation, _is_everything_done)
        return FeedEntry.objects.count() - before, seconds

    return _counted(installation, work)


def unchanged_update(port: int, documents: int, every: int = 1, updates: int = 1) -> Run:
    """Ask for feeds that are known, of which none has changed, and write that down; an operation is a poll."""
    installation = _knowing(port, documents, every)

    def work() -> tuple[int, float]:
        before, seconds = Fetch.objects.count(), 0.0
        for _ in range(updates):
            _make_due()
            seconds += _ring_and_wait(installation, _is_everything_polled)
        return Fetch.objects.count() - before, seconds

    return _counted(installation, work)


def hour(port: int, feeds: int, of_platform: int, documents: int = 0) -> Run:  # noqa: ARG001 (told to all)
    """Poll what falls due within an hour, all of it due at once, with the product's own beat; an operation is a poll.

    Raises AssertionError where a publisher was asked less politely than promised, or a poll is missing.
    """
    installation = _new_installation(port)
    Feed.objects.bulk_create(_simulated_feeds(feeds, port, of_platform=of_platform), batch_size=1_000)
    warm_up = Fetch.objects.count()

    def work() -> tuple[int, float]:
        installation.start_beat()
        seconds = _ring_and_wait(installation, _is_everything_done)
        return Fetch.objects.count() - warm_up, seconds

    def run() -> Done:
        done = _counted(installation, work)()
        _require_politeness(port, requests=feeds)
        outcomes = Fetch.objects.filter(feed__url__contains="revision=").values_list("outcome", flat=True)
        unexpected = set(outcomes) - {FetchOutcome.NOT_MODIFIED, FetchOutcome.STORED}
        assert not unexpected, f"some fetches were {', '.join(sorted(unexpected))}"
        assert done.operations == feeds, f"{done.operations} polls of {feeds} feeds"
        return done

    return run


def _counted(installation: Installation, work: Callable[[], tuple[int, float]]) -> Callable[[], Done]:
    """Count what the installation's processes and the servers take for some work."""

    def run() -> Done:
        processor, servers = installation.processor_seconds, installation.server_seconds
        operations, seconds = work()
        return Done(
            operations,
            seconds=seconds,
            processor_seconds=installation.processor_seconds - processor,
            server_seconds=installation.server_seconds - servers,
        )

    return run


def _new_installation(port: int) -> Installation:
    """Start the product on a database with its disputes and nothing else; it has polled some feeds to get warm."""
    _stack.close()
    _known.clear()
    _template[:] = _template or [seed()]
    installation = _stack.enter_context(Installation(_template[0], port=port))
    _add(warm_up_feed(number, port) for number in range(WARM_UP))
    # One round for each process, or one of them would take all.
    for _ in range(os.cpu_count() or 1):
        installation.ring(POLL, queue="poll")
    installation.wait_until(_is_everything_done, seconds=PATIENCE)
    return installation


def _knowing(port: int, documents: int, every: int) -> Installation:
    """Give the installation that knows these feeds; it is kept from one round to the next."""
    feeds = (port, documents, every)
    if feeds not in _known:
        installation = _new_installation(port)
        Feed.objects.all().delete()
        _add(real_feed(number, port) for number in range(0, documents, every))
        _ring_and_wait(installation, _is_everything_done)
        # What can't be read would be parsed anew each time, by the peer as well; both leave it out.
        Feed.objects.exclude(state=FeedState.ACTIVE).delete()
        _known[feeds] = installation
    return _known[feeds]


def _ring_and_wait(installation: Installation, is_done: Callable[[], bool]) -> float:
    began = time.monotonic()
    installation.ring(POLL, queue="poll")
    return installation.wait_until(is_done, seconds=PATIENCE) - began


def _add(urls: Iterable[str]) -> None:
    """Register feeds that are due; unlike `add_feed`, which would fetch each at once."""
    Feed.objects.bulk_create([Feed(url=url, next_fetch_at=timezone.now()) for url in urls])


def _make_due() -> None:
    """Let an hour pass for all feeds."""
    Publisher.objects.update(next_request_at=None)
    Feed.objects.update(next_fetch_at=timezone.now())


def _is_everything_polled() -> bool:
    due = Feed.objects.filter(Q(next_fetch_at__lte=timezone.now()) | Q(lease_until__isnull=False))
    return not due.exists()


def _is_everything_done() -> bool:
    return _is_everything_polled() and not PendingMatch.objects.exists()


def _simulated_feeds(amount: int, port: int, *, of_platform: int) -> Iterator[Feed]:
    """Make feeds that were polled before and are due, in the order in which they fell due within the hour."""
    now, own = timezone.now(), round(amount * OWN_DOMAIN_SHARE)
    for number in range(amount):
        platform = None if number < own else (number - own) // of_platform
        is_changed = number % CHANGED == 0
        url = simulated_feed(
            number, port, platform=platform, revision=2 if is_changed else 1, entries=NEW_ENTRIES, delay=DELAY
        )
        due = now - timedelta(hours=1) * random.Random(number).random()  # noqa: S311 (no secret)
        yield Feed(url=url, etag='"1"', next_fetch_at=due, last_success_at=due - timedelta(hours=1))


def _require_politeness(port: int, *, requests: int) -> None:
    with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/witness") as answer:
        found = json.load(answer)
    assert found["requests"] >= requests, f"the publishers saw {found['requests']} requests for {requests} feeds"
    assert found["most_at_once"] == 1, f"{found['most_at_once']} requests at once to one publisher"
    pause = found["shortest_pause"]
    assert pause is None or pause >= REQUEST_PAUSE.total_seconds(), f"a publisher had {pause:.3f} s of rest"


if __name__ == "__main__":
    serve({"first_update": first_update, "unchanged_update": unchanged_update, "hour": hour})
    _stack.close()
