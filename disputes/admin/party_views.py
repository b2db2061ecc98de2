"""What may be done to a party: register, rename, add and remove aliases, change the parent, correct, retract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, QueryDict

from disputes import commands
from disputes.admin.command_form import Envelope, SimpleForm, line, prose
from disputes.admin.command_view import CommandView
from disputes.admin.curation import OptionalReasonForm, RequiredReasonForm
from disputes.admin.event_form import EventForm
from disputes.admin.fields import DateField, LinesField, PartyField, TermField
from disputes.admin.labels import type_label
from disputes.admin.read_only import Crumb, address
from disputes.admin.stream import NOT_CORRECTED, OPENINGS, halves_of_merges
from disputes.admin.timeline import say_reading
from disputes.admin.values import parties_in, party_names
from disputes.ledger import read_stream
from disputes.models import Party
from disputes.recorded import Reading, read_present
from disputes.streams import party_stream
from disputes.vocabulary import PartyKind


class PartyView(CommandView):
    """A command on one party."""

    permission = "disputes.manage_party"
    party: Party

    def prepare(self, **route: Any) -> None:
        """Find the party."""
        try:
            self.party = Party.objects.get(pk=route["slug"])
        except Party.DoesNotExist as error:
            raise Http404(f"there is no party {route['slug']!r}") from error

    def stream(self) -> str:
        """Name the party's stream."""
        return party_stream(self.party.slug)

    def version(self) -> int:
        """Give the version of the party as it was read."""
        return self.party.version

    def page_url(self) -> str:
        """Give the party's page."""
        return address(self.admin, "change", self.party.slug)

    def success_url(self, form: Any) -> str:
        """Go back to the party."""
        return self.page_url()

    def crumbs(self) -> Sequence[Crumb]:
        """List, party, this."""
        return (Crumb("Parties", address(self.admin, "changelist")), Crumb(self.party.name, self.page_url()))

    def context(self) -> dict[str, Any]:
        """Lead back to the party."""
        return {"back_url": self.page_url()}


class RegisterForm(SimpleForm):
    """A new party."""

    name = line("Name", help_text="As it calls itself now.")
    slug = line(
        "Short name",
        max_length=100,
        help_text="Small letters, digits and hyphens, such as getty-images. It is used in addresses and stays.",
    )
    kind = TermField(
        [(term.value, term.label) for term in PartyKind],
        label="It is",
        required=False,
        help_text="Say at once where it is a person: names are then sealed and can be erased. The short name can't "
        "be, so where erasure may be asked for choose one without the name.",
    )
    aliases = LinesField(label="Other names", required=False, help_text="One a line: abbreviations, spellings.")
    note = prose("Note", required=False)

    def place(self, error: Any) -> None:
        """Show what is wrong with the name or the short name there."""
        at = "name" if "party_name" in error.pointer else "slug" if error.pointer in {"", "/slug"} else None
        self.add_error(at, error.detail)


class RegisterView(CommandView):
    """Take a party into the record."""

    permission = "disputes.manage_party"
    title = "Register a party"
    submit_label = "Register"

    def prepare(self, **route: Any) -> None:
        """Nothing to find: the party does not exist yet."""

    def stream(self) -> str:
        """Name the stream that the form would begin."""
        return party_stream(self.request.POST.get("slug", ""))

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RegisterForm:
        """Make the form."""
        return RegisterForm(data, envelope=envelope)

    def carry_out(self, form: RegisterForm, expected_version: int) -> None:
        """Record it."""
        commands.register_party(by=self.by, event_id=form.envelope.cleaned_data["event_id"], **form.given())

    def success_url(self, form: RegisterForm) -> str:
        """Go to the new party."""
        return address(self.admin, "change", form.cleaned_data["slug"])

    def crumbs(self) -> Sequence[Crumb]:
        """By the list."""
        return (Crumb("Parties", address(self.admin, "changelist")),)

    def context(self) -> dict[str, Any]:
        """Lead back to the list."""
        return {"back_url": address(self.admin, "changelist")}


class RenameForm(SimpleForm):
    """A new name and when it was taken."""

    name = line("New name")
    effective = DateField(label="Since", required=False)
    justification = prose("How it is known", required=False, rows=2)

    def place(self, error: Any) -> None:
        """Show what is wrong with the name there."""
        known = [part for part in error.pointer.split("/") if part in self.fields]
        self.add_error(known[-1] if known else "name", error.detail)


class RenameView(PartyView):
    """Record that the party took another name."""

    title = "Rename"
    intro = "The present name stays known as a former one. A name that was misspelt is corrected, not renamed."

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RenameForm:
        """Make the form."""
        return RenameForm(data, envelope=envelope)

    def carry_out(self, form: RenameForm, expected_version: int) -> None:
        """Record it."""
        commands.rename_party(
            self.party.slug,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
            **form.given(),
        )


