"""Events of parties: people and organisations, with their names over time."""

from disputes.events.base import EventType, Slug
from disputes.events.personal import PartyLine, PartyProse
from disputes.occurred import Occurred
from disputes.vocabulary import Lane, PartyKind


class PartyEvent(EventType, lane=Lane.PARTY):
    """An event in a party's own stream. All free text in it is about the party, and personal where that is a person."""


class PartyRegistered(PartyEvent, name="party_registered", label="Party registered"):
    """A person or an organisation was taken into the record."""

    party_name: PartyLine
    kind: PartyKind | None = None
    aliases: tuple[PartyLine, ...] = ()
    note: PartyProse | None = None


class PartyRenamed(PartyEvent, name="party_renamed", label="Party renamed"):
    """The party took another name; the old one stays known as a former name."""

    new_name: PartyLine
    effective: Occurred | None = None
    justification: PartyProse | None = None


class AliasAdded(PartyEvent, name="alias_added", label="Alias added"):
    """Another name for the same party was recorded."""

    alias: PartyLine


class AliasRemoved(PartyEvent, name="alias_removed", label="Alias removed"):
    """A name was found not to mean this party."""

    alias: PartyLine
    reason: PartyProse | None = None


class ParentChanged(PartyEvent, name="parent_changed", label="Parent changed"):
    """The party came to belong to another, or to none."""

    parent: Slug | None = None
    effective: Occurred | None = None
    justification: PartyProse | None = None


class PartyAbsorbed(PartyEvent, name="party_absorbed", label="Party absorbed"):
    """Another party turned out to be this one; its names belong here."""

    other: Slug
    reason: PartyProse


class PartiesMerged(PartyEvent, name="parties_merged", label="Parties merged"):
    """The party turned out to be another one; that one goes on."""

    into: Slug
    reason: PartyProse
