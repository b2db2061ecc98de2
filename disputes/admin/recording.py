"""Recording an event, correcting one, retracting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from disputes import commands
from disputes.admin.beside import article_beside, find_article
from disputes.admin.command_form import Envelope, SimpleForm, prose
from disputes.admin.dispute_views import DisputeView
from disputes.admin.event_form import EventForm
from disputes.admin.evidence_form import rows_for
from disputes.admin.labels import type_label
from disputes.admin.prefilling import Prefill, prefill
from disputes.admin.read_only import Crumb, address
from disputes.admin.stream import NOT_CORRECTED, halves_of_merges
from disputes.admin.timeline import say_reading
from disputes.admin.values import parties_in, party_names
from disputes.dispute import DisputeState
from disputes.events import EVENT_TYPES, EventType
from disputes.models import Article
from disputes.recorded import Reading
from disputes.summaries import summarise
from disputes.vocabulary import Lane


class TypeChoice(NamedTuple):
    """An event type to choose."""

    label: str
    description: str
    url: str


class LaneChoice(NamedTuple):
    """The event types of one lane."""

    lane: str
    label: str
    definition: str
    types: Sequence[TypeChoice]


def describe(declared: type[EventType]) -> str:
    """Give what a type means, in plain words; names of fields lose their marks."""
    return (declared.__doc__ or "").replace("`", "").replace("_", " ")


def occurrence_types() -> dict[str, type[EventType]]:
    """Give the event types that curators record: those about the world."""
    return {name: declared for name, declared in EVENT_TYPES.items() if declared.is_occurrence}


def types_by_lane(chosen: str = "") -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Give the types for a list to choose from: the lane, then name, label and whether it is the chosen one."""
    lanes: dict[Lane, list[tuple[str, str, bool]]] = {}
    for name, declared in occurrence_types().items():
        lanes.setdefault(declared.lane, []).append((name, declared.label, name == chosen))
    return [(lane.label, lanes[lane]) for lane in Lane if lane in lanes]


