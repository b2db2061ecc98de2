"""A press on loopback whose feed carries summaries and whose pages have the whole text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from disputes.addresses import article_id
from disputes.models import Article
from ingest.articles import text_digest
from ingest.models import Feed, FeedEntry, Page, PageHost, Publisher
from ingest.reading.enlisting import enlist
from ingest.reading.pages import read_due_pages
from tests.ingest.reading.pages import SUMMARY, TITLE, article
from tests.support.publisher import Answer, Request
from tests.support.publisher import Publisher as Press

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """What the press answers, by path, and its articles in the register."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.answers: dict[str, Answer] = {"/robots.txt": Answer(status=404)}
        self.feed = Feed.objects.create(url=press.url, title="The press")

    def answer(self, request: Request) -> Answer:
        return self.answers.get(request.path, Answer(article(), headers=HTML))

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.press.requests]

    def page(self, path: str = "/1", *, text: str = SUMMARY) -> Page:
        """Enter an article with the text that the feed has, and have its page read."""
        now = timezone.now()
        url = f"http://{self.press.address}{path}"
        row = Article.objects.create(
            id=article_id(url), url=url, title=TITLE, text=text, digest=text_digest(TITLE, text), captured_at=now
        )
        FeedEntry.objects.create(
            feed=self.feed, identity=path, article=row, digest="", first_seen_at=now, last_seen_at=now
        )
        enlist([row.pk], now=now)
        return Page.objects.get(pk=row.pk)

    def read(self, page: Page) -> Page:
        """Read what is due until nothing is, as if every pause were over; give the page as it is then."""
        for _turn in range(10):
            Publisher.objects.update(next_request_at=None, silent_until=None)
            PageHost.objects.update(next_request_at=None)
            if not read_due_pages():
                break
        page.refresh_from_db()
        page.article.refresh_from_db()
        return page


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "captures"
    settings.STORAGES = {
        **settings.STORAGES,
        "captures": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture
def site(settings: Settings, db: None) -> Iterator[Site]:
    with Press(lambda _request: Answer(status=500)) as press:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), press.port)})
        made = Site(press)
        press.answer = made.answer
        yield made


Serve = Callable[[bytes], Site]


@pytest.fixture
def serve(site: Site) -> Serve:
    """Have the press answer with this for its first article."""

    def answer(body: bytes) -> Site:
        site.answers["/1"] = Answer(body, headers=HTML)
        return site

    return answer
