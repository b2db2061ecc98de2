"""Persons whose words are sealed: the list, the page of each with where the log speaks of them, and the erasure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from disputes.admin import erasure_views
from disputes.admin.choice_filter import ChoiceFilter
from disputes.admin.labels import type_label
from disputes.admin.read_only import CommandUrl, CountedOnce, ReadOnlyAdmin
from disputes.admin.theme import ChangeList, display
from disputes.erasure.places import find_subjects, preview
from disputes.erasure.subjects import names_of
from disputes.models import Party, SubjectKey
from disputes.streams import PARTY, split_stream

SHOWN = 50


class ErasedFilter(ChoiceFilter):
    """By whether the key is gone."""

    title = "state"
    parameter_name = "erased"

    def options(self) -> Sequence[tuple[str, str]]:
        """Offer both."""
        return [("no", "Sealed"), ("yes", "Erased")]

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Look at when it was erased."""
        return rows.filter(erased_at__isnull=value == "no")


class NamedSubjects(CountedOnce):
    """A list whose rows know their names."""

    def get_results(self, request: HttpRequest) -> None:
        """Open the names of the rows that are shown. One query more."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        names = shown_names(rows)
        for row in rows:
            row.shown_name = names[row.subject]
        self.result_list = rows


@admin.register(SubjectKey)
class SubjectKeyAdmin(ReadOnlyAdmin[SubjectKey]):
    """Who can be erased, and who was."""

    list_display = ("show_name", "subject", "created_at", "show_state")
    list_display_links = ("show_name", "subject")
    list_filter = (ErasedFilter,)
    search_fields = ("subject",)
    search_help_text = "A name exactly as it was recorded, or a part of the short name"
    ordering = ("subject",)
    page_template = "admin/disputes/sealed_person.html"
    empty_state = "Nobody yet. Names of judges, and of parties that are registered as persons, are sealed."
    command_urls = (CommandUrl("<path:subject>/erase/", "erase", erasure_views.EraseSubjectView),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SubjectKey], search_term: str
    ) -> tuple[QuerySet[SubjectKey], bool]:
        """Find a name through its HMAC, since the table holds none."""
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        named = [row.pk for row in find_subjects(text)]
        return queryset.filter(Q(pk__in=named) | Q(pk__icontains=text)), False

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Tell the name of each row."""
        return NamedSubjects

    @display(description="Name")
    def show_name(self, row: Any) -> str:
        """Give the name."""
        return str(row.shown_name)

    @display(description="State", label={"Sealed": "success", "Erased": "danger"})
    def show_state(self, row: SubjectKey) -> str:
        """Whether it can still be read."""
        return "Erased" if row.is_erased else "Sealed"

    def page(self, request: HttpRequest, row: SubjectKey) -> Mapping[str, Any]:
        """Show where the log speaks of the person."""
        return {
            "title": shown_names([row])[row.subject],
            **describe(row),
            "may_erase": not row.is_erased and request.user.has_perm(erasure_views.ERASE),
        }


def shown_names(rows: Iterable[SubjectKey]) -> dict[str, str]:
    """Say who persons are, by subject; the placeholder where that is erased. One query, for those who are parties."""
    rows = list(rows)
    parts = {row.subject: split_stream(row.subject) for row in rows}
    slugs = [slug for category, slug in parts.values() if category == PARTY]
    parties = dict(Party.objects.filter(slug__in=slugs).values_list("slug", "name"))
    names = names_of(rows)
    return {
        subject: parties.get(slug, slug) if category == PARTY else names.get(subject) or "[erased]"
        for subject, (category, slug) in parts.items()
    }


def describe(row: SubjectKey) -> dict[str, Any]:
    """Give what both the page and the form of the erasure show."""
    shown = preview(row.subject, searching=False)
    category, slug = split_stream(row.subject)
    return {
        "shown": shown,
        "events": [(event, type_label(event.type)) for event in shown.events[:SHOWN]],
        "party_url": reverse("admin:disputes_party_change", args=[slug]) if category == PARTY else "",
    }