class ChooseTypeView(DisputeView):
    """Show the event types by lane, each with what it means."""

    template_name = "admin/disputes/choose_type.html"
    title = "Record event"

    def get(self, request: HttpRequest, **_route: Any) -> HttpResponse:
        """Show the choice; what the address says of an article is handed on."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        lanes: dict[Lane, list[TypeChoice]] = {}
        for name, declared in occurrence_types().items():
            url = address(self.admin, "record", self.dispute.slug, name) + query
            lanes.setdefault(declared.lane, []).append(TypeChoice(declared.label, describe(declared), url))
        context = {
            **self.admin.admin_site.each_context(request),
            **self.context(),
            "title": self.title,
            "crumbs": self.crumbs(),
            "article": find_article(request.GET.get("article")),
            "lanes": [
                LaneChoice(lane.value, lane.label, lane.definition, lanes[lane]) for lane in Lane if lane in lanes
            ],
        }
        return TemplateResponse(request, self.template_name, context)

    def post(self, request: HttpRequest, **_route: Any) -> HttpResponse:
        """Refuse; there is nothing to send here."""
        return self.http_method_not_allowed(request)


class EventFormView(DisputeView):
    """A form of an event whose type can be changed while it is filled in; an article may stand beside it."""

    template_name = "admin/disputes/event_form.html"
    declaration: type[EventType]
    is_correction: ClassVar[bool] = False
    article: Article | None = None

    def use_type(self, declared: type[EventType]) -> None:
        """Show the form of this type from now on."""
        self.declaration = declared

    def form_url(self) -> str:
        """Give the address that the form of the present type is sent to."""
        raise NotImplementedError

    def event_form(self, data: QueryDict | None, envelope: Envelope, initial: Mapping[str, Any]) -> EventForm:
        """Make the form of the present type."""
        return EventForm(
            self.dispute.slug,
            self.declaration,
            envelope=envelope,
            data=data,
            initial=initial,
            is_correction=self.is_correction,
            may_register=self.user.has_perm("disputes.manage_party"),
        )

    def post(self, request: HttpRequest, **route: Any) -> HttpResponse:
        """Record, or with the other button show the form of another type with all that was typed."""
        if "change_type" not in request.POST:
            return super().post(request, **route)
        self.use_type(occurrence_types().get(request.POST.get("type", ""), self.declaration))
        sent = request.POST
        typed = self.event_form(sent, Envelope(sent), {}).typed()
        envelope = Envelope(initial={name: sent.get(name) for name in Envelope.base_fields})
        form = self.event_form(None, envelope, typed)
        form.sent = sent
        return self._show(form)

    def context(self) -> dict[str, Any]:
        """Show the article, and offer the other types."""
        can_change = self.declaration.is_occurrence
        return {
            **super().context(),
            "beside": article_beside(self.article) if self.article is not None else None,
            "types": types_by_lane(self.declaration.name) if can_change else [],
            "form_url": self.form_url() if can_change else "",
        }


class RecordView(EventFormView):
    """Record an event of one type; `?article=` shows the article and cites it."""

    prefilled: Prefill | None = None
    recorded: UUID

    def prepare(self, **route: Any) -> None:
        """Find the dispute, the type and the article."""
        super().prepare(**route)
        declared = occurrence_types().get(route["kind"])
        if declared is None:
            raise Http404(f"there is no event type {route['kind']!r} to record")
        self.use_type(declared)
        self.article = find_article(self.request.GET.get("article"))

    def use_type(self, declared: type[EventType]) -> None:
        """Say what the type means."""
        super().use_type(declared)
        self.title = declared.label
        self.intro = describe(declared)

    def form_url(self) -> str:
        """Give the address for this type, with what the present one says of the article."""
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        return address(self.admin, "record", self.dispute.slug, self.declaration.name) + query

    def crumbs(self) -> Sequence[Crumb]:
        """By the choice of the type."""
        choose = address(self.admin, "choose_type", self.dispute.slug)
        return (*super().crumbs(), Crumb("Record event", choose))

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EventForm:
        """Make the form, filled with what is known of the event: at least the article."""
        self.prefilled = prefill(self.request.GET, self.dispute.slug)
        return self.event_form(data, envelope, self._known(self.prefilled or Prefill()))

    def _known(self, known: Prefill) -> dict[str, Any]:
        cited = [{"article": str(self.article.pk), "quote": known.quote}] if self.article is not None else []
        return {"occurred": known.occurred, "standing": known.standing, "data": known.data, "evidence": cited}

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record it, and the parties that are new."""
        with form.registering(by=self.by):
            event = commands.record_event(
                self.dispute.slug,
                type=self.declaration.name,
                by=self.by,
                event_id=form.envelope.cleaned_data["event_id"],
                expected_version=expected_version,
                **form.reading(),
            )
        self.recorded = event.event_id

    def success_message(self, form: Any) -> str:
        """Say what was recorded."""
        return f"Recorded: {self.declaration.label}, in {self.dispute.title}."

    def success_url(self, form: Any) -> str:
        """Go to the event on the timeline, or where another one is recorded from the article."""
        if "then_another" in self.request.POST and self.article is not None:
            return f"{reverse('admin:disputes_article_record', args=[self.article.pk])}?dispute={self.dispute.slug}"
        return f"{self.page_url()}#event-{self.recorded}"

    def context(self) -> dict[str, Any]:
        """Say where it comes from what the form holds."""
        return {**super().context(), "prefilled": self.prefilled, "can_go_on": self.article is not None}


class EventView(DisputeView):
    """A command on one event of a dispute."""

    state: DisputeState
    reading: Reading

    def prepare(self, **route: Any) -> None:
        """Find the dispute and the event as it reads now."""
        super().prepare(**route)
        self.state = commands.load_dispute(self.dispute.slug)
        found = next((r for r in self.state.readings if r.event.event_id == route["event"]), None)
        if found is None:
            raise Http404(f"{self.dispute.slug} has no event {route['event']}")
        self.reading = found

    def version(self) -> int:
        """Give the version that the reading was made from, not that of the row, which may be older."""
        return self.state.version

    def success_url(self, form: Any) -> str:
        """Go to the event on the timeline."""
        return f"{self.page_url()}#event-{self.reading.event.event_id}"

    def context(self) -> dict[str, Any]:
        """Show what the event says now."""
        names = party_names(parties_in(self.reading.data))
        return {
            **super().context(),
            "reading": self.reading,
            "reading_label": type_label(self.reading.type),
            "reading_summary": summarise(self.reading),
            "said": say_reading(self.reading, names),
            "cited": [item["article"]["url"] for item in self.reading.evidence],
        }


