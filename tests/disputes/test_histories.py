"""Random histories of commands: whatever curators do, the read models are the fold of the log, now and as of then."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disputes import commands, ledger, projections
from disputes.as_known import as_known
from disputes.dispute import DisputeState, fold
from disputes.errors import Refused
from disputes.history import dispute_history, party_history
from disputes.models import Dispute, LedgerHead, Licence, Party, Price, Proceeding, TimelineEntry
from disputes.party import PartyState, fold_party
from disputes.status import status_on
from disputes.streams import dispute_stream, party_stream
from tests.disputes.test_rebuild import rows

pytestmark = pytest.mark.django_db

DISPUTES, PARTIES = ("a", "b", "c"), ("party-a", "party-b", "party-c")
TYPES = (
    "threat_made",
    "statement_made",
    "licence_signed",
    "settlement_agreed",
    "price_disclosed",
    "complaint_filed",
    "claim_dismissed",
    "judgment_entered",
    "hearing_scheduled",
)
DATES = ("2022", "2023-04", "2023-04-19", "2023-04-20", "2024-02-29", "2025", "2026-06", "2027-01-01")
DAYS = (date(2022, 6, 1), date(2023, 4, 19), date(2024, 6, 1), date(2026, 11, 24), date(2030, 1, 1))
ARTICLES = ("https://press.example/1", "https://press.example/2", "https://press.example/3")
ROLES = ("plaintiff", "defendant")


class Curator:
    """Does random things; what does not fit is refused and recorded nowhere."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        for slug, party in zip(DISPUTES, PARTIES, strict=True):
            commands.register_party(party, name=f"The {party}", by="curator")
            commands.open_dispute(slug, title=f"Dispute {slug}", kind="threat", summary="About data.", by="curator")
            commands.add_party(slug, party=party, role="plaintiff", by="curator")
        self.actions = (
            *(self.record,) * 5,
            *(self.correct, self.retract, self.amend_an_amendment) * 2,
            *(self.attach, self.detach, self.reject),
            *(self.merge, self.undo_merge, self.merge_parties, self.undo_party_merge),
            *(self.curate, self.take_part, self.change_party, self.amend_party),
        )

    def act(self) -> str:
        """Do one thing and give its name, also where it was refused."""
        action = self.chance.choice(self.actions)
        try:
            with transaction.atomic():
                action()
        except Refused as refusal:
            return f"{action.__name__}, refused: {refusal}"
        return action.__name__

    def record(self) -> None:
        commands.record_event(self.some_dispute(), **self.reading(), by="curator")

    def correct(self) -> None:
        slug = self.some_dispute()
        commands.correct_event(slug, event=self.some_event(slug), reason="Wrong", **self.reading(), by="curator")

    def retract(self) -> None:
        slug = self.some_dispute()
        commands.retract_event(slug, event=self.some_event(slug), reason="Wrong", by="curator")

    def amend_an_amendment(self) -> None:
        slug = self.some_dispute()
        event = self.some_event(slug, "event_corrected", "event_retracted")
        if self.chance.random() < 0.5:
            commands.retract_event(slug, event=event, reason="Wrong", by="curator")
        else:
            commands.correct_event(slug, event=event, reason="Wrong", **self.reading(), by="curator")

    def attach(self) -> None:
        slug = self.some_dispute()
        event = self.some_event(slug) if self.chance.random() < 0.5 else None
        commands.attach_evidence(slug, article=self.chance.choice(ARTICLES), event=event, by="system:matcher")

    def detach(self) -> None:
        article = self.chance.choice(ARTICLES)
        commands.detach_evidence(self.some_dispute(), article=article, reason="Another case", by="curator")

    def reject(self) -> None:
        commands.reject_evidence(self.some_dispute(), article=self.chance.choice(ARTICLES), by="curator")

    def merge(self) -> None:
        commands.merge_disputes(self.some_dispute(), into=self.some_dispute(), reason="The same", by="curator")

    def undo_merge(self) -> None:
        commands.undo_dispute_merge(self.some_dispute(), reason="Two after all", by="curator")

    def merge_parties(self) -> None:
        commands.merge_parties(self.some_party(), into=self.some_party(), reason="The same", by="curator")

    def undo_party_merge(self) -> None:
        commands.undo_party_merge(self.some_party(), reason="Two after all", by="curator")

    def curate(self) -> None:
        slug, number = self.some_dispute(), self.chance.randrange(4)
        if number == 0:
            described: dict[str, Any] = {
                "title": f"Described {self.chance.random()}",
                "kind": "litigation",
                "summary": "Anew.",
            }
            commands.describe_dispute(slug, **described, by="curator")
        elif number == 1:
            commands.close_dispute(slug, reason="Over", by="curator")
        elif number == 2:
            commands.reopen_dispute(slug, reason="Not over", by="curator")
        else:
            commands.relate_disputes(slug, other=self.some_dispute(), by="curator")

    def take_part(self) -> None:
        slug, party, role = self.some_dispute(), self.some_party(), self.chance.choice(ROLES)
        if self.chance.random() < 0.6:
            commands.add_party(slug, party=party, role=role, by="curator")
        else:
            commands.remove_party(slug, party=party, role=role, by="curator")

    def change_party(self) -> None:
        party, number = self.some_party(), self.chance.randrange(4)
        if number == 0:
            commands.rename_party(party, name=f"Renamed {self.chance.random()}", by="curator")
        elif number == 1:
            commands.add_alias(party, alias=f"Alias {self.chance.randrange(3)}", by="curator")
        elif number == 2:
            commands.remove_alias(party, alias=f"Alias {self.chance.randrange(3)}", by="curator")
        else:
            commands.change_parent(party, parent=self.some_party(), by="curator")

    def amend_party(self) -> None:
        slug = self.some_party()
        renamed = [event.event_id for event in ledger.read_stream(party_stream(slug)) if event.type == "party_renamed"]
        event = self.chance.choice([*renamed, uuid4()])
        if self.chance.random() < 0.5:
            commands.retract_party_event(slug, event=event, reason="Wrong", by="curator")
        else:
            commands.correct_party_event(slug, event=event, reason="Wrong", data={"new_name": "Right"}, by="curator")

    def reading(self) -> dict[str, Any]:
        name = self.chance.choice(TYPES)
        data: dict[str, Any] = {"summary": f"Said {self.chance.random()}"}
        if name in {"complaint_filed", "claim_dismissed", "judgment_entered", "hearing_scheduled"}:
            data |= {"proceeding": "court-1", "claims": self.chance.sample(["privacy", "dmca_1202"], 1)}
        if name == "complaint_filed":
            data |= {"court": self.chance.choice(["A Court", "B Court"]), "docket_number": "3:23-cv-03199"}
        if name == "price_disclosed":
            amount = {"low": str(self.chance.randrange(9)), "currency": "USD", "basis": "reported"}
            data["amounts"] = [amount] * self.chance.randint(1, 3)
        return {
            "type": name,
            "occurred": self.chance.choice(DATES),
            "standing": self.chance.choice(["alleged", "reported", "confirmed"]),
            "data": data,
            "evidence": [{"article": self.chance.choice(ARTICLES)}],
        }

    def some_dispute(self) -> str:
        return self.chance.choice(DISPUTES)

    def some_party(self) -> str:
        return self.chance.choice(PARTIES)

    def some_event(self, slug: str, *types: str) -> UUID:
        events = [event for event in dispute_history(slug) if not types or event.type in types]
        return self.chance.choice([event.event_id for event in events] + [uuid4()])


