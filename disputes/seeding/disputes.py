"""Bring a dispute's stream to what the seeds say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from disputes import commands, ledger
from disputes.addresses import canonical_url
from disputes.dispute import DisputeState, fold
from disputes.erasure.sealing import blank
from disputes.events import EVENT_TYPES
from disputes.events.personal import Erasure
from disputes.recorded import Reading, RecordedEvent
from disputes.seeding.identity import RECORDED_BY, Identities, own_events
from disputes.seeding.schema import DisputeSeed, EventSeed, SourceSeed
from disputes.streams import dispute_stream

_DESCRIPTION = ("title", "kind", "summary", "data_at_issue", "data_types", "jurisdictions")


class DisputeSeeding:
    """Compares one dispute with what the seeds said of it last, and records the difference."""

    def __init__(self, seed: DisputeSeed, file: str) -> None:
        stream = dispute_stream(seed.slug)
        recorded: Sequence[RecordedEvent] = ledger.read_stream(stream)
        self._seed = seed
        self._file = file
        self._identities = Identities(stream, recorded)
        # Everything that is recorded, also what lies in the future.
        self._present = fold(seed.slug, recorded, on_date=date.max)
        self._said: DisputeState = fold(seed.slug, own_events(recorded), on_date=date.max)
        self._events = {reading.event.event_id: reading for reading in self._said.readings}

    def record(self) -> None:
        """Record all but the relations, which need the other disputes to be there."""
        self._describe()
        self._change_parties()
        self._change_watch_rules()
        self._change_conflicts()
        for event in self._seed.events:
            self._record_event(event)
        self._retract_removed_events()

    def relate(self) -> None:
        """Record the relations to other disputes."""
        wanted = {relation.other: relation.note for relation in self._seed.related}
        for other, note in wanted.items():
            if self._said.related.get(other, ...) != note:
                commands.relate_disputes(
                    self._seed.slug,
                    other=other,
                    note=note,
                    by=RECORDED_BY,
                    event_id=self._identities.next(f"related/{other}"),
                )
        for reading in self._of_type("dispute_related"):
            if reading.data["other"] not in wanted:
                self._retract(reading.event.event_id, f"its relation to {reading.data['other']!r}")

    def _describe(self) -> None:
        wanted = self._seed.model_dump(mode="json", include=set(_DESCRIPTION), exclude_defaults=True)
        if not self._present.exists:
            commands.open_dispute(self._seed.slug, by=RECORDED_BY, event_id=self._identities.next("opened"), **wanted)
            return
        spoken = [*self._of_type("dispute_opened"), *self._of_type("dispute_described")]
        if not spoken or dict(spoken[-1].data) != wanted:
            commands.describe_dispute(
                self._seed.slug, by=RECORDED_BY, event_id=self._identities.next("described"), **wanted
            )

    def _change_parties(self) -> None:
        wanted = {(part.party, str(part.role)): part.note for part in self._seed.parties}
        said = {key: part.note for key, part in self._said.participations.items()}
        for (party, role), note in wanted.items():
            if said.get((party, role), ...) == note:
                continue
            there = self._present.participations.get((party, role))
            if there is not None and there.note == note:
                continue
            commands.add_party(
                self._seed.slug,
                party=party,
                role=role,
                note=note,
                by=RECORDED_BY,
                event_id=self._identities.next(f"party/{party}/{role}"),
            )
        for party, role in said:
            if (party, role) not in wanted and (party, role) in self._present.participations:
                commands.remove_party(
                    self._seed.slug,
                    party=party,
                    role=role,
                    reason=f"{self._file} no longer has it.",
                    by=RECORDED_BY,
                    event_id=self._identities.next(f"party/{party}/{role}/left"),
                )

    def _change_watch_rules(self) -> None:
        wanted = [rule.to_data() for rule in self._seed.watch_rules]
        if wanted != [dict(rule) for rule in self._said.watch_rules]:
            commands.change_watch_rules(
                self._seed.slug, rules=wanted, by=RECORDED_BY, event_id=self._identities.next("watch-rules")
            )

    def _change_conflicts(self) -> None:
        said = {reading.data["text"]: reading.event.event_id for reading in self._of_type("conflict_noted")}
        for text in self._seed.conflicts:
            if text not in said:
                commands.note_conflict(
                    self._seed.slug, text=text, by=RECORDED_BY, event_id=self._identities.next(f"conflict/{text}")
                )
        for text, event in said.items():
            if text not in self._seed.conflicts:
                self._retract(event, "this conflict")

    def _record_event(self, seed: EventSeed) -> None:
        item = f"event/{seed.key}"
        identity = self._identities.first(item)
        said = self._events.get(identity)
        if said is None:
            commands.record_event(
                self._seed.slug,
                type=seed.type,
                occurred=seed.occurred,
                standing=seed.standing,
                **_said(seed),
                by=RECORDED_BY,
                event_id=self._identities.next(item),
            )
            return
        if said.retracted_by is not None and self._counts(said.retracted_by):
            self._restore(seed, said.retracted_by)
        elif not self._counts(identity):
            # A curator retracted it and said why; a new wording in the file does not overrule that.
            return
        wanted = _said(seed, said.erased)
        if _words(said) != _wanted(seed, wanted):
            self._correct(seed, identity, wanted)

    def _correct(self, seed: EventSeed, event: UUID, wanted: Mapping[str, Any]) -> None:
        commands.correct_event(
            self._seed.slug,
            event=event,
            reason=f"The event {seed.key!r} of {self._file} was changed.",
            type=seed.type,
            occurred=seed.occurred,
            standing=seed.standing,
            **wanted,
            by=RECORDED_BY,
            event_id=self._identities.next(f"event/{seed.key}/corrected"),
        )

    def _restore(self, seed: EventSeed, retraction: UUID) -> None:
        commands.retract_event(
            self._seed.slug,
            event=retraction,
            reason=f"The event {seed.key!r} is in {self._file} again.",
            by=RECORDED_BY,
            event_id=self._identities.next(f"event/{seed.key}/restored"),
        )

    def _retract_removed_events(self) -> None:
        wanted = {self._identities.first(f"event/{seed.key}") for seed in self._seed.events}
        for reading in self._said.readings:
            event = reading.event
            if event.declaration.is_occurrence and reading.counts and event.event_id not in wanted:
                self._retract(event.event_id, "this event")

    def _retract(self, event: UUID, what: str) -> None:
        if self._counts(event):
            commands.retract_event(
                self._seed.slug,
                event=event,
                reason=f"{self._file} no longer has {what}.",
                by=RECORDED_BY,
                event_id=self._identities.next(f"retracted/{event}"),
            )

    def _of_type(self, name: str) -> Iterator[Reading]:
        return (reading for reading in self._said.readings if reading.counts and reading.event.type == name)

    def _counts(self, event: UUID) -> bool:
        return any(reading.counts for reading in self._present.readings if reading.event.event_id == event)


def _evidence(source: SourceSeed) -> dict[str, Any]:
    return {"article": source.url, **source.model_dump(mode="json", exclude={"url"}, exclude_none=True)}


def _words(reading: Reading) -> dict[str, Any]:
    """Give what an event says in a form that can be compared: no ids and digests, which depend on the time."""
    return {
        "type": reading.type,
        "occurred": dict(reading.occurred or {}),
        "standing": reading.standing,
        "justification": reading.justification,
        "data": EVENT_TYPES[reading.type].model_validate(dict(reading.data)).to_data(),
        "evidence": [_source_words(item["article"]["url"], item) for item in reading.evidence],
    }


def _said(seed: EventSeed, erased: Iterable[Erasure] = ()) -> dict[str, Any]:
    """Give what the file says in free text; what was erased since then it says no more."""
    said: dict[str, Any] = {
        "data": seed.payload.to_data(),
        "evidence": [_evidence(source) for source in seed.sources],
        "justification": seed.justification,
    }
    for lost in erased:
        blank(said, lost.pointer)
    return said


def _wanted(seed: EventSeed, said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **said,
        "type": seed.type,
        "occurred": seed.occurred.model_dump(mode="json", exclude_none=True),
        "standing": str(seed.standing),
        "evidence": [_source_words(canonical_url(item["article"]), item) for item in said["evidence"]],
    }


def _source_words(url: str, item: Mapping[str, Any]) -> tuple[str, str, str | None, str | None]:
    return url, item.get("stance", "supports"), item.get("quote"), item.get("locator")
