"""What every form that carries out a command has in common."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import uuid4

from django import forms

from disputes.admin.fields import DateField, PartyField, TermField
from disputes.admin.theme import Textarea, TextInput
from disputes.errors import FieldError


class CommandForm(Protocol):
    """What a command view needs of its form."""

    @property
    def envelope(self) -> Envelope:
        """The hidden part."""

    @property
    def media(self) -> forms.Media:
        """Scripts and styles of the widgets."""

    def is_valid(self) -> bool:
        """Check all of it."""

    def place(self, error: FieldError) -> None:
        """Show what a command refused at the field that it is about."""


class Envelope(forms.Form):
    """The hidden part of a form: what its author had seen, and the identity of what it will record.

    The identity makes a form that is sent twice record once. The version makes a form that was overtaken say so.
    """

    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    event_id = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, version: int) -> Envelope:
        """Make the hidden part of a form that is shown for the first time."""
        return cls(initial={"expected_version": version, "event_id": uuid4()})


class SimpleForm(forms.Form):
    """The visible fields of a command that takes a few plain values."""

    def __init__(self, *arguments: Any, envelope: Envelope, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.envelope = envelope

    def is_valid(self) -> bool:
        """Check the hidden part too."""
        return all([self.envelope.is_valid(), super().is_valid()])

    def place(self, error: FieldError) -> None:
        """Show the error at the field whose name the pointer ends with, else above the form."""
        named = [part for part in error.pointer.split("/") if part in self.fields]
        self.add_error(named[-1] if named else None, error.detail)

    def given(self) -> dict[str, Any]:
        """Give what was filled in; empty fields are left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}


def line(label: str, *, required: bool = True, help_text: str = "", max_length: int = 300) -> forms.CharField:
    """Make a field for one line of text."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=max_length, widget=TextInput()
    )


def prose(label: str, *, required: bool = True, help_text: str = "", rows: int = 3) -> forms.CharField:
    """Make a field for a paragraph."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=5_000, widget=Textarea(attrs={"rows": rows})
    )


__all__ = ["CommandForm", "DateField", "Envelope", "PartyField", "SimpleForm", "TermField", "line", "prose"]
