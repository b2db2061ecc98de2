"""Merging a party into another, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, QueryDict

from disputes import commands
from disputes.admin.command_form import Envelope
from disputes.admin.curation import RequiredReasonForm
from disputes.admin.fields import PartyField
from disputes.admin.merging import ChoosingView, ComparedRow, count, leading_on
from disputes.admin.party_views import PartyView
from disputes.admin.read_only import Crumb, address
from disputes.models import Participation, Party
from disputes.party import PartyState


class MergePartyView(ChoosingView, PartyView):
    """Merge a party into another."""

    title = "Merge into another party"
    intro = "For a party that turned out to be another one. Both histories are kept, and the merge can be undone."

    def other_field(self) -> forms.Field:
        """Offer the other parties."""
        field = PartyField(
            label="Merge into",
            help_text="The one that goes on. Look for it by any name that it has or had.",
            error_messages={"invalid_choice": "There is no such party to merge into; choose another one."},
        )
        field.queryset = Party.objects.filter(merged_into="").exclude(pk=self.party.pk)
        return field

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.merge_parties(
            self.party.slug,
            into=self.into,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return f"Merged “{self.party.name}” into this party."

    def success_url(self, form: Any) -> str:
        """Go to the one that goes on."""
        return address(self.admin, "change", self.into)

    def preview(self, into: str) -> dict[str, Any]:
        """Compare the two, and say what will happen to what."""
        merged, other = commands.load_party(self.party.slug), commands.load_party(into)
        roles = {slug: list(Participation.objects.filter(party=slug)) for slug in (merged.slug, other.slug)}
        brought = [name for name in merged.all_names if name not in other.all_names]
        disputes = len({seat.dispute_id for seat in roles[merged.slug]})
        shared = {seat.dispute_id for seat in roles[merged.slug]} & {seat.dispute_id for seat in roles[other.slug]}
        consequences = [
            leading_on(merged.slug, other.slug),
            f"{other.name} gets these names too, by which the matcher finds articles: {'; '.join(brought)}."
            if brought
            else "It brings no further name.",
            f"{other.name} has its roles, in {count(disputes, 'dispute')}." if disputes else "It has no role.",
            f"To whom {merged.name} belongs, and the note on it, count no more; {other.name} keeps its own.",
        ]
        if shared:
            consequences.insert(
                3, f"Both take part in {count(len(shared), 'dispute')}; a role that both have is told once."
            )
        return {
            "merged_title": merged.name,
            "other_title": other.name,
            "compared": [
                ComparedRow(label, one, another)
                for (label, one), (_label, another) in zip(
                    _lines(merged, roles[merged.slug]), _lines(other, roles[other.slug]), strict=True
                )
            ],
            "consequences": consequences,
        }


class UndoPartyMergeView(PartyView):
    """Let a party that was merged be one of its own again."""

    submit_label = "Undo merge"
    intro = (
        "It has its own names and roles again, under its own address. What was recorded since the merge was recorded "
        "of the other one and stays there."
    )

    def prepare(self, **route: Any) -> None:
        """Find the party. A form that is sent again finds it undone, and is answered as the first time."""
        super().prepare(**route)
        if not self.party.merged_into and self.request.method == "GET":
            raise Http404(f"{self.party.slug} is not merged into another party")
        self.title = f"Undo the merge of “{self.party.name}”"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.undo_party_merge(
            self.party.slug,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "Undid the merge. This party has its own names and roles again."

    def crumbs(self) -> Sequence[Crumb]:
        """By the party that took it in."""
        return (
            Crumb("Parties", address(self.admin, "changelist")),
            Crumb(self.party.merged_into or self.party.name, self._shown_at()),
        )

    def context(self) -> dict[str, Any]:
        """Lead back to the party that took it in."""
        return {"back_url": self._shown_at()}

    def _shown_at(self) -> str:
        return address(self.admin, "change", self.party.merged_into or self.party.slug)


def _lines(state: PartyState, roles: Sequence[Participation]) -> list[tuple[str, str]]:
    former = [name.name for name in state.former_names]
    return [
        ("Short name", state.slug),
        ("Former names", "; ".join(former) or "none"),
        ("Other names", "; ".join(state.aliases) or "none"),
        ("Belongs to", state.parent or "nobody"),
        ("Roles", f"{len(roles)} in {count(len({seat.dispute_id for seat in roles}), 'dispute')}"),
        ("Events recorded", str(state.version)),
    ]
