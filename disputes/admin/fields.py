"""Form fields for what events hold: dates as they are known, amounts, parties, terms, proceedings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from disputes.admin.combobox import Combobox, ComboboxField, Option
from disputes.admin.dates import FORMS, depends_on_today, read_date, show_date, show_understood
from disputes.admin.finding import disputes_named, parties_named
from disputes.admin.theme import CHECKBOX_CLASSES, CheckboxInput, Select, Textarea, TextInput
from disputes.docket import docket_key
from disputes.models import Dispute, Party
from disputes.vocabulary import Term

EMPTY_CHOICE = ("", "—")


class DateBoundField(forms.BoundField):
    """A date that says how it was read."""

    @property
    def understood(self) -> str:
        """Say how the date that stands in the field is read: "April 2023, known to the month"; "" where it can't be."""
        try:
            return show_understood(read_date(str(self.value() or "")))
        except ValueError:
            return ""

    @property
    def reader(self) -> str:
        """Give the address that reads dates as they are typed."""
        return reverse("admin:disputes_dispute_read_date")


class DateField(forms.CharField):
    """A date as it is known. Its clean value is {"date", "precision", "end"?}, or None."""

    bound_field_class = DateBoundField

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", TextInput(attrs={"autocomplete": "off", "data-date": ""}))
        forms_of_dates = f"{FORMS}; two dates with “to” between them for what lasted longer."
        options["help_text"] = options.get("help_text") or forms_of_dates
        super().__init__(max_length=100, **options)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Write "yesterday" as the day that it means, since the form may be sent again on another day."""
        if isinstance(data, str) and depends_on_today(data):
            return show_date(read_date(data))
        return super().bound_data(data, initial)

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


def completion(kind: str, **asked: str) -> Callable[[], str]:
    """Give the address that a combobox asks for what may be meant, once addresses are known."""
    query = f"?{urlencode(asked)}" if any(asked.values()) else ""
    return lambda: reverse("admin:disputes_dispute_complete", args=[kind]) + query


class PartyField(ComboboxField):
    """One registered party, found as its name is typed. Its clean value is the slug, or None.

    `dispute` is the one whose parties are offered first. `new_party` gives the slug of a party that the same form
    registers, by its name, or None.
    """

    def __init__(
        self, *, dispute: str = "", new_party: Callable[[str], str | None] | None = None, **options: Any
    ) -> None:
        self.queryset = Party.objects.all()
        self.new_party = new_party
        widget = Combobox(source=completion("party", dispute=dispute), many=self.many)
        if new_party is not None:
            widget.may_register = True
            widget.unknown = "Not known. Press the down arrow to register it."
        super().__init__(widget=widget, **options)

    def describe(self, values: Sequence[str]) -> Mapping[str, str]:
        """Give the present names. One query."""
        known = dict(self.queryset.filter(pk__in=values).values_list("slug", "name"))
        new = {text: f"{text} (new)" for text in values if text not in known and self._is_new(text)}
        return known | new

    def _is_new(self, text: str) -> bool:
        return self.new_party is not None and self.new_party(text) is not None

    def find(self, texts: Sequence[str]) -> list[str]:
        """Find by short name, among the new ones, then by any name. One query, and one for each name that is typed."""
        known = set(self.queryset.filter(pk__in=texts).values_list("slug", flat=True))
        found, wrong = [], []
        for text in texts:
            slug = text if text in known else self.new_party(text) if self.new_party is not None else None
            try:
                found.append(slug or self._by_name(text))
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)
        return found

    def _by_name(self, text: str) -> str:
        named = {party.slug: party.name for party in parties_named(text)}
        allowed = set(self.queryset.filter(pk__in=named).values_list("slug", flat=True))
        return only_one(
            text,
            {slug: name for slug, name in named.items() if slug in allowed},
            kind="party",
            unknown=str(self.error_messages.get("invalid_choice", ""))
            or (
                f"No party is called “{text}”. Choose one from the list"
                + (
                    ", or register it below as a new party."
                    if self.new_party is not None
                    else ", or register it first."
                )
            ),
        )


class PartiesField(PartyField):
    """Several parties, found as their names are typed. Its clean value is the list of slugs."""

    many = True

    def __init__(self, **options: Any) -> None:
        options["help_text"] = options.get("help_text") or "Type a name; several with ; between them."
        super().__init__(**options)


class DisputeField(ComboboxField):
    """One dispute, found as its title or the name of a party is typed. Its clean value is the slug."""

    def __init__(self, **options: Any) -> None:
        self.queryset = Dispute.objects.all()
        super().__init__(widget=Combobox(source=completion("dispute")), **options)

    def describe(self, values: Sequence[str]) -> Mapping[str, str]:
        """Give the titles. One query."""
        return dict(self.queryset.filter(pk__in=values).values_list("slug", "title"))

    def find(self, texts: Sequence[str]) -> list[str]:
        """Find by short name, then by title. At most two queries for each text."""
        return [text if self.describe([text]) else self._by_title(text) for text in texts]

    def _by_title(self, text: str) -> str:
        allowed = self.describe([dispute.slug for dispute in disputes_named(text)])
        unknown = str(self.error_messages.get("invalid_choice", ""))
        return only_one(
            text,
            allowed,
            kind="dispute",
            unknown=unknown or f"No dispute is called “{text}”. Choose one from the list.",
        )


def only_one(text: str, named: Mapping[str, str], *, kind: str, unknown: str) -> str:
    """Give the one that is meant. Raises ValidationError where there is none, or more than one."""
    if not named:
        raise ValidationError(unknown, code="invalid_choice")
    if len(named) > 1:
        listed = ", ".join(f"{name} ({slug})" for slug, name in named.items())
        raise ValidationError(f"Which {kind} is meant by “{text}”: {listed}? Write its short name.")
    return next(iter(named))


class KnownProceedingField(ComboboxField):
    """One of the proceedings that the dispute has, by its key, docket number or caption. Its clean value is the key."""

    def __init__(self, known: Sequence[Option], **options: Any) -> None:
        self.known = {option.value: option.label for option in known}
        if not known:
            options["help_text"] = (
                "This dispute has no proceeding yet. Record what began one first, for example “Complaint filed”."
            )
        super().__init__(widget=Combobox(options=known), **options)

    def describe(self, values: Sequence[str]) -> Mapping[str, str]:
        """Give docket number, caption and court."""
        return {value: self.known[value] for value in values if value in self.known}

    def find(self, texts: Sequence[str]) -> list[str]:
        """Find by the key, or by words that one proceeding alone has."""
        return [text if text in self.known else self._by_words(text) for text in texts]

    def _by_words(self, text: str) -> str:
        wanted = docket_key(text)
        named = {
            key: label
            for key, label in self.known.items()
            if text.casefold() in label.casefold() or wanted in {docket_key(part) for part in label.split(", ")}
        }
        return only_one(
            text,
            named,
            kind="proceeding",
            unknown=f"This dispute has no proceeding {text!r}. Choose one from the list.",
        )


class ProceedingField(KnownProceedingField):
    """A proceeding by its key: one that the dispute has, or a new one."""

    def __init__(self, known: Sequence[Option], **options: Any) -> None:
        options["help_text"] = options.get("help_text") or (
            "Choose one that is known, or begin a new one by a key within the record, such as nd-cal-3-23-cv-03199."
        )
        super().__init__(known, **options)
        self.widget.unknown = "Not known. What is typed begins a new proceeding."

    def _by_words(self, text: str) -> str:
        try:
            return super()._by_words(text)
        except ValidationError as error:
            if error.code != "invalid_choice":
                raise
            return text
