"""Disputes over the API: what a reader finds in the list and in the detail."""

from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Event

pytestmark = pytest.mark.django_db


def test_it_works(reader: APIClient, reddit: str) -> None:
    page = reader.get("/api/v1/disputes/").json()
    assert page["next"] is page["previous"] is None
    (dispute,) = page["results"]
    assert dispute["slug"] == reddit
    assert dispute["url"] == f"http://testserver/api/v1/disputes/{reddit}/"
    assert dispute["status"] == "pleadings"
    assert dispute["parties"][0] == {"slug": "reddit", "name": "Reddit, Inc.", "role": "data_holder", "note": None}
    assert dispute["opened"] == {"date": "2023-04", "precision": "month"}
    assert dispute["latest"]["type"] == "complaint_filed"
    assert dispute["latest"]["date"] == "2025-06-04"
    assert dispute["next_date"] == {"date": "2199-05", "precision": "month"}
    assert dispute["evidence_count"] == 3
    assert dispute["version"] == 6
    assert dispute["updated_at"].endswith("Z")


def test_the_detail_tells_proceedings_and_prices(reader: APIClient, reddit: str) -> None:
    dispute = reader.get(f"/api/v1/disputes/{reddit}/").json()
    (proceeding,) = dispute["proceedings"]
    assert proceeding["court"] == "Superior Court of California"
    assert proceeding["status"] == "pleadings"
    assert proceeding["filed"] == {"date": "2025-06-04", "precision": "day"}
    assert proceeding["claims"][0] == {"claim": "breach_of_contract", "outcome": "pending"}
    (price,) = dispute["prices"]
    assert (price["price"]["low"], price["price"]["currency"], price["price"]["per"]) == (
        "0.24",
        "USD",
        "thousand_calls",
    )
    assert dispute["licences"] == dispute["watch_terms"] == dispute["related"] == []


def test_the_list_says_what_the_detail_says(reader: APIClient, reddit: str) -> None:
    """The list reads tables, the detail folds events: they must never differ."""
    commands.open_dispute("quiet", title="Quiet", kind="threat", summary="Nothing happened yet.", by="seeds")
    for day in ("", "on_date=2020-01-01", "on_date=2023-04-30", "on_date=2024-01-01", "on_date=2250-01-01"):
        for listed in reader.get(f"/api/v1/disputes/?{day}").json()["results"]:
            detail = reader.get(f"/api/v1/disputes/{listed['slug']}/?{day}").json()
            assert listed == {name: detail[name] for name in listed}, day


def test_on_date_tells_what_had_happened(reader: APIClient, reddit: str) -> None:
    before = reader.get(f"/api/v1/disputes/{reddit}/?on_date=2024-01-01").json()
    assert before["status"] == "watching"
    assert before["latest"]["type"] == "api_price_announced"
    assert before["next_date"] == {"date": "2025-06-04", "precision": "day"}
    assert before["proceedings"] == []
    assert before["evidence_count"] == 1
    nothing = reader.get("/api/v1/disputes/?on_date=2020-01-01").json()["results"][0]
    assert nothing["opened"] is nothing["latest"] is None
    assert nothing["evidence_count"] == 0


def test_as_of_tells_what_was_known(reader: APIClient, reddit: str) -> None:
    known = Event.objects.get(stream=f"dispute/{reddit}", version=4).recorded_at
    commands.rename_party("reddit", name="Reddit Holdings", by="curator")
    then = reader.get(f"/api/v1/disputes/{reddit}/", {"as_of": known.isoformat()}).json()
    assert then["version"] == 4
    assert then["status"] == "dormant", "nothing but the announcement of 2023 was known"
    assert then["parties"][0]["name"] == "Reddit, Inc."
    now = reader.get(f"/api/v1/disputes/{reddit}/").json()
    assert now["version"] == 6
    assert now["parties"][0]["name"] == "Reddit Holdings"


def test_before_it_was_recorded_there_was_no_dispute(reader: APIClient, reddit: str) -> None:
    answer = reader.get(f"/api/v1/disputes/{reddit}/?as_of=2020-01-01")
    assert answer.status_code == 404
    assert "known at 2020-01-01" in answer.json()["detail"]


def test_a_day_as_of_means_its_end(reader: APIClient, reddit: str) -> None:
    today = datetime.now(UTC).date()
    assert reader.get(f"/api/v1/disputes/{reddit}/?as_of={today}").json()["version"] == 6


def test_a_relation_tells_the_other_title(reader: APIClient, reddit: str) -> None:
    commands.open_dispute("other", title="The other one", kind="threat", summary="Another.", by="seeds")
    commands.relate_disputes(reddit, other="other", note="Same API", by="seeds")
    related = reader.get(f"/api/v1/disputes/{reddit}/").json()["related"]
    assert related == [{"slug": "other", "title": "The other one", "note": "Same API"}]


def test_expanded_parties_tell_their_other_names(reader: APIClient, reddit: str) -> None:
    for address in ("/api/v1/disputes/", f"/api/v1/disputes/{reddit}/"):
        answer = reader.get(f"{address}?expand=parties").json()
        dispute = answer["results"][0] if "results" in answer else answer
        assert dispute["parties"][0]["aliases"] == ["Reddit"]


def test_an_unknown_dispute_is_not_found(reader: APIClient) -> None:
    for address in ("", "events/", "evidence/", "events/00000000-0000-4000-8000-000000000000/"):
        assert reader.get(f"/api/v1/disputes/nowhere/{address}").status_code == 404


def test_a_merged_dispute_is_told_with_the_one_that_goes_on(reader: APIClient, reddit: str) -> None:
    commands.open_dispute("twin", title="Twin", kind="threat", summary="The same.", by="seeds")
    commands.attach_evidence("twin", article="https://news.example/twin", by="seeds")
    commands.merge_disputes("twin", into=reddit, reason="The same quarrel", by="curator")
    (listed,) = reader.get("/api/v1/disputes/").json()["results"]
    detail = reader.get(f"/api/v1/disputes/{reddit}/").json()
    assert listed == {name: detail[name] for name in listed}
    assert detail["evidence_count"] == 4
    assert detail["version"] == 7, "of its own stream, so that If-Match can name it"
