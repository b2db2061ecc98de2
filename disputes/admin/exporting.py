"""Files of one dispute to take away: its events, its timeline as a table, and what other rooms have of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from pydantic_core import to_json

from disputes.admin.amounts import show_money
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from disputes.admin.times import Times, read_times
from disputes.api.telling import tell_entry
from disputes.commands.execution import today
from disputes.corroboration import corroborations
from disputes.dispute import DisputeState, fold
from disputes.errors import Refused
from disputes.history import dispute_history
from disputes.known_parties import known_parties
from disputes.models import Dispute
from disputes.recorded import Reading
from disputes.vocabulary import Lane, Standing


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of file that a dispute can be exported as."""

    name: str
    """How the name of the file ends, and its address; letters, digits, dots and hyphens."""
    label: str
    help_text: str
    content_type: str
    permission: str
    write: Callable[[str, Times], Iterable[bytes]]
    """Gets the slug and the times of the page; raises Refused, before the first piece, where there is nothing."""


_exports: dict[str, Export] = {}


def dispute_export(export: Export) -> Export:
    """Offer a kind of file on the page of every dispute, for those who have its permission."""
    _exports[export.name] = export
    return export


def exports_for(request: HttpRequest) -> list[Export]:
    """Give the kinds of files that this user may have."""
    return [export for export in _exports.values() if request.user.has_perm(export.permission)]


class ExportView(PermittedView):
    """Sends a file, piece by piece as it is made. As of the times of the address."""

    permission = "disputes.view_dispute"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, file: str) -> HttpResponse | StreamingHttpResponse:
        """Send it; where there is nothing to send, go back to the page and say why."""
        export = _exports.get(file)
        if export is None or not Dispute.objects.filter(pk=slug).exists():
            raise Http404(f"there is no export {file!r} of {slug!r}")
        if not request.user.has_perm(export.permission):
            raise PermissionDenied
        asked = read_times(request.GET)
        if asked.is_wrong:
            raise Http404("that is no time to look back to; write it as 2023-04-19")
        try:
            pieces = export.write(slug, asked.times)
        except Refused as refusal:
            messages.warning(request, refusal.detail)
            return HttpResponseRedirect(address(self.admin, "change", slug))
        return StreamingHttpResponse(
            pieces,
            content_type=export.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{slug}.{file}"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )


def event_lines(slug: str, times: Times) -> Iterator[bytes]:
    """Give each event as it was recorded, one JSON object a line, in the shape of the API's log."""
    for event in dispute_history(slug, until=times.as_of):
        yield to_json(tell_entry(event)) + b"\n"


def event_array(slug: str, times: Times) -> Iterator[bytes]:
    """Give the same as one JSON array."""
    separator = b"["
    for line in event_lines(slug, times):
        yield separator + line.rstrip()
        separator = b",\n "
    yield b"[]\n" if separator == b"[" else b"]\n"


COLUMNS = (
    "date",
    "precision",
    "end",
    "lane",
    "type",
    "label",
    "standing",
    "summary",
    "actors",
    "targets",
    "amounts",
    "accounts",
    "accounts_against",
    "sources",
    "event",
    "position",
)


def timeline_rows(slug: str, times: Times) -> Iterator[bytes]:
    """Give what happened and what is to come as CSV (RFC 4180, UTF-8), as the page tells it. Three queries."""
    state = fold(slug, dispute_history(slug, until=times.as_of), on_date=times.on_date or today())
    told = [*state.occurrences, *state.scheduled]
    parties = known_parties(
        chain.from_iterable(reading.data.get(field, ()) for reading in told for field in ("actors", "targets")),
        as_of=times.as_of,
    )
    names = {slug: party.name for slug, party in parties.items()}
    found = corroborations(state, told)
    urls = _sources(state, told)
    yield _csv_line(COLUMNS)
    for reading in told:
        event, occurred = reading.event.event_id, reading.occurred or {}
        yield _csv_line(
            (
                occurred.get("date", ""),
                occurred.get("precision", ""),
                occurred.get("end", ""),
                Lane(reading.declaration.lane).label,
                reading.type,
                reading.declaration.label,
                Standing(reading.standing).label if reading.standing else "",
                reading.data.get("summary", ""),
                "; ".join(names.get(party, party) for party in reading.data.get("actors", ())),
                "; ".join(names.get(party, party) for party in reading.data.get("targets", ())),
                "; ".join(show_money(amount) for amount in reading.data.get("amounts", ())),
                found[event].supporting,
                found[event].contradicting,
                " ".join(urls[event]),
                event,
                reading.event.position,
            )
        )


def _sources(state: DisputeState, told: Sequence[Reading]) -> dict[Any, list[str]]:
    """Give the addresses that each occurrence rests on; of one that is to come it is what it cites."""
    urls: dict[Any, list[str]] = {reading.event.event_id: [] for reading in told}
    for item in state.evidence.values():
        if item.event in urls:
            urls[item.event].append(item.url)
    for reading in told:
        own = urls[reading.event.event_id]
        own += [item["article"]["url"] for item in reading.evidence if item["article"]["url"] not in own]
    return urls


def _csv_line(cells: Iterable[object]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([_inert(str(cell)) for cell in cells])
    return buffer.getvalue().encode()


def _inert(text: str) -> str:
    """Keep a spreadsheet from taking what an article or a curator wrote for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


dispute_export(
    Export(
        name="events.ndjson",
        label="Events, one a line (NDJSON)",
        help_text="As they were recorded, corrections and retractions included, in the shape of the API's log.",
        content_type="application/x-ndjson",
        permission="disputes.view_event",
        write=event_lines,
    )
)
dispute_export(
    Export(
        name="events.json",
        label="Events (JSON)",
        help_text="The same as one array.",
        content_type="application/json",
        permission="disputes.view_event",
        write=event_array,
    )
)
dispute_export(
    Export(
        name="timeline.csv",
        label="Timeline (CSV)",
        help_text="What happened and what is to come, as it reads on this page, for spreadsheets.",
        content_type="text/csv; charset=utf-8",
        permission="disputes.view_dispute",
        write=timeline_rows,
    )
)
