"""What the headers of an answer say about caching and waiting, with rubbish read as absent."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAXIMUM_SECONDS: Final = 366 * 24 * 3600
"""Longer times are read as this; the poller's own ceilings are far below."""
MAXIMUM_VALIDATOR: Final = 1_024
"""Characters of an ETag or Last-Modified; a longer one is not kept."""

_DELTA: Final = re.compile(r"\d{1,19}", re.ASCII)
_MAX_AGE: Final = re.compile(r'(?:^|,)\s*max-age\s*=\s*"?(\d{1,19})"?\s*(?=,|$)', re.ASCII | re.IGNORECASE)
_NEVER_FRESH: Final = re.compile(r"(?:^|,)\s*(?:no-store|no-cache)\s*(?=,|$)", re.ASCII | re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def echoable(validator: str | None) -> str | None:
    """Return a validator that can be sent back byte for byte, or None.

    Its form does not matter: unquoted, weak and plainly wrong ones are the server's to compare (RFC 9110
    section 8.8.3). One that is not UTF-8 or holds control characters would not come back as it was.
    """
    if not validator or len(validator) > MAXIMUM_VALIDATOR or _UNPRINTABLE.search(validator):
        return None
    return validator


def retry_after(value: str | None, *, now: datetime) -> int | None:
    """Read Retry-After (RFC 9110 section 10.2.3) as seconds from `now`, or None.

    Both its forms count: seconds, and an HTTP date, of which one in the past gives 0.
    """
    if value is None:
        return None
    value = value.strip()
    if _DELTA.fullmatch(value):
        return min(int(value), MAXIMUM_SECONDS)
    moment = _http_date(value)
    return None if moment is None else _seconds(moment, now)


def max_age(headers: Mapping[str, str], *, now: datetime) -> int | None:
    """Return for how many seconds the answer says that it stays fresh, or None (RFC 9111 section 4.2.1).

    `headers` finds names in any case. no-store and no-cache give 0; without Cache-Control, Expires counts.
    """
    control = headers.get("Cache-Control", "")
    if _NEVER_FRESH.search(control):
        return 0
    match = _MAX_AGE.search(control)
    if match:
        return min(int(match[1]), MAXIMUM_SECONDS)
    expires = headers.get("Expires")
    if expires is None or control:
        return None
    moment = _http_date(expires)
    # An invalid Expires, "0" above all, means that it has expired already (RFC 9111 section 5.3).
    return 0 if moment is None else _seconds(moment, _http_date(headers.get("Date", "")) or now)


def _seconds(moment: datetime, now: datetime) -> int:
    return min(max(0, round((moment - now).total_seconds())), MAXIMUM_SECONDS)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:100])
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
