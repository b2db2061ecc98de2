"""What operators do to the ledger: have it verified now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views import View
from kombu.exceptions import OperationalError

from disputes import tasks
from disputes.admin.read_only import ReadOnlyAdmin, address
from disputes.proofs.audit import request_audit

AUDIT = "disputes.audit_ledger"


class VerifyNowView(View):
    """Ask for an audit, on POST alone, under the user's name."""

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`
    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *arguments: Any, **route: Any) -> HttpResponseBase:
        """Refuse those who may not."""
        if not request.user.has_perm(AUDIT):
            raise PermissionDenied
        return super().dispatch(request, *arguments, **route)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask for it, ring for a worker, and go back to where its progress is shown."""
        audit = request_audit(by=request.user.get_username())
        try:
            tasks.audit_ledger.delay()
        except OperationalError:
            messages.warning(request, "The queue does not answer. A worker begins within a minute after it does.")
        else:
            is_under_way = audit.started_at is not None
            messages.success(request, "It is under way already." if is_under_way else "A worker verifies the log now.")
        return HttpResponseRedirect(address(self.admin, "changelist"))
