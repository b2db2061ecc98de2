"""What strangers write stays text: from their feed into the inbox, the record, the lists and back out of a search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Dialog
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from ingest import candidates, feeds, learning, looking_back
from ingest.models import Candidate, CandidateState
from tests.support.addresses import admin_addresses, screens
from tests.support.populated import SLUG, populate
from tests.support.publisher import Answer, Publisher
from tests.support.screens import log_in
from tests.support.survey import Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SESSION = site.SESSION_COOKIE_NAME
RUN = "window.top.hacked=1;fetch('/hacked')"
LURES = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    f'<a href="javascript:{RUN}">read more</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">read more</a>',
    f'<div x-data x-init="{RUN}" hx-get="/hacked" hx-trigger="load" style="position:fixed;inset:0">over all</div>',
    '<base href="https://evil.example/"><form action="/hacked"><meta http-equiv="refresh" content="0;url=/hacked">',
    "{{ request.user.password }} {% debug %} ${7*7}",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe\N{POP DIRECTIONAL FORMATTING}\N{ZERO WIDTH SPACE}",
    "W" * 1_000_000,
)
LINKS = (
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f'https://press.example/"><script>{RUN}</script>',
    f"https://press.example/'onmouseover='{RUN}",
)
STORY = "Reddit sues Anthropic: Reddit, Inc. says that Anthropic PBC scraped its posts to train Claude. "


SCREENS = re.compile(
    r"admin:(index|ingest_\w+|disputes_(article|event|dispute|party|subjectkey)_\w*change\w*|.*calendar)$"
)
"""Where something of an article may be told."""

CHECK = """() => ({
  hacked: window.hacked,
  lures: [...document.querySelectorAll('[href], [action], [formaction], [src], [srcdoc], object, embed, base')]
    .flatMap((element) => ['href', 'xlink:href', 'action', 'formaction', 'src', 'srcdoc', 'data']
      .filter((name) => element.hasAttribute(name))
      .map((name) => new URL(element.getAttribute(name), document.baseURI)))
    .filter(({ protocol }) => !/^https?:$/.test(protocol)).map(String),
  handlers: [...document.querySelectorAll('*')].filter((element) => element.getAttributeNames()
    .some((name) => name.startsWith('on'))).map((element) => element.outerHTML.slice(0, 200)),
})"""


def feed_of_strangers() -> bytes:
    """Write a feed in which each lure stands in every field, as markup and as text."""
    items = []
    for number, lure in enumerate((*LURES, *LINKS)):
        link = lure if lure in LINKS else f"https://press.example/{number}"
        title = f"Reddit sues Anthropic {lure[:60_000]} {escape(lure[:300])}"
        text = f"<p>{STORY * 3}</p><p>{lure}</p><p>{escape(lure)}</p>"
        items.append(
            f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
            f"<guid>{escape(f'{number} {lure[:99]}')}</guid><dc:creator>{escape(lure[:999])}</dc:creator>"
            f"<category>{escape(lure[:999])}</category><source url='{escape(link)}'>{escape(lure[:999])}</source>"
            f"<description>{escape(text)}</description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(escape(LURES[0]))}</title><link>{escape(LINKS[0])}</link>"
        f"<description>{escape(LURES[2])}</description>{''.join(items)}</channel></rss>"
    ).encode()


@pytest.fixture
def examples(transactional_db: None) -> dict[str, Any]:
    return populate()


@pytest.fixture
def stories(examples: dict[str, Any], settings: Settings) -> list[Candidate]:
    """Let the feed in by the pipeline itself, so that its stories wait in the inbox, before the browser is there."""
    learning.set_thresholds(automatic=0.99999, inbox=0.0001, reason="Ask about all.", by="alice")
    answer = Answer(feed_of_strangers(), headers={"Content-Type": "application/rss+xml"})
    with Publisher(lambda _request: answer) as press:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), press.port)})
        feed = feeds.add_feed(press.url, by="oscar")
    looking_back.match_waiting()
    carried = feed.entries.values("article")
    found = list(Candidate.objects.filter(article__in=carried, dispute_id=SLUG, state=CandidateState.PENDING))
    examples |= {"pk": feed.pk, "candidate": found[-1].pk, "article": found[-1].article_id}
    return found


class Visitor:
    """Opens screens and keeps what ran there that should not, and what was asked of whom."""

    def __init__(self, survey: Survey, client: Client) -> None:
        self.survey, self.client = survey, client
        self.ran: list[str] = []
        self.asked: list[str] = []
        survey.page.on("dialog", self.dismiss)
        survey.page.on("request", lambda request: self.asked.append(request.url))

    def dismiss(self, dialog: Dialog) -> None:
        self.ran.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, address: str) -> None:
        faults = self.survey.open(address, address)
        # The browser complains of an answer that refuses what was asked.
        self.ran += [f"{fault.screen}: {fault.what}" for fault in faults if "status of 400" not in fault.what]
        found = self.survey.page.evaluate(CHECK)
        self.ran += [f"{address}: {what}" for what in (found["hacked"], found["lures"], found["handlers"]) if what]


@pytest.fixture
def visitor(stories: list[Candidate], chromium: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    client = log_in(name="root", is_superuser=True)
    survey = Survey(chromium, live_server.url, (SESSION, client.cookies[SESSION].value))
    yield Visitor(survey, client)
    survey.close()


def test_nothing_of_it_runs_on_its_way(
    visitor: Visitor, stories: list[Candidate], examples: dict[str, Any], live_server: LiveServer
) -> None:
    assert len(stories) == len(LURES) + len(LINKS)
    visitor.open("/admin/ingest/candidate/")
    visitor.open("/admin/ingest/candidate/?q=hacked")
    for story in stories[::2]:
        candidates.accept_candidate(story.pk, by="carol")
    for number, lure in enumerate(LURES[:9]):
        commands.record_event(
            SLUG,
            type="statement_made",
            occurred=f"2025-07-0{number + 1}",
            standing="alleged",
            data={"summary": lure, "actors": ["reddit"]},
            evidence=[{"article": str(stories[number].article_id), "quote": lure}],
            by="carol",
        )
    told_in = [address for address in admin_addresses(examples) if SCREENS.match(address.name)]
    for address in screens(visitor.client, told_in):
        visitor.open(address.path)
    for story in stories:
        visitor.open(reverse("admin:disputes_article_change", args=[story.article_id]))
    for lure in (LURES[1], LURES[2], LURES[7], LINKS[0]):
        for search in ("/admin/disputes/article/?q=", "/admin/ingest/candidate/?q=", "/admin/disputes/dispute/?q="):
            visitor.open(f"{search}{quote(lure)}")
        visitor.open(f"/admin/disputes/dispute/{SLUG}/change/?on_date={quote(lure)}&as_of={quote(lure)}")
    assert not visitor.ran, "\n".join(visitor.ran)
    assert {url for url in visitor.asked if not url.startswith((live_server.url, "data:"))} == set()
    assert not [url for url in visitor.asked if url.endswith("/hacked")]
