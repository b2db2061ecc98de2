"""Merging over the API: the old slug leads on, both histories stay, and it can be undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes import commands, ledger
from disputes.models import Event
from disputes.streams import dispute_stream, party_stream

pytestmark = pytest.mark.django_db

BODY = {"into": "reddit-api-pricing", "reason": "The same quarrel"}


@pytest.fixture
def twin(reddit: str) -> str:
    """A dispute that turns out to be the other, with a party that turns out to be Reddit."""
    commands.register_party("reddit-inc", name="reddit inc.", aliases=["The front page"], by="seeds")
    commands.open_dispute("twin", title="Twin", kind="threat", summary="The same.", by="seeds")
    commands.add_party("twin", party="reddit-inc", role="sender", by="seeds")
    commands.record_event(
        "twin",
        type="threat_made",
        occurred="2023-04-19",
        standing="reported",
        data={"summary": "A threat.", "actors": ["reddit-inc"]},
        evidence=[{"article": "https://news.example/twin"}],
        by="seeds",
    )
    return "twin"


def post(client: APIClient, address: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1/{address}", body, format="json", headers=headers)


def test_it_works(curator: APIClient, reader: APIClient, twin: str, reddit: str) -> None:
    answer = post(curator, f"disputes/{twin}/merge/", BODY)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["type"] == "dispute_merged"
    assert answer.json()["data"] == BODY
    assert reader.get(answer.headers["Location"]).json()["id"] == answer.json()["id"], "it is told by the other"

    event = Event.objects.get(type="threat_made").event_id
    for resource in ("", "events/", f"events/{event}/", "evidence/"):
        assert reader.get(f"/api/v1/disputes/{twin}/{resource}?colour=red").status_code == 400
        query = "?fields=event,stance" if resource == "evidence/" else "?fields=url"
        moved = reader.get(f"/api/v1/disputes/{twin}/{resource}{query}")
        assert (moved.status_code, moved.content) == (308, b"")
        assert "Content-Type" not in moved.headers
        assert moved.headers["Location"] == f"http://testserver/api/v1/disputes/{reddit}/{resource}{query}"
        assert reader.get(moved.headers["Location"]).status_code == 200
    assert reader.get(f"/api/v1/disputes/{reddit}/").json()["absorbed"] == [twin]
    listed = reader.get("/api/v1/disputes/?count=on").json()
    assert (listed["count"], listed["results"][0]["evidence_count"]) == (1, 4)

    undone = post(curator, f"disputes/{twin}/undo-merge/", {"reason": "Two quarrels"})
    assert undone.status_code == 201
    assert undone.json()["retracts"] == answer.json()["id"]
    assert reader.get(f"/api/v1/disputes/{twin}/").json()["evidence_count"] == 1
    assert reader.get(f"/api/v1/disputes/{reddit}/").json()["evidence_count"] == 3


def test_a_party_leads_on_too(curator: APIClient, reader: APIClient, twin: str) -> None:
    answer = post(curator, "parties/reddit-inc/merge/", {"into": "reddit", "reason": "One company"})
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["stream"], answer.json()["version"]) == ("party/reddit-inc", 2)
    assert reader.get(answer.headers["Location"]).json()["results"] == [answer.json()]
    moved = reader.get("/api/v1/parties/reddit-inc/")
    assert (moved.status_code, moved.headers["Location"]) == (308, "http://testserver/api/v1/parties/reddit/")
    assert "reddit inc." in reader.get(moved.headers["Location"]).json()["aliases"]
    assert [party["slug"] for party in reader.get("/api/v1/parties/").json()["results"]] == ["anthropic", "reddit"]
    undone = post(curator, "parties/reddit-inc/undo-merge/", {"reason": "Two companies"})
    assert undone.json()["retracts"] == answer.json()["id"]
    assert reader.get("/api/v1/parties/reddit-inc/").json()["name"] == "reddit inc."


def test_the_old_slug_answers_as_it_was_before(curator: APIClient, reader: APIClient, twin: str, reddit: str) -> None:
    before = Event.objects.get(type="threat_made").recorded_at.isoformat()
    after = post(curator, f"disputes/{twin}/merge/", BODY).json()["recorded_at"]
    address = f"/api/v1/disputes/{twin}/"
    for resource, number in (("events/", 3), ("evidence/", 1)):
        answer = reader.get(address + resource, {"as_of": before})
        assert (answer.status_code, len(answer.json()["results"])) == (200, number)
    then = reader.get(address, {"as_of": before})
    assert (then.status_code, then.json()["title"]) == (200, "Twin")
    assert reader.get(f"/api/v1/disputes/{reddit}/", {"as_of": before}).json()["evidence_count"] == 3
    moved = reader.get(address, {"as_of": after})
    assert moved.status_code == 308
    assert reader.get(moved.headers["Location"]).json()["evidence_count"] == 4
    commands.undo_dispute_merge(twin, reason="Two", by="curator")
    assert reader.get(address, {"as_of": after}).status_code == 308, "it was merged then"
    assert reader.get(address).status_code == 200


def test_a_chain_of_merges_is_followed_at_once(reader: APIClient, twin: str, reddit: str) -> None:
    commands.open_dispute("third", title="Third", kind="threat", summary="The same.", by="seeds")
    first = commands.merge_disputes("third", into=twin, reason="The same", by="curator").recorded_at
    commands.merge_disputes(twin, into=reddit, reason="The same", by="curator")
    moved = reader.get("/api/v1/disputes/third/events/?page_size=1")
    assert moved.headers["Location"] == f"http://testserver/api/v1/disputes/{reddit}/events/?page_size=1"
    then = (first + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    assert f"/disputes/{twin}/" in reader.get("/api/v1/disputes/third/", {"as_of": then}).headers["Location"]
    commands.register_party("r", name="R", by="seeds")
    commands.merge_parties("r", into="reddit-inc", reason="The same", by="curator")
    commands.merge_parties("reddit-inc", into="reddit", reason="The same", by="curator")
    assert reader.get("/api/v1/parties/r/").headers["Location"].endswith("/parties/reddit/")
    redirected = reader.get("/api/v1/disputes/?party=r&fields=slug").json()
    assert redirected["results"] == [{"slug": reddit}], "filters know the old slugs too"
    assert reader.get("/api/v1/articles/?dispute=third&count=on").json()["count"] == 4


def test_a_redirection_is_not_kept_since_a_merge_can_be_undone(reader: APIClient, twin: str, reddit: str) -> None:
    commands.merge_disputes(twin, into=reddit, reason="The same", by="curator")
    for answer in (reader.get(f"/api/v1/disputes/{twin}/"), reader.head(f"/api/v1/disputes/{twin}/")):
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("kind", ["dispute", "party"])
def test_the_first_answer_comes_again(curator: APIClient, twin: str, reddit: str, kind: str) -> None:
    path, into = {"dispute": ("disputes/twin", reddit), "party": ("parties/reddit-inc", "reddit")}[kind]
    body = {"into": into, "reason": "The same"}
    merge = {"Idempotency-Key": "m", "If-Match": '"3"' if kind == "dispute" else '"1"'}
    first = post(curator, f"{path}/merge/", body, **merge)
    assert first.status_code == 201
    again = post(curator, f"{path}/merge/", body, **merge)
    assert (again.status_code, again.content) == (201, first.content)
    undone = post(curator, f"{path}/undo-merge/", {"reason": "Two"}, **{"Idempotency-Key": "u"})
    assert post(curator, f"{path}/merge/", body, **merge).content == first.content, "and nothing is merged anew"
    assert post(curator, f"{path}/undo-merge/", {"reason": "Two"}, **{"Idempotency-Key": "u"}).content == undone.content
    stream = dispute_stream("twin") if kind == "dispute" else party_stream("reddit-inc")
    assert ledger.stream_version(stream) == (5 if kind == "dispute" else 3)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_used_for_another_merge_is_refused(curator: APIClient, twin: str) -> None:
    post(curator, f"disputes/{twin}/merge/", BODY, **{"Idempotency-Key": "m"})
    again = post(curator, f"disputes/{twin}/merge/", BODY | {"reason": "Otherwise"}, **{"Idempotency-Key": "m"})
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/idempotency-key-reused")


def test_a_stale_version_is_refused(curator: APIClient, twin: str) -> None:
    stale = post(curator, f"disputes/{twin}/merge/", BODY, **{"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["current_version"]) == (412, 3)
    merged = post(curator, f"disputes/{twin}/merge/", BODY, **{"If-Match": '"3"'}).json()["version"]
    assert post(curator, f"disputes/{twin}/undo-merge/", {"reason": "No"}, **{"If-Match": '"3"'}).status_code == 412
    undo = {"If-Match": f'"{merged}"'}
    assert post(curator, f"disputes/{twin}/undo-merge/", {"reason": "No"}, **undo).status_code == 201


@pytest.mark.parametrize(
    ("address", "body", "expected"),
    [
        ("disputes/twin/merge/", BODY | {"into": "nowhere"}, "/into"),
        ("disputes/twin/merge/", BODY | {"into": "twin"}, "/into"),
        ("disputes/twin/merge/", BODY | {"into": "No slug"}, "/into"),
        ("disputes/twin/merge/", {"into": "reddit-api-pricing"}, "/reason"),
        ("disputes/twin/merge/", BODY | {"by": "me"}, "/by"),
        ("disputes/nowhere/merge/", BODY, 404),
        ("disputes/twin/undo-merge/", {"reason": "No"}, 409),
        ("disputes/twin/undo-merge/", {"reason": " "}, "/reason"),
        ("parties/reddit-inc/merge/", {"into": "reddit-inc", "reason": "No"}, "/into"),
        ("parties/nobody/undo-merge/", {"reason": "No"}, 404),
        ("parties/reddit-inc/undo-merge/", {"reason": "No"}, 409),
    ],
)
def test_what_can_not_be_merged_is_refused(
    curator: APIClient, twin: str, address: str, body: dict[str, Any], expected: str | int
) -> None:
    """A pointer stands for a 400 that names the field."""
    answer = post(curator, address, body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if isinstance(expected, int):
        assert answer.status_code == expected, answer.json()
    else:
        assert answer.status_code == 400, answer.json()
        assert [error["pointer"] for error in answer.json()["errors"]] == [expected]


def test_half_a_merge_is_not_retracted(curator: APIClient, twin: str, reddit: str) -> None:
    post(curator, f"disputes/{twin}/merge/", BODY)
    half = str(Event.objects.get(type="dispute_absorbed").event_id)
    body = {"type": "event_retracted", "data": {"event": half, "reason": "No"}}
    answer = post(curator, f"disputes/{reddit}/events/", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/problems/unfit")


def test_a_merged_dispute_is_written_to_no_more(writer: Callable[..., APIClient], twin: str, reddit: str) -> None:
    commands.merge_disputes(twin, into=reddit, reason="The same", by="curator")
    body = {"type": "conflict_noted", "data": {"text": "Sources disagree."}}
    answer = post(writer("curator"), f"disputes/{twin}/events/", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/problems/unfit")
    assert f"merged into {reddit}" in answer.json()["detail"]


def test_the_list_says_what_the_detail_says_of_merged_parties(reader: APIClient, twin: str, reddit: str) -> None:
    commands.add_party(reddit, party="reddit-inc", role="data_holder", by="seeds")
    commands.add_party(reddit, party="reddit-inc", role="plaintiff", by="seeds")
    before = Event.objects.order_by("position").last()
    assert before is not None
    commands.merge_parties("reddit-inc", into="reddit", reason="One company", by="curator")
    for listed in reader.get("/api/v1/disputes/").json()["results"]:
        detail = reader.get(f"/api/v1/disputes/{listed['slug']}/").json()
        assert listed == {name: detail[name] for name in listed}
        assert "reddit-inc" not in [party["slug"] for party in detail["parties"]]
    then = reader.get(f"/api/v1/disputes/{reddit}/", {"as_of": before.recorded_at.isoformat()}).json()
    assert [(party["slug"], party["role"]) for party in then["parties"]] == [
        ("reddit", "data_holder"),
        ("anthropic", "ai_developer"),
        ("reddit-inc", "data_holder"),
        ("reddit-inc", "plaintiff"),
    ]
