"""Audits: verifications of the database's log that a worker carries out, by the clock or because somebody asked.

Each is a row from the moment it is asked for. The queue is a doorbell only: rounds ask every minute whether an audit
is due, so one whose worker dies is taken up again, from the beginning.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from disputes.models import LedgerAudit
from disputes.proofs.keys import Keyring
from disputes.proofs.verification import verify_database

EVERY = timedelta(hours=1)
"""How long after an audit the next one is due."""
_KEPT_AUDITS = 500
_TELL_EVERY = 1.0
# Any number that no other advisory lock of this program has.
_LOCK = 6962_2014


def request_audit(*, by: str) -> LedgerAudit:
    """Ask for an audit in somebody's name; where one is waiting or under way already, give that one.

    The next round takes it; whoever does not want to wait for that calls the task `disputes.tasks.audit_ledger`.
    """
    return unfinished_audit() or LedgerAudit.objects.create(requested_by=by)


def is_due() -> bool:
    """Say whether an audit was asked for, was left unfinished, or is to be made by the clock. Two indexed queries."""
    if unfinished_audit() is not None:
        return True
    last = last_audit()
    return last is None or last.finished_at is None or timezone.now() - last.finished_at >= EVERY


def audit_ledger(keyring: Keyring | None = None) -> LedgerAudit | None:
    """Carry out the audit that was asked for, or else one that nobody asked for, and store what is found.

    What is found so far is stored every second, for those who look. None where another process is at it.
    """
    with _alone() as is_alone:
        if not is_alone:
            return None
        audit = unfinished_audit() or LedgerAudit()
        audit.started_at, audit.size = timezone.now(), 0
        audit.save()
        told_at = time.monotonic()

        def tell(done: int, everything: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= _TELL_EVERY:
                LedgerAudit.objects.filter(pk=audit.pk).update(size=done, log_size=everything)
                told_at = time.monotonic()

        report = verify_database(keyring, tell)
        audit.size = report.size
        audit.log_size = report.log_size
        audit.checkpoints = report.checkpoints
        audit.ok = report.is_in_order
        audit.first_bad_position = report.first_bad_position
        audit.problem = "\n".join(found.detail for found in report.findings)
        audit.finished_at = timezone.now()
        audit.save()
    # Those that found something stay: since when it is so is a question that will be asked.
    LedgerAudit.objects.filter(pk__lte=audit.pk - _KEPT_AUDITS, ok=True).delete()
    return audit


def unfinished_audit() -> LedgerAudit | None:
    """Give the audit that waits or is under way. One indexed query."""
    return LedgerAudit.objects.filter(finished_at__isnull=True).order_by("id").first()


def last_audit() -> LedgerAudit | None:
    """Give the last audit that came to its end. One indexed query."""
    return LedgerAudit.objects.filter(finished_at__isnull=False).order_by("-id").first()


def is_last_in_order() -> bool:
    """Say whether the last audit found nothing, or there was none yet. One indexed query."""
    audit = last_audit()
    return audit is None or audit.ok is not False


@contextmanager
def _alone() -> Iterator[bool]:
    # Of the session rather than of a transaction, which would stay open as long as the audit takes. It ends with the
    # connection, whatever becomes of the process.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
