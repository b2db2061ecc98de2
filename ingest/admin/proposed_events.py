"""Events that articles state, on the cards of the inbox: confirmed with one click, or turned down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from disputes.admin.amounts import show_money
from disputes.admin.dates import show_date
from disputes.admin.labels import STANDING_COLOUR, term_label, type_label
from disputes.admin.permitted_view import PermittedView
from disputes.admin.values import parties_in, party_names
from disputes.errors import Refused
from disputes.events import EVENT_TYPES
from disputes.events.court import CourtEvent
from disputes.ledger import LedgerError
from disputes.models import Proceeding
from disputes.vocabulary import Standing
from ingest import proposals
from ingest.admin.returning import back_to_inbox, query_of_page
from ingest.models import Candidate, CandidateState, ProposedEvent, ProposedEventState
from ingest.proposals import KnownEvent, find_known_events

CURATE = "disputes.curate_dispute"
__all__ = ["CURATE", "DecideEventView", "StatedEvent", "stated_events"]


@dataclass(frozen=True, slots=True)
class StatedEvent:
    """A proposed event as it is shown."""

    proposal: ProposedEvent
    label: str
    date: str
    standing: str
    standing_colour: str
    actors: Sequence[str]
    targets: Sequence[str]
    amounts: Sequence[str]
    known: KnownEvent | None
    known_label: str
    proceedings: Sequence[tuple[str, str, bool]]
    """To choose from, for an event before a court: key, words, whether it is the proposed one."""

    @property
    def is_open(self) -> bool:
        """Whether there is something left to decide."""
        return self.proposal.state == ProposedEventState.OPEN


def stated_events(candidates: Sequence[Candidate]) -> dict[int, list[StatedEvent]]:
    """Give what the articles of candidates state, by the id of the candidate.

    What the record rests on already, and what candidates that were rejected state, is left out. One query where
    nothing is stated, else at most five.
    """
    rows = list(
        ProposedEvent.objects.filter(candidate__in=[each.pk for each in candidates])
        .exclude(candidate__state=CandidateState.REJECTED)
        .select_related("candidate")
    )
    if not rows:
        return {}
    known = find_known_events(rows)
    names = party_names(slug for row in rows for slug in parties_in(row.data))
    cases: dict[str, list[Proceeding]] = defaultdict(list)
    for case in Proceeding.objects.filter(dispute__in={row.candidate.dispute_id for row in rows}).order_by("rank"):
        cases[case.dispute_id].append(case)
    shown: dict[int, list[StatedEvent]] = defaultdict(list)
    for row in rows:
        found = known.get(row.pk)
        if row.state == ProposedEventState.OPEN and found is not None and found.is_cited:
            continue
        shown[row.candidate_id].append(_stated(row, found, names, cases[row.candidate.dispute_id]))
    return shown


def _stated(
    row: ProposedEvent, known: KnownEvent | None, names: Mapping[str, str], cases: Sequence[Proceeding]
) -> StatedEvent:
    is_of_court = issubclass(EVENT_TYPES[row.type], CourtEvent)
    return StatedEvent(
        proposal=row,
        label=type_label(row.type),
        date=show_date(row.occurred),
        standing=term_label(Standing, row.standing),
        standing_colour=STANDING_COLOUR.get(row.standing, "default"),
        actors=[names.get(slug, slug) for slug in row.data.get("actors", ())],
        targets=[names.get(slug, slug) for slug in row.data.get("targets", ())],
        amounts=[show_money(amount) for amount in row.data.get("amounts", ())],
        known=known,
        known_label=f"{type_label(known.type)}, {show_date(known.occurred)}" if known else "",
        proceedings=[
            (case.key, case.caption or case.docket_number or case.key, case.key == row.data.get("proceeding"))
            for case in cases
        ]
        if is_of_court and len(cases) > 1
        else [],
    )


class Decision(NamedTuple):
    """What can be decided of a proposed event, and the words for it."""

    carry_out: Callable[..., ProposedEvent]
    done: str


DECISIONS: Mapping[str, Decision] = {
    "confirm_event": Decision(proposals.confirm_event, "confirmed: the article is cited as evidence for it"),
    "confirm_new_event": Decision(proposals.confirm_event, "recorded as another event"),
    "dismiss_event": Decision(proposals.dismiss_event, "dismissed"),
    "undo_event": Decision(proposals.undo_event, "open again"),
}


class DecideEventView(PermittedView):
    """Carry out one decision about one proposed event."""

    permission = CURATE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Carry out what the button says, and go back to where it was pressed."""
        action = next((name for name in DECISIONS if request.POST.get(name, "").isdecimal()), None)
        if action is None:
            messages.warning(request, "Nothing was decided. Use the buttons below the event that the article states.")
            return HttpResponseRedirect(back_to_inbox(self.admin, query_of_page(request)))
        number = int(request.POST[action])
        options: dict[str, Any] = {"by": request.user.get_username()}
        if action in {"confirm_event", "confirm_new_event"}:
            options["proceeding"] = request.POST.get(f"proceeding-{number}") or None
            options["as_new"] = action == "confirm_new_event"
        try:
            done = DECISIONS[action].carry_out(number, **options)
        except Refused as refusal:
            detail = "; ".join(error.detail for error in refusal.errors)
            messages.error(request, f"Proposed event {number}: {refusal.detail}{f' ({detail})' if detail else ''}")
        except LedgerError as error:
            messages.error(request, f"Proposed event {number} was left as it is, try again: {error}")
        else:
            messages.success(request, f"{type_label(done.type)} {DECISIONS[action].done}.")
        return HttpResponseRedirect(back_to_inbox(self.admin, query_of_page(request)))
