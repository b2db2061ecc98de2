"""Pages of articles: what became of reading each, and the operator's rules for doing so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.timesince import timeuntil

from disputes.admin.keyset import KeysetAdmin, ListFilters
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import CommandUrl, address
from disputes.admin.theme import Select, TextInput, display
from disputes.errors import NotFound, Refused
from ingest.admin.feed_views import MANAGE
from ingest.models import Page, PageState
from ingest.reading.enlisting import read_again

_COLOUR = {
    PageState.WAITING: "info",
    PageState.READ: "success",
    PageState.FAILED: "danger",
    PageState.UNREADABLE: "danger",
    PageState.UNWANTED: "default",
    PageState.NOTHING_MORE: "default",
}
STATE_COLOUR = {state: _COLOUR.get(state, "warning") for state in PageState}


class PageFilters(ListFilters):
    """State, and whose pages."""

    state = forms.ChoiceField(label="State", choices=[("", "All"), *PageState.choices], required=False, widget=Select())
    q = forms.CharField(
        label="Server, or whole address",
        required=False,
        max_length=2_048,
        widget=TextInput(attrs={"placeholder": "www.press.example"}),
    )

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Compare the columns."""
        if state := said.get("state"):
            rows = rows.filter(state=state)
        if not (term := said.get("q", "").strip()):
            return rows
        if "/" in term.rstrip("/"):
            return rows.filter(url=term)
        server = term.rstrip("/").lower()
        return rows.filter(host__in=[f"https://{server}", f"http://{server}"])


class ReadAgainView(PermittedView):
    """Have a page read once more, on POST alone."""

    permission = MANAGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, article: Any) -> HttpResponse:
        """Make it due, and go back to it."""
        try:
            read_again(article, by=request.user.get_username())
        except NotFound as error:
            raise Http404(error.detail) from error
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The page is due now; a worker reads it.")
        return HttpResponseRedirect(address(self.admin, "change", article))


@admin.register(Page)
class PageAdmin(KeysetAdmin[Page]):
    """Pages of articles of which the feed carries a summary."""

    list_display = ("show_title", "show_state", "show_reason", "show_next", "last_try_at")
    filter_form = PageFilters
    list_select_related = ("article",)
    list_noun = ("later", "earlier")
    ordering = ("-last_try_at", "pk")
    page_template = "admin/ingest/page.html"
    empty_state = "No page is to be read yet. Those of articles are of which a feed carries a summary only."
    command_urls = (CommandUrl("<uuid:article>/read-again/", "read_again", ReadAgainView),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        """Leave the texts out."""
        return super().get_queryset(request).defer("article__text")

    @display(description="Article")
    def show_title(self, row: Page) -> str:
        """Give the title; the address where there is none."""
        return str(row.article)[:110]

    @display(description="State", label={str(state.label): c for state, c in STATE_COLOUR.items()})
    def show_state(self, row: Page) -> str:
        """Give the state, coloured."""
        return str(PageState(row.state).label)

    @display(description="Why")
    def show_reason(self, row: Page) -> str:
        """Say why it is in this state."""
        return row.reason[:120]

    @display(description="Next try")
    def show_next(self, row: Page) -> str:
        """When it is due."""
        if row.next_try_at is None:
            return "none"
        return "due" if row.next_try_at <= timezone.now() else f"in {timeuntil(row.next_try_at).split(',')[0]}"

    def page(self, request: HttpRequest, row: Page) -> Mapping[str, Any]:
        """Show what came of it."""
        return {
            "title": str(row.article),
            "page": row,
            "is_link": urlsplit(row.url).scheme in {"http", "https"},
            "state_label": PageState(row.state).label,
            "state_colour": STATE_COLOUR[PageState(row.state)],
            "is_due": row.next_try_at is not None and row.next_try_at <= timezone.now(),
            "may_manage": request.user.has_perm(MANAGE),
        }
