"""The operator's rules for reading pages: the list, and a form that sets one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from disputes.admin.command_form import line
from disputes.admin.read_only import Button, CommandUrl, ReadOnlyAdmin, address
from disputes.admin.theme import display
from ingest.admin.feed_views import MANAGE
from ingest.admin.form_view import OperationView
from ingest.models import FullTextRule, FullTextWish
from ingest.reading.rules import set_rule

_USUAL = "usual"


class RuleForm(forms.Form):
    """A source and what is wished of its pages."""

    source = line(
        "Source", max_length=255, help_text="A domain, which stands for its subdomains too, or the number of a feed."
    )
    wish = forms.ChoiceField(
        label="Read its pages", choices=[*FullTextWish.choices, (_USUAL, "As is usual: forget the rule")]
    )
    reason = line("Why", max_length=300, required=False, help_text="Such as what the publisher's terms say.")


class SetRuleView(OperationView):
    """Set a rule, or take it back; a source can be given in the address."""

    permission = MANAGE
    form_class = RuleForm
    title, submit_label, list_title = "Set a rule for reading pages", "Set", "Rules for pages"
    refused_field = "source"

    def initial(self) -> Mapping[str, Any]:
        """Begin with the source of the address."""
        return {"source": self.request.GET.get("source", "")}

    def carry_out(self, said: Mapping[str, Any], *, by: str) -> str:
        """Set it."""
        wish = None if said["wish"] == _USUAL else FullTextWish(said["wish"])
        set_rule(said["source"], wish, reason=said["reason"], by=by)
        messages.success(self.request, f"{said['source']}: the rule holds from now on.")
        return address(self.admin, "changelist")


@admin.register(FullTextRule)
class FullTextRuleAdmin(ReadOnlyAdmin[FullTextRule]):
    """Which pages of which source are read."""

    list_display = ("show_source", "show_wish", "reason", "set_by", "set_at")
    list_select_related = ("feed",)
    ordering = ("domain", "feed")
    search_fields = ("domain", "feed__title", "reason")
    empty_state = (
        "No rule is set. Pages are read where a feed carries a summary, unless robots.txt or the publisher forbids it."
    )
    page_template = "admin/ingest/rule.html"
    command_urls = (CommandUrl("set/", "set", SetRuleView),)

    @display(description="Source")
    def show_source(self, row: FullTextRule) -> str:
        """Give the domain or the feed."""
        return row.domain or f"{row.feed} (feed {row.feed_id})"

    @display(
        description="Pages are read",
        ordering="wish",
        label={
            str(FullTextWish.NEVER.label): "danger",
            str(FullTextWish.SUMMARIES.label): "default",
            str(FullTextWish.ALWAYS.label): "success",
        },
    )
    def show_wish(self, row: FullTextRule) -> str:
        """Give the wish."""
        return str(FullTextWish(row.wish).label)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Let an operator set a rule."""
        if not request.user.has_perm(MANAGE):
            return []
        return [Button("Set a rule", address(self, "set"), "add", primary=True)]

    def page(self, request: HttpRequest, row: FullTextRule) -> dict[str, Any]:
        """Show the rule."""
        return {
            "rule": row,
            "source": row.domain or str(row.feed_id),
            "may_manage": request.user.has_perm(MANAGE),
        }
