"""Commands end to end: validated, appended, projected."""

import uuid
from decimal import Decimal
from typing import Any

import pytest

from disputes import commands, ledger, projections
from disputes.errors import Invalid, NotFound, Unfit
from disputes.ledger import EventIdConflict, VersionConflict
from disputes.models import Dispute, EvidenceItem, Price, StatusPeriod, TimelineEntry
from disputes.recorded import RecordedEvent
from disputes.streams import dispute_stream

pytestmark = pytest.mark.django_db

DESCRIPTION: dict[str, Any] = {
    "title": "Reddit API pricing",
    "kind": "api_pricing",
    "summary": "Reddit charges for its API.",
}


@pytest.fixture
def dispute() -> str:
    commands.register_party("reddit", name="Reddit, Inc.", aliases=["Reddit"], by="curator")
    commands.open_dispute("reddit-api-pricing", by="curator", **DESCRIPTION)
    return "reddit-api-pricing"


def announce(slug: str, **changes: object) -> RecordedEvent:
    fields: dict[str, object] = {
        "type": "api_price_announced",
        "occurred": "2023-04-18",
        "standing": "confirmed",
        "data": {"summary": "Reddit announced paid access.", "actors": ["reddit"]},
        "evidence": [{"article": "https://news.example/reddit"}],
        "by": "curator",
    } | changes
    return commands.record_event(slug, **fields)  # type: ignore[arg-type]


def test_it_works(dispute: str) -> None:
    event = announce(dispute)
    assert event.version == 2
    entry = TimelineEntry.objects.get(event_id=event.event_id)
    assert entry.summary == "Reddit announced paid access."
    assert Dispute.objects.get(slug=dispute).evidence_count == 1


def test_a_correction_takes_the_place_of_what_was_recorded(dispute: str) -> None:
    event = announce(dispute)
    commands.correct_event(
        dispute,
        event=event.event_id,
        reason="The day was wrong",
        occurred="2023-04-19",
        standing="reported",
        data={"summary": "Reddit announced paid access, without a price."},
        justification="Two articles give the 19th",
        by="curator",
    )
    entry = TimelineEntry.objects.get(event_id=event.event_id)
    assert entry.occurred == {"date": "2023-04-19", "precision": "day"}
    assert entry.standing == "reported"
    assert entry.corrected_by is not None
    assert ledger.read_stream(dispute_stream(dispute))[1].standing == "confirmed", "the log keeps what was said"


def test_a_retraction_can_be_retracted(dispute: str) -> None:
    event = announce(dispute)
    retraction = commands.retract_event(dispute, event=event.event_id, reason="It was another company", by="curator")
    assert EvidenceItem.objects.filter(dispute=dispute).count() == 0
    commands.retract_event(dispute, event=retraction.event_id, reason="It was Reddit after all", by="curator")
    assert EvidenceItem.objects.filter(dispute=dispute).count() == 1
    assert TimelineEntry.objects.get(event_id=event.event_id).retracted_by is None


def test_the_same_command_twice_records_once(dispute: str) -> None:
    identity = uuid.uuid4()
    first = announce(dispute, event_id=identity)
    again = announce(dispute, event_id=identity)
    assert again == first
    with pytest.raises(EventIdConflict):
        announce(dispute, event_id=identity, standing="alleged")


def test_a_stale_version_is_refused_and_names_both(dispute: str) -> None:
    announce(dispute, expected_version=1)
    with pytest.raises(VersionConflict, match="at version 2, not 1"):
        announce(dispute, expected_version=1)


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"type": "api_price_anounced"}, "/type", "did you mean 'api_price_announced'"),
        ({"type": "dispute_opened"}, "/type", "command of its own"),
        ({"data": {"summary": "x", "sumary": "y"}}, "/data/sumary", "not permitted"),
        ({"data": {}}, "/data/summary", "required"),
        ({"data": {"summary": "a\x00b"}}, "/data/summary", "U+0000"),
        ({"occurred": "2023-02-30"}, "/occurred", "exists"),
        ({"occurred": "April 2023"}, "/occurred", "write 2023"),
        ({"occurred": None}, "/occurred", "say when"),
        ({"standing": "sure"}, "/standing", "none of alleged"),
        ({"evidence": []}, "/evidence", "justification"),
        ({"evidence": [{"article": "ftp://news.example/"}]}, "/evidence/0/article", "address"),
        ({"evidence": [{"article": str(uuid.uuid4())}]}, "/evidence/0/article", "no article"),
        ({"data": {"summary": "x", "actors": ["redit"]}}, "/data/actors", "did you mean 'reddit'"),
        ({"type": "motion_filed", "data": {"summary": "x", "proceeding": "ftc"}}, "/data/proceeding", "beginning"),
    ],
)
def test_bad_input_is_refused_by_field_and_records_nothing(
    dispute: str, changes: dict[str, object], pointer: str, words: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        announce(dispute, **changes)
    found = {error.pointer: error.detail for error in refusal.value.errors}
    assert pointer in found
    assert words in found[pointer]
    assert ledger.stream_version(dispute_stream(dispute)) == 1


def test_an_unknown_dispute_is_refused() -> None:
    with pytest.raises(NotFound, match="no dispute 'nowhere'"):
        announce("nowhere", data={"summary": "x"})


def test_an_article_is_attached_once_and_can_come_off_again(dispute: str) -> None:
    url = "https://news.example/apollo"
    commands.attach_evidence(
        dispute,
        article=url,
        score=0.91,
        reasons=[{"kind": "term", "text": "Apollo", "weight": 1.5}],
        by="system:matcher",
    )
    with pytest.raises(Unfit, match="already"):
        commands.attach_evidence(dispute, article=url, by="curator")
    item = EvidenceItem.objects.get(dispute=dispute)
    assert (item.score, item.attached_by, item.article.is_captured) == (0.91, "system:matcher", False)
    commands.detach_evidence(dispute, article=url, reason="About the app alone", by="curator")
    assert not EvidenceItem.objects.filter(dispute=dispute).exists()


def test_read_models_that_were_damaged_are_rebuilt_from_the_log(dispute: str) -> None:
    announce(
        dispute,
        type="price_disclosed",
        data={
            "summary": "Apollo's developer named the price.",
            "holder": "reddit",
            "amounts": [{"low": "0.24", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"}],
        },
    )
    before = {model: list(model._default_manager.order_by("pk").values()) for model in projections.READ_MODELS}
    Price.objects.update(low=99)
    StatusPeriod.objects.all().delete()
    TimelineEntry.objects.update(summary="altered")
    Dispute.objects.create(slug="invented", kind="threat", version=1, updated_at=Dispute.objects.get().updated_at)
    projections.rebuild()
    for model, rows in before.items():
        after = list(model._default_manager.order_by("pk").values())
        for row in (*rows, *after):
            row.pop("id", None)
        assert after == rows, model.__name__


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["123456789012345678901234", "0.000000000000000000000001"])
def test_a_price_of_any_size_that_the_payload_takes_is_kept_to_the_digit(amount: str) -> None:
    commands.open_dispute("a-v-b", title="A v. B", kind="threat", summary="About data.", by="curator")
    commands.record_event(
        "a-v-b",
        type="price_disclosed",
        occurred="2023",
        standing="reported",
        data={"summary": "A price.", "amounts": [{"low": amount, "currency": "USD", "basis": "disclosed"}]},
        justification="For the test.",
        by="curator",
    )
    assert Price.objects.get().low == Decimal(amount)
