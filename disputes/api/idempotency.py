"""Writing once: a key of the writer's choice names the event before it exists.

The header is that of the IETF draft "The Idempotency-Key HTTP Header Field". The event's id is derived from writer,
address and key, so the ledger itself keeps the promise, for ever and through any crash.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from rest_framework.request import Request

from disputes.api.problems import MALFORMED, Problem

NAMESPACE = UUID("4c1c3f7e-5b0c-4a52-9d9f-6f0f2f3f6a55")
LONGEST_KEY = 255


def identity_of(request: Request) -> UUID | None:
    """Give the id of the event that the request is to record, None where the header is absent.

    Raises Problem (400) for a key that is empty, too long or not printable ASCII.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    key = header.strip()
    # The draft writes the key as a string in quotes; most writers leave them out.
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(MALFORMED, f"an Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters, such as a UUID")
    return uuid5(NAMESPACE, f"{request.user.pk}\n{request.path}\n{key}")
