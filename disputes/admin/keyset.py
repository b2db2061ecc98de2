"""Lists of very many rows, paged by key: no row is counted, and no page costs more than the first.

A page begins behind a row that its address names (`?before=`, `?after=`), so that rows which are added meanwhile
shift nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from disputes.admin.read_only import ReadOnlyAdmin
from disputes.admin.theme import ChangeList

Row = TypeVar("Row", bound=Model)

BEFORE, AFTER = "before", "after"
"""Names of parameters: the page of what comes behind a row in the order of the list, and of what stands ahead of it."""


class ListFilters(forms.Form):
    """What a list is narrowed by: fields above it, sent by GET. What can't be read filters nothing and says so."""

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep the rows that are asked for; `said` holds the fields that were filled in and could be read."""
        raise NotImplementedError

    @property
    def said(self) -> dict[str, Any]:
        """Give what was filled in and could be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class OnePage(Paginator):  # type: ignore[type-arg] # generic in the stubs alone
    """The rows of one page, for the theme, which draws pages by the template that is named here."""

    template_name = "admin/disputes/parts/keyset_pages.html"


class KeysetList(ChangeList):
    """A list of which one page is read, in one query, and one more where the page is not the first."""

    filters: ListFilters | None = None
    first_url: str = ""
    newer_url: str = ""
    older_url: str = ""

    model_admin: KeysetAdmin[Any]

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        super().__init__(request, *arguments, **options)
        # The places of the two ends are no filter, and no link of the page may carry them on.
        for name in (BEFORE, AFTER):
            self.filter_params.pop(name, None)
        self._link_pages()

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leave out what is no column."""
        found: dict[str, Any] = super().get_filters_params(params)
        form = self.model_admin.filter_form
        return {
            name: value
            for name, value in found.items()
            if name not in {BEFORE, AFTER} and (form is None or name not in form.base_fields)
        }

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Narrow the rows by the fields above the list."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        form = self.model_admin.filter_form
        if form is None:
            return rows
        self.filters = form(request.GET)
        said = self.filters.said
        self.has_active_filters = self.has_active_filters or bool(said)
        return self.filters.narrow(rows, said)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str | Combinable]:
        """Take the one order there is; it ends with the primary key."""
        return list(self.model_admin.ordering)

    def get_results(self, request: HttpRequest) -> None:
        """Read one page, and whether another follows."""
        size = self.list_per_page
        backwards = AFTER in request.GET and BEFORE not in request.GET
        place = self._place(request.GET.get(AFTER if backwards else BEFORE, ""))
        rows = self.queryset
        if place is not None:
            rows = rows.filter(_beyond(self.model_admin.ordering, place, backwards=backwards))
        else:
            backwards = False
        found = list((rows.reverse() if backwards else rows)[: size + 1])
        has_more, shown = len(found) > size, found[:size]
        if backwards:
            shown.reverse()
        self.has_newer = has_more if backwards else place is not None
        self.has_older = True if backwards else has_more
        self.result_list = shown
        self.result_count = len(shown)
        self.full_result_count = self.result_count
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = OnePage(shown, size)

    def _place(self, key: str) -> Model | None:
        """Find the row that an address names; none where it is gone, or never was."""
        try:
            return self.model._default_manager.filter(pk=key.replace("\x00", "")).first() if key else None
        except (ValidationError, ValueError, OverflowError):
            return None

    def _link_pages(self) -> None:
        rows = self.result_list
        self.first_url = self.get_query_string()
        if rows and self.has_newer:
            self.newer_url = self.get_query_string({AFTER: rows[0].pk})
        if rows and self.has_older:
            self.older_url = self.get_query_string({BEFORE: rows[-1].pk})


class KeysetAdmin(ReadOnlyAdmin[Row]):
    """A list and pages like any other, of a table with very many rows.

    Subclasses give an `ordering` of columns that ends with the primary key and that an index follows, and may narrow
    the list by the fields of a `filter_form`.
    """

    ordering: ClassVar[tuple[str, ...]]
    filter_form: ClassVar[type[ListFilters] | None] = None
    change_list_template = "admin/disputes/keyset_list.html"
    sortable_by = ()
    list_before_template = "admin/disputes/parts/list_filters.html"
    list_noun: ClassVar[tuple[str, str]] = ("newer", "older")
    """What the rows ahead and behind are called."""

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Page by key."""
        return KeysetList


def _beyond(ordering: tuple[str, ...], row: Model, *, backwards: bool) -> Q:
    """Say which rows come behind a row in an order, or ahead of it.

    PostgreSQL takes an empty value for larger than all others. The first column is also compared alone, which lets an
    index begin at the right place.
    """
    behind = Q(pk__in=[])
    same = Q()
    for number, name in enumerate(ordering):
        column = name.removeprefix("-")
        value = getattr(row, column)
        further = _less(column, value) if name.startswith("-") != backwards else _greater(column, value)
        behind |= same & further
        if number == 0:
            bound = further | Q(**_equal(column, value))
        same &= Q(**_equal(column, value))
    return bound & behind


def _equal(column: str, value: Any) -> dict[str, Any]:
    return {f"{column}__isnull": True} if value is None else {column: value}


def _less(column: str, value: Any) -> Q:
    return Q(**{f"{column}__isnull": False}) if value is None else Q(**{f"{column}__lt": value})


def _greater(column: str, value: Any) -> Q:
    return Q(pk__in=[]) if value is None else Q(**{f"{column}__gt": value}) | Q(**{f"{column}__isnull": True})


__all__ = ["AFTER", "BEFORE", "KeysetAdmin", "KeysetList", "ListFilters"]
