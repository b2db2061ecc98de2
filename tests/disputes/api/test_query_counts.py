"""The number of queries does not grow with what there is to tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from disputes import commands

pytestmark = pytest.mark.django_db


def add(numbers: range) -> None:
    for number in numbers:
        slug = f"dispute-{number}"
        commands.register_party(f"party-{number}", name=f"Party {number}", by="seeds")
        commands.open_dispute(slug, title=f"Dispute {number}", kind="threat", summary="A threat.", by="seeds")
        commands.add_party(slug, party=f"party-{number}", role="sender", by="seeds")
        for day in ("2023-04", "2199-05"):
            commands.record_event(
                slug,
                type="threat_made",
                occurred=day,
                standing="reported",
                data={"summary": "Threatened.", "actors": [f"party-{number}"]},
                evidence=[{"article": f"https://news.example/{number}/{day}"}],
                by="seeds",
            )


def queries(reader: APIClient, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = reader.get(address)
        assert answer.status_code == 200, answer.content
        answer.json()
    return len(captured)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        # The disputes, their parties' roles, the parties.
        ("disputes/", 3),
        ("disputes/?expand=parties&ordering=-latest&on_date=2024-01-01", 3),
        # And the number of all.
        ("disputes/?count=on&q=dispute&role=sender&status=threatened,dormant", 4),
        # The parties, and the disputes of each.
        ("parties/", 2),
        # The articles, and the disputes of each.
        ("articles/", 2),
        ("events/", 1),
        # The stream, and what it names: parties.
        ("disputes/dispute-0/", 2),
        # The stream, and which of the articles are copies.
        ("disputes/dispute-0/events/", 2),
        # The stream, and the articles.
        ("disputes/dispute-0/evidence/?expand=article", 2),
    ],
)
def test_they_stay_the_same(reader: APIClient, address: str, number: int) -> None:
    add(range(3))
    assert queries(reader, f"/api/v1/{address}") == number
    add(range(3, 30))
    assert queries(reader, f"/api/v1/{address}") == number
