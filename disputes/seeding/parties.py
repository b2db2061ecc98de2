"""Bring a party's stream to what the seeds say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from disputes import commands, ledger
from disputes.party import PartyState, fold_party
from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.seeding.identity import RECORDED_BY, Identities, own_events
from disputes.seeding.schema import PartySeed
from disputes.streams import party_stream


class PartySeeding:
    """Compares one party with what the seeds said of it last, and records the difference."""

    def __init__(self, seed: PartySeed, file: str) -> None:
        recorded: Sequence[RecordedEvent] = ledger.read_stream(party_stream(seed.slug))
        own = own_events(recorded)
        self._seed = seed
        self._file = file
        self._identities = Identities(party_stream(seed.slug), recorded)
        self._present = fold_party(seed.slug, recorded)
        self._said: PartyState = fold_party(seed.slug, own)
        self._readings = [reading for reading in read_present(own) if reading.counts]

    def describe(self) -> None:
        """Register the party, or say its names and its note anew where the file says them otherwise."""
        names = [*(former.name for former in self._seed.formerly), self._seed.name]
        if not self._present.exists:
            commands.register_party(
                self._seed.slug,
                name=names[0],
                kind=self._seed.kind,
                aliases=self._seed.aliases,
                note=self._seed.note,
                by=RECORDED_BY,
                event_id=self._identities.next("registered"),
            )
            self._rename(names, [])
            return
        if self._present.erased_at is not None:
            # What the file says of the person is not to come back.
            return
        # Who registered the party names it; seeds that found it there add what else they know.
        for registration in self._of_type("party_registered"):
            data = dict(registration.data) | {"party_name": names[0], "note": self._seed.note}
            data["kind"] = self._seed.kind or data.get("kind")
            self._correct(registration, {name: value for name, value in data.items() if value is not None})
            self._rename(names, self._of_type("party_renamed"))
        self._change_aliases()

    def belong(self) -> None:
        """Record the party's parent; the parent has to be registered."""
        parent = self._seed.parent
        if self._present.erased_at is not None:
            return
        recorded = self._of_type("parent_changed")
        name = parent.party if parent else None
        if name != self._said.parent:
            if name == self._present.parent:
                return
            commands.change_parent(
                self._seed.slug,
                parent=name,
                effective=parent.since if parent else None,
                justification=parent.note if parent else None,
                by=RECORDED_BY,
                event_id=self._identities.next("parent"),
            )
        elif parent is not None and recorded:
            data: dict[str, Any] = {"parent": parent.party, "justification": parent.note}
            if parent.since is not None:
                data["effective"] = parent.since.model_dump(mode="json", exclude_none=True)
            self._correct(recorded[-1], {name: value for name, value in data.items() if value is not None})

    def _rename(self, names: Sequence[str], recorded: Sequence[Reading]) -> None:
        for index, former in enumerate(self._seed.formerly):
            name = names[index + 1]
            if index < len(recorded):
                data: dict[str, Any] = {"new_name": name}
                if former.until is not None:
                    data["effective"] = former.until.model_dump(mode="json", exclude_none=True)
                self._correct(recorded[index], data)
            elif name != self._present.name:
                commands.rename_party(
                    self._seed.slug,
                    name=name,
                    effective=former.until,
                    by=RECORDED_BY,
                    event_id=self._identities.next(f"renamed/{index + 1}"),
                )
        for surplus in recorded[len(self._seed.formerly) :]:
            commands.retract_party_event(
                self._seed.slug,
                event=surplus.event.event_id,
                reason=f"{self._file} no longer has this rename of {self._seed.slug!r}.",
                by=RECORDED_BY,
                event_id=self._identities.next("renamed/retracted"),
            )

    def _change_aliases(self) -> None:
        for alias in self._seed.aliases:
            if alias not in self._said.aliases and alias not in self._present.all_names:
                commands.add_alias(
                    self._seed.slug, alias=alias, by=RECORDED_BY, event_id=self._identities.next(f"alias/{alias}")
                )
        for alias in self._said.aliases:
            if alias not in self._seed.aliases and alias in self._present.aliases:
                commands.remove_alias(
                    self._seed.slug,
                    alias=alias,
                    reason=f"{self._file} no longer has it.",
                    by=RECORDED_BY,
                    event_id=self._identities.next(f"alias/{alias}/removed"),
                )

    def _correct(self, said: Reading, data: Mapping[str, Any]) -> None:
        if dict(said.data) == dict(data):
            return
        commands.correct_party_event(
            self._seed.slug,
            event=said.event.event_id,
            reason=f"{self._file} says {self._seed.slug!r} otherwise now.",
            data=data,
            by=RECORDED_BY,
            event_id=self._identities.next(f"{said.event.type}/corrected"),
        )

    def _of_type(self, name: str) -> list[Reading]:
        return [reading for reading in self._readings if reading.event.type == name]
