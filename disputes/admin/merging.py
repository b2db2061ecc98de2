"""Merging one into another: first which one, then what will happen, then the command."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from disputes import commands
from disputes.admin.command_form import Envelope
from disputes.admin.command_view import CommandView
from disputes.admin.curation import RequiredReasonForm
from disputes.admin.dates import show_date
from disputes.admin.dispute_views import DisputeView
from disputes.admin.fields import DisputeField
from disputes.admin.labels import term_label
from disputes.admin.read_only import Crumb, address
from disputes.dispute import DisputeState
from disputes.known_parties import known_parties
from disputes.models import Dispute
from disputes.vocabulary import Kind, Role


class ComparedRow(NamedTuple):
    """One line of the comparison of the two."""

    label: str
    merged: str
    other: str


class ChoiceForm(forms.Form):
    """Which one it is merged into. The clean value of `into` is a slug."""

    def __init__(self, data: QueryDict | None, *, into: forms.Field) -> None:
        super().__init__(data)
        self.fields["into"] = into


class ChoosingView(CommandView):
    """A merge. `?into=` names the other one; without it, or where that can't be, the page asks for it."""

    template_name = "admin/disputes/merge.html"
    submit_label = "Merge"
    is_dangerous = True
    choice: ChoiceForm

    def other_field(self) -> forms.Field:
        """Make the field for the other one, which offers neither this one nor what was merged away itself."""
        raise NotImplementedError

    def preview(self, into: str) -> dict[str, Any]:
        """Give `compared`, `merged_title`, `other_title` and `consequences`: what will happen, before it does."""
        raise NotImplementedError

    def prepare(self, **route: Any) -> None:
        """Find the subject, and read which one it is merged into."""
        super().prepare(**route)
        asked = self.request.GET
        self.choice = ChoiceForm(asked if "into" in asked else None, into=self.other_field())

    @property
    def into(self) -> str:
        """The slug of the other one; "" where none was chosen that can be."""
        return self.choice.cleaned_data["into"] if self.choice.is_valid() else ""

    def get(self, request: HttpRequest, **route: Any) -> HttpResponse:
        """Ask for the other one, or say what will happen."""
        return super().get(request, **route) if self.into else self._ask()

    def post(self, request: HttpRequest, **route: Any) -> HttpResponse:
        """Merge."""
        return super().post(request, **route) if self.into else self._ask()

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def context(self) -> dict[str, Any]:
        """Say what will happen."""
        return {**super().context(), **self.preview(self.into)}

    def _ask(self) -> HttpResponse:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if self.choice.errors else HTTPStatus.OK
        context = {
            **self.admin.admin_site.each_context(self.request),
            **super().context(),
            "title": self.title,
            "intro": self.intro,
            "crumbs": self.crumbs(),
            "form": self.choice,
            "media": self.choice.media,
            "has_errors": bool(self.choice.errors),
        }
        return TemplateResponse(self.request, "admin/disputes/merge_choose.html", context, status=status)


