"""The sample of the press that comes with the product: evidence and an inbox for a newcomer without a network."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from disputes.errors import Invalid
from ingest.feed_lists import IMPORTED_FILES
from ingest.feeds import import_document
from ingest.models import Feed, FeedState, FullTextWish
from ingest.reading.rules import set_rule

BY = "system:seeds"


def load_sample(path: Path | None = None) -> int:
    """Import a feed document of articles as any other from disk, once; give the number of new articles.

    A document that is unchanged is not read again, one that has changed adds what is new in it. Its pages are never
    fetched. Matching follows in the worker. Raises Invalid where the document can't be read or is no feed.
    """
    path = path or Path(settings.BASE_DIR, "seeds", "articles.xml")
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    address = f"{IMPORTED_FILES}{path.name}"
    if Feed.objects.filter(url=address, body_digest=digest).exists():
        return 0
    with transaction.atomic():
        # There before its articles are, so that none of their pages is taken down to be read.
        feed, is_new = Feed.objects.get_or_create(
            url=address,
            defaults={
                "title": "A sample of the press",
                "state": FeedState.PAUSED,
                "pause_reason": "Comes with the product as a file",
                "added_by": BY,
            },
        )
        if is_new:
            set_rule(str(feed.pk), FullTextWish.NEVER, reason="A sample that comes with the product", by=BY)
        _feed, stored = import_document(path, by=BY)
    return stored.new_articles