histories = given(chance=st.randoms(use_true_random=False), steps=st.integers(4, 16))
ONE_TRANSACTION = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=18, deadline=None, suppress_health_check=ONE_TRANSACTION)
@histories
def test_read_models_and_rebuild_are_the_fold_and_as_of_any_moment_it_is_told_as_then(
    chance: random.Random, steps: int
) -> None:
    with an_empty_record():
        curator = Curator(chance)
        told: list[tuple[datetime, States]] = [(LedgerHead.objects.get().recorded_at, states())]
        for _step in range(steps):
            curator.act()
            told.append((LedgerHead.objects.get().recorded_at, states()))
        read_models_are(told[-1][1])
        before = rows()
        for model in projections.READ_MODELS:
            model._default_manager.all().delete()
        projections.rebuild()
        assert rows() == before
        for moment, then in told:
            assert states(moment) == then
        for moment, then in chance.sample(told, 2):
            with as_known(moment):
                read_models_are(then)


@settings(max_examples=7, deadline=None, suppress_health_check=ONE_TRANSACTION)
@histories
def test_the_differences_that_a_command_writes_are_all_there_are(chance: random.Random, steps: int) -> None:
    """Written anew after each command, and by a rebuild, not a row of any dispute or party changes."""
    with an_empty_record():
        curator = Curator(chance)
        for _step in range(min(steps, 7)):
            done = curator.act()
            before = rows()
            for stream in (*map(party_stream, PARTIES), *map(dispute_stream, DISPUTES)):
                projections.project(stream)
            assert rows() == before, done
            projections.rebuild()
            assert rows() == before, done


