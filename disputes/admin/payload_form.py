"""The form of one payload: flat fields, and a group of rows for every field that holds several payloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import ErrorDict

from disputes.admin.labels import words
from disputes.admin.payload_fields import (
    HELP,
    LABELS,
    Shape,
    Surroundings,
    begins_proceeding,
    field_for,
    flatten,
    nest,
    shapes_of,
)
from disputes.commands.execution import build_payload
from disputes.errors import FieldError, Invalid
from disputes.events.base import EventType, Payload

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["FlatForm"]
else:
    _FormSet = forms.BaseFormSet

MAX_ROWS = 200
_FOLDED = ("amounts", "fixed_fee", "variable_fee")
_AT_THE_END = ("amounts", "note")


class FlatForm(forms.Form):
    """The fields of one payload that are no rows; payloads inside it are flattened, as `price__low`."""

    def __init__(
        self, *arguments: Any, payload: type[Payload], known: Surroundings, demand: bool = True, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.groups: dict[str, list[str]] = {}
        self._add(payload, known, demand=demand, prefix="")

    def _add(self, payload: type[Payload], known: Surroundings, *, demand: bool, prefix: str) -> None:
        begins = begins_proceeding(payload)
        # What stands by itself comes before groups of fields: the name of a tier before its price.
        for name, shape in sorted(shapes_of(payload).items(), key=lambda item: item[1].payload is not None):
            inner = shape.payload
            if inner is None:
                made = field_for(name, shape, begins=begins, known=known, demand=demand)
                self.fields[f"{prefix}{name}"] = made
                self.groups.setdefault(f"{prefix}{name}".split("__", 1)[0], []).append(f"{prefix}{name}")
            elif not shape.many:
                self._add(inner, known, demand=False, prefix=f"{prefix}{name}__")

    def said(self) -> dict[str, Any]:
        """Give what is filled in and clean, nested as the payload has it."""
        return nest(getattr(self, "cleaned_data", {}))

    def place(self, path: Sequence[str], detail: str) -> None:
        """Show an error at the field that a pointer means, or at the nearest one above it."""
        for length in range(len(path), 0, -1):
            name = "__".join(path[:length])
            at = next((field for field in self.fields if field == name or field.startswith(f"{name}__")), None)
            if at is not None:
                # What the form found itself is nearer to what was typed.
                if at not in self.errors:
                    self.add_error(at, detail)
                return
        self.add_error(None, detail)


class Rows(_FormSet):
    """Rows of one payload each. Those that are left empty count for nothing."""

    prefix: str

    def said(self) -> list[dict[str, Any]]:
        """Give the rows that are filled in."""
        return [row.said() for row in self.filled()]

    def filled(self) -> list[FlatForm]:
        """Give the forms of the rows that are filled in, in order."""
        return [row for row in self.forms if row.said() or row.errors]

    def place(self, path: Sequence[str], detail: str) -> None:
        """Show an error in the row that the first step of the path counts."""
        filled = self.filled()
        if path and path[0].isdigit() and int(path[0]) < len(filled):
            filled[int(path[0])].place(path[1:], detail)
        else:
            self.non_form_errors().append(detail)


def rows_of(
    payload: type[Payload],
    *,
    prefix: str,
    known: Surroundings,
    data: Mapping[str, Any] | None,
    initial: Sequence[Mapping[str, Any]],
) -> Rows:
    """Make the rows for one field, with an empty one at the end."""
    made = forms.formset_factory(FlatForm, formset=Rows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
    rows: Rows = made(  # type: ignore[assignment]
        data,
        prefix=prefix,
        initial=[flatten(item) for item in initial],
        form_kwargs={"payload": payload, "known": known, "demand": False},
    )
    return rows


def typed_rows(rows: forms.BaseFormSet[Any]) -> list[dict[str, Any]]:
    """Give what was typed into rows, unchecked, without those in which nothing is."""
    typed = [{name: row[name].data for name in row.fields} for row in rows.forms if row.has_changed()]
    return [row for row in typed if any(value not in (None, "", [], False) for value in row.values())]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form as it is shown: fields that belong together, or rows."""

    name: str
    label: str
    help_text: str
    fields: Sequence[forms.BoundField] = ()
    rows: Rows | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is more than one field and so needs a heading."""
        return len(self.fields) > 1

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded at first: where something is in it, and where it is what the type is about."""
        if self.name not in _FOLDED:
            return True
        if self.rows is not None:
            return self.rows.initial_form_count() > 0 or any(row.has_changed() for row in self.rows.forms)
        return any(field.errors or field.value() for field in self.fields)


