"""What the API tells of what was erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from disputes import commands
from disputes.articles import register_address
from disputes.erasure.places import find_subjects
from disputes.events.personal import ERASED
from disputes.models import SubjectKey

pytestmark = pytest.mark.django_db
NAME, JUDGE = "Nemo Placeholder", "Josephine Placeholder"
REASON = "Request 12."


@pytest.fixture(autouse=True)
def _record(settings: Settings, tmp_path: Path) -> None:
    settings.TRACKER_HOME = tmp_path
    commands.register_party("somebody", name=NAME, aliases=["N. P."], kind="person", by="curator")
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    commands.add_party("a", party="somebody", role="plaintiff", by="curator")
    commands.record_event(
        "a",
        type="complaint_filed",
        occurred="2023-04-19",
        standing="confirmed",
        data={"summary": f"{NAME} sued.", "proceeding": "court-1", "court": "A Court", "judge": JUDGE},
        justification="Seen at the court.",
        personal={"/data/summary": "party/somebody"},
        by="curator",
    )


def erase_all() -> str:
    """Erase both, and give when."""
    subjects = ["party/somebody", *(row.subject for row in find_subjects(JUDGE))]
    commands.erase_subjects(subjects, reason=REASON, by="admin")
    moment = SubjectKey.objects.get(pk="party/somebody").erased_at
    assert moment is not None
    return moment.isoformat().replace("+00:00", "Z")


def answered(reader: APIClient, address: str, **query: Any) -> Any:
    response = reader.get(address, query)
    assert response.status_code == 200, response.content
    return response.json()


def test_it_works(reader: APIClient) -> None:
    assert answered(reader, "/api/v1/disputes/a/")["proceedings"][0]["judge"] == JUDGE
    assert answered(reader, "/api/v1/parties/somebody/")["kind"] == "person"
    moment = erase_all()
    dispute = answered(reader, "/api/v1/disputes/a/")
    assert dispute["proceedings"][0]["judge"] == ERASED
    assert dispute["parties"][0]["name"] == ERASED
    party = answered(reader, "/api/v1/parties/somebody/")
    assert (party["name"], party["aliases"], party["erased_at"]) == (ERASED, [ERASED], moment)


def test_events_and_the_log_say_which_texts_and_when(reader: APIClient) -> None:
    assert all(found["erased"] == [] for found in answered(reader, "/api/v1/events/")["results"])
    moment = erase_all()
    due = [{"pointer": "/data/judge", "at": moment}, {"pointer": "/data/summary", "at": moment}]
    for address in ("/api/v1/disputes/a/events/", "/api/v1/events/"):
        (found,) = [one for one in answered(reader, address)["results"] if one["type"] == "complaint_filed"]
        assert sorted(found["erased"], key=lambda one: one["pointer"]) == due
        assert (found["data"]["judge"], found["data"]["summary"], found["summary"]) == (ERASED, ERASED, ERASED)


def test_who_keeps_a_copy_learns_what_to_read_again(reader: APIClient) -> None:
    seen = answered(reader, "/api/v1/events/")["results"]
    erase_all()
    behind = answered(reader, "/api/v1/events/", after=seen[-1]["position"])["results"]
    assert {found["type"] for found in behind} == {"personal_data_erased"}
    named = {event for found in behind for event in found["data"]["events"]}
    assert named == {found["id"] for found in seen if found["type"] in {"complaint_filed", "party_registered"}}


def test_the_past_shows_the_placeholder_too(reader: APIClient) -> None:
    before = answered(reader, "/api/v1/events/")["results"][-1]["recorded_at"]
    erase_all()
    dispute = answered(reader, "/api/v1/disputes/a/", as_of=before)
    assert dispute["proceedings"][0]["judge"] == ERASED
    assert dispute["parties"][0]["name"] == ERASED


def test_a_copy_of_an_answer_is_stale_after_the_erasure(reader: APIClient) -> None:
    addresses = ("/api/v1/disputes/a/", "/api/v1/parties/somebody/", "/api/v1/disputes/a/events/", "/api/v1/events/")
    tags = {address: reader.get(address)["ETag"] for address in addresses}
    erase_all()
    for address, tag in tags.items():
        assert reader.get(address, headers={"If-None-Match": tag}).status_code == 200, address


def test_the_name_is_found_no_more(reader: APIClient) -> None:
    assert answered(reader, "/api/v1/parties/", q="Nemo")["results"]
    erase_all()
    assert not answered(reader, "/api/v1/parties/", q="Nemo")["results"]


def test_an_erased_article_keeps_its_digest(reader: APIClient) -> None:
    article = register_address("https://news.example/1")
    article.title, article.text, article.digest = f"{NAME} sues", NAME, "0" * 64
    article.save()
    assert answered(reader, f"/api/v1/articles/{article.pk}/")["erased_at"] is None
    commands.erase_article(article.pk, reason=REASON, by="admin")
    told = answered(reader, f"/api/v1/articles/{article.pk}/")
    assert (told["title"], told["text"], told["digest"]) == ("", "", "0" * 64)
    assert told["erased_at"] is not None


def test_without_the_master_key_it_says_so_and_erases_nothing(
    reader: APIClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (Path(settings.TRACKER_HOME) / "subject-master-key").unlink()
    response = reader.get("/api/v1/disputes/a/")
    assert (response.status_code, response.json()["type"]) == (503, "/api/problems/sealed")
    assert str(settings.TRACKER_HOME) not in response.content.decode(), "strangers learn no paths"
    assert str(settings.TRACKER_HOME) in caplog.text


def test_the_record_goes_on_after_an_erasure(curator: APIClient) -> None:
    erase_all()
    body = {
        "type": "statement_made",
        "occurred": "2024",
        "standing": "reported",
        "data": {"summary": "It went on.", "actors": ["somebody"]},
        "justification": "Heard.",
    }
    address = "/api/v1/disputes/a/events/"
    assert curator.post(address, body, format="json").status_code == 201, "that names the party by its slug alone"
