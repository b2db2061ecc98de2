"""Filters of the list of disputes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from disputes.admin.choice_filter import ChoiceFilter
from disputes.admin.fields import term_choices
from disputes.models import Participation, Party
from disputes.vocabulary import DataType, Kind, Status

LISTED_PARTIES = 500


class StatusFilter(ChoiceFilter):
    """By the status of the day."""

    title = "status"
    parameter_name = "status"

    def options(self) -> Sequence[tuple[str, str]]:
        """List every status."""
        return term_choices(Status)

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Compare with the status of the day."""
        return rows.filter(Q(status=value))


class KindFilter(ChoiceFilter):
    """By kind."""

    title = "kind"
    parameter_name = "kind"

    def options(self) -> Sequence[tuple[str, str]]:
        """List every kind."""
        return term_choices(Kind)

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Compare the column."""
        return rows.filter(kind=value)


class DataTypeFilter(ChoiceFilter):
    """By a sort of data that is fought over."""

    title = "data type"
    parameter_name = "data_type"

    def options(self) -> Sequence[tuple[str, str]]:
        """List every data type."""
        return term_choices(DataType)

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Use the GIN index on the array."""
        return rows.filter(data_types__contains=[value])


class PartyFilter(ChoiceFilter):
    """By a party, in whatever role."""

    title = "party"
    parameter_name = "party"

    def options(self) -> Sequence[tuple[str, str]]:
        """List the first parties that have a role in a dispute. One query."""
        involved = Party.objects.filter(Exists(Participation.objects.filter(party=OuterRef("pk"))))
        return list(involved.order_by("name").values_list("slug", "name")[:LISTED_PARTIES])

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Look for the party among the roles of each dispute."""
        return rows.filter(Exists(Participation.objects.filter(dispute=OuterRef("pk"), party=value)))
