"""Roles: what each may do, and who has it. The product makes them; who has which is said at the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest

from disputes.access import ROLES
from disputes.admin.read_only import Crumb, ReadOnlyAdmin, address
from disputes.admin.theme import display

PEOPLE_SHOWN = 200

RANK = Case(
    *(When(name=role, then=Value(number)) for number, role in enumerate(ROLES)),
    default=Value(len(ROLES)),
    output_field=IntegerField(),
)

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin[Group]):
    """The roles, from the one that may least to the one that may all; further groups after them."""

    list_display = ("name", "show_people")
    ordering = (RANK.asc(), "name")
    page_template = "admin/disputes/role.html"
    empty_state = "There is no role yet. `manage.py migrate` makes them."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Count the people in the same query."""
        rows: QuerySet[Group] = super().get_queryset(request)
        return rows.annotate(people=Count("user"))

    @display(description="People", ordering="people")
    def show_people(self, row: Any) -> int:
        """Give how many have it."""
        return int(row.people)

    def page(self, request: HttpRequest, row: Group) -> Mapping[str, Any]:
        """Show what the role may do, and who has it. Two queries."""
        permissions = list(Permission.objects.filter(group=row).select_related("content_type").order_by("name"))
        sees = [one for one in permissions if one.codename.startswith("view_")]
        return {
            "title": row.name,
            "crumbs": [Crumb("Roles", address(self, "changelist"))],
            "may": [one.name for one in permissions if one not in sees],
            "sees": sorted(one.name.removeprefix("Can view ") for one in sees),
            "people": row.user_set.order_by("username")[:PEOPLE_SHOWN],
            "people_count": row.people,  # type: ignore[attr-defined] # annotated above
            "people_shown": PEOPLE_SHOWN,
        }