class MergeView(ChoosingView, DisputeView):
    """Merge a dispute into another."""

    title = "Merge into another dispute"
    intro = "For a dispute that turned out to be another one. Both histories are kept, and the merge can be undone."

    def other_field(self) -> forms.Field:
        """Offer the other disputes."""
        field = DisputeField(
            label="Merge into",
            help_text="The one that goes on. Look for it by its title, or by any name of a party.",
            error_messages={"invalid_choice": "There is no such dispute to merge into; choose another one."},
        )
        field.queryset = Dispute.objects.filter(merged_into="").exclude(pk=self.dispute.pk)
        return field

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.merge_disputes(
            self.dispute.slug,
            into=self.into,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return f"Merged “{self.dispute.title}” into this dispute."

    def success_url(self, form: Any) -> str:
        """Go to the one that goes on."""
        return address(self.admin, "change", self.into)

    def preview(self, into: str) -> dict[str, Any]:
        """Compare the two, and say what will happen to what."""
        merged, other = commands.load_dispute(self.dispute.slug), commands.load_dispute(into)
        names = _names(merged, other)
        return {
            "merged_title": merged.title,
            "other_title": other.title,
            "compared": [
                ComparedRow(label, one, another)
                for (label, one), (_label, another) in zip(_lines(merged, names), _lines(other, names), strict=True)
            ],
            "consequences": _consequences(merged, other, names),
        }


class UndoMergeView(DisputeView):
    """Let a dispute that was merged be one of its own again."""

    title = "Undo merge"
    submit_label = "Undo merge"
    intro = (
        "Its events are told by itself again, under its own address. What was recorded since the merge was recorded of "
        "the other one and stays there."
    )

    def prepare(self, **route: Any) -> None:
        """Find the dispute. A form that is sent again finds it undone, and is answered as the first time."""
        super().prepare(**route)
        if not self.dispute.merged_into and self.request.method == "GET":
            raise Http404(f"{self.dispute.slug} is not merged into another dispute")
        self.title = f"Undo the merge of “{self.dispute.title}”"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Record it."""
        commands.undo_dispute_merge(
            self.dispute.slug,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            expected_version=expected_version,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "Undid the merge. This dispute tells its own events again."

    def crumbs(self) -> Sequence[Crumb]:
        """By the dispute that took it in."""
        return (
            Crumb("Disputes", address(self.admin, "changelist")),
            Crumb(self.dispute.merged_into or self.dispute.title, self._shown_at()),
        )

    def context(self) -> dict[str, Any]:
        """Lead back to the dispute that took it in."""
        return {**super().context(), "back_url": self._shown_at()}

    def _shown_at(self) -> str:
        return address(self.admin, "change", self.dispute.merged_into or self.dispute.slug)


def _names(merged: DisputeState, other: DisputeState) -> dict[tuple[str, str], str]:
    """Give each role of either in words."""
    seats = [*merged.participations, *other.participations]
    parties = known_parties(slug for slug, _role in seats)
    return {
        (slug, role): f"{parties[slug].name if slug in parties else slug} ({term_label(Role, role).lower()})"
        for slug, role in seats
    }


def _lines(state: DisputeState, names: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    occurrences = [*state.occurrences, *state.scheduled]
    days = dict.fromkeys(show_date(reading.occurred) for reading in (occurrences[:1] + occurrences[-1:]))
    in_the_world = f", {' to '.join(days)}" if days else ""
    return [
        ("Short name", state.slug),
        ("Kind", term_label(Kind, state.kind)),
        ("Status", state.status.label),
        ("Events", f"{len(state.readings)} recorded, {len(occurrences)} in the world{in_the_world}"),
        ("Evidence", count(state.evidence_count, "article")),
        ("Parties", "; ".join(names[seat] for seat in state.participations) or "none"),
        ("Proceedings", "; ".join(_proceedings(state).values()) or "none"),
        ("Prices and licences", f"{len(state.prices)} and {len(state.licences)}"),
        ("Watch rules", str(len(state.watch_rules))),
    ]


def _consequences(merged: DisputeState, other: DisputeState, names: dict[tuple[str, str], str]) -> list[str]:
    brought = [names[seat] for seat in merged.participations if seat not in other.participations]
    cases, known = _proceedings(merged), _proceedings(other)
    articles = {article for article, _event in [*merged.evidence, *other.evidence]}
    occurrences = count(len(merged.occurrences) + len(merged.scheduled), "occurrence")
    articles = {article for article, _event in [*merged.evidence, *other.evidence]}
    told = f"“{other.title}” tells its {occurrences} too, each at its date, and with its"
    told += f" {count(merged.evidence_count, 'article')} rests on {count(len(articles), 'article')}."
    found = [
        leading_on(merged.slug, other.slug),
        told,
        f"It brings these parties: {'; '.join(brought)}." if brought else "It brings no further party.",
    ]
    if further := [case for key, case in cases.items() if key not in known]:
        found.append(f"It brings these proceedings: {'; '.join(further)}.")
    found += [
        f"Both have a proceeding under the key {key}: what either recorded of it is told as one case."
        for key in cases
        if key in known
    ]
    rules = f" and its {count(len(merged.watch_rules), 'watch rule')}" if merged.watch_rules else ""
    return [*found, f"Its title, its description{rules} count no more; “{other.title}” keeps its own."]


def _proceedings(state: DisputeState) -> dict[str, str]:
    return {key: case.caption or case.docket_number or key for key, case in state.proceedings.items()}


def leading_on(slug: str, into: str) -> str:
    """Say what becomes of an address."""
    leads = f"The address of {slug} leads to {into}, here and in the API."
    return f"{leads} As of a moment before the merge it still tells itself."


def count(number: int, thing: str) -> str:
    """Give a number with the word for what it counts."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
