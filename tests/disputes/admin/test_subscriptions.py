"""Subscriptions in the admin: how far each is, what is parked, and what operators do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes.models import ParkedStream, SkippedEvent, Subscription, SubscriptionState
from disputes.subscriptions import CONSUMERS
from tests.disputes.subscriptions.conftest import LATER, SOON, Recorder, append
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/disputes/subscription/"
PAGE = f"{LIST}recorder/change/"


@pytest.fixture(autouse=True)
def _own_consumers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    product = dict(CONSUMERS)
    CONSUMERS.clear()
    yield
    CONSUMERS.clear()
    CONSUMERS.update(product)


@pytest.fixture
def operator() -> Client:
    return log_in("operator", name="oscar")


@pytest.fixture
def recorder() -> Recorder:
    """Stream a is parked at event 1 with another behind it, and stream b goes on."""
    recorder = Recorder(retry=SOON)
    append(*"aba")
    recorder.fails_at = {1}
    recorder.until_parked()
    return recorder


def url(what: str, *arguments: object) -> str:
    return reverse(f"admin:disputes_subscription_{what}", args=["recorder", *arguments])


def test_it_works(operator: Client, recorder: Recorder) -> None:
    append("b", "b")
    said = text_of(operator.get(LIST))
    for part in ("recorder", "Running", "2 events, 0 minutes"):
        assert part in said
    page = operator.get(PAGE)
    said = text_of(page)
    assert "RuntimeError: no liking for event 1" in said
    assert "dispute/a 1" in said, "one waits behind it"
    assert find(page, f"//form[@action='{url('retry', 1)}']//button/text()") == ["Try again"]
    recorder.fails_at = set()
    assert "delivers the event again now" in text_of(operator.post(url("retry", 1), follow=True))
    assert ParkedStream.objects.get().retried_by == "oscar"
    recorder.deliver()
    assert recorder.seen == [2, 1, 3, 4, 5]
    assert "Nothing is parked" in text_of(operator.get(PAGE))


def test_an_operator_skips_with_a_reason(operator: Client, recorder: Recorder) -> None:
    assert "say why the event is skipped" in text_of(operator.post(url("skip", 1), {"reason": "\x00 "}, follow=True))
    assert not SkippedEvent.objects.exists()
    said = text_of(operator.post(url("skip", 1), {"reason": "Sent by hand"}, follow=True))
    assert "is skipped" in said
    assert "Sent by hand" in said
    assert SkippedEvent.objects.get().skipped_by == "oscar"
    assert "not parked" in text_of(operator.post(url("skip", 1), {"reason": "Twice"}, follow=True))


def test_an_operator_pauses_and_resumes(operator: Client, recorder: Recorder) -> None:
    assert "is paused" in text_of(operator.post(url("pause"), {"reason": "Moving"}, follow=True))
    assert (recorder.row.state, recorder.row.pause_reason) == (SubscriptionState.PAUSED, "Moving")
    page = operator.get(PAGE)
    assert "Moving" in text_of(page)
    assert "paused already" in text_of(operator.post(url("pause"), follow=True))
    operator.post(url("resume"))
    assert (recorder.row.state, recorder.row.changed_by) == (SubscriptionState.RUNNING, "oscar")


def test_what_fails_shows_its_next_try_and_can_be_hurried(operator: Client) -> None:
    recorder = Recorder(retry=LATER)
    append("a")
    recorder.fails_at = {1}
    recorder.deliver()
    said = text_of(operator.get(PAGE))
    assert "Failing" in said
    assert "after 1 of 3 attempts" in said
    operator.post(url("hurry"))
    recorder.fails_at = set()
    recorder.deliver()
    assert recorder.seen == [1]
    assert "does not wait" in text_of(operator.post(url("hurry"), follow=True))


def test_everything_that_is_parked_is_tried_again_at_once(operator: Client, recorder: Recorder) -> None:
    append("c")
    recorder.fails_at = {4}
    recorder.until_parked()
    assert find(operator.get(PAGE), f"//form[@action='{url('retry_everything')}']")
    operator.post(url("retry_everything"))
    recorder.fails_at = set()
    recorder.deliver()
    assert sorted(recorder.seen) == [1, 2, 3, 4]


@pytest.mark.parametrize("role", ["viewer", "curator"])
def test_others_see_all_of_it_and_decide_nothing(role: str, recorder: Recorder) -> None:
    client = log_in(role)
    page = client.get(PAGE)
    assert "no liking for event 1" in text_of(page)
    assert find(page, "//div[@class='tracker']//button") == []
    for what, *arguments in (
        ("pause",),
        ("resume",),
        ("hurry",),
        ("retry_everything",),
        ("retry", 1),
        ("skip", 1),
    ):
        assert client.post(url(what, *arguments), {"reason": "No"}).status_code == 403
    assert ParkedStream.objects.get().retried_by == ""


def test_an_administrator_may_too(recorder: Recorder) -> None:
    log_in("administrator").post(url("pause"))
    assert recorder.row.state == SubscriptionState.PAUSED


def test_a_consumer_that_the_code_no_longer_has_is_said_to_be_so(operator: Client, recorder: Recorder) -> None:
    CONSUMERS.clear()
    assert "No longer declared" in text_of(operator.get(LIST))
    assert "no consumer of this name" in text_of(operator.get(PAGE))


def test_the_front_page_names_those_in_trouble(operator: Client, recorder: Recorder) -> None:
    Recorder("well").deliver()
    said = text_of(operator.get("/admin/"))
    assert "The subscription recorder has 1 parked stream." in said
    assert "The subscription well" not in said
    recorder.fails_at = {append("c")[0]}
    ParkedStream.objects.all().delete()
    recorder.deliver()
    assert "The subscription recorder fails and is tried again:" in text_of(operator.get("/admin/"))


def test_an_unknown_subscription_is_not_found(operator: Client) -> None:
    assert operator.post(url("pause")).status_code == 404
    assert operator.get(PAGE).status_code == 404
    assert "No subscription yet" in text_of(operator.get(LIST))


def test_hostile_errors_stay_words(operator: Client, recorder: Recorder) -> None:
    attack = "<script>alert(1)</script>"
    ParkedStream.objects.update(error=attack)
    Subscription.objects.update(last_error=attack)
    for address in (LIST, PAGE):
        assert "<script>alert" not in operator.get(address).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(operator: Client, recorder: Recorder) -> None:
    for address in (LIST, PAGE):
        operator.get(address)
    with CaptureQueriesContext(connection) as few:
        operator.get(LIST)
        operator.get(PAGE)
    for stream in "def":
        recorder.fails_at = set(append(stream))
        recorder.until_parked()
        Recorder(f"follower-{stream}")
    with CaptureQueriesContext(connection) as many:
        operator.get(LIST)
        operator.get(PAGE)
    assert len(many) == len(few)
