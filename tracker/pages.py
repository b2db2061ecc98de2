"""The front page, and the pages for what went wrong."""

import sys
from http import HTTPStatus

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

API_PREFIX = "/api/"
PROBLEM_TYPE = "application/problem+json"

# A database or a queue that went away: the request may be sent again, the fault is not in it.
OUTAGES = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError)
RETRY_AFTER = 5


def front(request: HttpRequest) -> HttpResponse:
    """Say what this is and where to go; no query."""
    return render(request, "tracker/front.html")


def fault(request: HttpRequest, status: HTTPStatus, detail: str) -> HttpResponse:
    """Answer with a problem document (RFC 9457) below /api/, with a page elsewhere."""
    if request.path_info.startswith(API_PREFIX):
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        return JsonResponse(problem, status=status, content_type=PROBLEM_TYPE)
    # Without context processors, which would ask the database for the user.
    from django.template.loader import render_to_string  # noqa: PLC0415

    context = {"title": status.phrase, "status": status.value, "detail": detail}
    return HttpResponse(render_to_string("tracker/fault.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """Answer 400, for what Django refuses before any view sees it."""
    return fault(request, HTTPStatus.BAD_REQUEST, "The request is malformed or names a host that is not served.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """Answer 403."""
    return fault(request, HTTPStatus.FORBIDDEN, "This account may not do that. Log in with one that may.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """Answer 403 to a form whose token is missing or old."""
    detail = "The form has expired, or the browser keeps no cookies. Open the page again and send it once more."
    return fault(request, HTTPStatus.FORBIDDEN, detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """Answer 404."""
    return fault(request, HTTPStatus.NOT_FOUND, "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database or the queue went away in mid-request, 500 for all else.

    Django calls this inside the handling of the exception, whichever layer raised it: a view, a middleware that
    saves the session, or the rendering of an answer.
    """
    if isinstance(sys.exc_info()[1], OUTAGES):
        detail = "The database or the queue does not answer. Nothing was half done; try again in a moment."
        response = fault(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return fault(request, HTTPStatus.INTERNAL_SERVER_ERROR, "A fault on our side; it has been logged.")
