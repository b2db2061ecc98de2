"""Filters of lists: django-filter, reading each value the way every other parameter is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django_filters import Filter, FilterSet

from disputes.api.parameters import Parameter, Schema, list_schema, read_several_of
from disputes.vocabulary import Term


class ReadField(forms.Field):
    """A form field that reads a value by a reader of `parameters`."""

    def __init__(self, *, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self._read = read

    def to_python(self, value: str | None) -> Any:
        """Read the value; one that is there and empty is read too, and so refused."""
        if value is None:
            return None
        try:
            return self._read(value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ReadFilter(Filter):  # type: ignore[misc] # django-filter has no types
    """A filter by one parameter."""

    field_class = ReadField

    def __init__(
        self,
        *,
        read: Callable[[str], Any],
        help_text: str,
        schema: Schema | None = None,
        field_name: str | None = None,
        lookup_expr: str = "exact",
        method: str | None = None,
    ) -> None:
        super().__init__(field_name, lookup_expr, method=method, read=read, help_text=help_text)
        self.read = read
        self.schema = schema or {"type": "string"}
        self.help_text = help_text


def terms_filter(terms: type[Term], help_text: str, **options: Any) -> ReadFilter:
    """Filter by controlled terms, any of those given."""
    return words_filter([term.value for term in terms], help_text, **options)


def words_filter(words: Sequence[str], help_text: str, **options: Any) -> ReadFilter:
    """Filter by some of the words that there are."""
    return ReadFilter(
        read=read_several_of(words),
        help_text=f"{help_text} Several are separated by commas.",
        schema=list_schema(words),
        **options,
    )


class Filters(FilterSet):  # type: ignore[misc] # django-filter has no types
    """The filters of one list."""

    @classmethod
    def parameters(cls) -> Sequence[Parameter[Any]]:
        """Give the parameters that the filters read."""
        return [Parameter(name, found.help_text, found.read, found.schema) for name, found in cls.base_filters.items()]
