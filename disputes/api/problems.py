"""Errors as problem documents (RFC 9457): one answer for everything that can go wrong."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from disputes.api.moving import MergedAway
from disputes.as_known import TooMuchToFold
from disputes.erasure.errors import Unreadable
from disputes.errors import FieldError, Invalid, NotFound, Refused, Unfit
from disputes.ledger import EventIdConflict, VersionConflict

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
ADDRESS = "/api/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem; `name` ends its `type` and never changes."""

    name: str
    status: int
    title: str
    meaning: str

    @property
    def uri(self) -> str:
        """The `type` of RFC 9457, relative to the site; it can be read there."""
        return f"{ADDRESS}{self.name}"


PROBLEM_TYPES: dict[str, ProblemType] = {}
"""Every problem type by its name."""


def _declare(name: str, status: int, title: str, meaning: str) -> ProblemType:
    PROBLEM_TYPES[name] = ProblemType(name, status, title, meaning)
    return PROBLEM_TYPES[name]


MALFORMED = _declare("malformed", 400, "The request can't be read", "The body is not JSON, or a header has no form.")
UNKNOWN_PARAMETER = _declare(
    "unknown-parameter", 400, "Unknown parameter", "The address asks by a parameter that the resource does not have."
)
INVALID_PARAMETER = _declare(
    "invalid-parameter", 400, "Invalid parameter", "A parameter of the address has a value that it can't have."
)
INVALID = _declare("invalid", 400, "Invalid content", "The body is JSON, but fields of it are wrong; each is named.")
TOO_MUCH_TO_FOLD = _declare(
    "too-much-to-fold",
    400,
    "Too much to look back over",
    "More was recorded of what has changed since the moment of `as_of` than one request may have folded.",
)
UNAUTHENTICATED = _declare(
    "unauthenticated", 401, "Who are you?", "Writing needs a token or a session, and the one given is none."
)
FORBIDDEN = _declare("forbidden", 403, "Not allowed", "The account does not have the role that this needs.")
NOT_FOUND = _declare("not-found", 404, "Not found", "There is nothing at this address.")
METHOD_NOT_ALLOWED = _declare("method-not-allowed", 405, "Method not allowed", "The resource does not do that.")
NOT_ACCEPTABLE = _declare("not-acceptable", 406, "Not acceptable", "Answers are application/json; ask for that.")
UNFIT = _declare("unfit", 409, "Does not fit", "The request is right but does not fit the present state.")
KEY_REUSED = _declare(
    "idempotency-key-reused", 409, "Idempotency key reused", "The key was used before, with another body."
)
CONFLICT = _declare("conflict", 409, "Conflict", "Others wrote at the same time; send the request again.")
STALE = _declare(
    "stale-version", 412, "Stale version", "The resource has moved on since the version that If-Match names."
)
TOO_LARGE = _declare("too-large", 413, "Too large", "The body is larger than any that would be right.")
UNSUPPORTED = _declare("unsupported-media-type", 415, "Unsupported media type", "Bodies are application/json.")
THROTTLED = _declare("throttled", 429, "Too many requests", "Wait as long as Retry-After says.")
ALTERED = _declare(
    "log-altered",
    503,
    "The log is not as it was recorded",
    "Events that the answer is made of are missing or were altered in the database, `first_bad_position` the first of "
    "them where it can be named. It is for the operator to put right.",
)
SEALED = _declare(
    "sealed",
    503,
    "Sealed words can't be opened",
    "Names in the log are encrypted, and the key that opens them is missing or is another. It is for the operator to "
    "put back; nothing was erased.",
)
OTHER = _declare("other", 400, "Refused", "The request was refused; the detail says why.")


