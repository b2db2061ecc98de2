"""What curators do to the record of a dispute: describe it, name its parties and watch rules, close it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from disputes import commands
from disputes.admin.command_form import Envelope, SimpleForm, line, prose
from disputes.admin.command_view import CommandView
from disputes.admin.dispute_views import DisputeView
from disputes.admin.event_form import EventForm
from disputes.admin.fields import DisputeField
from disputes.admin.labels import term_label
from disputes.admin.panels import Panel, can_try_rules, try_rules
from disputes.admin.read_only import Crumb, address
from disputes.errors import Refused
from disputes.events import EVENT_TYPES
from disputes.models import Participation, Party, Proceeding
from disputes.streams import dispute_stream
from disputes.vocabulary import Role


class CurationView(DisputeView):
    """Record a curation event through the form of its payload."""

    template_name = "admin/disputes/event_form.html"
    kind: ClassVar[str]

    def initial(self) -> dict[str, Any]:
        """Give the payload to begin with."""
        return {}

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EventForm:
        """Make the form from the payload's declaration."""
        return EventForm(
            self.dispute.slug,
            EVENT_TYPES[self.kind],
            envelope=envelope,
            data=data,
            initial={"data": self.initial()},
            may_register=self.user.has_perm("disputes.manage_party"),
        )


