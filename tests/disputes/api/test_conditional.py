"""Entity tags: a reader who has it gets 304, a writer who has not seen it is refused."""

import pytest
from rest_framework.test import APIClient

from disputes import commands
from tests.disputes.api.addresses import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_the_reader_has_is_not_sent_again(reader: APIClient, reddit: str, address: str) -> None:
    first = reader.get(f"/api/v1/{address}")
    tag = first.headers["ETag"]
    for given in (tag, f'"other", W/{tag}', "*"):
        again = reader.get(f"/api/v1/{address}", headers={"If-None-Match": given})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == tag
    assert reader.get(f"/api/v1/{address}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_head_has_the_tag_of_the_whole(reader: APIClient, reddit: str) -> None:
    whole, head = (getattr(reader, method)("/api/v1/disputes/") for method in ("get", "head"))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_the_tag_changes_with_what_is_told(reader: APIClient, reddit: str) -> None:
    address = f"/api/v1/disputes/{reddit}/"
    tag = reader.get(address).headers["ETag"]
    assert tag.startswith('"6-')
    # Not an event of the dispute, and yet it reads otherwise.
    commands.rename_party("reddit", name="Reddit Holdings", by="curator")
    renamed = reader.get(address, headers={"If-None-Match": tag})
    assert renamed.status_code == 200
    assert renamed.headers["ETag"].startswith('"6-')
    commands.note_conflict(reddit, text="Sources disagree.", by="curator")
    assert reader.get(address).headers["ETag"].startswith('"7-')


def note(client: APIClient, slug: str, match: str) -> int:
    body = {"type": "conflict_noted", "data": {"text": "Sources disagree."}}
    return client.post(f"/api/v1/disputes/{slug}/events/", body, format="json", headers={"If-Match": match}).status_code


def test_a_writer_names_the_version_that_was_seen(curator: APIClient, reddit: str) -> None:
    tag = curator.get(f"/api/v1/disputes/{reddit}/").headers["ETag"]
    assert note(curator, reddit, '"6"') == 201
    assert note(curator, reddit, '"6"') == 412
    assert note(curator, reddit, tag) == 412
    assert note(curator, reddit, curator.get(f"/api/v1/disputes/{reddit}/events/").headers["ETag"]) == 201
    assert note(curator, reddit, '"7", "8"') == 201
    assert note(curator, reddit, "*") == 201


@pytest.mark.parametrize(
    ("match", "status"),
    [('W/"6"', 412), ('"something else"', 412), ("6", 400), ("", 400), ('"99999999999999999"', 412)],
)
def test_what_is_no_version_never_matches(curator: APIClient, reddit: str, match: str, status: int) -> None:
    assert note(curator, reddit, match) == status


def test_a_stale_writer_is_told_both_versions(curator: APIClient, reddit: str) -> None:
    answer = curator.post(
        f"/api/v1/disputes/{reddit}/events/",
        {"type": "conflict_noted", "data": {"text": "Sources disagree."}},
        format="json",
        headers={"If-Match": '"5"'},
    )
    assert answer.status_code == 412
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["expected_version"], problem["current_version"]) == (5, 6)
    assert "at version 6" in problem["detail"]
    assert curator.get(f"/api/v1/disputes/{reddit}/").json()["version"] == 6
