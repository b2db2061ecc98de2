"""Parties: the list, and the page of each with its names over time and its disputes."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from disputes.admin import duplicate_views, party_merging, party_views
from disputes.admin.labels import term_label
from disputes.admin.looking_back import LookingBackAdmin
from disputes.admin.party_periods import draw, periods_of
from disputes.admin.read_only import Button, CommandUrl, address
from disputes.admin.stream import absorbed_by, stream_lines
from disputes.admin.theme import display
from disputes.admin.times import AsOfForm, Times, read_times
from disputes.admin.values import parties_in, party_names, say_data
from disputes.amendments import AMENDING, amendments_of
from disputes.as_known import TooMuchToFold, as_known
from disputes.history import party_history
from disputes.models import Event, Participation, Party
from disputes.party import fold_party
from disputes.recorded import Reading, read_present
from disputes.streams import party_stream
from disputes.vocabulary import Role

MANAGE = "disputes.manage_party"


@admin.register(Party)
class PartyAdmin(LookingBackAdmin[Party]):
    """The parties as they are called now."""

    list_display = ("name", "show_other_names", "show_parent", "show_disputes")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    search_help_text = "Any present, former or other name"
    ordering = ("name", "slug")
    page_template = "admin/disputes/party.html"
    times_form = AsOfForm
    empty_state = "No party is registered yet. Register one with the button above."
    command_urls = (
        CommandUrl("register/", "register", party_views.RegisterView),
        CommandUrl("duplicates/", "duplicates", duplicate_views.DuplicatesView),
        CommandUrl("<slug:slug>/rename/", "rename", party_views.RenameView),
        CommandUrl("<slug:slug>/aliases/add/", "add_alias", party_views.AddAliasView),
        CommandUrl("<slug:slug>/aliases/remove/", "remove_alias", party_views.RemoveAliasView),
        CommandUrl("<slug:slug>/parent/", "change_parent", party_views.ChangeParentView),
        CommandUrl("<slug:slug>/merge/", "merge", party_merging.MergePartyView),
        CommandUrl("<slug:slug>/duplicate-of/<slug:other>/no/", "tell_apart", duplicate_views.TellApartView),
        CommandUrl("<slug:slug>/duplicate-of/<slug:other>/ask/", "suggest_again", duplicate_views.SuggestAgainView),
        CommandUrl("<slug:slug>/undo-merge/", "undo_merge", party_merging.UndoPartyMergeView),
        CommandUrl("<slug:slug>/events/<uuid:event>/correct/", "correct", party_views.CorrectPartyEventView),
        CommandUrl("<slug:slug>/events/<uuid:event>/retract/", "retract", party_views.RetractPartyEventView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Party]:
        """Count the disputes in the same query. What was merged into another is not listed, but leads on."""
        rows: QuerySet[Party] = super().get_queryset(request)
        # Counted apart: rows as of a moment come from a view, which nothing can be grouped by.
        taken = Participation.objects.filter(party=OuterRef("pk")).order_by().values("party")
        number = taken.annotate(number=Count("dispute", distinct=True)).values("number")
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return (rows if is_page else rows.filter(merged_into="")).annotate(disputes=Coalesce(Subquery(number), 0))

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

    def writing_buttons(self, request: HttpRequest) -> list[Button]:
        """Who manages parties may register one."""
        if not request.user.has_perm(MANAGE):
            return []
        return [
            Button("Register a party", address(self, "register"), "add", primary=True),
            Button("Possible duplicates", address(self, "duplicates"), "content_copy"),
        ]

    def elsewhere(self, request: HttpRequest, row: Party) -> str | None:
        """Lead from what was merged into another to that one; as of a moment before the merge it has its own page."""
        as_of = read_times(request.GET, AsOfForm).times.as_of
        into = fold_party(row.slug, party_history(row.slug, until=as_of)).merged_into if as_of else row.merged_into
        if not into:
            return None
        messages.info(request, f"“{row.name}” ({row.slug}) was merged into this party.")
        query = request.GET.urlencode()
        return f"{address(self, 'change', into)}{f'?{query}' if query else ''}"

    def page(self, request: HttpRequest, row: Party) -> Mapping[str, Any]:
        """Tell the party as of the moment that is asked for; `?everything=1` tells what was ever said, too."""
        asked = read_times(request.GET, AsOfForm)
        times = asked.times
        everything = request.GET.get("everything") == "1"
        common = {
            "asked": asked,
            "kept": [("everything", "1")] if everything else [],
            "times": times,
            "everything": everything,
            "may_manage": request.user.has_perm(MANAGE) and not times.look_back and not asked.is_wrong,
            "status": HTTPStatus.BAD_REQUEST if asked.is_wrong else HTTPStatus.OK,
        }
        try:
            with as_known(times.as_of):
                known = row if times.as_of is None else Party.objects.filter(pk=row.pk).first()
                return common | (_told(known, times, everything=everything) if known else _not_known_yet(row))
        except TooMuchToFold as error:
            return common | {"party": None, "too_much": f"{error}; look back less far"}


def _not_known_yet(row: Party) -> dict[str, Any]:
    first = Event.objects.filter(stream=party_stream(row.slug)).order_by("version").first()
    return {"party": None, "known_since": first.recorded_at if first else None}


def _told(row: Party, times: Times, *, everything: bool) -> dict[str, Any]:
    """Tell names, parent, disputes and the streams. Six queries; the template asks for no more."""
    roles: dict[str, dict[str, Any]] = {}
    for part in Participation.objects.filter(party=row.slug).select_related("dispute").order_by("dispute__title"):
        at = roles.setdefault(part.dispute_id, {"dispute": part.dispute, "roles": []})
        at["roles"].append(term_label(Role, part.role))
    readings = read_present(party_history(row.slug, until=times.as_of))
    names = party_names([slug for reading in readings for slug in parties_in(reading.data)])
    amendments = amendments_of(readings)
    own = [reading for reading in readings if reading.event.stream == party_stream(row.slug)]
    periods = periods_of(row.name, row.former_names, own, names)
    return {
        "party": row,
        "title": row.name,
        "parent": Party.objects.filter(pk=row.parent_id).first() if row.parent_id else None,
        "periods": periods,
        "drawn": draw(periods, today=(times.as_of or timezone.now()).date()),
        "children": list(row.children.filter(merged_into="").order_by("name")),
        "disputes": list(roles.values()),
        "absorbed": absorbed_by(readings, party_stream(row.slug), "party_absorbed"),
        "stream": stream_lines(
            readings,
            party_stream(row.slug),
            names=names,
            amendments=amendments if everything else {},
            say=lambda reading: _say(reading, names),
            amend_others=False,
        ),
        "amended_count": len(amendments),
        "switch": times.query(everything="" if everything else "1"),
        "links": times.link(),
    }


def _say(reading: Reading, names: Mapping[str, str]) -> str:
    if reading.event.type in AMENDING:
        return str(reading.data.get("reason", ""))
    return "; ".join(f"{label}: {text}" for label, text in say_data(reading.type, reading.data, names))


def _text(column: str) -> Func:
    return Func(F(column), function="", template="(%(expressions)s)::text", output_field=TextField())
