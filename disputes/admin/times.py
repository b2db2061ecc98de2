"""The two times that a page is told as of: what the tracker knew then, of what had happened by a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from disputes.admin.dates import read_date, show_date
from disputes.admin.theme import TextInput
from disputes.moments import read_day, read_past_moment

ON_DATE, AS_OF = "on_date", "as_of"
COMPARE = "compare_"
"""What the names of the parameters begin with that ask for the moment to compare with."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Times:
    """What was asked for; None stands for the present."""

    on_date: dt.date | None = None
    as_of: dt.datetime | None = None

    @property
    def look_back(self) -> bool:
        """Whether anything but the present was asked for."""
        return self.on_date is not None or self.as_of is not None

    @property
    def banner(self) -> str:
        """Say in a sentence which times these are."""
        if self.on_date is None:
            return f"As known {_at(self.as_of)}." if self.as_of else ""
        if self.as_of is None:
            return f"What had happened by {_day(self.on_date)}, as it is known now."
        return f"As known {_at(self.as_of)}; of what had happened by {_day(self.on_date)}."

    @property
    def words(self) -> str:
        """Name these times within a sentence."""
        parts = [_day(self.on_date)] if self.on_date else []
        if self.as_of or not parts:
            parts.append(f"as known {_at(self.as_of)}" if self.as_of else "now")
        return ", ".join(parts)

    def parameters(self, prefix: str = "") -> dict[str, str]:
        """Give the parameters of an address that asks for these times."""
        found = {ON_DATE: self.on_date.isoformat() if self.on_date else "", AS_OF: write_moment(self.as_of)}
        return {f"{prefix}{name}": text for name, text in found.items() if text}

    def query(self, **others: str) -> str:
        """Give the query of an address that asks for these times, and for what else is named."""
        return urlencode({**self.parameters(), **{name: text for name, text in others.items() if text}})

    def link(self) -> str:
        """Give the end of an address that asks another page for these times; "" for the present."""
        query = self.query()
        return f"?{query}" if query else ""


class DayField(forms.CharField):
    """A day, in ISO 8601 or as curators write it. Its clean value is a date, or None."""

    def clean(self, value: Any) -> Any:
        """Read the day."""
        text = super().clean(value)
        try:
            return read_day(_iso(text)) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class MomentField(forms.CharField):
    """A moment that is past, or a day, which means its end in UTC. Its clean value is a datetime, or None."""

    def clean(self, value: Any) -> Any:
        """Read the moment."""
        text = super().clean(value)
        try:
            return read_past_moment(_iso(text)) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class TimesForm(forms.Form):
    """Asks for the two times."""

    on_date = DayField(label="What had happened by", required=False, max_length=LONGEST)
    as_of = MomentField(label="As known on", required=False, max_length=LONGEST)


class AsOfForm(TimesForm):
    """Asks for one of the two: what was known. For what has no date in the world."""

    on_date = None  # type: ignore[assignment] # Django's way to take a field away


class ComparedTimesForm(forms.Form):
    """Asks for the two times of the moment that the page is compared with."""

    compare_on_date = DayField(
        label="… what had happened by",
        required=False,
        max_length=LONGEST,
        help_text="The same as on the page where it is left out.",
    )
    compare_as_of = MomentField(label="… as known on", required=False, max_length=LONGEST)


@dataclass(frozen=True, slots=True)
class Asked:
    """The times that an address asks for, and the form that shows them."""

    times: Times
    form: forms.Form
    is_wrong: bool
    """Whether something that can't be read was asked for; the times are then those of the present."""


def read_times(query: QueryDict, form: type[forms.Form] = TimesForm, prefix: str = "") -> Asked:
    """Read the two times of an address, by the fields of a form whose names have a prefix."""
    texts = {name: str(query.get(name, "")).replace("\x00", "") for name in form.base_fields}
    given = form({name: text for name, text in texts.items() if text.strip()})
    if not given.is_valid():
        return Asked(Times(), _with_inputs(given, days=()), is_wrong=True)
    on_date, as_of = f"{prefix}{ON_DATE}", f"{prefix}{AS_OF}"
    times = Times(given.cleaned_data.get(on_date), given.cleaned_data.get(as_of))
    days = [on_date, *([as_of] if times.as_of is None or _is_day(times.as_of) else [])]
    # Shown anew as it was understood, in the one form that an input of type "date" takes.
    return Asked(times, _with_inputs(form(times.parameters(prefix)), days=days), is_wrong=False)


def write_moment(moment: dt.datetime | None) -> str:
    """Write a moment as an address asks for it; the end of a day as the day."""
    if moment is None:
        return ""
    return moment.date().isoformat() if _is_day(moment) else moment.isoformat().replace("+00:00", "Z")


def _with_inputs(form: forms.Form, days: Collection[str]) -> forms.Form:
    """Let the browser offer its calendar for what is a day; a moment, or what can't be read, is shown as text."""
    for name, field in form.fields.items():
        field.widget = TextInput(attrs={"autocomplete": "off"})
        field.widget.input_type = "date" if name in days else "text"
    return form


def _is_day(moment: dt.datetime) -> bool:
    return moment.time() == dt.time.max


def _iso(text: str) -> str:
    """Turn a date in words into ISO 8601, and leave all else as it is."""
    try:
        return read_date(text).date
    except ValueError:
        return text


def _day(day: dt.date) -> str:
    return show_date({"date": day.isoformat(), "precision": "day"})


def _at(moment: dt.datetime) -> str:
    return f"on {_day(moment.date())}" if _is_day(moment) else f"on {_day(moment.date())} at {moment:%H:%M:%S} UTC"
