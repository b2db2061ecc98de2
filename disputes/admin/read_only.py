"""The base of every screen over the ledger, the read models and the articles: it shows, and offers no way to write.

What curators do goes through views that carry out one command each, see `command_view`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views import View

from disputes.admin.theme import ChangeList, ModelAdmin

Row = TypeVar("Row", bound=Model)


class Button(NamedTuple):
    """A link that looks like a button; `icon` is a name of Material Symbols."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


class Crumb(NamedTuple):
    """One step of the way to a page."""

    label: str
    url: str


class CommandUrl(NamedTuple):
    """A view below an admin, its route and its name after the prefix of the model."""

    route: str
    name: str
    view: type[View]


class CountedOnce(ChangeList):
    """A list whose rows are counted once; the theme compares their number with that of all rows."""

    def get_results(self, request: HttpRequest) -> None:
        """Take the number of rows found for that of all, where the two are the same."""
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class ReadOnlyAdmin(ModelAdmin[Row]):
    """A list and a page for each row. Has no address that adds, changes or deletes one."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    # A count of every choice of every filter reads the whole table each time.
    show_facets = ShowFacets.NEVER
    change_list_template = "admin/disputes/list.html"
    page_template: ClassVar[str]
    command_urls: ClassVar[tuple[CommandUrl, ...]] = ()
    empty_state: ClassVar[str] = "There is nothing here yet."
    """What to do while the list is empty."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: rows come from commands and from the pipeline."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: what is recorded is corrected by further events."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: nothing vanishes."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """List, page and commands. The page has the name that Django's own templates link to, `…_change`."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        commands = [
            path(command.route, wrap(command.view.as_view(admin=self)), name=f"{prefix}_{command.name}")
            for command in self.command_urls
        ]
        return [
            path("", wrap(self.changelist_view), name=f"{prefix}_changelist"),
            *commands,
            path("<path:object_id>/change/", wrap(self.change_view), name=f"{prefix}_change"),
        ]

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Count once."""
        return CountedOnce

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Give the buttons above the list that this user may press."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the list. Refuses POST, since nothing in it can be edited."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        extra = {
            "list_buttons": self.list_buttons(request),
            "empty_state": self.empty_state,
            **(extra_context or {}),
        }
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page of one row. Refuses POST."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        row = self.find(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if (elsewhere := self.elsewhere(request, row)) is not None:
            return HttpResponseRedirect(elsewhere)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "row": row,
            "crumbs": [Crumb(str(self.opts.verbose_name_plural).capitalize(), address(self, "changelist"))],
            **self.page(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.page_template, context, status=context.get("status"))

    def elsewhere(self, request: HttpRequest, row: Row) -> str | None:
        """Give the address of the page that tells this row, where it is another; say why in a message."""
        return None

    def find(self, request: HttpRequest, key: str) -> Row:
        """Give the row with this key; raises Http404 where there is none."""
        try:
            # PostgreSQL holds no NUL and would answer with an error.
            return self.get_queryset(request).get(pk=key.replace("\x00", ""))
        except (ObjectDoesNotExist, ValidationError, ValueError) as error:
            raise Http404(f"there is no {self.opts.verbose_name} {key!r}") from error

    def page(self, request: HttpRequest, row: Row) -> Mapping[str, Any]:
        """Give what the template of the page shows, and as `status` another than 200 where the address asks oddly."""
        raise NotImplementedError


def address(admin: ReadOnlyAdmin[Any], name: str, *arguments: object) -> str:
    """Give the address of a view of this admin, such as "record"."""
    return reverse(f"{admin.admin_site.name}:{admin.opts.app_label}_{admin.opts.model_name}_{name}", args=arguments)
