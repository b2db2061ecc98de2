"""Who has a story of the inbox open. A claim warns others and forbids nothing; it lapses by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from disputes import prepared
from ingest.models import StoryClaim

LEASE: Final = timedelta(minutes=2)
"""How long a claim lasts; whoever still looks at the story renews it."""
_CLAIM: Final = """
    INSERT INTO ingest_storyclaim AS claim (story, by, since, until)
    VALUES (%s, %s, statement_timestamp(), statement_timestamp() + %s)
    ON CONFLICT (story) DO UPDATE SET by = excluded.by, until = excluded.until,
        since = CASE WHEN claim.by = excluded.by THEN claim.since ELSE excluded.since END
    WHERE claim.by = excluded.by OR claim.until < statement_timestamp() RETURNING by
"""


@transaction.atomic
def claim_story(story: UUID, *, by: str) -> StoryClaim | None:
    """Claim a story for whoever opens it, by name, and let go what they had open before.

    Gives None where it is theirs now, else the claim of who has it. Of two at the same moment one gets it. Two or three
    queries.
    """
    StoryClaim.objects.filter(by=by).exclude(story=story).delete()
    if prepared.execute(_CLAIM, (story, by, LEASE)):
        return None
    return StoryClaim.objects.filter(story=story).first()


def claims_of_others(stories: Collection[UUID], *, by: str) -> dict[UUID, StoryClaim]:
    """Give who else has which of these stories open. One query."""
    held = StoryClaim.objects.filter(story__in=stories, until__gt=Now()).exclude(by=by)
    return {claim.story: claim for claim in held}
