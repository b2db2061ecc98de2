"""One request to a host at a time, five seconds apart, whichever worker makes it."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from ingest.capture import body_bytes, sweep_storage
from ingest.leases import lease_publisher
from ingest.models import Capture, Page, PageHost, PageState
from ingest.models import Publisher as PublisherRow
from ingest.reading import pages
from ingest.reading.pages import read_due_pages
from ingest.reading.turns import LEASE, take_turns
from tests.ingest.reading.conftest import Site
from tests.ingest.reading.pages import SUMMARY
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db


def test_it_works(site: Site) -> None:
    for path in ("/1", "/2"):
        site.page(path)
    assert read_due_pages() == 1
    pause = PageHost.objects.get().next_request_at
    assert pause is not None
    assert timedelta(seconds=4) < pause - timezone.now() < timedelta(seconds=5)
    assert read_due_pages() == 0
    assert site.paths == ["/robots.txt"]


def test_a_publisher_that_is_asked_for_a_feed_is_not_asked_for_a_page(site: Site) -> None:
    page = site.page()
    domain = site.press.address
    token = page.pk
    assert lease_publisher(domain, token)
    assert read_due_pages() == 0
    page.refresh_from_db()
    assert (page.lease_token, page.state) == (None, PageState.WAITING)
    PublisherRow.objects.update(lease_token=None, lease_until=None)
    PageHost.objects.update(next_request_at=None)
    assert read_due_pages() == 1


def test_a_worker_that_died_gives_its_pages_back(site: Site) -> None:
    page = site.page()
    assert len(take_turns(limit=10)) == 1
    assert site.read(page).state == PageState.WAITING
    assert site.paths == []
    past = timezone.now() - timedelta(seconds=1)
    Page.objects.update(lease_until=past)
    PublisherRow.objects.update(lease_until=past)
    assert site.read(page).state == PageState.READ


def test_a_late_finisher_overwrites_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = site.page()
    judge = pages._judge

    def lose_the_lease(*arguments: object) -> object:
        Page.objects.update(lease_token=page.pk, lease_until=timezone.now() + LEASE)
        return judge(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "_judge", lose_the_lease)
    site.read(page)
    assert (page.state, page.lease_token) == (PageState.WAITING, page.pk)


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_pages_and_keep_the_pause(site: Site, settings: Settings) -> None:
    settings.FETCH_TIME_SCALE = 25  # five seconds are a fifth of one
    for number in range(5):
        site.page(f"/{number}")
    moments: list[float] = []
    answer = site.answer

    def timed(request: object) -> object:
        moments.append(timezone.now().timestamp())
        return answer(request)  # type: ignore[arg-type]

    site.press.answer = timed  # type: ignore[assignment]
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                if not read_due_pages():
                    stop.wait(0.02)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    try:
        wait_until(lambda: not Page.objects.filter(state=PageState.WAITING).exists(), 20, "pages still wait")
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert {page.state for page in Page.objects.all()} == {PageState.READ}
    assert sorted(site.paths) == ["/0", "/1", "/2", "/3", "/4", "/robots.txt"], "nothing is asked for twice"
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.15


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["_judge", "keep_revision", "keep", "link", "_write"])
def test_a_worker_that_is_killed_at_any_step_leaves_nothing_half_done(
    site: Site, storage: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    page = site.page()
    assert read_due_pages() == 1  # robots.txt
    PageHost.objects.update(next_request_at=None)
    PublisherRow.objects.update(next_request_at=None)
    real = getattr(pages, step)

    def die(*arguments: object, **named: object) -> object:
        real(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(pages, step, die)
        with pytest.raises(Killed):
            read_due_pages()
    page.article.refresh_from_db()
    assert page.article.text == SUMMARY
    assert not Capture.objects.exists()
    past = timezone.now() - timedelta(seconds=1)
    Page.objects.update(lease_until=past)
    PublisherRow.objects.update(lease_until=past)
    assert site.read(page).state == PageState.READ
    assert page.article.revisions.count() == 1
    assert Capture.objects.count() == 1
    sweep_storage(now=timezone.now() + timedelta(days=2))
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1
    assert body_bytes(Capture.objects.get().body)