class PayloadForm:
    """The form of an event type's payload, built from its declaration.

    `initial` is a payload as it is recorded. After `is_valid` the payload is in `data`, ready for a command; errors
    of the payload's own validation stand at their fields, beside those of the form.
    """

    def __init__(
        self,
        declaration: type[EventType],
        *,
        known: Surroundings,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        prefix: str = "data",
    ) -> None:
        self.declaration = declaration
        self.shapes = shapes_of(declaration)
        recorded = initial or {}
        flat = {name: value for name, value in recorded.items() if not self._is_rows(name)}
        self.flat = FlatForm(data, prefix=prefix, initial=flatten(flat), payload=declaration, known=known)
        self.rows = {
            name: rows_of(
                shape.payload, prefix=f"{prefix}-{name}", known=known, data=data, initial=recorded.get(name, ())
            )
            for name, shape in self.shapes.items()
            if shape.payload is not None and shape.many
        }
        self.data: dict[str, Any] = {}

    def typed(self) -> dict[str, Any]:
        """Give what was typed, unchecked, as `initial` of another form takes it."""
        typed = {name: self.flat[name].data for name in self.flat.fields}
        return typed | {name: typed_rows(rows) for name, rows in self.rows.items()}

    def holds(self, name: str) -> bool:
        """Tell whether a name of what a browser sent belongs to a field of this form."""
        own = name.removeprefix(f"{self.flat.prefix}-")
        return own in self.flat.fields or own.split("-", 1)[0] in self.rows

    def _is_rows(self, name: str) -> bool:
        shape: Shape | None = self.shapes.get(name)
        return shape is not None and shape.payload is not None and shape.many

    def is_valid(self) -> bool:
        """Check the form, then the payload; every error that can be found is found at once."""
        parts: list[FlatForm | Rows] = [self.flat, *self.rows.values()]
        checked = [part.is_valid() for part in parts]
        self.data = self.flat.said() | {name: said for name, rows in self.rows.items() if (said := rows.said())}
        try:
            build_payload(self.declaration.name, self.data)
        except Invalid as refusal:
            for error in refusal.errors:
                self.place(error)
            return False
        return all(checked)

    def place(self, error: FieldError) -> None:
        """Show an error of a command at the field that its pointer means."""
        _, _, *path = error.pointer.split("/")
        detail = "This field is required." if error.detail == "Field required" else error.detail
        if path and path[0] in self.rows:
            self.rows[path[0]].place(path[1:], detail)
        else:
            self.flat.place(path, detail)

    def sections(self) -> Iterator[Section]:
        """Give the parts in the order of declaration, what every event has behind what this type asks for."""
        for name in sorted(self.shapes, key=lambda name: name in _AT_THE_END):
            label, help_text = LABELS.get(name, words(name)), HELP.get(name, "")
            if name in self.rows:
                inner = self.shapes[name].payload
                help_text = help_text or (inner.__doc__ or "" if inner else "").replace("`", "")
                yield Section(name, label, help_text, rows=self.rows[name])
            else:
                fields = [self.flat[field] for field in self.flat.groups.get(name, ())]
                yield Section(name, label, help_text, fields=fields)

    @property
    def media(self) -> forms.Media:
        """Scripts and styles of the widgets."""
        media = self.flat.media
        for rows in self.rows.values():
            media += rows.media
        return media

    @property
    def errors(self) -> list[ErrorDict]:
        """What is wrong, part by part."""
        found = [self.flat.errors, *(row.errors for rows in self.rows.values() for row in rows.forms)]
        return [errors for errors in found if errors]
