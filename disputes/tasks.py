"""Tasks of the ledger: thin, and running one twice does no harm."""

import logging

from celery import shared_task

from disputes.proofs import audit, checkpoint
from disputes.proofs.keys import KeyProblem
from disputes.proofs.walk import Altered
from disputes.subscriptions import delivery, doorbell

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def make_checkpoint() -> None:
    """Sign the size and root of the log, where something is new.

    Where that would contradict what was signed before, nothing is signed and the log is audited at once.
    """
    try:
        checkpoint.make_checkpoint()
    except KeyProblem as error:
        logger.error("No checkpoint is made: %s", error)  # noqa: TRY400 (the message says it all)
    except Altered as error:
        logger.error("No checkpoint is made, since the log was altered: %s", error)  # noqa: TRY400
        if audit.is_last_in_order():
            audit.request_audit(by="")
            audit_ledger.delay()


# Some 400,000,000 events at 8 µs each. A broker that gives the message to another worker meanwhile does no harm: there
# the audit is found to be under way.
@shared_task(ignore_result=True, soft_time_limit=3300, time_limit=3360)
def audit_ledger() -> None:
    """Verify the whole log where that is due, and store what is found. Does nothing where a process is at it."""
    found = audit.audit_ledger() if audit.is_due() else None
    if found is not None and not found.ok:
        logger.error("The log was altered, first at position %s: %s", found.first_bad_position, found.problem)


@shared_task(name=doorbell.WAKE_TASK, queue=doorbell.QUEUE, ignore_result=True)
def wake_subscriptions() -> None:
    """Ask for a run of each subscription that has something to deliver. The doorbell and each round send this."""
    doorbell.answer_wake()
    delivery.ensure_subscriptions()
    for name in delivery.due_subscriptions():
        doorbell.summon(name)


@shared_task(name=doorbell.DELIVER_TASK, queue=doorbell.QUEUE, ignore_result=True)
def deliver_events(name: str) -> None:
    """Deliver to one subscription what there is."""
    doorbell.answer_summons(name)
    try:
        is_unfinished = delivery.deliver(name)
    except delivery.UnknownConsumer as error:
        logger.warning("Nothing is delivered: %s", error)
        return
    if is_unfinished:
        doorbell.summon(name)
