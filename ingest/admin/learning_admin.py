"""What the matcher has learned, and from which scores on it acts: the lists, and a form that sets thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from disputes.admin.command_form import line
from disputes.admin.fields import DisputeField, number_input
from disputes.admin.read_only import Button, CommandUrl, ReadOnlyAdmin, address
from disputes.admin.theme import display
from ingest import learning
from ingest.admin.form_view import OperationView
from ingest.admin.inbox.acts import JUDGE
from ingest.models import MatcherVersion, Thresholds
from ingest.profiles import present_thresholds, present_weights


class ThresholdsForm(forms.Form):
    """A dispute, if any, and two scores."""

    dispute = DisputeField(label="Dispute", required=False, help_text="Empty for all that have none of their own.")
    automatic = forms.FloatField(
        label="Attach from",
        min_value=0,
        max_value=1,
        widget=number_input(),
        help_text="From this score on an article becomes evidence without a curator; from 0 to 1.",
    )
    inbox = forms.FloatField(
        label="Ask from",
        min_value=0,
        max_value=1,
        widget=number_input(),
        help_text="From this score on an article waits in the inbox; at most the score above.",
    )
    reason = line("Why", max_length=300, help_text="Others will ask.")


class SetThresholdsView(OperationView):
    """Set thresholds; a dispute can be given in the address."""

    permission = JUDGE
    form_class = ThresholdsForm
    title, submit_label, list_title = "Set thresholds", "Set", "Thresholds"

    def initial(self) -> Mapping[str, Any]:
        """Begin with those in use."""
        dispute = self.request.GET.get("dispute", "")
        weights, own = present_weights(), present_thresholds()
        automatic, inbox = own.get(dispute) or own.get("") or (weights.automatic, weights.inbox)
        return {"dispute": dispute, "automatic": automatic, "inbox": inbox}

    def carry_out(self, said: Mapping[str, Any], *, by: str) -> str:
        """Set them."""
        row = learning.set_thresholds(**{**said, "dispute": said["dispute"] or ""}, by=by)
        messages.success(self.request, f"From now on for {row}.")
        return address(self.admin, "changelist")


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
