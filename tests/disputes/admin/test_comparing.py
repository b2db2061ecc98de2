"""The page of a dispute compared with itself at another moment of either time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Event
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db


def page(client: Client, slug: str, **query: str) -> Any:
    return client.get(reverse("admin:disputes_dispute_change", args=[slug]), query)


def recorded(kind: str) -> datetime:
    return Event.objects.get(type=kind).recorded_at


def changes(answer: Any) -> dict[str, tuple[str, str]]:
    rows = find(answer, "//section[@id='comparison']/table/tbody/tr")
    return {
        row.xpath("string(td[1])"): (row.xpath("string(td[2])").strip(), row.xpath("string(td[3])").strip())
        for row in rows
    }


def test_it_works(viewer: Client, dispute: str) -> None:
    """What was learned since the price was recorded: a suit, its claims, another status."""
    answer = page(viewer, dispute, on_date="2025-06-10", compare_as_of=recorded("api_price_announced").isoformat())
    assert answer.status_code == 200
    found = changes(answer)
    assert found["Status"] == ("Dormant", "Pleadings")
    assert found["CGC-25-625892"] == ("no such case", "Pleadings")
    assert found["Breach of contract in CGC-25-625892"] == ("not pleaded", "Pending")
    said = " ".join(find(answer, "string(//section[@id='comparison'])").split())
    assert "From 10 June 2025, as known on" in said
    assert "4 June 2025: Complaint filed" in said
    assert "https://press.example/sued" in said
    suit = Event.objects.get(type="complaint_filed").event_id
    assert "added since" in find(answer, f"string(//li[@id='event-{suit}'])")
    (mark,) = find(answer, f"//a[contains(@class, 'drawn-added')][@href='#event-{suit}']/@aria-label")
    assert mark.endswith("sources disagree, added")


def test_what_happened_between_two_days(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute, on_date="2025-06-10", compare_on_date="2025-06-01")
    said = " ".join(find(answer, "string(//section[@id='comparison'])").split())
    assert "From 1 June 2025 to 10 June 2025." in said
    assert "Happened 1 4 June 2025: Complaint filed" in said
    assert changes(answer)["Status"] == ("Dormant", "Pleadings")


def test_corrections_and_retractions_are_told_with_their_reasons(viewer: Client, dispute: str) -> None:
    before = recorded("complaint_filed").isoformat()
    price, suit = (Event.objects.get(type=kind).event_id for kind in ("api_price_announced", "complaint_filed"))
    commands.retract_event(dispute, event=suit, reason="Never filed.", by="carol")
    commands.correct_event(
        dispute,
        event=price,
        reason="The day is known.",
        occurred="2023-04-18",
        standing="reported",
        data={"summary": "Reddit announced paid access.", "actors": ["reddit"]},
        justification="The announcement",
        by="carol",
    )
    answer = page(viewer, dispute, compare_as_of=before)
    said = " ".join(find(answer, "string(//section[@id='comparison'])").split())
    assert "Retracted by carol: Never filed." in said
    assert "18 April 2023: API price announced" in said
    assert find(answer, "//section[@id='comparison']//dt[text()='Date']/following-sibling::dd/*/text()") == [
        "April 2023",
        "18 April 2023",
    ]
    assert find(answer, "//a[contains(@class, 'drawn-gone')]/@aria-label"), "it is drawn as gone"
    assert "corrected since" in find(answer, f"string(//li[@id='event-{price}'])")


def test_nothing_differs(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute, compare_as_of=Event.objects.latest("position").recorded_at.isoformat())
    assert "Nothing differs." in text_of(answer)


def test_before_anything_was_known_all_is_new(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute, compare_as_of="2020-01-01")
    assert changes(answer)["Title"] == ("nothing", "Reddit v. Anthropic")
    recent = find(answer, "//a[text()='the last 7 days']/@href")[0]
    week = (Event.objects.latest("position").recorded_at - timedelta(days=7)).date()
    assert recent == f"?compare_as_of={week}#comparison"


def test_a_moment_that_can_not_be_read_is_said_at_its_field(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute, compare_on_date="whenever")
    assert answer.status_code == 400
    assert "is not a day" in find(answer, "string(//p[@id='id_compare_on_date_error'])")
    assert not find(answer, "//section[@id='comparison']")


def test_the_comparison_is_kept_by_links_and_ended_by_one(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute, compare_as_of="2020-01-01", everything="1")
    assert find(answer, "//section[@id='comparison']//a[text()='End the comparison']/@href") == ["?everything=1"]
    (switch,) = find(answer, "//a[text()='Show the present reading only']/@href")
    assert switch == "?compare_as_of=2020-01-01#timeline"


def test_fields_suggest_the_days_on_which_something_changed(viewer: Client, dispute: str) -> None:
    answer = page(viewer, dispute)
    days = find(answer, "//datalist[@id='steps-on_date']/option/@value")
    assert days[:2] == ["2023-04-01", "2024-05-01"], "the price, and a year of silence after it"
    assert find(answer, "//datalist[@id='steps-on_date']/option[1]/@label") == ["1 April 2023: API price announced"]
    assert len(find(answer, "//datalist[@id='steps-as_of']/option")) == 1, "recorded in one go"
