"""What the pipeline wipes when something is erased: the words that it noted as reasons for a match."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from disputes.erasure.signals import article_erased, personal_data_erased
from disputes.events.personal import ERASED
from ingest import capture, grouping
from ingest.models import Candidate, DocketEntry, PendingMatch, ProposedEvent
from ingest.reading import enlisting


@receiver(personal_data_erased)
def forget_person(*, names: Sequence[str], **_signal: Any) -> None:
    """Wipe the reasons that name a person. Linear in the candidates that do."""
    plain = [name.casefold() for name in names]
    which = reduce(operator.or_, (Q(reasons__icontains=name) for name in names), Q(pk__in=[]))
    _wipe(which, lambda text: any(name in text.casefold() for name in plain))
    # What was confirmed is in the log, where it is sealed; the proposal itself is only a copy of the article's words.
    ProposedEvent.objects.filter(reduce(operator.or_, (Q(quote__icontains=n) for n in names), Q(pk__in=[]))).delete()


@receiver(article_erased)
def forget_article(*, article: UUID, **_signal: Any) -> None:
    """Wipe what was found in an article, and match it no more."""
    _wipe(Q(article=article), lambda _text: True)
    PendingMatch.objects.filter(article=article).delete()
    ProposedEvent.objects.filter(candidate__article=article).delete()
    DocketEntry.objects.filter(article=article).delete()
    enlisting.forget_article(article)
    capture.forget_article(article)
    grouping.forget_article(article)


def _wipe(which: Q, is_meant: Callable[[str], bool]) -> None:
    candidates = list(Candidate.objects.select_for_update().filter(which))
    for candidate in candidates:
        candidate.reasons = [
            {**reason, "text": ERASED} if is_meant(str(reason.get("text", ""))) else reason
            for reason in candidate.reasons
        ]
    Candidate.objects.bulk_update(candidates, ["reasons"], batch_size=500)
