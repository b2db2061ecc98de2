"""How django-axes throttles logging in: whom it counts together, until when, and what it answers to those shut out."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
from datetime import datetime
from http import HTTPStatus
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, QuerySet, Sum, Window
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.throttling import AnonRateThrottle

from tracker import pages

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str | None:
    """Give the address that a request came from, as the throttle of the API sees it; None over a local socket.

    Behind a proxy it is what the proxy itself added to X-Forwarded-For, never what a client wrote there.
    """
    told = AnonRateThrottle().get_ident(request)  # type: ignore[arg-type]  # it reads headers alone
    for address in (told, request.META.get("REMOTE_ADDR")):
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(str(address)))
    return None


def locking_attempts(name: Any, address: Any) -> QuerySet[Any]:
    """Give what locks a name out from an address, the failure first that will be the last to be forgotten.

    Values or `OuterRef`. axes counts the failures of each program apart and adds up those of the last minutes.
    """
    counted = Window(Sum("failures_since_start"), order_by=[F("attempt_time").desc(), F("pk").desc()])
    attempts: QuerySet[Any] = AccessAttempt.objects.filter(username=name, ip_address=address).annotate(counted=counted)
    return attempts.filter(counted__gte=settings.AXES_FAILURE_LIMIT).order_by("-attempt_time", "-pk")


def end_of(locked_at: datetime | None) -> datetime | None:
    """Give the end of a lockout by the failure that keeps it up; None where it is over."""
    until: datetime | None = locked_at and locked_at + settings.AXES_COOLOFF_TIME
    return until if until and until > timezone.now() else None


def locked_until(name: str, address: str | None) -> datetime | None:
    """Give the moment from which on somebody may try this name from this address again; None: now. One query."""
    return end_of(locking_attempts(name, address).values_list("attempt_time", flat=True).first())


def lift_lockout(attempt: AccessAttempt, *, by: str) -> None:
    """Forget the wrong passwords for this name from this address; it may be tried again at once."""
    AccessAttempt.objects.filter(username=attempt.username, ip_address=attempt.ip_address).delete()
    logger.info("%s lifted the lockout of %r from %s", by, attempt.username, attempt.ip_address)


def answer_locked_out(
    request: HttpRequest, _answer: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer 429, with the time from which on it may be tried again; says nothing of whether there is such a name."""
    until = locked_until((credentials or {}).get("username", ""), client_address(request)) or timezone.now()
    detail = (
        f"Too many wrong passwords for this name from this address. Try again from {until:%H:%M:%S} UTC on, "
        "or ask an administrator, who finds you under Failed logins."
    )
    response = pages.fault(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
    response["Retry-After"] = str(max(1, round((until - timezone.now()).total_seconds())))
    return response
