"""What operators do to the ledger: have it verified now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from kombu.exceptions import OperationalError

from disputes import tasks
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from disputes.proofs.audit import request_audit

AUDIT = "disputes.audit_ledger"


class VerifyNowView(PermittedView):
    """Ask for an audit, on POST alone, under the user's name."""

    permission = AUDIT
    http_method_names = ["post"]

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