class CorrectView(EventView, EventFormView):
    """Say an event anew, with a reason."""

    submit_label = "Record correction"
    is_correction = True

    def prepare(self, **route: Any) -> None:
        """Find the event; `?type=` says that it is of another type."""
        super().prepare(**route)
        if self.reading.event.type in NOT_CORRECTED:
            raise Http404("this event can't be corrected; retract it, or correct the event that it names")
        declared = self.reading.declaration
        wanted = self.request.GET.get("type", "")
        self.use_type(occurrence_types().get(wanted, declared) if declared.is_occurrence else declared)
        self.intro = "What is recorded stays in the log. The correction takes its place from now on."
        cited = (find_article(item["article"]["id"]) for item in self.reading.evidence)
        self.article = next((article for article in cited if article is not None and article.text), None)

    def use_type(self, declared: type[EventType]) -> None:
        """Name the type."""
        super().use_type(declared)
        self.title = f"Correct: {declared.label}"

    def form_url(self) -> str:
        """Give the address at which the event is of the present type."""
        url = address(self.admin, "correct", self.dispute.slug, self.reading.event.event_id)
        return f"{url}?type={self.declaration.name}" if self.declaration.is_occurrence else url

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EventForm:
        """Make the form, filled with what the event says now."""
        reading = self.reading
        fits = set(self.declaration.model_fields)
        return self.event_form(
            data,
            envelope,
            {
                "occurred": reading.occurred,
                "standing": reading.standing,
                "data": {name: value for name, value in reading.data.items() if name in fits},
                "evidence": rows_for(reading.evidence),
                "justification": reading.justification or "",
            },
        )

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record the correction."""
        if form.why is None:
            raise TypeError("a correction's form asks for the reason")
        with form.registering(by=self.by):
            commands.correct_event(
                self.dispute.slug,
                event=self.reading.event.event_id,
                reason=form.why.cleaned_data["reason"],
                type=self.declaration.name,
                by=self.by,
                event_id=form.envelope.cleaned_data["event_id"],
                expected_version=expected_version,
                **form.reading(),
            )

    def success_message(self, form: Any) -> str:
        """Say what was recorded."""
        return f"Recorded a correction of: {type_label(self.reading.type)}."


class ReasonForm(SimpleForm):
    """A reason, and nothing else."""

    reason = prose("Reason")


class RetractView(EventView):
    """Take an event back, with a reason."""

    template_name = "admin/disputes/retract.html"
    submit_label = "Retract"
    is_dangerous = True

    def prepare(self, **route: Any) -> None:
        """Find the event."""
        super().prepare(**route)
        if self.reading.event.type == "dispute_opened":
            raise Http404("the opening of a dispute can't be retracted; close the dispute instead")
        if self.reading.event.event_id in halves_of_merges(self.state.readings):
            raise Http404("a merge is undone as a whole, from the page of the dispute that took the other in")
        self.title = f"Retract: {type_label(self.reading.event.type)}"
        self.intro = "It stays in the log and counts for nothing. The retraction can itself be retracted."

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> ReasonForm:
        """Ask why."""
        return ReasonForm(data, envelope=envelope)

    def carry_out(self, form: ReasonForm, expected_version: int) -> None:
        """Record the retraction."""
        commands.retract_event(
            self.dispute.slug,
            event=self.reading.event.event_id,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def success_message(self, form: Any) -> str:
        """Say what was recorded."""
        return f"Retracted: {type_label(self.reading.event.type)}."

    def success_url(self, form: Any) -> str:
        """Go back to the dispute, where the event is no longer shown."""
        return self.page_url()