class DescribeView(CurationView):
    """Change title, summary and the rest of the description."""

    title = "Change description"
    kind = "dispute_described"

    def initial(self) -> dict[str, Any]:
        """Begin with the present description."""
        row = self.dispute
        return {
            "title": row.title,
            "kind": row.kind,
            "summary": row.summary,
            "data_at_issue": row.data_at_issue,
            "data_types": row.data_types,
            "jurisdictions": row.jurisdictions,
        }

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record the new description."""
        commands.describe_dispute(
            self.dispute.slug,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
            **form.payload.data,
        )


class WatchRulesView(CurationView):
    """Set the phrases by which the pipeline finds articles; they can be tried on the stored articles before."""

    template_name = "admin/disputes/watch_rules.html"
    title = "Change watch rules"
    intro = "These rules replace the present ones. Articles that were captured before are matched again."
    submit_label = "Save"
    kind = "watch_terms_changed"
    anchor = "watch-rules"
    trials: Sequence[Panel] = ()

    def initial(self) -> dict[str, Any]:
        """Begin with the present rules."""
        return {"rules": self.dispute.watch_rules, **self.dispute.watch_window}

    def post(self, request: HttpRequest, **route: Any) -> HttpResponse:
        """Save the rules, or with the other button try them and show the form again, with all that was typed."""
        if "try" not in request.POST:
            return super().post(request, **route)
        form = self.make_form(request.POST, Envelope(request.POST))
        if not form.is_valid():
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            self.trials = try_rules(self.dispute.slug, form.payload.data)
        except Refused as refusal:
            return self._refused(form, refusal)
        return self._show(form)

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record the rules."""
        commands.change_watch_rules(
            self.dispute.slug,
            rules=form.payload.data.get("rules", []),
            since=form.payload.data.get("since"),
            until=form.payload.data.get("until"),
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def context(self) -> dict[str, Any]:
        """Show what is looked for besides, and what a trial found. Three queries."""
        parts = Participation.objects.filter(dispute=self.dispute.slug).select_related("party").order_by("rank")
        names = {name: None for part in parts for name in (part.party.name, *part.party.aliases)}
        numbers = Proceeding.objects.filter(dispute=self.dispute.slug).exclude(docket_number="").order_by("rank")
        return {
            **super().context(),
            "names": list(names),
            "docket_numbers": list(dict.fromkeys(numbers.values_list("docket_number", flat=True))),
            "since": self.dispute.opened_on,
            "can_try": can_try_rules(),
            "trials": self.trials,
        }


class NoteConflictView(CurationView):
    """Say that sources disagree."""

    title = "Note a conflict"
    intro = "Which sources say what, and which of them is right as far as that is known."
    kind = "conflict_noted"
    anchor = "conflicts"

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record it; what others wrote meanwhile does not matter to it."""
        commands.note_conflict(
            self.dispute.slug, by=self.by, event_id=form.envelope.cleaned_data["event_id"], **form.payload.data
        )


class AddPartyView(CurationView):
    """Record a party in a role."""

    title = "Add party"
    kind = "party_joined"
    anchor = "parties"

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record it; what others wrote meanwhile does not matter to it."""
        with form.registering(by=self.by):
            commands.add_party(
                self.dispute.slug, by=self.by, event_id=form.envelope.cleaned_data["event_id"], **form.payload.data
            )


class OptionalReasonForm(SimpleForm):
    """A reason that may stay empty."""

    reason = prose("Reason", required=False)


class RemovePartyView(DisputeView):
    """End a party's role."""

    submit_label = "Remove"
    is_dangerous = True
    anchor = "parties"
    party: str
    role: str

    def prepare(self, **route: Any) -> None:
        """Find the dispute and name the party."""
        super().prepare(**route)
        self.party, self.role = route["party"], route["role"]
        name = Party.objects.filter(slug=self.party).values_list("name", flat=True).first()
        if name is None:
            raise Http404(f"there is no party {self.party!r}")
        self.title = f"Remove {name} as {term_label(Role, self.role).lower()}"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> OptionalReasonForm:
        """Ask why."""
        return OptionalReasonForm(data, envelope=envelope)

    def carry_out(self, form: OptionalReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.remove_party(
            self.dispute.slug,
            party=self.party,
            role=self.role,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            **form.given(),
        )


class RelateForm(SimpleForm):
    """Another dispute and what links them."""

    other = DisputeField(label="Related dispute")
    note = line("What links them", required=False)


class RelateView(DisputeView):
    """Link another dispute to this one."""

    title = "Relate to another dispute"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RelateForm:
        """Ask which."""
        return RelateForm(data, envelope=envelope)

    def carry_out(self, form: RelateForm, expected_version: int) -> None:
        """Record it."""
        commands.relate_disputes(
            self.dispute.slug, by=self.by, event_id=form.envelope.cleaned_data["event_id"], **form.given()
        )


class RequiredReasonForm(SimpleForm):
    """A reason."""

    reason = prose("Reason")


class CloseView(DisputeView):
    """Stop following a dispute."""

    title = "Close dispute"
    intro = "Curators stop following it. Nothing of it is lost, and it can be reopened."
    submit_label = "Close"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.close_dispute(
            self.dispute.slug,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
        )


class ReopenView(CloseView):
    """Follow a closed dispute again."""

    title = "Reopen dispute"
    intro = "Curators follow it again."
    submit_label = "Reopen"

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.reopen_dispute(
            self.dispute.slug,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
        )


class SlugForm(SimpleForm):
    """The name of a dispute in addresses."""

    slug = line(
        "Short name",
        max_length=100,
        help_text="Small letters, digits and hyphens, such as getty-v-stability. It is used in addresses and stays.",
    )


class OpeningForm(EventForm):
    """The description of a new dispute, and its short name."""

    def __init__(self, *, envelope: Envelope, data: QueryDict | None) -> None:
        super().__init__("", EVENT_TYPES["dispute_opened"], envelope=envelope, data=data)
        self.slug = SlugForm(data, envelope=envelope)

    @property
    def parts(self) -> Sequence[Any]:
        """The short name comes first."""
        return (self.slug, *super().parts)

    def place(self, error: Any) -> None:
        """Show what is wrong with the short name there."""
        if error.pointer in {"/slug", ""}:
            self.slug.add_error("slug", error.detail)
        else:
            super().place(error)


class OpenView(CommandView):
    """Take a dispute into the record."""

    template_name = "admin/disputes/open.html"
    title = "Open a dispute"
    submit_label = "Open"

    def prepare(self, **route: Any) -> None:
        """Nothing to find: the dispute does not exist yet."""

    def stream(self) -> str:
        """Name the stream that the form would begin."""
        return dispute_stream(self.request.POST.get("slug", ""))

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> OpeningForm:
        """Make the form."""
        return OpeningForm(envelope=envelope, data=data)

    def carry_out(self, form: OpeningForm, expected_version: int) -> None:
        """Record it."""
        commands.open_dispute(
            form.slug.cleaned_data["slug"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            **form.payload.data,
        )

    def success_url(self, form: OpeningForm) -> str:
        """Go to the new dispute."""
        return address(self.admin, "change", form.slug.cleaned_data["slug"])

    def success_message(self, form: Any) -> str:
        """Say what comes next."""
        return "Opened. Add its parties and its watch rules next, so that the pipeline finds articles for it."

    def crumbs(self) -> Sequence[Crumb]:
        """By the list."""
        return (Crumb("Disputes", address(self.admin, "changelist")),)

    def context(self) -> dict[str, Any]:
        """Lead back to the list."""
        return {"back_url": address(self.admin, "changelist")}
