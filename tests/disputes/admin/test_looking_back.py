"""The page of a dispute as of two times: what was known then, of what had happened by a day."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disputes import as_known, commands
from disputes.models import Event
from tests.support.screens import errors_at, find, text_of

pytestmark = pytest.mark.django_db


def url(slug: str) -> str:
    return reverse("admin:disputes_dispute_change", args=[slug])


def recorded(kind: str) -> datetime:
    return Event.objects.get(type=kind).recorded_at


def test_it_works(curator: Client, dispute: str) -> None:
    """Before the suit: no proceeding, nothing to come that was not known, and another status."""
    before = recorded("api_price_announced").isoformat()
    page = curator.get(url(dispute), {"on_date": "2024-03-31", "as_of": before})
    said = text_of(page)
    assert page.status_code == 200
    assert "As known on" in said
    assert "of what had happened by 31 March 2024." in said
    assert "Watching" in find(page, "string(//p[@class='status-line'])")
    assert find(page, "//section[@id='timeline']//div[@class='entry-when']/text()") == ["April 2023"]
    assert "No case is recorded." in said
    assert "Nothing is scheduled." in said
    assert "Evidence (1)" in said
    assert "0.24 USD" in find(page, "string(//section[@id='prices'])")


def test_what_had_happened_by_a_day(curator: Client, dispute: str) -> None:
    page = curator.get(url(dispute), {"on_date": "2024-03-31"})
    assert "What had happened by 31 March 2024, as it is known now." in text_of(page)
    assert find(page, "//section[@id='timeline']//div[@class='entry-when']/text()") == ["April 2023"]
    assert "Reddit sued Anthropic." in find(page, "string(//section[@id='upcoming'])"), "it lay ahead"
    assert find(curator.get(url(dispute), {"on_date": "2023-03-31"}), "//section[@id='timeline']//li") == []
    overlapping = curator.get(url(dispute), {"on_date": "2023-04-19"})
    assert "Reddit announced" in find(overlapping, "string(//section[@id='timeline'])"), "April may have begun with it"


def test_what_was_known_at_a_moment(curator: Client, dispute: str) -> None:
    then = recorded("complaint_filed")
    commands.rename_party("reddit", name="Reddit Holdings", by="seeds")
    commands.retract_event(dispute, event=Event.objects.get(type="complaint_filed").event_id, reason="No", by="seeds")
    commands.describe_dispute(dispute, title="Renamed", kind="litigation", summary="Anew.", by="seeds")
    page = curator.get(url(dispute), {"as_of": then.isoformat()})
    said = text_of(page)
    assert f"As known on {then.day} {then:%B %Y} at {then:%H:%M:%S} UTC." in said
    assert "Reddit v. Anthropic" in said
    assert "Renamed" not in said
    assert "Reddit, Inc." in find(page, "string(//section[@id='parties'])")
    assert "Reddit sued Anthropic." in find(page, "string(//section[@id='timeline'])")
    assert "Renamed" in text_of(curator.get(url(dispute)))


def test_nothing_is_written_while_looking_back(curator: Client, dispute: str) -> None:
    today = timezone.now().date().isoformat()
    offered = "//a[contains(@href, '/record/') or contains(@href, '/correct/') or contains(@href, '/retract/')]"
    assert find(curator.get(url(dispute)), offered)
    for query in ({"as_of": today}, {"on_date": today}, {"on_date": "whenever"}):
        page = curator.get(url(dispute), query)
        assert not find(page, offered), query
        assert not find(page, "//form[contains(@class, 'command')]"), query
        assert not find(page, "//nav[@aria-label='Actions']"), query
    (present,) = find(curator.get(url(dispute), {"as_of": today}), "//a[text()='Show the present.']/@href")
    assert present == "?"


def test_before_it_was_recorded_nothing_was_known(viewer: Client, dispute: str) -> None:
    page = viewer.get(url(dispute), {"as_of": "2020-01-01"})
    assert page.status_code == 200
    assert "Nothing was known of this dispute then. It was taken into the record on" in text_of(page)
    assert not find(page, "//section[@id='timeline']")


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ({"on_date": "whenever"}, "on_date", "is not a day; write it as 2023-04-19"),
        ({"on_date": "2023-02-30"}, "on_date", "is not a day"),
        ({"on_date": "2023-04"}, "on_date", "is not a day"),
        ({"as_of": "2023-04-19T12:00"}, "as_of", "is not a moment; write it as 2023-04-19T12:00:00Z"),
        ({"as_of": "2199-01-01"}, "as_of", "lies in the future"),
        ({"as_of": "x" * 100}, "as_of", "at most 60 characters"),
    ],
)
def test_a_bad_date_is_said_and_the_present_is_shown(
    viewer: Client, dispute: str, query: dict[str, str], field: str, reason: str
) -> None:
    page = viewer.get(url(dispute), query)
    assert page.status_code == 400
    (error,) = find(page, f"//form[@class='times']//*[@id='id_{field}_error']")
    assert reason in error.text_content()
    assert "so this is the present" in text_of(page)
    assert find(page, f"string(//input[@name='{field}']/@value)") == query[field]
    assert errors_at(page, field) == ""


@pytest.mark.parametrize("text", ["2024-03-31", "31 March 2024", "March 31, 2024"])
def test_days_are_read_as_curators_write_them(viewer: Client, dispute: str, text: str) -> None:
    page = viewer.get(url(dispute), {"on_date": text})
    assert "happened by 31 March 2024" in text_of(page)
    assert find(page, "//input[@name='on_date'][@type='date']/@value") == ["2024-03-31"]


def test_a_permalink_stays_what_it_says(curator: Client, dispute: str) -> None:
    event = Event.objects.get(type="api_price_announced").event_id
    (link,) = find(curator.get(url(dispute)), f"//li[@id='event-{event}']//a[starts-with(., 'Permalink')]/@href")
    assert "as_of=" in link
    commands.retract_event(dispute, event=event, reason="Wrong", by="seeds")
    assert f"event-{event}" not in curator.get(url(dispute)).content.decode()
    page = curator.get(url(dispute) + link.partition("#")[0])
    assert "Reddit announced" in find(page, f"string(//li[@id='event-{event}'])")


def test_what_lies_ahead_becomes_past_by_the_clock_alone(
    viewer: Client, dispute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = timezone.now() + timedelta(days=10)
    commands.record_event(
        dispute,
        type="hearing_scheduled",
        occurred=ahead.date().isoformat(),
        standing="confirmed",
        data={"summary": "A hearing is set.", "proceeding": "sf-superior"},
        justification="The court's calendar",
        by="seeds",
    )
    assert "A hearing is set." in find(viewer.get(url(dispute)), "string(//section[@id='upcoming'])")
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    # The session is over by then.
    viewer.force_login(get_user_model().objects.get(username="victor"))
    assert "A hearing is set." in find(viewer.get(url(dispute)), "string(//section[@id='timeline'])")


def party(slug: str) -> str:
    return reverse("admin:disputes_party_change", args=[slug])


def test_a_party_is_told_as_it_was_known(curator: Client, dispute: str) -> None:
    then = recorded("complaint_filed")
    commands.rename_party("reddit", name="Reddit Holdings", by="seeds")
    commands.register_party("owner", name="Owner", by="seeds")
    commands.change_parent("reddit", parent="owner", by="seeds")
    commands.remove_party(dispute, party="reddit", role="plaintiff", by="seeds")
    now = text_of(curator.get(party("reddit")))
    assert "Reddit Holdings" in now
    assert "Owner" in now
    (link,) = find(curator.get(url(dispute), {"as_of": then.isoformat()}), "//section[@id='parties']//a[1]/@href")[:1]
    page = curator.get(link)
    said = text_of(page)
    assert f"As known on {then.day} {then:%B %Y} at" in said
    for word in ("Reddit Holdings", "Owner", "Add alias", "Remove"):
        assert word not in said
    assert "Reddit, Inc." in said
    assert "Reddit v. Anthropic" in said
    assert "Plaintiff" in said
    assert find(page, "//form[@class='times']//input/@name") == ["as_of"], "a party has no dates in the world"


def test_a_party_that_was_not_known_says_since_when_it_is(viewer: Client, dispute: str) -> None:
    page = viewer.get(party("reddit"), {"as_of": "2020-01-01"})
    assert "Nothing was known of this party then. It was taken into the record on" in text_of(page)
    assert viewer.get(party("reddit"), {"as_of": "then"}).status_code == 400


def test_a_merged_party_is_told_as_it_was_before(viewer: Client, dispute: str) -> None:
    commands.register_party("reddit-inc", name="reddit inc.", by="seeds")
    before = Event.objects.get(stream="party/reddit-inc").recorded_at.isoformat()
    commands.merge_parties("reddit-inc", into="reddit", reason="One company", by="seeds")
    assert viewer.get(party("reddit-inc"))["Location"] == party("reddit")
    assert "reddit inc." in text_of(viewer.get(party("reddit-inc"), {"as_of": before}))
    (link,) = find(viewer.get(party("reddit")), "//ul[@class='absorbed']//a[text()='reddit-inc']/@href")
    assert "reddit inc." in text_of(viewer.get(link))


def test_a_party_that_would_cost_too_much_says_so(
    viewer: Client, dispute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = recorded("complaint_filed").isoformat()
    commands.note_conflict(dispute, text="They disagree.", by="seeds")
    monkeypatch.setattr(as_known, "MOST_EVENTS", 2)
    page = viewer.get(party("reddit"), {"as_of": then})
    assert page.status_code == 200
    assert "It can't be told as of then" in text_of(page)
