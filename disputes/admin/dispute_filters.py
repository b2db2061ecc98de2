"""Filters of the list of disputes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from disputes.admin.fields import term_choices
from disputes.admin.theme import DropdownFilter
from disputes.models import Dispute, Participation, Party
from disputes.vocabulary import DataType, Kind, Status


class StatusFilter(DropdownFilter):
    """By the status of today."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """Every status there is."""
        return term_choices(Status)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Compare with the annotated status."""
        return queryset.filter(Q(status_now=self.value())) if self.value() else queryset


class KindFilter(DropdownFilter):
    """By kind."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """Every kind there is."""
        return term_choices(Kind)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Compare the column."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class DataTypeFilter(DropdownFilter):
    """By a sort of data that is fought over."""

    title = "data type"
    parameter_name = "data_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """Every data type there is."""
        return term_choices(DataType)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Use the GIN index on the array."""
        return queryset.filter(data_types__contains=[self.value()]) if self.value() else queryset


class PartyFilter(DropdownFilter):
    """By a party, in whatever role. Lists the parties of disputes; one query."""

    title = "party"
    parameter_name = "party"
    LISTED = 500

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """Give the parties that have a role in a dispute."""
        involved = Party.objects.filter(Exists(Participation.objects.filter(party=OuterRef("pk"))))
        return list(involved.order_by("name").values_list("slug", "name")[: self.LISTED])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Look for the party among the roles of each dispute."""
        if not self.value():
            return queryset
        return queryset.filter(Exists(Participation.objects.filter(dispute=OuterRef("pk"), party=self.value())))
