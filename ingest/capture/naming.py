"""By which digests the log names articles, copied from it, so that what they stand for is kept."""

from __future__ import annotations

from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Max

from disputes.articles import named_digests
from disputes.models import EvidenceItem
from ingest.models import NamedDigest

_BATCH: Final = 500


def note_named_digests() -> None:
    """Copy from the log by which digests it names articles, from where the last copy ended. Idempotent."""
    reached = NamedDigest.objects.aggregate(last=Max("position"))["last"] or 0
    found = named_digests(after=reached)
    while batch := list(islice(found, _BATCH)):
        NamedDigest.objects.bulk_create(
            [NamedDigest(article_id=article, digest=digest, position=position) for article, digest, position in batch],
            update_conflicts=True,
            unique_fields=["article_id", "digest"],
            update_fields=["position"],
        )


def digests_in_log(article: UUID) -> set[str]:
    """Give the digests by which the log names an article. Three queries; more where it is evidence.

    What was attached since old captures were last deleted, and taken off again, may be missing.
    """
    if EvidenceItem.objects.filter(article=article).exists():
        note_named_digests()
    return set(NamedDigest.objects.filter(article_id=article).values_list("digest", flat=True))
