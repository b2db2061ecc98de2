"""Lists as of a moment: what was told then is what is told of then, in the filters and the order of then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from disputes import as_known, commands
from disputes.models import Dispute, Event, LedgerHead, Participation, Party

pytestmark = pytest.mark.django_db

LISTS = (
    "disputes/?on_date=2026-01-01&expand=parties&count=on&ordering=evidence_count",
    "disputes/?on_date=2023-04-19&ordering=-latest&party=reddit&q=anthropic",
    "disputes/?on_date=2026-01-01&status=threatened,pleadings&role=plaintiff,data_holder",
    "disputes/?on_date=2026-01-01&docket_number=25-cv-5643&claim=breach_of_contract",
    "parties/?count=on&ordering=-updated",
    "parties/?q=front&dispute=reddit-api-pricing",
    "articles/?ordering=first_seen&fields=url,disputes",
)


def moment() -> str:
    return LedgerHead.objects.get().recorded_at.isoformat().replace("+00:00", "Z")


def told(reader: APIClient, address: str, **query: str) -> Any:
    path, _, given = address.partition("?")
    answer = reader.get(f"/api/v1/{path}", dict(pair.split("=") for pair in given.split("&") if pair) | query)
    assert answer.status_code == 200, answer.json()
    return without_moment(answer.json())


def without_moment(node: Any) -> Any:
    """Take the moment out of permalinks, the one thing that an answer of then has and one of now has not."""
    if isinstance(node, Mapping):
        return {name: without_moment(value) for name, value in node.items()}
    if isinstance(node, list):
        return [without_moment(value) for value in node]
    return node.partition("?as_of=")[0] if isinstance(node, str) and node.startswith("http://testserver") else node


def steps(slug: str) -> Iterator[Callable[[], object]]:
    """Change everything that lists tell, one command at a time."""

    def event(kind: str) -> Any:
        return Event.objects.filter(type=kind).order_by("position")[0].event_id

    yield lambda: commands.register_party("reddit-inc", name="reddit inc.", aliases=["The front page"], by="curator")
    yield lambda: commands.open_dispute("twin", title="A twin", kind="threat", summary="The same.", by="curator")
    yield lambda: commands.add_party("twin", party="reddit-inc", role="plaintiff", by="curator")
    yield lambda: commands.record_event(
        "twin",
        type="threat_made",
        occurred="2023-04-19",
        standing="reported",
        data={"summary": "A threat.", "actors": ["reddit-inc"]},
        evidence=[{"article": "https://news.example/twin"}],
        by="curator",
    )
    yield lambda: commands.rename_party("reddit", name="Reddit Holdings", by="curator")
    yield lambda: commands.merge_parties("reddit-inc", into="reddit", reason="One company", by="curator")
    yield lambda: commands.retract_event(slug, event=event("complaint_filed"), reason="Wrong", by="curator")
    yield lambda: commands.merge_disputes("twin", into=slug, reason="One quarrel", by="curator")
    yield lambda: commands.attach_evidence(slug, article="https://news.example/more", by="curator")
    yield lambda: commands.undo_party_merge("reddit-inc", reason="Two companies", by="curator")
    yield lambda: commands.undo_dispute_merge("twin", reason="Two quarrels", by="curator")
    yield lambda: commands.describe_dispute(slug, title="Z", kind="litigation", summary="Anthropic.", by="curator")
    yield lambda: commands.retract_event(slug, event=event("event_retracted"), reason="Right", by="curator")
    yield lambda: commands.merge_disputes(slug, into="twin", reason="The other way around", by="curator")


def test_it_works(reader: APIClient, reddit: str) -> None:
    """What is told of a moment is what was told at it, whatever was recorded since."""
    tellings = []
    for step in steps(reddit):
        step()
        tellings.append((moment(), {address: told(reader, address) for address in LISTS}))
    assert len({str(telling) for _moment, telling in tellings}) == len(tellings), "each step changes what is told"
    for then, telling in tellings:
        for address in LISTS:
            assert told(reader, address, as_of=then) == telling[address], (address, then)


def test_the_present_is_untouched_by_looking_back(reader: APIClient, reddit: str) -> None:
    then = moment()
    for step in steps(reddit):
        step()
    now = {address: told(reader, address) for address in LISTS}
    for address in LISTS:
        told(reader, address, as_of=then)
        assert told(reader, address) == now[address]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()")
        assert cursor.fetchone() == (0,)


def test_a_party_is_told_as_it_was_known(reader: APIClient, reddit: str) -> None:
    then = moment()
    before = told(reader, "parties/reddit/")
    for step in steps(reddit):
        step()
    assert told(reader, "parties/reddit/", as_of=then) == before
    assert told(reader, "parties/reddit/")["name"] == "Reddit Holdings"
    answer = reader.get("/api/v1/parties/reddit-inc/", {"as_of": then})
    assert answer.status_code == 404
    assert "that was known at" in answer.json()["detail"]


def test_the_old_slug_of_a_party_answers_as_of_a_moment_before_the_merge(reader: APIClient, reddit: str) -> None:
    commands.register_party("reddit-inc", name="reddit inc.", by="curator")
    then = moment()
    commands.merge_parties("reddit-inc", into="reddit", reason="One company", by="curator")
    merged = moment()
    commands.undo_party_merge("reddit-inc", reason="Two", by="curator")
    assert told(reader, "parties/reddit-inc/", as_of=then)["name"] == "reddit inc."
    moved = reader.get("/api/v1/parties/reddit-inc/", {"as_of": merged})
    assert moved.status_code == 308
    assert moved.headers["Location"].startswith("http://testserver/api/v1/parties/reddit/?as_of=")


def test_the_detail_and_the_list_agree_as_of_any_moment(reader: APIClient, reddit: str) -> None:
    moments = []
    for step in steps(reddit):
        step()
        moments.append(moment())
    for then in moments:
        for listed in told(reader, "disputes/?on_date=2024-01-01&expand=parties", as_of=then)["results"]:
            detail = told(reader, f"disputes/{listed['slug']}/?on_date=2024-01-01&expand=parties", as_of=then)
            assert listed == {name: detail[name] for name in listed}, then


def test_tags_and_cursors_belong_to_the_moment(reader: APIClient, reddit: str) -> None:
    for number in range(5):
        commands.open_dispute(f"d-{number}", title=f"D {number}", kind="threat", summary="A threat.", by="curator")
    then = moment()
    for number in range(5):
        commands.describe_dispute(f"d-{number}", title=f"X {number}", kind="threat", summary="Anew.", by="curator")
    first = reader.get("/api/v1/disputes/", {"as_of": then, "page_size": "2"})
    again = reader.get("/api/v1/disputes/", {"as_of": then, "page_size": "2"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    titles, page = [], first.json()
    while True:
        titles += [dispute["title"] for dispute in page["results"]]
        if page["next"] is None:
            break
        assert "as_of=" in page["next"]
        page = reader.get(page["next"]).json()
    assert titles == ["D 0", "D 1", "D 2", "D 3", "D 4", "Reddit API pricing"]
    cursor = first.json()["next"].partition("cursor=")[2].partition("&")[0]
    for query in ("", f"&as_of={timezone.now():%Y-%m-%d}", f"&as_of={then}&on_date=2024-01-01"):
        refused = reader.get(f"/api/v1/disputes/?page_size=2&cursor={cursor}{query}")
        assert refused.status_code == 400, query
        assert "belongs to another list, another ordering or other times" in refused.json()["detail"]


def test_too_much_to_fold_is_refused(reader: APIClient, reddit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    then = moment()
    commands.note_conflict(reddit, text="Sources disagree.", by="curator")
    monkeypatch.setattr(as_known, "MOST_EVENTS", 5)
    answer = reader.get("/api/v1/disputes/", {"as_of": then})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/api/problems/too-much-to-fold"
    assert "more than 5 events" in problem["detail"]
    assert "ask for a later moment" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "/as_of"
    assert reader.get("/api/v1/disputes/", {"as_of": moment()}).status_code == 200, "nothing has changed since"
    assert reader.get("/api/v1/disputes/").status_code == 200


@pytest.mark.parametrize("address", ["disputes/", "disputes/reddit-api-pricing/", "parties/", "articles/"])
def test_the_future_is_refused(reader: APIClient, reddit: str, address: str) -> None:
    today = timezone.now().date()
    assert reader.get(f"/api/v1/{address}", {"as_of": str(today)}).status_code == 200
    answer = reader.get(f"/api/v1/{address}", {"as_of": str(today + timedelta(days=2))})
    assert answer.status_code == 400
    assert "lies in the future" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_a_page_is_read_from_one_snapshot(reddit: str) -> None:
    """What is recorded while a page is read is not in it, and does not wait for it."""
    then = LedgerHead.objects.get().recorded_at
    commands.describe_dispute(reddit, title="Renamed", kind="threat", summary="Anew.", by="curator")

    def record() -> None:
        commands.rename_party("anthropic", name="Claude Corp.", by="curator")
        commands.open_dispute("new", title="New", kind="threat", summary="New.", by="curator")
        connections.close_all()

    with as_known.as_known(then):
        assert list(Dispute.objects.values_list("title", flat=True)) == ["Reddit API pricing"]
        thread = Thread(target=record)
        thread.start()
        thread.join(30)
        assert not thread.is_alive(), "appends do not wait for readers"
        assert list(Dispute.objects.values_list("title", flat=True)) == ["Reddit API pricing"]
        assert Party.objects.get(slug="anthropic").name == "Anthropic PBC"
        assert Participation.objects.count() == 2
    assert set(Dispute.objects.values_list("title", flat=True)) == {"Renamed", "New"}
    assert Party.objects.get(slug="anthropic").name == "Claude Corp."


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_within_and_nothing_is_left_behind(reddit: str) -> None:
    then = LedgerHead.objects.get().recorded_at
    commands.describe_dispute(reddit, title="Renamed", kind="threat", summary="Anew.", by="curator")
    with pytest.raises(ZeroDivisionError), as_known.as_known(then):
        raise ZeroDivisionError
    with as_known.as_known(then):
        Party.objects.filter(slug="reddit").update(name="Changed")
    assert Party.objects.get(slug="reddit").name == "Reddit, Inc."
    assert Dispute.objects.get(slug=reddit).title == "Renamed"
    commands.note_conflict(reddit, text="Appending works as before.", by="curator")


def test_the_number_of_statements_does_not_grow_with_what_has_changed(reader: APIClient, reddit: str) -> None:
    for number in range(12):
        commands.register_party(f"p-{number}", name=f"P {number}", by="curator")
        commands.open_dispute(f"d-{number}", title=f"D {number}", kind="threat", summary="A threat.", by="curator")
        commands.add_party(f"d-{number}", party=f"p-{number}", role="sender", by="curator")
    then = moment()

    def change(numbers: range) -> int:
        for number in numbers:
            commands.rename_party(f"p-{number}", name=f"Q {number}", by="curator")
            commands.note_conflict(f"d-{number}", text="Sources disagree.", by="curator")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            told(reader, "disputes/", as_of=then)
        return len(captured)

    assert change(range(1)) == change(range(1, 12)) < 30