@settings(max_examples=12, deadline=None, suppress_health_check=ONE_TRANSACTION)
@histories
def test_as_of_is_a_prefix(chance: random.Random, steps: int) -> None:
    """As of any moment, of an event or between two, the fold is that of the events recorded by then."""
    with an_empty_record():
        curator = Curator(chance)
        for _step in range(steps):
            curator.act()
        for slug in DISPUTES:
            events = dispute_history(slug)
            assert [event.recorded_at for event in events] == sorted(event.recorded_at for event in events)
            for known, event in enumerate(events, start=1):
                day = chance.choice([*DAYS, date.max])
                then = fold(slug, events[:known], on_date=day)
                assert fold(slug, events, on_date=day, as_of=event.recorded_at) == then
                following = events[known].recorded_at if known < len(events) else datetime.max.replace(tzinfo=UTC)
                assert fold(slug, events, on_date=day, as_of=following - timedelta(microseconds=1)) == then
            assert not fold(slug, events, on_date=date.max, as_of=datetime.min.replace(tzinfo=UTC)).exists


States = tuple[dict[str, DisputeState], dict[str, PartyState]]


def states(until: datetime | None = None) -> States:
    """Fold every dispute and party, from what was recorded by a moment."""
    return (
        {slug: fold(slug, dispute_history(slug, until=until), on_date=date.max) for slug in DISPUTES},
        {slug: fold_party(slug, party_history(slug, until=until)) for slug in PARTIES},
    )


def read_models_are(told: States) -> None:
    disputes, parties = told
    merged = {slug: state.merged_into for slug, state in parties.items() if state.merged_into}
    for slug, state in parties.items():
        party = Party.objects.get(slug=slug)
        assert (party.name, party.aliases, party.parent_id) == (state.name, state.aliases, state.parent)
        assert (party.merged_into, party.version) == (state.merged_into or "", state.version)
    for slug, found in disputes.items():
        dispute = Dispute.objects.get(slug=slug)
        assert (dispute.title, dispute.version, dispute.is_closed) == (found.title, found.version, found.is_closed)
        assert dispute.merged_into == (found.merged_into or "")
        assert dispute.rejected_articles == list(found.rejected)
        read_models_tell(slug, found if found.merged_into is None else DisputeState(slug), merged)


def read_models_tell(slug: str, state: DisputeState, merged: dict[str, str]) -> None:
    """Hold what is told of a dispute to its fold; of one that was merged away nothing is told."""
    dispute = Dispute.objects.get(slug=slug)
    entries = list(TimelineEntry.objects.filter(dispute=slug).order_by("position"))
    assert [(entry.event_id, entry.type, entry.data) for entry in entries] == [
        (reading.event.event_id, reading.type, reading.data) for reading in state.readings
    ]
    assert [(entry.corrected_by, entry.retracted_by, entry.first_day) for entry in entries] == [
        (reading.corrected_by, reading.retracted_by, reading.first_day) for reading in state.readings
    ]
    evidence = dispute.evidence.values_list("article_id", "event_id", "cause")
    assert sorted(evidence, key=repr) == sorted(
        [(item.article, item.event, item.cause) for item in state.evidence.values()], key=repr
    )
    periods = list(dispute.status_periods.order_by("since"))
    for day in DAYS:
        told = [period.status for period in periods if period.since <= day]
        assert (told[-1] if told else "watching") == status_on(state.status_history, day)
    assert [
        (found.key, found.court, found.docket_number, {each["claim"]: each["outcome"] for each in found.claims})
        for found in Proceeding.objects.filter(dispute=slug).order_by("rank")
    ] == [
        (found.key, found.court or "", found.docket_number or "", found.claims) for found in state.proceedings.values()
    ]
    assert [(price.event_id, price.price) for price in Price.objects.filter(dispute=slug).order_by("rank")] == [
        (price.event, price.price) for price in state.prices
    ]
    assert [(found.event_id, found.type) for found in Licence.objects.filter(dispute=slug).order_by("rank")] == [
        (licence.event, licence.type) for licence in state.licences
    ]
    roles = {(at_the_end_of(part.party, merged), part.role) for part in state.participations.values()}
    assert set(dispute.participations.values_list("party", "role")) == roles
    if dispute.merged_into == "":
        assert dispute.evidence_count == state.evidence_count


def at_the_end_of(party: str, merged: dict[str, str]) -> str:
    """Name the party that another one was merged into, by whatever steps."""
    while party in merged:
        party = merged[party]
    return party


@contextmanager
def an_empty_record() -> Iterator[None]:
    """Take back what an example recorded."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_curator_does_everything() -> None:
    """The histories are worth something only where most of what is tried is done."""
    curator = Curator(random.Random(3))  # noqa: S311 (no secret)
    done: Sequence[str] = [curator.act() for _step in range(400)]
    names = {action.__name__ for action in curator.actions}
    assert set(done) >= names
    assert sum(name in names for name in done) > 120
