"""Parties: the list, and the page of each with its names over time and its disputes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Func, Q, QuerySet, TextField
from django.http import HttpRequest

from disputes.admin import party_views
from disputes.admin.dates import show_date
from disputes.admin.dispute_page import StreamLine
from disputes.admin.labels import term_label, type_label
from disputes.admin.read_only import Button, CommandUrl, ReadOnlyAdmin, address
from disputes.admin.theme import display
from disputes.admin.values import party_names, say_data
from disputes.ledger import read_stream
from disputes.models import Participation, Party
from disputes.recorded import Reading, read_present
from disputes.streams import party_stream
from disputes.vocabulary import Role

MANAGE = "disputes.manage_party"


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin[Party]):
    """The parties as they are called now."""

    list_display = ("name", "show_other_names", "show_parent", "show_disputes")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    search_help_text = "Any present, former or other name"
    ordering = ("name", "slug")
    page_template = "admin/disputes/party.html"
    empty_state = "No party is registered yet. Register one with the button above."
    command_urls = (
        CommandUrl("register/", "register", party_views.RegisterView),
        CommandUrl("<slug:slug>/rename/", "rename", party_views.RenameView),
        CommandUrl("<slug:slug>/aliases/add/", "add_alias", party_views.AddAliasView),
        CommandUrl("<slug:slug>/aliases/remove/", "remove_alias", party_views.RemoveAliasView),
        CommandUrl("<slug:slug>/parent/", "change_parent", party_views.ChangeParentView),
        CommandUrl("<slug:slug>/events/<uuid:event>/correct/", "correct", party_views.CorrectPartyEventView),
        CommandUrl("<slug:slug>/events/<uuid:event>/retract/", "retract", party_views.RetractPartyEventView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Party]:
        """Count the disputes in the same query."""
        rows: QuerySet[Party] = super().get_queryset(request)
        return rows.annotate(disputes=Count("participations__dispute", distinct=True))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Party], search_term: str
    ) -> tuple[QuerySet[Party], bool]:
        """Look in every name of a party; every word must be found. Also what the fields for parties ask."""
        queryset = queryset.annotate(aliases_text=_text("aliases"), former_text=_text("former_names"))
        for word in search_term.replace("\x00", "").split():
            queryset = queryset.filter(
                Q(name__icontains=word)
                | Q(slug__icontains=word)
                | Q(aliases_text__icontains=word)
                | Q(former_text__icontains=word)
            )
        return queryset, False

    @display(description="Also known as")
    def show_other_names(self, row: Party) -> str:
        """Aliases and former names."""
        names = [*row.aliases, *(former["name"] for former in row.former_names)]
        shown = ", ".join(names[:4])
        return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown

    @display(description="Belongs to", ordering="parent__name")
    def show_parent(self, row: Party) -> str:
        """Give the present parent."""
        return row.parent.name if row.parent else ""

    @display(description="Disputes", ordering="disputes")
    def show_disputes(self, row: Any) -> int:
        """Give the number of disputes it has a role in."""
        return int(row.disputes)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Who manages parties may register one."""
        if not request.user.has_perm(MANAGE):
            return []
        return [Button("Register a party", address(self, "register"), "add", primary=True)]

    def page(self, request: HttpRequest, row: Party) -> Mapping[str, Any]:
        """Show names, parent, disputes and the stream. Four queries."""
        roles: dict[str, dict[str, Any]] = {}
        for part in Participation.objects.filter(party=row.slug).select_related("dispute").order_by("dispute__title"):
            at = roles.setdefault(part.dispute_id, {"dispute": part.dispute, "roles": []})
            at["roles"].append(term_label(Role, part.role))
        readings = read_present(read_stream(party_stream(row.slug)))
        names = party_names([r.data["parent"] for r in readings if r.data.get("parent")])
        return {
            "party": row,
            "former_names": [(former["name"], show_date(former.get("until"))) for former in row.former_names],
            "children": list(row.children.order_by("name")),
            "disputes": list(roles.values()),
            "stream": [_line(reading, names) for reading in reversed(readings)],
            "may_manage": request.user.has_perm(MANAGE),
        }


def _line(reading: Reading, names: Mapping[str, str]) -> StreamLine:
    event = reading.event
    amends = event.type in {"event_corrected", "event_retracted"}
    said = "; ".join(f"{label}: {text}" for label, text in say_data(reading.type, reading.data, names))
    return StreamLine(
        position=event.position,
        version=event.version,
        event_id=event.event_id,
        label=type_label(event.type),
        summary=reading.data.get("reason", "") if amends else said,
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
        state="retracted" if reading.retracted_by else "corrected" if reading.corrected_by else "",
        may_be_corrected=reading.counts and event.type not in party_views.CorrectPartyEventView.final,
        may_be_retracted=reading.counts and event.type not in party_views.RetractPartyEventView.final,
    )


def _text(column: str) -> Func:
    return Func(F(column), function="", template="(%(expressions)s)::text", output_field=TextField())
