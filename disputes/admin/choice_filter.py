"""Filters that choose one of a list; what is not in the list filters nothing, so no address can break a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from disputes.admin.theme import DropdownFilter


class ChoiceFilter(DropdownFilter):
    """A filter by one of the values that `options` lists."""

    def options(self) -> Sequence[tuple[str, str]]:
        """List the values with their labels."""
        raise NotImplementedError

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the rows that a listed value means."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """List the values, as Django asks for them."""
        return self.options()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the value that is asked for."""
        value = self.value()
        return self.choose(queryset, value) if value and value in dict(self.lookup_choices) else queryset
