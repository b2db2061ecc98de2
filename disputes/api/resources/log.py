"""The whole log: the one way to keep a copy in step."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from disputes import ledger
from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.paging import DEFAULT_SIZE
from disputes.api.parameters import Parameter, read_whole_number
from disputes.api.resource import Resource
from disputes.api.schema import operation, page_schema
from disputes.api.telling import tell_entry
from disputes.models import LedgerHead

LAST_POSITION = (1 << 63) - 1
AFTER = Parameter(
    "after",
    "The last position that the reader has seen; 0, or nothing, to begin.",
    read_whole_number(0, LAST_POSITION),
    {"type": "integer", "minimum": 0, "default": 0},
)


class Log(Resource):
    """Every event of every stream, in order."""

    asks = (AFTER, asked.PAGE_SIZE, asked.COUNT)
    fields_of = shapes.LogEntry

    @operation("read_log", tag="events", answers=page_schema(shapes.LogEntry))
    def get(self, _request: Request) -> HttpResponse:
        """Read the whole log in order of position, as it was recorded.

        Pass the last position that was seen as `after`: positions have no gaps and are given out in the order of
        commits, so a reader who does that misses nothing. `next` is there while there is more, and `count` counts
        what lies behind `after`.
        """
        after = self.asked.get(AFTER) or 0
        size = self.asked.get(asked.PAGE_SIZE) or DEFAULT_SIZE
        found = list(ledger.read_all(after=after, limit=size + 1))
        events, more = found[:size], len(found) > size
        document: dict[str, Any] = {
            "next": self.links.with_query(after=events[-1].position) if more else None,
            "previous": None,
            "results": [self.chosen(tell_entry(event)) for event in events],
        }
        if self.asked.get(asked.COUNT):
            document["count"] = max(0, LedgerHead.objects.get().position - after)
        return self.answer(document)
