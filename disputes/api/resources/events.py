"""The events of a dispute: read them, and record one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from disputes.amendments import amendments_of
from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.paging import Ordering
from disputes.api.parameters import Parameter, term_list
from disputes.api.recording import EventBody, read_body, record
from disputes.api.resource import ListResource, Resource
from disputes.api.schema import operation, page_schema, reference
from disputes.api.telling import load, tell_event, tell_everything, tell_recorded
from disputes.api.writing import HEADERS, How, write
from disputes.corroboration import corroborations
from disputes.dispute import DisputeState
from disputes.errors import unknown_dispute, unknown_event
from disputes.events import EVENT_TYPES
from disputes.recorded import Reading, RecordedEvent
from disputes.streams import dispute_stream
from disputes.vocabulary import Lane, Standing

TYPE = Parameter(
    "type",
    "Event types. Several are separated by commas.",
    asked.read_several_of(EVENT_TYPES),
    asked.list_schema(EVENT_TYPES),
)
LANE = term_list("lane", Lane, "Lines of the timeline; `curation` holds what was done to the record.")
STANDING = term_list("standing", Standing, "How sure an occurrence is.")
READINGS = Parameter(
    "readings",
    "`all` tells everything that was ever said: the `first_words` of each event and its `amendments`, those that were "
    "corrected or retracted in turn included.",
    asked.read_one_of(("present", "all")),
    {"type": "string", "enum": ["present", "all"], "default": "present"},
)


class EventList(ListResource[Reading]):
    """The events of one dispute."""

    asks = (TYPE, LANE, STANDING, READINGS, asked.ON_DATE, asked.AS_OF)
    fields_of = shapes.Event
    orderings: ClassVar = {
        "position": Ordering("event.position", "event.position"),
        "occurred": Ordering("first_day", "event.position"),
    }
    default_ordering = "position"
    permissions: ClassVar = {"POST": "disputes.curate_dispute"}
    headers_of: ClassVar = {"POST": HEADERS}
    may_be_merged = True

    @operation("list_events", tag="events", answers=page_schema(shapes.Event))
    def get(self, _request: Request, slug: str) -> HttpResponse:
        """List the events of a dispute as they read now, corrections applied, retracted ones marked.

        With `on_date` those are left out that had not happened by then; with `as_of` those that were not recorded.
        With `readings=all` each comes with everything that was ever said of it.
        """
        on_date = self.asked.get(asked.ON_DATE)
        state = load(slug, on_date=on_date or dt.date.max, as_of=self.asked.get(asked.AS_OF))
        page, count = self.page([found for found in state.readings if self._is_asked_for(found, on_date)])
        tell = teller(self, state, slug, page.rows)
        items = [tell(found) for found in page.rows]
        return self.answer_page(page, count, items, version=state.version)

    def _is_asked_for(self, reading: Reading, on_date: dt.date | None) -> bool:
        types, lanes = self.asked.get(TYPE), self.asked.get(LANE)
        standings = self.asked.get(STANDING)
        return (
            (types is None or reading.type in types)
            and (lanes is None or reading.declaration.lane in lanes)
            and (standings is None or reading.standing in standings)
            and (on_date is None or reading.first_day is None or reading.first_day <= on_date)
        )

    @operation(
        "record_event",
        tag="events",
        answers=reference(shapes.Event),
        status=201,
        takes=reference(EventBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Record an event of a dispute.

        An occurrence has a date, a standing, and evidence or a justification. Curation has its data only:
        `event_corrected` {event, reason, reading}, `event_retracted` {event, reason}, `evidence_attached` {article,
        event?, stance?, quote?, locator?}, `evidence_detached` and `evidence_rejected` {article, reason}, and the
        others as their schemas under `vocabulary/` say.
        """
        body = read_body(EventBody, self.body(request))

        def command(how: How, first: RecordedEvent | None) -> RecordedEvent:
            return record(slug, body, how, repeats=first)

        event = write(request, dispute_stream(slug), command, absent=unknown_dispute(slug))
        response = Response(tell_recorded(event, slug, self.links), status=201)
        response["Location"] = self.links.event(slug, event.event_id)
        return response


class EventDetail(Resource):
    """One event of a dispute."""

    may_be_merged = True
    asks = (READINGS, asked.AS_OF)
    fields_of = shapes.Event

    @operation("get_event", tag="events", answers=reference(shapes.Event))
    def get(self, _request: Request, slug: str, event: UUID) -> HttpResponse:
        """Tell one event of a dispute as it reads now, or as it was known at a moment."""
        state = load(slug, on_date=dt.date.max, as_of=self.asked.get(asked.AS_OF))
        found = next((reading for reading in state.readings if reading.event.event_id == event), None)
        if found is None:
            raise unknown_event(event, slug)
        return self.answer(self.chosen(teller(self, state, slug, [found])(found)), version=state.version)


def teller(
    resource: Resource, state: DisputeState, slug: str, readings: Sequence[Reading]
) -> Callable[[Reading], shapes.Event]:
    """Give what tells these events of a dispute, in the readings that were asked for. One query."""
    found = corroborations(state, readings)
    tells_everything = resource.asked.get(READINGS) == "all"
    amendments = amendments_of(state.readings) if tells_everything else {}

    def tell(reading: Reading) -> shapes.Event:
        told = tell_event(reading, slug, resource.links, found.get(reading.event.event_id))
        return tell_everything(told, reading, slug, resource.links, amendments) if tells_everything else told

    return tell
