"""Looking back: what was captured before a dispute, a name or a watch rule was known is matched once more.

The consumer only notes that the matcher has come to know something else. The stored articles then join the queue
in chunks, whenever it has run dry, so that new articles never wait behind old ones.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from disputes.events import EVENT_TYPES
from disputes.models import Article, Proceeding
from disputes.recorded import RecordedEvent
from disputes.subscriptions import Start, batch_consumer
from ingest.candidates import match_pending
from ingest.doorbell import ring
from ingest.models import LookBack, PendingMatch
from ingest.profiles import OF_NO_CONCERN, load_profiles, present_weights

CHUNK = 1_000
"""Articles that join the queue at once; a new article waits behind so many at most."""
RUN_SECONDS = 20.0
"""How long one run goes on before it lets others have the worker; beat asks for the next before that."""
FIRST = UUID(int=0)
"""Before every article, by id."""


@batch_consumer("look-back", start=Start.BEGINNING, event_types=EVENT_TYPES.keys() - OF_NO_CONCERN)
def look_back(_events: Sequence[RecordedEvent]) -> None:
    """Have all stored articles matched again where the disputes are no longer as the matcher knew them."""
    look_back_where_changed()


def look_back_where_changed() -> None:
    """Have all stored articles matched again where the matcher knows other disputes than before, or weighs otherwise.

    Not by event type: a correction, a merger or a docket number changes what is found just as a new alias does, and
    an alias of a party without disputes changes nothing. However many events there are in a batch, and however many
    come while the articles are gone through, each article is queued once from the last of them on. To be called in a
    transaction. Eleven queries.
    """
    # The courts tell which entries of dockets are whose.
    cases = Proceeding.objects.order_by("dispute", "rank").values_list("dispute", "docket_key", "court", "caption")
    # What happens next makes a dispute a little likelier here and there: no reason to go through everything.
    known = [replace(profile, history=()) for profile in load_profiles()]
    digest = sha256(repr((present_weights().version, known, list(cases))).encode()).hexdigest()
    present = LookBack.objects.select_for_update().filter(pk=LookBack.ONLY).first()
    if present is not None and present.digest == digest:
        return
    is_needed = Article.objects.filter(captured_at__isnull=False).exists()
    LookBack.objects.update_or_create(
        pk=LookBack.ONLY, defaults={"digest": digest, "reached": FIRST if is_needed else None}
    )
    if is_needed:
        ring("ingest.tasks.match_articles")


@dataclass(frozen=True, slots=True)
class LookBackProgress:
    """How far the stored articles are matched anew since the disputes last changed."""

    is_running: bool
    """Whether some have yet to join the queue, or wait in it."""
    stored: int
    """All articles that can be matched; 0 where none is left to be gone through."""
    passed: int
    """Of these, what has joined the queue and does not wait in it any more."""
    waiting: int
    """What waits to be matched, new articles included."""


def look_back_progress() -> LookBackProgress:
    """Say how far it is. Two queries, and while it runs two counts more, some 100 ms for 100,000 articles."""
    present = LookBack.objects.filter(pk=LookBack.ONLY).first()
    waiting = PendingMatch.objects.count()
    if present is None or present.reached is None:
        # The last chunk may still wait; it is passed when the queue is empty.
        return LookBackProgress(is_running=False, stored=0, passed=0, waiting=waiting)
    captured = Article.objects.filter(captured_at__isnull=False)
    stored = captured.count()
    joined = captured.filter(id__lte=present.reached).count()
    return LookBackProgress(is_running=True, stored=stored, passed=max(joined - waiting, 0), waiting=waiting)


def match_waiting(*, seconds: float = RUN_SECONDS) -> int:
    """Match the articles that wait and, when there is none, the next of those that are looked back at.

    Goes on until all are matched or time is up; give the number. May be run twice and at once.
    """
    deadline = time.monotonic() + seconds
    total = 0
    while True:
        matched = match_pending()
        total += matched
        if time.monotonic() >= deadline:
            return total
        if not matched and (PendingMatch.objects.exists() or not queue_stored_articles()):
            # Nothing is left, or others are at it.
            return total


def queue_stored_articles(*, limit: int = CHUNK) -> int:
    """Put the next chunk of stored articles into the matching queue; give its size, 0 where none is left.

    In a transaction that also writes down how far it came. Two workers never take the same chunk.
    """
    with transaction.atomic():
        running = LookBack.objects.select_for_update(skip_locked=True).filter(reached__isnull=False).first()
        if running is None:
            return 0
        articles = Article.objects.filter(captured_at__isnull=False, id__gt=running.reached).order_by("id")
        chunk = list(articles.values_list("id", flat=True)[:limit])
        # One that waits already waits anew: it may be in the hands of a matcher that does not know the change.
        PendingMatch.objects.bulk_create(
            [PendingMatch(article_id=key) for key in chunk],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["since"],
        )
        running.reached = chunk[-1] if len(chunk) == limit else None
        running.save()
    return len(chunk)
