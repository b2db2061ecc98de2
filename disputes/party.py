"""A party as its events tell it: names over time, aliases, the parent it belongs to. A pure fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.streams import party_stream, split_stream


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that the party had until it took another."""

    name: str
    until: Mapping[str, str] | None


@dataclass(slots=True)
class PartyState:
    """What is known of a party."""

    slug: str
    version: int = 0
    kind: str | None = None
    """What it is: a term of PartyKind; None where nobody has said it."""
    name: str = ""
    aliases: list[str] = field(default_factory=list)
    former_names: list[FormerName] = field(default_factory=list)
    parent: str | None = None
    merged_into: str | None = None
    absorbed: list[str] = field(default_factory=list)
    """Parties that were merged into this one."""
    note: str | None = None
    erased_at: datetime | None = None
    """When its names and notes were erased; whatever date is asked for, they can't be read any more."""

    @property
    def exists(self) -> bool:
        """Whether the party was registered."""
        return self.version > 0

    @property
    def all_names(self) -> list[str]:
        """The present name, the former ones and the aliases, each once."""
        return list(dict.fromkeys([self.name, *(former.name for former in self.former_names), *self.aliases]))


def fold_party(slug: str, events: Iterable[RecordedEvent], *, as_of: datetime | None = None) -> PartyState:
    """Tell the party from its events and those of parties merged into it, in order of recording.

    Pure and linear. The names of a party that was merged into this one become its aliases.
    """
    known = [event for event in events if as_of is None or event.recorded_at <= as_of]
    own = party_stream(slug)
    state = PartyState(slug=slug, version=max((event.version for event in known if event.stream == own), default=0))
    state.erased_at = max((lost.at for event in known if event.stream == own for lost in event.erased), default=None)
    others: dict[str, PartyState] = {}
    for reading in read_present(known):
        if not reading.counts:
            continue
        stream = reading.event.stream
        told = state if stream == own else others.setdefault(stream, PartyState(slug=split_stream(stream)[1]))
        _apply(told, reading)
    for other in others.values():
        state.aliases += [name for name in other.all_names if name and name not in state.all_names]
    return state


def _apply(state: PartyState, reading: Reading) -> None:
    data: Mapping[str, Any] = reading.data
    match reading.type:
        case "party_registered":
            state.name = data["party_name"]
            state.kind = data.get("kind")
            state.aliases = list(data.get("aliases", ()))
            state.note = data.get("note")
        case "party_renamed":
            state.former_names.append(FormerName(state.name, data.get("effective")))
            state.name = data["new_name"]
        case "alias_added":
            if data["alias"] not in state.aliases:
                state.aliases.append(data["alias"])
        case "alias_removed":
            state.aliases = [alias for alias in state.aliases if alias != data["alias"]]
        case "parent_changed":
            state.parent = data.get("parent")
        case "parties_merged":
            state.merged_into = data["into"]
        case "party_absorbed":
            state.absorbed.append(data["other"])
        case _:
            pass
