"""Whether the read models were told by the code that runs now."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import connection

import disputes
from disputes.projections.tables import TIMELINE

_TELLING = (
    "dispute.py",
    "docket.py",
    "events",
    "history.py",
    "occurred.py",
    "party.py",
    "projections/rows.py",
    "projections/tables.py",
    "recorded.py",
    "scheduled.py",
    "status.py",
    "summaries.py",
    "vocabulary.py",
)
"""The modules and packages of this room that decide what is in a row."""


def are_current() -> bool:
    """Say whether every row is as this code tells it; where not, `rebuild` makes it so. One query.

    A rebuild leaves a digest of the code with the table of the timeline; what is appended later is told by the same
    code, or by a newer one that rebuilt before it served.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [TIMELINE.name])
        (found,) = cursor.fetchone()
    return bool(found == code_digest())


@cache
def code_digest() -> str:
    """Give a digest of the code that tells rows, as SHA-256 in hexadecimal."""
    root = Path(disputes.__file__).parent
    digest = sha256()
    for name in _TELLING:
        path = root / name
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{source.relative_to(root)}\0".encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()
