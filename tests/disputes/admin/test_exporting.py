"""Files of one dispute: its events, its timeline, the proof of its events."""

import csv
import io
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from disputes import commands
from disputes.models import Event
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.merkle import verify_inclusion
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    """Keep the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


def export(client: Client, slug: str, file: str, **query: str) -> bytes:
    answer: Any = client.get(reverse("admin:disputes_dispute_export", args=[slug, file]), query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{slug}.{file}"'
    assert answer.streaming
    return b"".join(answer.streaming_content)


def test_it_works(viewer: Client, dispute: str) -> None:
    lines = [json.loads(line) for line in export(viewer, dispute, "events.ndjson").splitlines()]
    assert [line["type"] for line in lines] == [
        "dispute_opened",
        "party_joined",
        "party_joined",
        "api_price_announced",
        "complaint_filed",
    ]
    assert lines[3]["occurred"] == {"date": "2023-04", "precision": "month"}
    assert json.loads(export(viewer, dispute, "events.json")) == lines
    page = viewer.get(reverse("admin:disputes_dispute_change", args=[dispute]))
    offered = find(page, "//section[@id='exports']//a/@href")
    assert [link.rpartition("/")[2] for link in offered] == [
        "events.ndjson",
        "events.json",
        "timeline.csv",
        "proof.ndjson",
        "evidence.wacz",
    ]


def test_the_timeline_is_a_table_for_spreadsheets(viewer: Client, dispute: str) -> None:
    commands.record_event(
        dispute,
        type="statement_made",
        occurred="2024",
        standing="alleged",
        data={"summary": '=HYPERLINK("https://evil.example")', "actors": ["reddit"]},
        justification="It said so",
        by="seeds",
    )
    rows = list(csv.DictReader(io.StringIO(export(viewer, dispute, "timeline.csv").decode())))
    assert [row["date"] for row in rows] == ["2023-04", "2024", "2025-06-04"]
    price, statement, suit = rows
    assert price["amounts"] == "0.24 USD per 1,000 calls, disclosed"
    assert price["actors"] == "Reddit, Inc."
    assert (suit["accounts"], suit["accounts_against"]) == ("1", "1")
    assert suit["sources"] == "https://press.example/sued https://other.example/denied"
    assert statement["summary"].startswith("'="), "no formula"


def test_exports_are_as_of_the_times_of_the_page(viewer: Client, dispute: str) -> None:
    before = Event.objects.get(type="api_price_announced").recorded_at.isoformat()
    assert len(export(viewer, dispute, "events.ndjson", as_of=before).splitlines()) == 4
    assert len(export(viewer, dispute, "timeline.csv", as_of=before).splitlines()) == 2
    page = viewer.get(reverse("admin:disputes_dispute_change", args=[dispute]), {"on_date": "2024-01-01"})
    assert find(page, "//section[@id='exports']//a[contains(., 'CSV')]/@href")[0].endswith("?on_date=2024-01-01")


def test_the_proof_of_its_events_can_be_taken_away(viewer: Client, dispute: str) -> None:
    answer = viewer.get(reverse("admin:disputes_dispute_export", args=[dispute, "proof.ndjson"]), follow=True)
    assert "No signed checkpoint covers this dispute yet." in text_of(answer)
    checkpoint = make_checkpoint()
    first, *proofs = [json.loads(line) for line in export(viewer, dispute, "proof.ndjson").splitlines()]
    assert first == {"checkpoint": checkpoint.note}
    assert [proof["position"] for proof in proofs] == list(
        Event.objects.filter(stream=f"dispute/{dispute}").order_by("position").values_list("position", flat=True)
    )
    for proof in proofs:
        verify_inclusion(
            index=proof["position"] - 1,
            size=checkpoint.size,
            leaf_hash=b64decode(proof["leaf_hash"]),
            path=[b64decode(step) for step in proof["path"]],
            root=bytes(checkpoint.root),
        )


def test_the_record_of_a_dispute_is_proven_on_a_page(viewer: Client, dispute: str) -> None:
    address = reverse("admin:disputes_dispute_proof", args=[dispute])
    assert "No signed checkpoint covers its events yet." in text_of(viewer.get(address))
    make_checkpoint()
    commands.note_conflict(dispute, text="They disagree.", by="seeds")
    said = text_of(viewer.get(address))
    assert "Unchanged 5 of its 6 events are in the log" in said
    assert "1 was recorded since" in said
    page = text_of(viewer.get(reverse("admin:disputes_dispute_change", args=[dispute])))
    assert "5 of its 6 events are covered by the newest signed checkpoint" in page


def test_what_is_not_what_was_signed_for_is_said(viewer: Client, dispute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_checkpoint()
    monkeypatch.setattr("disputes.proofs.tree.leaf_text", lambda *_row: "altered")
    said = text_of(viewer.get(reverse("admin:disputes_dispute_proof", args=[dispute])))
    assert "The record is not what was signed for" in said
    assert "does not have the content that its leaf hash was made of" in said


def test_what_there_is_not_is_not_found(viewer: Client, dispute: str) -> None:
    for slug, file in ((dispute, "events.xml"), ("nowhere", "events.json")):
        assert viewer.get(reverse("admin:disputes_dispute_export", args=[slug, file])).status_code == 404
    assert viewer.get(reverse("admin:disputes_dispute_proof", args=["nowhere"])).status_code == 404
    odd = viewer.get(reverse("admin:disputes_dispute_export", args=[dispute, "events.json"]), {"as_of": "whenever"})
    assert odd.status_code == 404


def test_nothing_captured_is_said_and_no_empty_archive_given(viewer: Client, dispute: str) -> None:
    answer = viewer.get(reverse("admin:disputes_dispute_export", args=[dispute, "evidence.wacz"]), follow=True)
    assert "Nothing is captured of the 3 articles that are evidence of this dispute" in text_of(answer)


def test_each_file_has_its_permission(dispute: str) -> None:
    stranger = log_in(name="nobody")
    for file in ("events.json", "timeline.csv", "evidence.wacz"):
        assert stranger.get(reverse("admin:disputes_dispute_export", args=[dispute, file])).status_code == 403
    some = log_in(name="some")
    get_user_model().objects.get(username="some").user_permissions.add(Permission.objects.get(codename="view_dispute"))
    assert some.get(reverse("admin:disputes_dispute_export", args=[dispute, "timeline.csv"])).status_code == 200
    assert some.get(reverse("admin:disputes_dispute_export", args=[dispute, "events.json"])).status_code == 403
    page = some.get(reverse("admin:disputes_dispute_change", args=[dispute]))
    assert len(find(page, "//section[@id='exports']//a")) == 1
