"""The two ways in which captured bytes go: with the words that are erased, and with time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from disputes.models import EvidenceItem
from ingest.capture.naming import note_named_digests
from ingest.capture.store import capture_storage
from ingest.models import ArticleCapture, Capture, CapturedBody, FeedEntry, NamedDigest

logger = logging.getLogger(__name__)

BATCH = 500
"""Bodies that are deleted in one transaction."""
SETTLED_AFTER = timedelta(days=1)
"""A file that no row names belongs to a worker that is about to write the row, or died before; never after this."""


def forget_article(article: UUID) -> int:
    """Delete the bytes that hold the words of an article; give how many bodies went.

    They are the pages it was read from, and every document that its feeds sent while it was in them: with it go the
    bytes of the other articles there. Addresses, headers, digests and texts of those stay. The files go when the
    transaction commits.
    """
    documents = Exists(
        FeedEntry.objects.filter(
            article=article,
            feed=OuterRef("feed"),
            first_seen_at__lte=OuterRef("stored_at"),
            last_seen_at__gte=OuterRef("stored_at"),
        )
    )
    captures = Capture.objects.filter(Q(articles__article=article) | Q(documents))
    bodies = list(
        CapturedBody.objects.select_for_update().filter(pk__in=captures.values("body"), erased_at=None).order_by("pk")
    )
    _delete_on_commit([body.name for body in bodies])
    CapturedBody.objects.filter(pk__in=[body.pk for body in bodies]).update(
        name="", stored_size=0, response_size=0, erased_at=timezone.now()
    )
    return len(bodies)


def delete_captures(before: datetime) -> int:
    """Delete what was captured before a moment and the log does not rest on; give how many bodies went.

    A body stays while any exchange that brought it is younger, and for good where words were taken from it that the
    log names by their digest, also where they were detached, rejected or corrected since: who reads the log can then
    still check it. Every version of what is evidence now stays as well. Works in batches, each of them a transaction,
    and may be stopped and run again. Then deletes the files that died workers left.
    """
    note_named_digests()
    is_evidence = Exists(EvidenceItem.objects.filter(article=OuterRef("article")))
    is_named = Exists(NamedDigest.objects.filter(article_id=OuterRef("article"), digest=OuterRef("digest")))
    needed = Capture.objects.filter(body=OuterRef("pk")).filter(
        Q(stored_at__gte=before)
        | Exists(ArticleCapture.objects.filter(Q(is_evidence) | Q(is_named), capture=OuterRef("pk")))
    )
    deleted = 0
    while True:
        with transaction.atomic():
            bodies = list(
                CapturedBody.objects.select_for_update(skip_locked=True)
                .filter(~Exists(needed), Exists(Capture.objects.filter(body=OuterRef("pk"))))
                .order_by("pk")[:BATCH]
            )
            _delete_on_commit([body.name for body in bodies if body.name])
            CapturedBody.objects.filter(pk__in=[body.pk for body in bodies]).delete()
        deleted += len(bodies)
        if len(bodies) < BATCH:
            break
    sweep_storage()
    return deleted


def sweep_storage(*, now: datetime | None = None) -> int:
    """Delete the files that no row names and that are older than a day; give how many. Linear in the files."""
    limit = (now or timezone.now()) - SETTLED_AFTER
    storage = capture_storage()
    swept = 0
    for names in _files_by_folder():
        known = set(CapturedBody.objects.filter(name__in=names).values_list("name", flat=True))
        for name in names:
            if name not in known and storage.get_modified_time(name) < limit:
                storage.delete(name)
                swept += 1
    if swept:
        logger.info("%d files of captures that no row names were deleted", swept)
    return swept


def _files_by_folder() -> Iterator[list[str]]:
    storage = capture_storage()
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return  # nothing was ever captured
    for folder in sorted(folders):
        yield [f"{folder}/{name}" for name in storage.listdir(folder)[1]]


def _delete_on_commit(names: Sequence[str]) -> None:
    def delete() -> None:
        storage = capture_storage()
        for name in names:
            storage.delete(name)

    if names:
        transaction.on_commit(delete)
