"""Erasing what the record holds of a person, and the words of an article. Neither can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from disputes import ledger, projections
from disputes.articles import find_article
from disputes.commands.execution import new_event
from disputes.erasure import signals
from disputes.erasure.places import SealedEvent, names_in, sealed_events, subject_row
from disputes.erasure.subjects import destroy_key
from disputes.errors import FieldError, Invalid, Unfit
from disputes.models import Article, ArticleRevision, Dispute, LedgerHead, Party
from disputes.recorded import RecordedEvent
from disputes.streams import DISPUTE, PARTY, dispute_stream, party_stream, split_stream
from disputes.subscriptions import doorbell


def erase_subject(subject: str, *, reason: str, by: str) -> list[RecordedEvent]:
    """Erase all that is sealed about one subject; see `erase_subjects`."""
    return erase_subjects([subject], reason=reason, by=by)


def erase_subjects(subjects: Sequence[str], *, reason: str, by: str) -> list[RecordedEvent]:
    """Erase all that is sealed about these subjects, by destroying their keys for good.

    No event changes, so every proof still holds. In each stream that held something of theirs an event says so, with
    the reason, which must name nobody, and the rows that are told from these streams are written anew, all in one
    transaction. The log is read once, before it is held. Raises NotFound for a subject that there is not, Unfit for
    one that is erased, Invalid without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid("say why the data are erased, without naming anybody", [FieldError("/reason", "say why")])
    wanted = list(dict.fromkeys(subjects))
    seen = LedgerHead.objects.get().position
    events = sealed_events(wanted)
    with transaction.atomic():
        ledger.lock()
        events += [event for event in sealed_events(wanted, after=seen) if event not in events]
        names: list[str] = []
        for subject in wanted:
            row = subject_row(subject)
            if row.is_erased:
                raise Unfit(f"the data of {subject} were erased on {row.erased_at:%-d %B %Y} already")
            names += names_in(row, events)
        recorded = [_record(stream, subject, found, reason, by) for (stream, subject), found in _by_stream(events)]
        moment = max((event.recorded_at for event in recorded), default=timezone.now())
        for subject in wanted:
            destroy_key(subject, at=moment, by=by, reason=reason)
        for stream in dict.fromkeys(event.stream for event in recorded):
            projections.project(stream)
        signals.personal_data_erased.send(sender=None, names=list(dict.fromkeys(names)))
    return recorded


def erase_article(article: UUID, *, reason: str, by: str) -> Article:
    """Erase the words of an article: title, author and text, former ones too.

    Address and digest stay, and who erased it and why. It is not captured again. What events quote of it is theirs
    and stays. Raises NotFound, Unfit where it is erased already or nothing was captured, Invalid without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid("say why the article is erased", [FieldError("/reason", "say why")])
    with transaction.atomic():
        find_article(article)
        row = Article.objects.select_for_update().get(pk=article)
        if row.erased_at is not None:
            raise Unfit(f"the words of the article were erased on {row.erased_at:%-d %B %Y} already")
        row.title = row.author = row.text = ""
        row.erased_at, row.erased_by, row.erased_reason = timezone.now(), by, reason
        row.save(update_fields=["title", "author", "text", "erased_at", "erased_by", "erased_reason"])
        ArticleRevision.objects.filter(article=row).delete()
        signals.article_erased.send(sender=None, article=row.pk)
    return row


def _by_stream(events: Iterable[SealedEvent]) -> list[tuple[tuple[str, str], list[SealedEvent]]]:
    """Sort the events by stream and subject, with the streams that tell what happened in these."""
    found: dict[tuple[str, str], list[SealedEvent]] = defaultdict(list)
    for event in events:
        found[event.stream, event.subject].append(event)
    for stream, subject in list(found):
        for telling in _told_by(stream):
            found[telling, subject]  # entered, with no event of its own
    return sorted(found.items())


def _told_by(stream: str) -> list[str]:
    """Name the streams that a stream was merged into, from one to the next."""
    category, slug = split_stream(stream)
    met: list[str] = []
    while True:
        if category == DISPUTE:
            into = Dispute.objects.filter(slug=slug).values_list("merged_into", flat=True).first()
        elif category == PARTY:
            into = Party.objects.filter(slug=slug).values_list("merged_into", flat=True).first()
        else:
            return met
        if not into or into in met:
            break
        met.append(slug := into)
    return [dispute_stream(into) if category == DISPUTE else party_stream(into) for into in met]


def _record(stream: str, subject: str, events: Sequence[SealedEvent], reason: str, by: str) -> RecordedEvent:
    data = {"subject": subject, "reason": reason, "events": [str(event.event_id) for event in events]}
    event = new_event("personal_data_erased", data)
    version = ledger.stream_version(stream)
    doorbell.ring()
    return ledger.append(stream, [event], expected_version=version, recorded_by=by)[0]