class AliasForm(SimpleForm):
    """Another name."""

    alias = line("Name", help_text="Another name for the same party: an abbreviation, a brand, a spelling.")

    def place(self, error: Any) -> None:
        """There is one field only."""
        self.add_error("alias", error.detail)


class AddAliasView(PartyView):
    """Record another name."""

    title = "Add alias"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> AliasForm:
        """Make the form."""
        return AliasForm(data, envelope=envelope)

    def carry_out(self, form: AliasForm, expected_version: int) -> None:
        """Record it."""
        commands.add_alias(
            self.party.slug,
            alias=form.cleaned_data["alias"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
        )


class RemoveAliasView(PartyView):
    """Record that a name does not mean this party; `?alias=` says which."""

    title = "Remove alias"
    submit_label = "Remove"
    is_dangerous = True

    def prepare(self, **route: Any) -> None:
        """Find the party and the alias."""
        super().prepare(**route)
        self.alias = self.request.GET.get("alias", "")
        self.title = f"Remove the alias “{self.alias}”"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> OptionalReasonForm:
        """Ask why."""
        return OptionalReasonForm(data, envelope=envelope)

    def carry_out(self, form: OptionalReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.remove_alias(
            self.party.slug,
            alias=self.alias,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            **form.given(),
        )


class ParentForm(SimpleForm):
    """To whom the party belongs."""

    parent = PartyField(label="Belongs to", required=False, help_text="Empty where it belongs to nobody.")
    effective = DateField(label="Since", required=False)
    justification = prose("How it is known", required=False, rows=2)

    def place(self, error: Any) -> None:
        """Show what is wrong at its field, else at the parent."""
        known = [part for part in error.pointer.split("/") if part in self.fields]
        self.add_error(known[-1] if known else "parent", error.detail)


class ChangeParentView(PartyView):
    """Record to whom the party belongs."""

    title = "Change parent"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> ParentForm:
        """Begin with the present parent."""
        return ParentForm(data, envelope=envelope, initial={"parent": self.party.parent_id})

    def carry_out(self, form: ParentForm, expected_version: int) -> None:
        """Record it."""
        given = form.given()
        commands.change_parent(
            self.party.slug,
            parent=given.pop("parent", None),
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
            **given,
        )


class PartyEventView(PartyView):
    """A command on one event of a party."""

    final: ClassVar[frozenset[str]] = frozenset()
    """Event types on which the command does not work."""
    reading: Reading

    def prepare(self, **route: Any) -> None:
        """Find the party and the event."""
        super().prepare(**route)
        readings = read_present(read_stream(self.stream()))
        found = next((r for r in readings if r.event.event_id == route["event"]), None)
        if found is None or found.event.type in self.final or route["event"] in halves_of_merges(readings):
            raise Http404(f"{self.party.slug} has no such event {route['event']}")
        self.reading = found

    @property
    def event_id(self) -> UUID:
        """The event that the command is about."""
        return self.reading.event.event_id

    def context(self) -> dict[str, Any]:
        """Show what the event says now."""
        return {
            **super().context(),
            "reading": self.reading,
            "reading_label": type_label(self.reading.type),
            "said": say_reading(self.reading, party_names(parties_in(self.reading.data))),
        }


class CorrectPartyEventView(PartyEventView):
    """Say an event of a party anew."""

    template_name = "admin/disputes/event_form.html"
    submit_label = "Record correction"
    final = NOT_CORRECTED

    def prepare(self, **route: Any) -> None:
        """Find the event."""
        super().prepare(**route)
        self.title = f"Correct: {type_label(self.reading.type)}"
        self.intro = "What is recorded stays in the log. The correction takes its place from now on."

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EventForm:
        """Make the form, filled with what the event says now."""
        return EventForm(
            "",
            self.reading.declaration,
            envelope=envelope,
            data=data,
            initial={"data": self.reading.data},
            is_correction=True,
        )

    def carry_out(self, form: EventForm, expected_version: int) -> None:
        """Record the correction."""
        if form.why is None:
            raise TypeError("a correction's form asks for the reason")
        commands.correct_party_event(
            self.party.slug,
            event=self.event_id,
            reason=form.why.cleaned_data["reason"],
            data=form.payload.data,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )


class RetractPartyEventView(PartyEventView):
    """Take an event of a party back."""

    template_name = "admin/disputes/retract.html"
    submit_label = "Retract"
    is_dangerous = True
    final = OPENINGS

    def prepare(self, **route: Any) -> None:
        """Find the event."""
        super().prepare(**route)
        self.title = f"Retract: {type_label(self.reading.event.type)}"
        self.intro = "It stays in the log and counts for nothing. The retraction can itself be retracted."

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record the retraction."""
        commands.retract_party_event(
            self.party.slug,
            event=self.event_id,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )
