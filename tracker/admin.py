"""Failed logins: who is locked out, for whom administrators to see and to let in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import CommandUrl, Crumb, ReadOnlyAdmin, address
from disputes.admin.theme import display
from tracker.login import end_of, lift_lockout, locked_until, locking_attempts

LIFT = "axes.delete_accessattempt"
TITLE = "Failed logins"


class LiftView(PermittedView):
    """Let somebody try again, on POST alone."""

    permission = LIFT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget the failures, and go back to the list."""
        attempt = AccessAttempt.objects.filter(pk=pk).first()
        if attempt is None:
            raise Http404(f"there is no failed login {pk}; it is forgotten after a while")
        lift_lockout(attempt, by=request.user.get_username())
        messages.success(request, f"{attempt.username} may log in from {attempt.ip_address} again.")
        return HttpResponseRedirect(address(self.admin, "changelist"))


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin[AccessAttempt]):
    """The failed logins of the last minutes; older ones count no more and are deleted."""

    list_display = ("username", "ip_address", "show_state", "failures_since_start", "show_time", "user_agent")
    search_fields = ("username", "=ip_address")
    search_help_text = "Name, or a whole address"
    ordering = ("-attempt_time", "-pk")
    page_template = "admin/tracker/failed_login.html"
    empty_state = "Nobody gave a wrong password in the last minutes."
    command_urls = (CommandUrl("<int:pk>/lift/", "lift", LiftView),)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the list under the name that it has in the sidebar."""
        return super().changelist_view(request, {"title": TITLE, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Find what locks each of them out in the same query."""
        locking = locking_attempts(OuterRef("username"), OuterRef("ip_address"))
        locked_at = Subquery(locking.values("attempt_time")[:1])
        rows: QuerySet[Any] = super().get_queryset(request).annotate(locked_at=locked_at)
        return rows

    @display(description="State")
    def show_state(self, row: Any) -> str:
        """Say whether the name is locked out."""
        until = end_of(row.locked_at)
        return f"Locked out until {until:%H:%M:%S}" if until else "May try"

    @display(description="Last try (UTC)", ordering="attempt_time")
    def show_time(self, row: AccessAttempt) -> str:
        """Give the moment, in the form that the other lists have."""
        return f"{row.attempt_time:%Y-%m-%d %H:%M:%S}"

    def page(self, request: HttpRequest, row: AccessAttempt) -> Mapping[str, Any]:
        """Show who tried, and offer to let them in again. One query."""
        return {
            "title": f"Failed login of {row.username}",
            "crumbs": [Crumb(TITLE, address(self, "changelist"))],
            "attempt": row,
            "until": locked_until(row.username, row.ip_address),
            "may_lift": request.user.has_perm(LIFT),
        }
