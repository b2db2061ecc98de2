"""The form of one event: when, how sure, the payload of its type, what it rests on, and parties that are new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.http import QueryDict

from disputes.admin.combobox import Option
from disputes.admin.command_form import Envelope, prose
from disputes.admin.evidence_form import EvidenceRows, evidence_rows
from disputes.admin.fields import DateField, TermField, term_choices
from disputes.admin.labels import words
from disputes.admin.new_parties import PREFIX as NEW_PARTIES
from disputes.admin.new_parties import NewParties, new_parties
from disputes.admin.payload_fields import LABELS, Surroundings
from disputes.admin.payload_form import PayloadForm, typed_rows
from disputes.admin.values import parties_in
from disputes.commands.execution import PARTY_FIELDS
from disputes.errors import FieldError
from disputes.events.base import EventType
from disputes.models import Proceeding
from disputes.vocabulary import Standing


class Head(forms.Form):
    """When it happened, and how sure that is."""

    occurred = DateField(label="When")
    standing = TermField(
        term_choices(Standing),
        label="Standing",
        help_text=" ".join(f"{term.label}: {term.definition[0].lower()}{term.definition[1:]}" for term in Standing),
    )


class Tail(forms.Form):
    """What stands in for evidence."""

    justification = prose(
        "Or a justification",
        required=False,
        help_text="Where there is no article to cite: how it is known. An event needs one or the other.",
    )


class Why(forms.Form):
    """Why an event is corrected."""

    reason = prose("Reason for the correction", rows=2, help_text="What was wrong, and how that is known.")


class LeftOver(NamedTuple):
    """What was typed for a type that has a field which this one does not have."""

    label: str
    name: str
    value: str


class EventForm:
    """The form by which an event is recorded, or with `is_correction` said anew.

    `initial` holds what is known already: occurred, standing, justification and reason as fields show them, data as an
    event has it, evidence as rows (see `rows_for`), and what `typed` gave. With `may_register` parties that the event
    names can be registered with it.
    """

    def __init__(
        self,
        dispute: str,
        declaration: type[EventType],
        *,
        envelope: Envelope,
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
        is_correction: bool = False,
        may_register: bool = False,
    ) -> None:
        known = dict(initial or {})
        self.envelope = envelope
        self.declaration = declaration
        self.sent = data
        self.why = Why(data, initial=known) if is_correction else None
        self.head: Head | None = None
        self.tail: Tail | None = None
        self.evidence: EvidenceRows | None = None
        self.new_parties: NewParties | None = None
        if declaration.is_occurrence:
            self.head = Head(data, initial=known)
            self.evidence = evidence_rows(dispute, data=data, initial=known.get("evidence", ()))
            self.tail = Tail(data, initial=known)
        if may_register and set(PARTY_FIELDS) & set(declaration.model_fields):
            self.new_parties = new_parties(data, initial=known.get(NEW_PARTIES, ()))
            if data is not None and envelope.is_valid():
                self.new_parties.cause = envelope.cleaned_data["event_id"]
        around = surroundings(dispute, new=self.new_parties)
        self.payload = PayloadForm(declaration, known=around, data=data, initial=known.get("data", {}))

    @property
    def parts(self) -> Sequence[forms.Form | EvidenceRows | NewParties | PayloadForm]:
        """Give the parts of the form in the order in which they are shown."""
        parts = (self.envelope, self.why, self.head, self.payload, self.new_parties, self.evidence, self.tail)
        return [part for part in parts if part is not None]

    @property
    def type_label(self) -> str:
        """What the type is called."""
        return self.declaration.label

    @property
    def media(self) -> forms.Media:
        """Scripts and styles of the widgets."""
        return self.payload.media

    def is_valid(self) -> bool:
        """Check every part, so that all errors are seen at once."""
        checked = [part.is_valid() for part in self.parts]
        fine = all(checked)
        if self.new_parties is not None and not self.new_parties.check(list(parties_in(self.payload.data))):
            fine = False
        if self.evidence is not None and self.tail is not None:
            rests_on = self.evidence.filled() or self.tail["justification"].value()
            if not rests_on:
                self.place(FieldError("/evidence", "Give evidence, or say in the justification why there is none."))
                fine = False
        return fine

    def place(self, error: FieldError) -> None:
        """Show what a command refused at the field that it is about."""
        _, first, *path = [*error.pointer.split("/"), ""]
        steps = [part for part in path if part]
        if first == "data":
            self.payload.place(error)
        elif first == "evidence" and self.evidence is not None:
            self.evidence.place(steps, error.detail)
        elif first == NEW_PARTIES and self.new_parties is not None:
            self.new_parties.place(steps, error.detail)
        else:
            part = next((part for part in (self.why, self.head, self.tail) if part and first in part.fields), None)
            if part is None:
                self.payload.flat.add_error(None, error.detail)
            elif first not in part.errors:
                part.add_error(first, error.detail)

    def reading(self) -> dict[str, Any]:
        """Give what the form says, as commands take it."""
        said: dict[str, Any] = {"data": self.payload.data}
        if self.head is not None and self.tail is not None and self.evidence is not None:
            said |= {
                "occurred": self.head.cleaned_data["occurred"],
                "standing": self.head.cleaned_data["standing"],
                "evidence": self.evidence.said(),
                "justification": self.tail.cleaned_data["justification"] or None,
            }
        return said

    @contextmanager
    def registering(self, *, by: str) -> Iterator[None]:
        """Register the new parties and do what is inside in one transaction: all of it is recorded, or nothing."""
        with transaction.atomic():
            if self.new_parties is not None:
                self.new_parties.register(by=by)
            yield

    def typed(self) -> dict[str, Any]:
        """Give what was typed, unchecked, as `initial` of the form of another type takes it."""
        typed: dict[str, Any] = {"data": self.payload.typed()}
        for part in (self.why, self.head, self.tail):
            if part is not None:
                typed |= {name: part[name].data for name in part.fields}
        for name, rows in (("evidence", self.evidence), (NEW_PARTIES, self.new_parties)):
            if rows is not None:
                typed[name] = typed_rows(rows)
        return typed

    def left_over(self) -> list[LeftOver]:
        """Give what was typed for another type and has no field here; changing the type back brings it again."""
        if self.sent is None:
            return []
        return [
            LeftOver(_label(name), name, value)
            for name, values in self.sent.lists()
            if name.startswith("data-") and not self.payload.holds(name)
            for value in values
            if value
        ]

    def left_over_labels(self) -> list[str]:
        """Say what is left over, each field once."""
        said = (item.label for item in self.left_over() if not item.name.endswith("_FORMS"))
        return list(dict.fromkeys(said))


def _label(name: str) -> str:
    """Give the label of the field, or of the group of fields, that a name of what was sent belongs to."""
    first = name.removeprefix("data-").split("-", 1)[0].split("__", 1)[0]
    return LABELS.get(first, words(first))


def surroundings(dispute: str, *, new: NewParties | None = None) -> Surroundings:
    """Look up what a form has to know of its dispute. One query."""
    rows = Proceeding.objects.filter(dispute=dispute).values_list("key", "docket_number", "caption", "court")
    return Surroundings(
        dispute=dispute,
        proceedings=[
            Option(key, ", ".join(part for part in (docket_number, caption, court) if part) or key)
            for key, docket_number, caption, court in rows
        ],
        new_party=new.slug_of if new is not None else None,
    )
