"""What operators do to subscriptions: pause, resume, try again, skip. Each on POST alone, under the user's name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from disputes.errors import NotFound, Refused
from disputes.models import Subscription
from disputes.subscriptions import commands

MANAGE = "disputes.manage_subscription"


class SubscriptionActionView(PermittedView):
    """Do one thing to a subscription, and go back to it."""

    permission = MANAGE
    http_method_names = ["post"]
    done: ClassVar[str]

    def post(self, request: HttpRequest, name: str, **route: Any) -> HttpResponse:
        """Do it, or say why not."""
        if not Subscription.objects.filter(pk=name).exists():
            raise Http404(f"there is no subscription {name!r}")
        try:
            self.carry_out(name, by=request.user.get_username(), **route)
        except NotFound as gone:
            # The page was open for longer than the event was parked.
            messages.warning(request, f"Nothing was done: {gone.detail}.")
        except Refused as refusal:
            messages.error(request, f"Nothing was done: {refusal.detail}.")
        else:
            messages.success(request, self.done)
        return HttpResponseRedirect(address(self.admin, "change", name))

    def carry_out(self, name: str, *, by: str, **route: Any) -> None:
        """Carry out the command."""
        raise NotImplementedError

    def reason(self) -> str:
        """Give the reason that was typed; PostgreSQL holds no NUL."""
        return self.request.POST.get("reason", "").replace("\x00", "").strip()


class PauseView(SubscriptionActionView):
    """Stop delivering."""

    done = "The subscription is paused."

    def carry_out(self, name: str, *, by: str, **_route: Any) -> None:
        """Pause it."""
        commands.pause_subscription(name, reason=self.reason(), by=by)


class ResumeView(SubscriptionActionView):
    """Deliver again."""

    done = "The subscription goes on."

    def carry_out(self, name: str, *, by: str, **_route: Any) -> None:
        """Resume it."""
        commands.resume_subscription(name, by=by)


class HurryView(SubscriptionActionView):
    """Try what failed again without waiting for its time."""

    done = "A worker tries it again now."

    def carry_out(self, name: str, *, by: str, **_route: Any) -> None:
        """Hurry it."""
        commands.hurry_subscription(name, by=by)


class RetryView(SubscriptionActionView):
    """Deliver a parked event and its stream again."""

    done = "A worker delivers the event again now, and then those behind it."

    def carry_out(self, name: str, *, by: str, **route: Any) -> None:
        """Try it again."""
        commands.retry_event(name, route["position"], by=by)


class RetryEverythingView(SubscriptionActionView):
    """Deliver all that is parked again."""

    done = "A worker delivers everything that is parked again now."

    def carry_out(self, name: str, *, by: str, **_route: Any) -> None:
        """Try all again."""
        commands.retry_everything(name, by=by)


class SkipView(SubscriptionActionView):
    """Leave a parked event out."""

    done = "The event is skipped; those behind it are delivered now."

    def carry_out(self, name: str, *, by: str, **route: Any) -> None:
        """Skip it."""
        commands.skip_event(name, route["position"], reason=self.reason(), by=by)
