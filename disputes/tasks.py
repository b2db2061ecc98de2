"""Tasks of the ledger: each is one call, and running it twice does no harm."""

from celery import shared_task

from disputes.proofs import audit, checkpoint


@shared_task(ignore_result=True)
def make_checkpoint() -> None:
    """Sign the size and root of the log, where something is new."""
    checkpoint.make_checkpoint()


@shared_task(ignore_result=True)
def audit_ledger() -> None:
    """Verify the whole log and store what was found."""
    audit.audit_ledger()
