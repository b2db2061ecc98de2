"""What forms ask for while somebody types: what a name may mean, how a date is read. As JSON; nothing is written."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse

from disputes.admin.combobox import LONGEST_VALUE
from disputes.admin.dates import read_date, show_date, show_understood
from disputes.admin.finding import LONGEST, find_disputes, find_parties
from disputes.admin.permitted_view import PermittedView
from disputes.models import Party

SHOWN = 20


class CompleteView(PermittedView):
    """Give what the text `q` may mean: {"results": [{"value", "label", "detail"}], "more"}, the likeliest first.

    At most twenty; `more` says that there are others. `?dispute=` names the one whose parties come first.
    """

    permission: ClassVar[str] = "disputes.view_dispute"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *, kind: str) -> JsonResponse:
        """Look it up."""
        text = request.GET.get("q", "").strip()
        if len(text) > LONGEST:
            return JsonResponse(
                {"detail": f"q is longer than {LONGEST} characters; type less of the name"},
                status=HTTPStatus.BAD_REQUEST,
            )
        if kind == "party":
            if not request.user.has_perm("disputes.view_party"):
                raise PermissionDenied
            dispute = request.GET.get("dispute", "").replace("\x00", "")
            parties = find_parties(text, dispute=dispute, limit=SHOWN + 1)
            return _answer([_result(party.slug, party.name, _about_party(party)) for party in parties])
        if kind == "dispute":
            disputes = find_disputes(text, limit=SHOWN + 1)
            return _answer(
                [
                    _result(
                        row.slug, row.title, ", ".join(filter(None, (row.get_kind_display(), show_date(row.opened))))
                    )
                    for row in disputes
                ]
            )
        raise Http404(f"{kind!r} can't be completed")


class ReadDateView(PermittedView):
    """Say how the date `q` is read: {"understood"}, or {"wrong"} with what to write instead."""

    permission: ClassVar[str] = "disputes.view_dispute"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> JsonResponse:
        """Read it."""
        try:
            return JsonResponse({"understood": show_understood(read_date(request.GET.get("q", "")[:LONGEST_VALUE]))})
        except ValueError as error:
            return JsonResponse({"wrong": str(error)})


def _answer(results: list[dict[str, str]]) -> JsonResponse:
    return JsonResponse({"results": results[:SHOWN], "more": len(results) > SHOWN})


def _result(value: str, label: str, detail: str) -> dict[str, str]:
    return {"value": value, "label": label, "detail": detail}


def _about_party(party: Party) -> str:
    names = [*party.aliases, *(former["name"] for former in party.former_names)]
    parts: list[Any] = [f"also {', '.join(names[:3])}" if names else "", party.parent and f"belongs to {party.parent}"]
    return "; ".join(str(part) for part in parts if part)
