"""The probes: is the process alive, and is everything there that it needs."""

import logging
import time
from collections.abc import Callable
from typing import TypedDict

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from disputes.proofs.health import ledger_health
from tracker import heartbeat, metrics

logger = logging.getLogger(__name__)


class PartState(TypedDict, total=False):
    """How one part does: "ok" with the milliseconds that it took to answer, or "failed" with the reason."""

    status: str
    milliseconds: float
    detail: str


class PartError(Exception):
    """A part does not do its work; the message is fit for strangers."""


def check_database() -> None:
    """Ask the database for one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def check_redis() -> None:
    """Write one value to the cache and read it back."""
    stamp = time.time_ns()
    cache.set("readiness", stamp, timeout=60)
    if cache.get("readiness") is None:
        raise PartError("A value that was written could not be read back.")


def check_worker() -> None:
    """Look for a recent heartbeat."""
    age = heartbeat.age()
    if age is None:
        raise PartError("No worker has shown a sign of life yet.")
    if age > heartbeat.STALE_AFTER:
        raise PartError(f"The last sign of life of a worker is {age:.0f} s old.")


def check_ledger() -> None:
    """Ask whether the log is still as it was recorded, by its last audit and the last signed checkpoint."""
    found = ledger_health()
    if not found.ok:
        logger.error("The ledger is not in order: %s", found.detail)
        place = "" if found.first_bad_position is None else f", first at position {found.first_bad_position}"
        raise PartError(f"The log is not as it was recorded{place}.")


PARTS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "redis": check_redis,
    "worker": check_worker,
    "ledger": check_ledger,
}


def examine(name: str, check: Callable[[], None]) -> PartState:
    """Run one check and say how it went; the cause of a failure goes to the log, which strangers do not read."""
    started = time.perf_counter()
    try:
        check()
    except PartError as error:
        return {"status": "failed", "detail": str(error)}
    except Exception as error:  # noqa: BLE001 (whatever a driver raises means the same here)
        logger.warning("%s is not ready: %s", name, error)
        return {"status": "failed", "detail": f"No answer ({type(error).__name__})."}
    return {"status": "ok", "milliseconds": round((time.perf_counter() - started) * 1000, 1)}


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the process serves requests; it asks nothing else, so a restart is what helps where it fails."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, Redis, worker and ledger are all in order, else 503; the body says which are not.

    A handful of indexed queries, three cache calls.
    """
    parts = {name: examine(name, check) for name, check in PARTS.items()}
    ready = all(part["status"] == "ok" for part in parts.values())
    body = {"status": "ready" if ready else "failed", "parts": parts}
    response = JsonResponse(body, status=200 if ready else 503)
    # Whoever asks every second knows it already; what failed is in the log from `examine`.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 (Django's own mark)
    return response


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics.metrics,
}


class ProbeMiddleware:
    """Answers the probes before anything else looks at the request.

    An orchestrator asks by the container's address, over plain http: the check of the host name and the redirect
    to https are for people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = probe(request)
        response["Cache-Control"] = "no-store"
        return response
