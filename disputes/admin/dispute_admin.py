"""Disputes: the list, and the page of each with all that can be done there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField
from django.http import HttpRequest

from disputes.admin import attaching, completing, curation, exporting, merging, recording, stream_proof
from disputes.admin.calendar_view import CalendarView
from disputes.admin.contradictions import DisagreementFilter
from disputes.admin.dates import show_date
from disputes.admin.dispute_filters import DataTypeFilter, KindFilter, PartyFilter, StatusFilter
from disputes.admin.dispute_page import build_page, today
from disputes.admin.exporting import exports_for
from disputes.admin.labels import STATUS_COLOUR, term_label, type_label
from disputes.admin.looking_back import LookingBackAdmin
from disputes.admin.page_query import PageQuery
from disputes.admin.panels import dispute_panels
from disputes.admin.read_only import Button, CommandUrl, address
from disputes.admin.steps import day_steps, moment_steps, recorded_moments
from disputes.admin.theme import display
from disputes.admin.times import COMPARE, ComparedTimesForm, Times, read_times
from disputes.dispute import DisputeState, fold
from disputes.history import dispute_history
from disputes.models import Dispute, Event, Participation
from disputes.on_date import told_on
from disputes.streams import dispute_stream
from disputes.vocabulary import Status

CURATE = "disputes.curate_dispute"
RECENT = (("the last 7 days", timedelta(days=7)), ("the last 30 days", timedelta(days=30)))
"""What the page offers to be compared with."""


@admin.register(Dispute)
class DisputeAdmin(LookingBackAdmin[Dispute]):
    """The disputes as they read now."""

    list_display = ("title", "show_kind", "show_status", "show_latest", "show_evidence", "show_updated")
    list_filter = (StatusFilter, KindFilter, PartyFilter, DataTypeFilter, DisagreementFilter)
    search_fields = ("title", "summary")
    search_help_text = "Title, summary, or any name of a party"
    ordering = ("-updated_at", "slug")
    page_template = "admin/disputes/dispute.html"
    empty_state = (
        "No dispute is recorded yet. "
        "Open one with the button above, or load the known ones with “manage.py load_seeds”."
    )
    command_urls = (
        CommandUrl("open/", "open", curation.OpenView),
        CommandUrl("calendar/", "calendar", CalendarView),
        CommandUrl("complete/<slug:kind>/", "complete", completing.CompleteView),
        CommandUrl("read-date/", "read_date", completing.ReadDateView),
        CommandUrl("<slug:slug>/record/", "choose_type", recording.ChooseTypeView),
        CommandUrl("<slug:slug>/record/<slug:kind>/", "record", recording.RecordView),
        CommandUrl("<slug:slug>/events/<uuid:event>/correct/", "correct", recording.CorrectView),
        CommandUrl("<slug:slug>/events/<uuid:event>/retract/", "retract", recording.RetractView),
        CommandUrl("<slug:slug>/evidence/attach/", "attach", attaching.AttachView),
        CommandUrl("<slug:slug>/evidence/<uuid:article>/detach/", "detach", attaching.DetachView),
        CommandUrl("<slug:slug>/describe/", "describe", curation.DescribeView),
        CommandUrl("<slug:slug>/watch-rules/", "watch_rules", curation.WatchRulesView),
        CommandUrl("<slug:slug>/conflicts/note/", "note_conflict", curation.NoteConflictView),
        CommandUrl("<slug:slug>/parties/add/", "add_party", curation.AddPartyView),
        CommandUrl("<slug:slug>/parties/<slug:party>/<slug:role>/remove/", "remove_party", curation.RemovePartyView),
        CommandUrl("<slug:slug>/relate/", "relate", curation.RelateView),
        CommandUrl("<slug:slug>/close/", "close", curation.CloseView),
        CommandUrl("<slug:slug>/reopen/", "reopen", curation.ReopenView),
        CommandUrl("<slug:slug>/merge/", "merge", merging.MergeView),
        CommandUrl("<slug:slug>/undo-merge/", "undo_merge", merging.UndoMergeView),
        CommandUrl("<slug:slug>/export/<str:file>", "export", exporting.ExportView),
        CommandUrl("<slug:slug>/proof/", "proof", stream_proof.ProofView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        """Add the status and the latest occurrence of the day that is asked for, in the same query.

        What was merged into another is not listed, but has a page that leads on.
        """
        times = self.times(request)
        rows: QuerySet[Dispute] = super().get_queryset(request)
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        listed = rows if is_page else rows.filter(merged_into="")
        return told_on(listed, times.on_date or today(), looking_back=times.on_date is not None)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Dispute], search_term: str
    ) -> tuple[QuerySet[Dispute], bool]:
        """Look in title, summary, and present, former and other names of the parties; every word must be found."""
        for word in search_term.replace("\x00", "").split():
            named = Participation.objects.filter(dispute=OuterRef("pk")).annotate(
                aliases=_text(F("party__aliases")), former_names=_text(F("party__former_names"))
            )
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(slug__icontains=word)
                | Exists(
                    named.filter(
                        Q(party__name__icontains=word) | Q(aliases__icontains=word) | Q(former_names__icontains=word)
                    )
                )
            )
        return queryset, False

    @display(description="Kind", ordering="kind")
    def show_kind(self, row: Dispute) -> str:
        """Give the label of the kind."""
        return row.get_kind_display()

    @display(description="Status", ordering="status", label={Status(s).label: c for s, c in STATUS_COLOUR.items()})
    def show_status(self, row: Any) -> str:
        """Give the status of the day, coloured."""
        return term_label(Status, row.status)

    @display(description="Latest", ordering="latest_day")
    def show_latest(self, row: Any) -> str:
        """Give the latest occurrence that had happened by the day."""
        latest = row.latest
        return f"{show_date(latest['occurred'])}: {type_label(latest['type'])}" if latest else "nothing yet"

    @display(description="Evidence", ordering="evidence_told")
    def show_evidence(self, row: Any) -> int:
        """Give the number of articles."""
        return int(row.evidence_told)

    @display(description="Updated", ordering="updated_at")
    def show_updated(self, row: Dispute) -> str:
        """Give the day of the newest event of the stream."""
        return f"{row.updated_at:%Y-%m-%d}"

    def writing_buttons(self, request: HttpRequest) -> list[Button]:
        """Let a curator open a dispute."""
        if not request.user.has_perm(CURATE):
            return []
        return [Button("Open a dispute", address(self, "open"), "add", primary=True)]

    def elsewhere(self, request: HttpRequest, row: Dispute) -> str | None:
        """Lead from what was merged into another to that one; as of a moment before the merge it has its own page."""
        times = read_times(request.GET).times
        into = row.merged_into if times.as_of is None else self._state(row, times).merged_into
        if not into:
            return None
        messages.info(request, f"“{row.title}” ({row.slug}) was merged into this dispute.")
        query = request.GET.urlencode()
        return f"{address(self, 'change', into)}{f'?{query}' if query else ''}"

    def page(self, request: HttpRequest, row: Dispute) -> Mapping[str, Any]:
        """Tell the dispute as of the two times that are asked for, compared with another moment where one is."""
        asked = read_times(request.GET)
        compared = read_times(request.GET, ComparedTimesForm, COMPARE)
        times = asked.times
        query = PageQuery.read(request.GET, times, compared.times)
        state = self._state(row, times)
        is_wrong = asked.is_wrong or compared.is_wrong
        common = {
            "asked": asked,
            "compared": compared,
            "query": query,
            "times": times,
            "dispute_query": times.link(),
            "party_query": Times(as_of=times.as_of).link(),
            "may_curate": request.user.has_perm(CURATE) and not times.look_back and not is_wrong,
            "status": HTTPStatus.BAD_REQUEST if is_wrong else HTTPStatus.OK,
            "day_steps": day_steps(state),
            "moment_steps": moment_steps(
                recorded_moments(row.slug) if times.as_of else [reading.event.recorded_at for reading in state.readings]
            ),
            "recent": [
                (label, query.comparing(Times(as_of=datetime.combine(today() - since, time.max, tzinfo=UTC))).text())
                for label, since in RECENT
            ],
        }
        if not state.exists:
            opened = Event.objects.filter(stream=dispute_stream(row.slug)).order_by("version").first()
            return {**common, "page": None, "known_since": opened.recorded_at if opened else None}
        before = self._state(row, query.before) if query.before is not None and not is_wrong else None
        return {
            **common,
            "title": state.title,
            "page": build_page(state, day=times.on_date or today(), query=query, before=before),
            "exports": exports_for(request),
            # They know the present only.
            "panels": [] if times.look_back else dispute_panels(row.slug),
        }

    @staticmethod
    def _state(row: Dispute, times: Times) -> DisputeState:
        history = dispute_history(row.slug, until=times.as_of)
        return fold(row.slug, history, on_date=times.on_date or today())


def _text(column: F) -> Func:
    return Func(column, function="", template="(%(expressions)s)::text", output_field=TextField())
