"""What is wrong with a form, in the order of its fields, each with the way to its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms

from disputes.admin.labels import words
from disputes.admin.payload_form import PayloadForm


class Problem(NamedTuple):
    """One sentence of the summary above a form."""

    label: str
    """Which field; "" where it is about the whole form or a part of it."""
    message: str
    target: str
    """The id of what the sentence links to; "" where it can't."""


def problems_of(form: Any) -> list[Problem]:
    """Give every error of a form, or of each of its `parts`."""
    return [problem for part in getattr(form, "parts", (form,)) for problem in _in_part(part)]


def _in_part(part: Any) -> Iterator[Problem]:
    if isinstance(part, PayloadForm):
        yield from _of_whole(part.flat)
        for section in part.sections():
            if section.rows is not None:
                yield from _in_rows(section.rows, section.label)
            for field in section.fields:
                yield from _at_field(field, section.label if section.is_group else "")
    elif isinstance(part, forms.BaseFormSet):
        yield from _in_rows(part, words(part.prefix or ""))
    elif isinstance(part, forms.BaseForm):
        yield from _of_whole(part)
        for field in part:
            yield from _at_field(field)


def _in_rows(rows: forms.BaseFormSet[Any], label: str) -> Iterator[Problem]:
    for error in rows.non_form_errors():
        yield Problem("", str(error), f"rows-{rows.prefix}")
    for number, row in enumerate(rows.forms, start=1):
        for error in row.non_field_errors():
            first = next(iter(row), None)
            yield Problem(f"{label} {number}", str(error), first.id_for_label if first is not None else "")
        for field in row:
            yield from _at_field(field, f"{label} {number}")


def _of_whole(form: forms.BaseForm) -> Iterator[Problem]:
    for error in form.non_field_errors():
        yield Problem("", str(error), "")


def _at_field(field: forms.BoundField, group: str = "") -> Iterator[Problem]:
    if field.is_hidden:
        return
    # A group of boxes has no label of its own; its first box is where to go.
    target = field.id_for_label or f"{field.auto_id}_0"
    label = f"{group}, {str(field.label).lower()}" if group else str(field.label)
    for error in field.errors:
        yield Problem(label, str(error), target)
