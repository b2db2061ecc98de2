"""The tasks of the pipeline: one call each. Each may be run twice, at the same time, or not at all this time."""

from celery import shared_task

from ingest import candidates, learning, looking_back, polling, retention
from ingest.reading import pages


@shared_task(name="ingest.tasks.poll_due_feeds", queue="poll")
def poll_due_feeds() -> int:
    """Fetch the feeds that are due."""
    return polling.poll_due_feeds()


@shared_task(name="ingest.tasks.match_articles", queue="match")
def match_articles() -> int:
    """Match the articles that wait for it, then those that a look back brings up."""
    return looking_back.match_waiting()


@shared_task(name="ingest.tasks.read_pages", queue="read")
def read_pages() -> int:
    """Read the pages of articles that are due."""
    return pages.read_pages()


@shared_task(name="ingest.tasks.wake_candidates", queue="match")
def wake_candidates() -> int:
    """Let candidates that were put off wait again."""
    return candidates.wake_candidates()


@shared_task(name="ingest.tasks.retrain")
def retrain() -> None:
    """Learn from what curators decided."""
    learning.retrain()


@shared_task(name="ingest.tasks.prune")
def prune() -> None:
    """Delete what is past its time."""
    retention.prune()
