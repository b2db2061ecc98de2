"""Entity tags (RFC 9110): answer 304 for what the reader has, refuse writes on what the writer has not seen."""

from __future__ import annotations

import hashlib
import re

from django.utils.http import parse_etags
from rest_framework.request import Request

from disputes.api.problems import MALFORMED, STALE, Problem

_VERSION = re.compile(r'"(\d{1,9})(?:-[0-9a-f]+)?"', re.ASCII)


def entity_tag(body: bytes, version: int | None = None) -> str:
    """Give the strong tag of a representation.

    That of a dispute begins with its version. The version alone would not do: the calendar moves a status and a
    party changes its name without a new event of the dispute.
    """
    digest = hashlib.sha256(body).hexdigest()[:32]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def is_known(request: Request, tag: str) -> bool:
    """Say whether `If-None-Match` names the tag; compared weakly, as RFC 9110 13.1.2 says."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or tag in {one.removeprefix("W/") for one in given}


def expected_version(request: Request, current: int) -> int | None:
    """Give the version that `If-Match` asks for, None where it asks for none or for any.

    A tag is a version in quotes, or the ETag of a dispute, its events or its evidence as it stands. Of several the
    one that is current counts. Raises Problem: 400 for no tag at all, 412 where none can be current.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    tags = parse_etags(header)
    if not tags:
        raise Problem(MALFORMED, 'If-Match is no entity tag; write the version in quotes, such as "7"')
    versions = [int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag))]
    if current in versions:
        return current
    # A weak tag, or one of something else, never matches (RFC 9110 13.1.1).
    raise stale(expected=max(versions, default=None), current=current)


def stale(*, expected: int | None, current: int) -> Problem:
    """Say that the writer decided on a version that is not the current one."""
    told = f"version {expected}" if expected is not None else "another resource"
    detail = f"the record is at version {current}, and If-Match names {told}; read it again and decide anew"
    return Problem(STALE, detail, expected_version=expected, current_version=current)
