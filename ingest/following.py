"""Candidates follow their disputes: where one is merged into another, what waits for it waits for the other."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from disputes.merged import present_slug
from disputes.models import Dispute
from disputes.recorded import RecordedEvent
from disputes.streams import split_stream
from disputes.subscriptions import Start, consumer
from ingest.models import Candidate, CandidateState


@consumer("candidates-of-merged-disputes", start=Start.BEGINNING, event_types=["dispute_merged"])
def follow_merge(event: RecordedEvent) -> None:
    """Propose what waits for a dispute that was merged away to the one that goes on, once.

    What was decided stays with the dispute for which it was decided. Nothing comes back where the merge is undone:
    the matcher then looks at the stored articles again, and proposes anew. Three queries.
    """
    slug = split_stream(event.stream)[1]
    into = present_slug(Dispute, slug)
    if into == slug:
        return  # undone meanwhile
    waiting = Candidate.objects.filter(dispute=slug, state__in=[CandidateState.PENDING, CandidateState.SNOOZED])
    is_known = Exists(Candidate.objects.filter(article=OuterRef("article"), dispute=into))
    waiting.filter(is_known).delete()
    waiting.update(dispute=into)