class Problem(Exception):
    """A request that is not carried out, with what to tell about it."""

    def __init__(
        self,
        type_: ProblemType,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.type = type_
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = members

    @classmethod
    def of_parameters(cls, type_: ProblemType, found: Mapping[str, str], **members: Any) -> Problem:
        """Say what is wrong with each of some query parameters."""
        errors = [{"pointer": f"/{name}", "in": "query", "detail": detail} for name, detail in found.items()]
        return cls(type_, "; ".join(found.values()), errors=errors, **members)

    def response(self) -> Response:
        """Give the answer, in the members that RFC 9457 names and those of the problem type."""
        document: dict[str, Any] = {
            "type": self.type.uri,
            "title": self.type.title,
            "status": self.type.status,
            "detail": self.detail,
            **self.members,
        }
        if self.errors:
            document["errors"] = self.errors
        return Response(document, status=self.type.status, headers=self.headers, content_type=MEDIA_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into an answer; give None for what is a fault of the program."""
    if isinstance(error, MergedAway):
        return error.response(context)
    for meaning, tell in _TELLERS:
        if isinstance(error, meaning):
            problem = tell(error)
            return None if problem is None else problem.response()
    return None


def _of_refusal(error: Refused) -> Problem:
    types: dict[type[Refused], ProblemType] = {Invalid: INVALID, NotFound: NOT_FOUND, Unfit: UNFIT}
    type_ = next((found for meaning, found in types.items() if isinstance(error, meaning)), OTHER)
    return Problem(type_, error.detail, errors=of_body(error.errors))


def _of_sealed(error: Unreadable) -> Problem:
    # What is missing, and where, is for the operator and not for strangers.
    _log.error("%s", error)
    return Problem(SEALED, "names in the log are sealed, and the key that opens them is not there")


def of_body(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Give errors of fields of the body the form in which they are sent."""
    return [{"pointer": error.pointer, "in": "body", "detail": error.detail} for error in errors]


_FRAMEWORK_TYPES: Mapping[type[exceptions.APIException], ProblemType] = {
    exceptions.ParseError: MALFORMED,
    exceptions.NotAuthenticated: UNAUTHENTICATED,
    exceptions.AuthenticationFailed: UNAUTHENTICATED,
    exceptions.PermissionDenied: FORBIDDEN,
    exceptions.NotFound: NOT_FOUND,
    exceptions.MethodNotAllowed: METHOD_NOT_ALLOWED,
    exceptions.NotAcceptable: NOT_ACCEPTABLE,
    exceptions.UnsupportedMediaType: UNSUPPORTED,
    exceptions.Throttled: THROTTLED,
}


def _of_framework(error: exceptions.APIException) -> Problem | None:
    type_ = _FRAMEWORK_TYPES.get(type(error))
    if type_ is None:
        return Problem(OTHER, str(error.detail)) if error.status_code == OTHER.status else None
    headers: dict[str, str] = {}
    detail = str(error.detail)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.NotAuthenticated):
        detail = "send a token as `Authorization: Token …`, or log in"
    if isinstance(error, exceptions.Throttled):
        wait = max(1, math.ceil(getattr(error, "wait", None) or 1))
        headers["Retry-After"] = str(wait)
        detail = f"too many requests; the next one is answered in {wait} s"
    return Problem(type_, detail, headers=headers)


_LESS_TO_FOLD = "ask for a later moment or for one dispute, or fold a copy of the log, events/?after=0"
_TELLERS: tuple[tuple[type[Exception], Callable[[Any], Problem | None]], ...] = (
    (Problem, lambda problem: problem),
    (Refused, _of_refusal),
    (VersionConflict, lambda error: Problem(CONFLICT, f"{error}; others write at the same time, send this again")),
    (
        EventIdConflict,
        lambda _error: Problem(KEY_REUSED, "this Idempotency-Key was sent with another body; take a new one"),
    ),
    (TooMuchToFold, lambda error: Problem.of_parameters(TOO_MUCH_TO_FOLD, {"as_of": f"{error}; {_LESS_TO_FOLD}"})),
    (Unreadable, _of_sealed),
    (Http404, lambda _error: Problem(NOT_FOUND, "there is nothing at this address")),
    (PermissionDenied, lambda error: Problem(FORBIDDEN, str(error) or "this account may not do that")),
    (exceptions.APIException, _of_framework),
)
