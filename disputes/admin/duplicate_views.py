"""Possible duplicates among the parties: the list, and what curators say of a pair."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Crumb, address
from disputes.duplicates import Suspicion, suggest_again, suspected_duplicates, tell_apart
from disputes.errors import NotFound, Refused
from disputes.models import DistinctParties, Participation, Party

SHOWN: Final = 100
"""Pairs of a page; who has decided some sees the next."""


class DuplicatesView(PermittedView):
    """List the pairs of parties that may be one, each with the ways to decide it."""

    permission = "disputes.manage_party"
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them. Five queries."""
        found = suspected_duplicates()
        shown = found[:SHOWN]
        slugs = {party.slug for pair in shown for party in (pair.first, pair.second)}
        disputes = dict(
            Participation.objects.filter(party__in=slugs)
            .order_by()
            .values_list("party")
            .annotate(Count("dispute", distinct=True))
        )
        context = {
            **self.admin.admin_site.each_context(request),
            "title": "Possible duplicates",
            "crumbs": [Crumb("Parties", address(self.admin, "changelist"))],
            "pairs": [_told(pair, disputes) for pair in shown],
            "count": len(found),
            "shown": SHOWN,
            "apart": _apart(),
        }
        return TemplateResponse(request, "admin/disputes/duplicates.html", context)


class PairView(PermittedView):
    """Say something of a pair, on POST alone."""

    permission = "disputes.manage_party"
    http_method_names = ["post"]
    are_two: ClassVar[bool]

    def post(self, request: HttpRequest, slug: str, other: str) -> HttpResponse:
        """Keep it, and go back to the list."""
        try:
            if self.are_two:
                tell_apart(slug, other, by=request.user.get_username())
                messages.success(request, f"{slug} and {other} are two; they are not suggested any more.")
            else:
                suggest_again(slug, other)
                messages.success(request, f"{slug} and {other} are suggested again where their names say so.")
        except NotFound as error:
            raise Http404(error.detail) from error
        except Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(address(self.admin, "duplicates"))


class TellApartView(PairView):
    """Say that two parties are two."""

    are_two = True


class SuggestAgainView(PairView):
    """Take that back."""

    are_two = False


def _told(pair: Suspicion, disputes: dict[str, int]) -> dict[str, Any]:
    """Put the one that more rests on last, since it is the one that goes on."""

    def weight(party: Party) -> tuple[int, int]:
        return disputes.get(party.slug, 0), party.version

    merged, going_on = sorted((pair.first, pair.second), key=weight)
    names = pair.names if merged is pair.first else tuple((theirs, ours) for ours, theirs in pair.names)
    return {
        "merged": merged,
        "going_on": going_on,
        "merged_disputes": disputes.get(merged.slug, 0),
        "going_on_disputes": disputes.get(going_on.slug, 0),
        "names": names,
    }


def _apart() -> list[dict[str, Any]]:
    rows = list(DistinctParties.objects.order_by("-said_at", "-pk")[:SHOWN])
    slugs = {slug for row in rows for slug in (row.first, row.second)}
    names = dict(Party.objects.filter(pk__in=slugs).values_list("slug", "name"))
    return [
        {"row": row, "first": names.get(row.first, row.first), "second": names.get(row.second, row.second)}
        for row in rows
    ]
