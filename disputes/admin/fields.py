"""Form fields for what events hold: dates as they are known, amounts, parties, terms, proceedings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

from disputes.admin.dates import FORMS, read_date, show_date
from disputes.admin.theme import (
    CHECKBOX_CLASSES,
    CheckboxInput,
    ModelChoiceField,
    ModelMultipleChoiceField,
    Select,
    Textarea,
    TextInput,
)
from disputes.models import Participation, Party
from disputes.vocabulary import Term

EMPTY_CHOICE = ("", "—")


class DateField(forms.CharField):
    """A date as it is known. Its clean value is {"date", "precision", "end"?}, or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", TextInput(attrs={"autocomplete": "off"}))
        forms_of_dates = f"{FORMS}; two dates with “to” between them for what lasted longer."
        options["help_text"] = options.get("help_text") or forms_of_dates
        super().__init__(max_length=100, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a date from the record as a curator would type it."""
        return show_date(value) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> Any:
        """Read the date."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_date(text).model_dump(mode="json", exclude_none=True)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def number_input() -> TextInput:
    """Make the widget of a number."""
    return TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class AmountField(forms.CharField):
    """A number that may have commas between its thousands. Its clean value is a plain decimal in text, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, widget=number_input(), **options)

    def clean(self, value: Any) -> Any:
        """Read the number."""
        text = super().clean(value)
        if not text:
            return None
        plain = text.replace(",", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
        try:
            number = Decimal(plain)
        except InvalidOperation as error:
            raise ValidationError(f"{text!r} is not a number; write it as 42000 or 42,000.50") from error
        if not number.is_finite():
            raise ValidationError(f"{text!r} is not an amount")
        return plain


class LinesField(forms.CharField):
    """Several short texts, one a line. Its clean value is the list of those that are not empty."""

    def __init__(self, **options: Any) -> None:
        options["help_text"] = options.get("help_text") or "One a line."
        super().__init__(widget=Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> Any:
        """Split into lines."""
        return [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]


class TickField(forms.BooleanField):
    """A box to tick. Its clean value is True, or None where it is not ticked, which says nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=CheckboxInput(), **{**options, "required": False})

    def clean(self, value: Any) -> Any:
        """Read the box."""
        return super().clean(value) or None


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known. Its clean value is a bool or None."""

    def __init__(self, **options: Any) -> None:
        choices = [("", "Not known"), ("true", "Yes"), ("false", "No")]
        super().__init__(
            choices=choices, coerce=lambda word: word == "true", empty_value=None, widget=Select(), **options
        )

    def prepare_value(self, value: Any) -> Any:
        """Choose the word for a value from the record."""
        return {True: "true", False: "false"}.get(value, value)


def term_choices(vocabulary: type[Term]) -> list[tuple[str, str]]:
    """Give every term with its label."""
    return [(term.value, term.label) for term in vocabulary]


class TermField(forms.ChoiceField):
    """One controlled term."""

    def __init__(self, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(choices=[EMPTY_CHOICE, *choices], widget=Select(), **options)


class TermsField(forms.MultipleChoiceField):
    """Several controlled terms, each with a box to tick."""

    def __init__(self, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)})
        super().__init__(choices=choices, widget=widget, **options)


class PartyField(ModelChoiceField[Party]):
    """One registered party, found as its name is typed. Its clean value is the slug, or None."""

    def __init__(self, **options: Any) -> None:
        widget = AutocompleteSelect(Participation._meta.get_field("party"), admin.site)
        super().__init__(queryset=Party.objects.all(), widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """Find the party."""
        party = super().clean(value)
        return party.slug if party is not None else None


class PartiesField(ModelMultipleChoiceField[Party]):
    """Several registered parties, found as their names are typed. Its clean value is the list of slugs."""

    def __init__(self, **options: Any) -> None:
        widget = AutocompleteSelectMultiple(Participation._meta.get_field("party"), admin.site)
        super().__init__(queryset=Party.objects.all(), widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """Find the parties, in the order in which they were chosen."""
        known = {party.slug for party in super().clean(value)}
        return [slug for slug in value or () if slug in known]


class SuggestedTextInput(TextInput):
    """A line of text with suggestions below it, which any other text may replace."""

    template_name = "admin/disputes/widgets/suggested_text.html"

    def __init__(self, suggestions: Iterable[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggestions = list(suggestions)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Name the list of suggestions after the field."""
        context = super().get_context(name, value, attrs)
        context["list_id"] = context["widget"]["attrs"]["list"] = f"{name}_suggestions"
        context["suggestions"] = self.suggestions
        return context


class KnownProceedingField(forms.ChoiceField):
    """One of the proceedings that the dispute has."""

    def __init__(self, known: Sequence[tuple[str, str]], **options: Any) -> None:
        if not known:
            options["help_text"] = (
                "This dispute has no proceeding yet. Record what began one first, for example “Complaint filed”."
            )
        super().__init__(choices=[EMPTY_CHOICE, *known], widget=Select(), **options)


class ProceedingField(forms.CharField):
    """A proceeding by its key: one that the dispute has, or a new one."""

    def __init__(self, known: Sequence[tuple[str, str]], **options: Any) -> None:
        options["help_text"] = options.get("help_text") or (
            "A key within the record, such as nd-cal-3-23-cv-03199: choose one that is known or begin a new one."
        )
        super().__init__(max_length=100, widget=SuggestedTextInput(known), **options)
