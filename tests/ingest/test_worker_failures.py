"""Whatever happens to a worker, its queue or its database: the final rows are those of a clean run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from disputes.models import Article
from ingest import polling
from ingest.models import Feed, FeedEntry, Fetch, PendingMatch, Publisher
from tests.support import publisher as loopback
from tests.support.celery_processes import CeleryProcess, CeleryStage, celery_stage
from tests.support.database import fresh_database
from tests.support.dying_stages import STAGES
from tests.support.publisher import Answer, Item, Request, rss
from tests.support.waiting import wait_until
from tracker.services.postgres import PostgresServer

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

POLL = "ingest.tasks.poll_due_feeds"


def rows() -> dict[str, list[Any]]:
    """Give all rows of the pipeline but for times and ids."""
    feeds = Feed.objects.order_by("url")
    return {
        "feeds": list(
            feeds.values_list("url", "title", "state", "etag", "body_digest", "last_status", "last_error", "failures")
        ),
        "fetches": list(
            Fetch.objects.order_by("feed__url", "pk").values_list(
                "feed__url", "status", "bytes", "entries", "outcome", "error"
            )
        ),
        # Whose entry the shared story was first depends on who came first.
        "new articles": [sum(Fetch.objects.values_list("new_articles", flat=True))],
        "entries": list(
            FeedEntry.objects.order_by("feed__url", "identity").values_list(
                "feed__url", "identity", "digest", "article__url"
            )
        ),
        "articles": list(Article.objects.order_by("url").values_list("url", "title", "text", "digest", "source")),
        "pending": list(PendingMatch.objects.order_by("article__url").values_list("article__url", flat=True)),
    }


def answer(request: Request) -> Answer:
    """Give each path a feed of its own; one is broken, and two carry the same story."""
    match request.path:
        case "/missing":
            return Answer(status=404)
        case "/page":
            return Answer(b"<html><title>Sorry</title></html>")
        case path:
            items = [Item(f"https://press.example{path}/{number}", f"{path} {number}", "Text") for number in range(5)]
            shared = Item("https://press.example/shared", "Shared", "Told by all.")
            return Answer(rss(*items, shared), headers={"ETag": f'"{path}"'})


PATHS = ("/one", "/two", "/missing", "/page")


@pytest.fixture
def press() -> Iterator[list[loopback.Publisher]]:
    """Start a publisher for each path, so that none waits for another."""
    with ExitStack() as stack:
        yield [stack.enter_context(loopback.Publisher(answer)) for _path in PATHS]


@pytest.fixture
def clean(press: list[loopback.Publisher], database_template: str, settings: Any) -> dict[str, list[Any]]:
    """Give the rows of a run in which nothing happens."""
    settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port) for server in press})
    with fresh_database(database_template):
        enter(press)
        polling.poll()
        found = rows()
    assert len(found["entries"]) == 12
    return found


def enter(press: list[loopback.Publisher]) -> None:
    """Register the feeds; all of them are due."""
    due = timezone.now() - timedelta(hours=1)
    Feed.objects.bulk_create(
        Feed(url=f"http://{server.address}{path}", next_fetch_at=due) for server, path in zip(press, PATHS, strict=True)
    )


def start_anew() -> None:
    """Forget what was fetched."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE disputes_article, ingest_feed, ingest_publisher CASCADE")


def expire_leases() -> None:
    """Let the time pass after which another worker may take what a dead one held, and publishers rest."""
    past = timezone.now() - timedelta(seconds=1)
    Feed.objects.exclude(lease_until=None).update(lease_until=past)
    Publisher.objects.update(lease_until=past, next_request_at=None)


def is_settled() -> bool:
    return not Feed.objects.filter(last_fetch_at=None).exists() and not Feed.objects.exclude(lease_token=None).exists()


@pytest.fixture
def stage(press: list[loopback.Publisher], committed_database: str, tmp_path: Path) -> Iterator[CeleryStage]:
    allow = ",".join(server.address for server in press)
    with celery_stage(tmp_path, FETCH_ALLOW=allow, DIE_AT=str(tmp_path / "die-at")) as started:
        yield started


