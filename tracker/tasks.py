"""The task of the tracker's own: a heartbeat from beat through the queue to a worker."""

from celery import shared_task

from tracker import heartbeat as sign


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Show the readiness probe that beat, the queue and a worker pass tasks on."""
    sign.record()
