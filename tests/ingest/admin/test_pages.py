"""Pages of articles in the admin: what became of each and why, and the rules that operators set."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disputes.articles import register_address
from ingest.models import Feed, FullTextRule, FullTextWish, Page, PageHost, PageState
from tests.support.screens import text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/ingest/page/"
RULES = "/admin/ingest/fulltextrule/"


def url(what: str, page: Page) -> str:
    return reverse(f"admin:ingest_page_{what}", args=[page.pk])


@pytest.fixture
def page() -> Page:
    article = register_address("https://press.example/1")
    article.title = "A story"
    article.save()
    host = PageHost.objects.create(host="https://press.example")
    return Page.objects.create(
        article=article, host=host, url=article.url, state=PageState.PAYWALL, reason="It is behind a paywall"
    )


def test_it_works(operator: Client, page: Page) -> None:
    for address in (LIST, url("change", page)):
        said = text_of(operator.get(address))
        for part in ("A story", "Paywall", "It is behind a paywall"):
            assert part in said
    assert "A story" not in text_of(operator.get(LIST, {"state": "read"}))


def test_an_operator_has_a_page_read_again(operator: Client, curator: Client, page: Page) -> None:
    assert curator.post(url("read_again", page)).status_code == 403
    operator.post(url("read_again", page))
    page.refresh_from_db()
    assert page.state == PageState.WAITING
    assert page.next_try_at is not None
    assert page.next_try_at <= timezone.now()


def test_a_page_that_must_not_be_read_is_not_and_says_why(operator: Client, page: Page) -> None:
    FullTextRule.objects.create(domain="press.example", wish=FullTextWish.NEVER, reason="Its terms forbid it")
    assert "Its terms forbid it" in text_of(operator.post(url("read_again", page), follow=True))
    page.refresh_from_db()
    assert page.state == PageState.PAYWALL


def test_an_operator_sets_a_rule_and_takes_it_back(operator: Client, curator: Client) -> None:
    said = {"source": "Press.example", "wish": "never", "reason": "Its terms forbid it"}
    assert curator.post(f"{RULES}set/", said).status_code == 403
    assert operator.get(f"{RULES}set/").status_code == 200
    operator.post(f"{RULES}set/", said)
    rule = FullTextRule.objects.get()
    assert (rule.domain, rule.wish, rule.set_by) == ("press.example", FullTextWish.NEVER, "oscar")
    for part in ("press.example", "Never", "Its terms forbid it", "oscar"):
        assert part in text_of(operator.get(RULES))
    operator.post(f"{RULES}set/", said | {"wish": "usual"})
    assert not FullTextRule.objects.exists()


@pytest.mark.parametrize(
    ("source", "words"),
    [("nonsense", "give a domain"), ("https://press.example/", "give a domain"), ("999", "no feed 999")],
)
def test_a_rule_for_nothing_is_refused(operator: Client, source: str, words: str) -> None:
    response = operator.post(f"{RULES}set/", {"source": source, "wish": "never", "reason": ""})
    assert response.status_code == 422
    assert words in text_of(response)


def test_rules_can_be_set_at_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    feed = Feed.objects.create(url="https://press.example/feed", title="The Press")
    call_command("full_text", str(feed.pk), "always", "--reason", "They agreed")
    assert FullTextRule.objects.get().feed == feed
    call_command("full_text")
    said = capsys.readouterr().out
    assert "The Press: Always (They agreed)" in said
    assert "uscourts.gov: Never, unless said otherwise (PACER charges for each page)" in said
    call_command("full_text", str(feed.pk), "usual")
    assert not FullTextRule.objects.exists()
    with pytest.raises(CommandError, match="no feed 999"):
        call_command("full_text", "999", "never")
    with pytest.raises(CommandError, match="Say also what to do"):
        call_command("full_text", "press.example")