def start_worker(stage: CeleryStage) -> CeleryProcess:
    return stage.start_worker("--concurrency", "2", "--include", "tests.support.dying_worker")


def test_a_worker_that_is_killed_at_any_stage_leaves_nothing_behind(
    clean: dict[str, list[Any]], stage: CeleryStage, press: list[loopback.Publisher], tmp_path: Path
) -> None:
    start_worker(stage)
    order = tmp_path / "die-at"
    for place in STAGES:
        enter(press)
        order.write_text(place)
        stage.send(POLL)
        wait_until(lambda: not order.exists(), 20, f"The worker does not come by {place!r}")
        expire_leases()

        def is_done() -> bool:
            stage.send(POLL)
            return is_settled()

        wait_until(is_done, 20, f"Nothing goes on after a death at {place!r}")
        assert rows() == clean, place
        start_anew()


def test_messages_that_come_many_times_do_nothing_twice(
    clean: dict[str, list[Any]], stage: CeleryStage, press: list[loopback.Publisher]
) -> None:
    enter(press)
    start_worker(stage)
    stage.send(POLL, times=20)
    wait_until(lambda: is_settled() and not stage.queue.llen("poll"), 20, "The feeds are not polled")
    assert rows() == clean
    assert [len(server.requests) for server in press] == [2] * len(press), "once in the clean run, once now"


def test_two_workers_ask_a_publisher_once_at_a_time_and_not_in_haste(
    stage: CeleryStage, press: list[loopback.Publisher]
) -> None:
    one_at_a_time, begun, ended = threading.Lock(), list[float](), list[float]()

    def answer_slowly(request: Request) -> Answer:
        begun.append(time.monotonic())
        if not one_at_a_time.acquire(blocking=False):
            return Answer(status=400)
        try:
            time.sleep(0.05)
            return Answer(status=302, headers={"Location": "/two"}) if request.path == "/moved" else answer(request)
        finally:
            ended.append(time.monotonic())
            one_at_a_time.release()

    press[0].answer = answer_slowly
    due = timezone.now() - timedelta(hours=1)
    paths = ["moved", *(f"feed{number}" for number in range(6))]
    Feed.objects.bulk_create(Feed(url=f"http://{press[0].address}/{path}", next_fetch_at=due) for path in paths)
    stage.environment = {**stage.environment, "FETCH_TIME_SCALE": "8"}
    for number in range(2):
        stage.start_worker("--concurrency", "2", "--hostname", f"worker{number}@test")
    stage.send(POLL, times=8)
    wait_until(is_settled, 30, "The feeds are not polled")
    assert set(Fetch.objects.values_list("status", "outcome")) == {(200, "stored")}
    assert len(begun) == len(paths) + 1
    assert min(start - end for end, start in zip(ended, begun[1:], strict=False)) > 0.24


def test_mid_fetch(  # the servers' restarts are slow, so what may happen in mid-fetch shares a test
    clean: dict[str, list[Any]], stage: CeleryStage, press: list[loopback.Publisher]
) -> None:
    arrived, may_answer = threading.Event(), threading.Event()

    def answer_late(request: Request) -> Answer:
        arrived.set()
        may_answer.wait(10)
        return answer(request)

    def begin() -> None:
        arrived.clear()
        may_answer.clear()
        enter(press)
        stage.send(POLL)
        assert arrived.wait(20), "Nothing is fetched"

    def end(message: str) -> None:
        may_answer.set()
        wait_until(is_settled, 30, message)
        assert rows() == clean, message
        start_anew()

    press[0].answer = answer_late
    worker = start_worker(stage)

    begin()
    stage.queue.flushdb()
    end("Redis forgot everything")

    if settings.EMBEDDED_POSTGRES:
        begin()
        server = PostgresServer(settings.HOME)
        server.stop()
        wait_until(lambda: "The database went away" in worker.output, 20, "The worker does not notice")
        may_answer.set()
        server.ensure_running()
        connection.close()
        end("PostgreSQL was restarted")

    begin()
    for child in worker.children():
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    expire_leases()
    stage.send(POLL)
    end("All processes of the worker were killed")

    begin()
    worker.kill()
    expire_leases()
    start_worker(stage)
    stage.send(POLL)
    end("The whole worker was killed, and another came")
