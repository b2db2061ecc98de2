"""Events of parties: people and organisations, with their names over time."""

from disputes.events.base import EventType, Line, Prose, Slug
from disputes.occurred import Occurred
from disputes.vocabulary import Lane


class PartyEvent(EventType, lane=Lane.PARTY):
    """An event in a party's own stream."""


class PartyRegistered(PartyEvent, name="party_registered", label="Party registered"):
    """A person or an organisation was taken into the record."""

    party_name: Line
    aliases: tuple[Line, ...] = ()
    note: Prose | None = None


class PartyRenamed(PartyEvent, name="party_renamed", label="Party renamed"):
    """The party took another name; the old one stays known as a former name."""

    new_name: Line
    effective: Occurred | None = None
    justification: Prose | None = None


class AliasAdded(PartyEvent, name="alias_added", label="Alias added"):
    """Another name for the same party was recorded."""

    alias: Line


class AliasRemoved(PartyEvent, name="alias_removed", label="Alias removed"):
    """A name was found not to mean this party."""

    alias: Line
    reason: Prose | None = None


class ParentChanged(PartyEvent, name="parent_changed", label="Parent changed"):
    """The party came to belong to another, or to none."""

    parent: Slug | None = None
    effective: Occurred | None = None
    justification: Prose | None = None


class PartyAbsorbed(PartyEvent, name="party_absorbed", label="Party absorbed"):
    """Another party turned out to be this one; its names belong here."""

    other: Slug
    reason: Prose


class PartiesMerged(PartyEvent, name="parties_merged", label="Parties merged"):
    """The party turned out to be another one; that one goes on."""

    into: Slug
    reason: Prose
