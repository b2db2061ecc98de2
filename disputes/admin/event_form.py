"""The form of one event: when, how sure, the payload of its type, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from disputes.admin.command_form import Envelope, prose
from disputes.admin.evidence_form import EvidenceRows, evidence_rows
from disputes.admin.fields import DateField, TermField, term_choices
from disputes.admin.payload_fields import Surroundings
from disputes.admin.payload_form import PayloadForm
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


class EventForm:
    """The form by which an event is recorded, or with `is_correction` said anew.

    `initial` holds what is known already: occurred, standing, data, evidence, justification, as an event has them.
    """

    def __init__(
        self,
        dispute: str,
        declaration: type[EventType],
        *,
        envelope: Envelope,
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
        is_correction: bool = False,
    ) -> None:
        known = initial or {}
        self.envelope = envelope
        self.declaration = declaration
        self.why = Why(data) if is_correction else None
        self.head: Head | None = None
        self.tail: Tail | None = None
        self.evidence: EvidenceRows | None = None
        if declaration.is_occurrence:
            self.head = Head(data, initial=known)
            self.evidence = evidence_rows(dispute, data=data, initial=known.get("evidence", ()))
            self.tail = Tail(data, initial=known)
        self.payload = PayloadForm(declaration, known=surroundings(dispute), data=data, initial=known.get("data", {}))

    @property
    def _parts(self) -> list[forms.Form | EvidenceRows | PayloadForm]:
        parts = (self.envelope, self.why, self.head, self.payload, self.evidence, self.tail)
        return [part for part in parts if part is not None]

    @property
    def media(self) -> forms.Media:
        """Scripts and styles of the widgets."""
        return self.payload.media

    def is_valid(self) -> bool:
        """Check every part, so that all errors are seen at once."""
        checked = [part.is_valid() for part in self._parts]
        fine = all(checked)
        if self.evidence is not None and self.tail is not None:
            rests_on = self.evidence.filled() or self.tail["justification"].value()
            if not rests_on:
                self.place(FieldError("/evidence", "Give evidence, or say in the justification why there is none."))
                fine = False
        return fine

    def place(self, error: FieldError) -> None:
        """Show what a command refused at the field that it is about."""
        _, first, *path = [*error.pointer.split("/"), ""]
        if first == "data":
            self.payload.place(error)
        elif first == "evidence" and self.evidence is not None:
            self.evidence.place([part for part in path if part], error.detail)
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


def surroundings(dispute: str) -> Surroundings:
    """Look up what a form has to know of its dispute. One query."""
    rows = Proceeding.objects.filter(dispute=dispute).values_list("key", "docket_number", "caption", "court")
    return Surroundings(
        proceedings=[
            (key, ", ".join(part for part in (docket_number, caption, court) if part) or key)
            for key, docket_number, caption, court in rows
        ]
    )
