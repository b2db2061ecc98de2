"""What the matcher has learned, and from which scores on it acts: the lists, and a form that sets thresholds."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views import View

from disputes.admin.command_form import line
from disputes.admin.read_only import Button, CommandUrl, Crumb, ReadOnlyAdmin, address
from disputes.admin.theme import display
from disputes.errors import Refused
from ingest import learning
from ingest.admin.candidate_admin import JUDGE
from ingest.models import MatcherVersion, Thresholds
from ingest.profiles import present_thresholds, present_weights


class ThresholdsForm(forms.Form):
    """A dispute, if any, and two scores."""

    dispute = line(
        "Dispute",
        max_length=100,
        required=False,
        help_text="Its short name; empty for all that have none of their own.",
    )
    automatic = forms.FloatField(
        label="Attach from", min_value=0, max_value=1, help_text="From this score on without a curator."
    )
    inbox = forms.FloatField(
        label="Ask from", min_value=0, max_value=1, help_text="From this score on an article waits in the inbox."
    )
    reason = line("Why", max_length=300, help_text="Others will ask.")


class SetThresholdsView(View):
    """Set thresholds."""

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`

    def dispatch(self, request: HttpRequest, *arguments: Any, **route: Any) -> HttpResponseBase:
        """Refuse those who may not judge candidates."""
        if not request.user.has_perm(JUDGE):
            raise PermissionDenied
        return super().dispatch(request, *arguments, **route)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for them, beginning with those in use."""
        dispute = request.GET.get("dispute", "")
        weights, own = present_weights(), present_thresholds()
        automatic, inbox = own.get(dispute) or own.get("") or (weights.automatic, weights.inbox)
        return self._show(
            ThresholdsForm(initial={"dispute": dispute, "automatic": automatic, "inbox": inbox}), HTTPStatus.OK
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set them, or say why not."""
        form = ThresholdsForm(request.POST)
        if form.is_valid():
            try:
                row = learning.set_thresholds(**form.cleaned_data, by=request.user.get_username())
            except Refused as refusal:
                form.add_error(None, "; ".join(error.detail for error in refusal.errors) or refusal.detail)
            else:
                messages.success(request, f"From now on for {row}.")
                return HttpResponseRedirect(address(self.admin, "changelist"))
        return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def _show(self, form: forms.Form, status: HTTPStatus) -> HttpResponse:
        list_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": "Set thresholds",
            "crumbs": [Crumb("Thresholds", list_url)],
            "submit_label": "Set",
            "back_url": list_url,
            "form": form,
            "has_errors": status is not HTTPStatus.OK,
        }
        return TemplateResponse(self.request, "admin/disputes/command.html", context, status=status)


@admin.register(Thresholds)
class ThresholdsAdmin(ReadOnlyAdmin[Thresholds]):
    """From which scores on articles are attached and wait; the newest of a dispute counts."""

    list_display = ("show_dispute", "automatic", "inbox", "reason", "set_by", "set_at")
    search_fields = ("dispute", "reason", "set_by")
    empty_state = "None were set: those that come with the matcher are in use for all disputes."
    page_template = "admin/ingest/learned.html"
    command_urls = (CommandUrl("set/", "set", SetThresholdsView),)

    @display(description="Dispute", ordering="dispute")
    def show_dispute(self, row: Thresholds) -> str:
        """Give the dispute, or say that it is for all others."""
        return row.dispute or "All without their own"

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Let a curator set them."""
        if not request.user.has_perm(JUDGE):
            return []
        return [Button("Set thresholds", address(self, "set"), "tune", primary=True)]

    def page(self, request: HttpRequest, row: Thresholds) -> dict[str, Any]:
        """Show who set what, and why."""
        return {
            "dispute": row.dispute,
            "may_set": request.user.has_perm(JUDGE),
            "facts": [
                ("For", self.show_dispute(row)),
                ("Attach from", row.automatic),
                ("Ask from", row.inbox),
                ("Why", row.reason),
                ("Set", f"{row.set_at:%-d %B %Y, %H:%M} by {row.set_by}"),
            ],
        }


@admin.register(MatcherVersion)
class MatcherVersionAdmin(ReadOnlyAdmin[MatcherVersion]):
    """Weights that were fitted on decisions, and whether they were better than those before."""

    list_display = ("version", "is_adopted", "loss", "loss_before", "decisions", "held_back", "fitted_at")
    empty_state = "Nothing was learned yet: the weights that come with the matcher are in use. Beat tries it weekly."
    page_template = "admin/ingest/learned.html"

    def page(self, request: HttpRequest, row: MatcherVersion) -> dict[str, Any]:
        """Show how it did, and each weight."""
        return {
            "facts": [
                ("In use", "Since then" if row.is_adopted else "No: it was no better"),
                ("Fitted on", f"{row.decisions} decisions, {row.fitted_at:%-d %B %Y, %H:%M}"),
                ("Loss on those held back", f"{row.loss:.4f}, before {row.loss_before:.4f}, on {row.held_back}"),
                *sorted(row.weights["features"].items()),
            ],
        }
