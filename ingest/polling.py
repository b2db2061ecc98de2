"""Polling feeds: claim what is due, fetch many at once, settle what came back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from ingest import leases
from ingest.fetching import Answer, Arrived, BackgroundFetcher, FetchPolicy, PassageWanted, PublisherSilentError
from ingest.leases import DUE, LEASE, Claim, Selection
from ingest.models import Fetch
from ingest.schedule import REQUEST_PAUSE
from ingest.settling import Finished, ring_for_matching, settle

logger = logging.getLogger(__name__)

T = TypeVar("T")

IN_FLIGHT = 40
"""Feeds that one worker fetches at once, each of another publisher; bodies of all of them may be in memory."""
RUN_SECONDS = 30.0
"""For so long a run takes on what is due; the next run is asked for every few seconds."""
TURN_SECONDS = 0.5
"""A run looks for what has become due at least this often."""
LINGER = 0.1
"""For this share of the pause between two requests to a publisher, what has arrived waits for more to arrive."""
IMPATIENT_SECONDS = 0.05
"""The same while a fetch waits for a publisher that another worker asks."""
PARSE_SECONDS = 150.0
"""What a run has fetched by then and could not read is put off, so that it ends well before the limit of a task."""
DATABASE_PATIENCE = 60.0
"""For so long what was fetched is kept for a database that went away. Below the time limit of a task with the rest."""


def poll_due_feeds(*, seconds: float = RUN_SECONDS) -> int:
    """Fetch the feeds that are due, and those that become due meanwhile; give their number.

    Ends when nothing is left that may be fetched within the next pause between two requests to a publisher, or when
    its time is over.
    """
    with BackgroundFetcher(FetchPolicy.from_settings()) as network:
        return len(Poll(network, until=time.monotonic() + seconds).run())


def poll(*, feed_ids: Collection[int] | None = None, ignore_schedule: bool = False) -> list[Fetch]:
    """Fetch the feeds that are due, each once, or all of these whatever their schedule; give the log.

    Never one that is gone or paused, nor one whose publisher asked to be left alone or is asked by a worker now.
    """
    selection = Selection(feed_ids=feed_ids, ignore_schedule=ignore_schedule)
    with BackgroundFetcher(FetchPolicy.from_settings()) as network:
        return Poll(network, selection=selection).run()


def fetch_claimed(claims: Collection[Claim]) -> list[Fetch]:
    """Fetch claimed feeds, many at once, and settle each; give the log."""
    with BackgroundFetcher(FetchPolicy.from_settings()) as network:
        run = Poll(network, limit=0)
        run.take(claims)
        return run.run()


def fetch_once(url: str, publisher: str, token: UUID) -> tuple[Answer, str]:
    """Fetch an address that is no feed yet; say also which publisher was asked last.

    It is leased under the token, as `publisher` must be.
    """
    flight = Flight(token, publisher)
    wanted: list[PassageWanted] = []
    with BackgroundFetcher(FetchPolicy.from_settings()) as network:
        network.submit(0, url, publisher=publisher)
        while True:
            for event in network.wait(IMPATIENT_SECONDS):
                if isinstance(event, Arrived):
                    return event.answer, flight.publisher
                wanted.append(event)
            wanted = [one for one in wanted if not flight.let_pass(one)]


@dataclass(slots=True)
class Flight:
    """A fetch that is under way."""

    token: UUID
    publisher: str
    """Whom it asks now, leased under the token; nobody while it waits for another."""
    claim: Claim | None = None

    def let_pass(self, wanted: PassageWanted) -> bool:
        """Lease the publisher to whom a redirect leads, and let go the one that sent it; say whether that is done."""
        if self.publisher:
            leases.release_publishers({self.publisher}, {self.token}, answered=True)
            self.publisher = ""
        until = leases.silent_until(wanted.publisher)
        if until is not None:
            wanted.leave.set_exception(
                PublisherSilentError(
                    f"it redirects to {wanted.publisher}, who asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
                )
            )
            return True
        if not leases.lease_publisher(wanted.publisher, self.token):
            return False
        self.publisher = wanted.publisher
        wanted.leave.set_result(None)
        return True


@dataclass(slots=True)
class Poll:
    """One run of the poller, in the caller's thread; the network has one of its own."""

    network: BackgroundFetcher
    until: float | None = None
    """When to take on no more, as `time.monotonic` has it; without it each feed is fetched once."""
    selection: Selection = DUE
    limit: int = IN_FLIGHT
    fetches: list[Fetch] = field(default_factory=list)
    _flights: dict[int, Flight] = field(default_factory=dict)
    _wanted: list[PassageWanted] = field(default_factory=list)
    _taken: set[int] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    _unsettled: list[Finished] = field(default_factory=list)
    _began_at: float = field(default_factory=time.monotonic)
    _renewed_at: float = field(default_factory=time.monotonic)

    def run(self) -> list[Fetch]:
        """Poll until nothing is left to do; give the log of the fetches."""
        if self.limit:
            _patiently(leases.name_publishers)
        while True:
            self._claim()
            if self._flights:
                self._turn()
            elif not self._rest():
                return self.fetches

    def take(self, claims: Collection[Claim]) -> None:
        """Begin to fetch claimed feeds."""
        for claim in claims:
            feed = claim.feed
            self._flights[feed.pk] = Flight(claim.token, claim.publisher, claim)
            self._taken.add(feed.pk)
            self._asked.add(claim.publisher)
            self.network.submit(
                feed.pk,
                feed.url,
                publisher=claim.publisher,
                etag=feed.etag or None,
                last_modified=feed.last_modified or None,
            )

    @property
    def _is_endless(self) -> bool:
        """Whether it is one of many runs, of which the next goes on with what this leaves."""
        return self.until is not None

    def _claim(self) -> None:
        room = self.limit - len(self._flights)
        # A claim costs the same for one feed as for many, so it waits until there is room for several.
        if (room < self.limit // 2 and self._flights) or not room or self._is_over():
            return
        leave_out = self._flights if self._is_endless else self._taken
        self.take(_patiently(partial(leases.claim_feeds, self.selection, limit=room, leave_out=leave_out)))

    def _is_over(self) -> bool:
        return self.until is not None and time.monotonic() >= self.until

    def _rest(self) -> bool:
        """Wait for a publisher that has more feeds to be fetched; say whether there is one.

        One of many runs waits for those only that it has asked itself, so that not all workers wait for the same.
        """
        if not self.limit or self._is_over():
            return False
        publishers, leave_out = (self._asked, ()) if self._is_endless else (None, self._taken)
        turn = _patiently(partial(leases.next_turn, self.selection, publishers=publishers, leave_out=leave_out))
        if turn is None:
            return False
        time.sleep(min(max((turn - timezone.now()).total_seconds(), 0.001), _pause()))
        return True

    def _turn(self) -> None:
        """Wait for the network, settle what has arrived, and see to those who wait for a publisher."""
        for event in self._gather():
            match event:
                case Arrived(key, answer):
                    flight = self._flights.pop(key)
                    if flight.claim is not None:
                        self._unsettled.append(Finished(flight.claim, answer, flight.publisher))
                case PassageWanted():
                    self._wanted.append(event)
        self._settle()
        flying = [wanted for wanted in self._wanted if wanted.key in self._flights]
        self._wanted = [wanted for wanted in flying if not self._let_pass(wanted)]
        self._renew()

    def _let_pass(self, wanted: PassageWanted) -> bool:
        return _patiently(partial(self._flights[wanted.key].let_pass, wanted))

    def _gather(self) -> list[Arrived | PassageWanted]:
        """Wait for the network; where more is in flight, wait a little longer, so that more is settled at once."""
        events = self.network.wait(IMPATIENT_SECONDS if self._wanted else TURN_SECONDS)
        until = time.monotonic() + _pause() * LINGER
        while 0 < len(events) < len(self._flights) and (rest := until - time.monotonic()) > 0:
            events += self.network.wait(rest)
        return events

    def _settle(self) -> None:
        """Settle what has arrived: what brought nothing new all at once, then each new body."""
        settled = len(self.fetches)
        unchanged = [one for one in self._unsettled if not one.has_new_body]
        if unchanged:
            self._write(unchanged)
        while self._unsettled:
            self._write(self._unsettled[:1])
            self._renew()
        ring_for_matching(self.fetches[settled:])

    def _write(self, finished: Sequence[Finished]) -> None:
        has_time = self.until is None or time.monotonic() < self._began_at + PARSE_SECONDS
        self.fetches += _patiently(partial(settle, finished, may_parse=has_time))
        settled = {one.feed.pk for one in finished}
        self._unsettled = [one for one in self._unsettled if one.feed.pk not in settled]

    def _renew(self) -> None:
        """Hold on to what is fetched, or waits to be settled, now and then."""
        claims = [flight.claim for flight in self._flights.values() if flight.claim is not None]
        claims += [one.claim for one in self._unsettled]
        if claims and time.monotonic() - self._renewed_at > LEASE.total_seconds() / 3:
            _patiently(partial(leases.renew, claims))
            self._renewed_at = time.monotonic()


def _pause() -> float:
    return REQUEST_PAUSE.total_seconds() / settings.FETCH_TIME_SCALE


def _patiently(action: Callable[[], T]) -> T:
    """Do something with the database; where that went away, do it again once it is back.

    What was fetched is kept meanwhile. Raises OperationalError when patience ends.
    """
    deadline = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            return action()
        except (OperationalError, InterfaceError) as error:
            # In a transaction of the caller's nothing can be done again.
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            logger.warning("The database went away, what was fetched is kept until it is back: %s", error)
            with suppress(InterfaceError):
                connection.close()
            time.sleep(0.5)
