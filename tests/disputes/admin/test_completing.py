"""What forms ask for while somebody types: names that may be meant, and how a date is read."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes import commands
from disputes.models import Party
from tests.support.screens import log_in

pytestmark = pytest.mark.django_db


def complete(client: Client, kind: str, text: str, **asked: str) -> Any:
    url = reverse("admin:disputes_dispute_complete", args=[kind])
    return client.get(f"{url}?{urlencode({'q': text, **asked})}")


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [result["value"] for result in answer.json()["results"]]


def test_it_works(curator: Client, dispute: str) -> None:
    commands.rename_party("reddit", name="Reddit Holdings", by="seeds")
    answer = complete(curator, "party", "redd")
    assert answer.json() == {
        "results": [{"value": "reddit", "label": "Reddit Holdings", "detail": "also Reddit, Reddit, Inc."}],
        "more": False,
    }
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]


def test_the_likeliest_comes_first(curator: Client, dispute: str) -> None:
    for slug, name in (
        ("a-meta-fan", "A fan of Meta"),
        ("metaphor", "Metaphor"),
        ("meta", "Meta"),
        ("comet", "Cometa"),
        ("facebook", "Facebook"),
        ("metal", "Metal Press"),
    ):
        commands.register_party(slug, name=name, by="seeds")
    commands.add_alias("facebook", alias="meta", by="seeds")
    commands.open_dispute("other", title="Other", kind="threat", summary="O.", by="seeds")
    commands.add_party("other", party="metal", role="sender", by="seeds")
    assert found(complete(curator, "party", "meta")) == [
        "meta",  # the whole name, as
        "facebook",  # the whole of another name
        "metal",  # a beginning, and takes part in a dispute
        "metaphor",
        "a-meta-fan",  # the beginning of a word
        "comet",
    ]
    assert found(complete(curator, "party", "meta", dispute="other"))[0] == "metal", "the dispute's own come first"
    assert found(complete(curator, "party", "", dispute=dispute)) == ["reddit", "anthropic"]
    assert found(complete(curator, "party", "fan meta")) == ["a-meta-fan"], "every word, in any order"


def test_disputes_are_found_by_title_and_party(curator: Client, dispute: str) -> None:
    commands.open_dispute("twin", title="Anthropic and the twin", kind="threat", summary="T.", by="seeds")
    assert found(complete(curator, "dispute", "anthropic")) == ["twin", dispute]
    assert found(complete(curator, "dispute", "pbc")) == [dispute]
    assert complete(curator, "dispute", "pbc").json()["results"][0]["detail"] == "Litigation, April 2023"


def test_what_was_merged_away_or_erased_is_not_offered(curator: Client, dispute: str) -> None:
    commands.register_party("reddit-inc", name="Reddit Incorporated", by="seeds")
    commands.merge_parties("reddit-inc", into="reddit", reason="The same", by="carol")
    assert found(complete(curator, "party", "reddit")) == ["reddit"]
    Party.objects.filter(pk="anthropic").update(erased_at="2026-01-01T00:00Z")
    assert found(complete(curator, "party", "anthropic")) == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "(", "[a", "\x00", "{", '"', "a" * 200, " ".join("abcdefghij")])
def test_any_text_is_a_text(curator: Client, dispute: str, text: str) -> None:
    commands.register_party("odd", name="100% (Odd) \\ [Name] {x}", by="seeds")
    for kind in ("party", "dispute"):
        assert complete(curator, kind, text, dispute="\x00").status_code == 200
    assert found(complete(curator, "party", "% (odd")) == ["odd"]


def test_it_gives_twenty_and_says_that_there_are_more(curator: Client) -> None:
    Party.objects.bulk_create(
        Party(slug=f"name-{number}", name=f"Name {number}", version=1, updated_at="2026-01-01T00:00Z")
        for number in range(30)
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = complete(curator, "party", "name")
    assert len(found(answer)) == 20
    assert answer.json()["more"]
    assert len([query for query in asked if "disputes_party" in query["sql"]]) == 1
    assert complete(curator, "party", "a" * 201).status_code == 400
    assert complete(curator, "judge", "a").status_code == 404


def test_only_who_may_look_is_answered(dispute: str) -> None:
    urls = [
        reverse("admin:disputes_dispute_complete", args=["party"]),
        reverse("admin:disputes_dispute_complete", args=["dispute"]),
        reverse("admin:disputes_dispute_read_date"),
    ]
    for url in urls:
        assert log_in("viewer", name=f"v{len(url)}").get(url).status_code == 200
        assert log_in(name=f"n{len(url)}").get(url).status_code == 403
        assert Client().get(url).status_code == 302
        assert log_in("curator", name=f"c{len(url)}").post(url).status_code == 405


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("April 2023", {"understood": "April 2023, known to the month"}),
        ("04/05/2023", {"wrong": "'04/05/2023' can be 4 May 2023 or 5 April 2023; write the month as a word"}),
    ],
)
def test_a_date_is_read(curator: Client, text: str, answer: dict[str, str]) -> None:
    assert curator.get(f"{reverse('admin:disputes_dispute_read_date')}?{urlencode({'q': text})}").json() == answer
