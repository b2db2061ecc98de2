"""Events of the record itself: what curators, seeds and the pipeline did to a dispute."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from disputes.events.base import ArticleReference, EventType, Line, Payload, Prose, Slug
from disputes.events.personal import PartyProse
from disputes.occurred import Occurred
from disputes.vocabulary import DataType, Kind, Lane, Role, Stance


class Curation(EventType, lane=Lane.CURATION):
    """An event about the record, not about the world."""


class Description(Curation):
    """What a dispute is about, in the curators' words."""

    title: Line
    kind: Kind
    summary: Prose
    data_at_issue: Prose | None = None
    data_types: tuple[DataType, ...] = ()
    jurisdictions: tuple[Line, ...] = ()


class DisputeOpened(Description, name="dispute_opened", label="Dispute opened"):
    """A dispute was taken into the record."""


class DisputeDescribed(Description, name="dispute_described", label="Description changed"):
    """The description was written anew."""


class ConflictNoted(Curation, name="conflict_noted", label="Conflict noted"):
    """Sources disagree, or one of them is wrong; says which say what."""

    text: Prose


class DisputeRelated(Curation, name="dispute_related", label="Related dispute"):
    """Another dispute was linked to this one."""

    other: Slug
    note: Line | None = None


class DisputeMerged(Curation, name="dispute_merged", label="Merged"):
    """The dispute turned out to be another one; that one goes on."""

    into: Slug
    reason: Prose


class DisputeAbsorbed(Curation, name="dispute_absorbed", label="Absorbed"):
    """Another dispute turned out to be this one; what was recorded of it belongs here."""

    other: Slug
    reason: Prose


class DisputeClosed(Curation, name="dispute_closed", label="Closed"):
    """Curators stopped following the dispute."""

    reason: Prose


class DisputeReopened(Curation, name="dispute_reopened", label="Reopened"):
    """Curators follow the dispute again."""

    reason: Prose


class PartyJoined(Curation, name="party_joined", label="Party joined"):
    """A party was recorded in a role."""

    party: Slug
    role: Role
    note: Line | None = None


class PartyLeft(Curation, name="party_left", label="Party left"):
    """A party no longer has a role."""

    party: Slug
    role: Role
    reason: Prose | None = None


class WatchRuleKind(StrEnum):
    """What a watch rule does with its phrases."""

    ANY = "any"
    ALL = "all"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"
    AMBIGUOUS = "ambiguous"


class WatchRule(Payload):
    """Phrases to look for in articles.

    `any`: each phrase found speaks for the dispute. `all`: they do when all stand in one sentence. `required`: at
    least one must be found. `forbidden`: an article with one of them is about something else. `ambiguous`: names of
    parties that are ordinary words as well, and count in company only. `weight` (of `any` and `all` alone) says how
    much: 1 supports, 4 names the dispute by itself.
    """

    kind: WatchRuleKind
    phrases: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    weight: Annotated[float, Field(gt=0, le=5)] | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        for phrase in self.phrases:
            letters = sum(character.isalnum() for character in phrase)
            if letters == 0:
                raise ValueError(f"the phrase {phrase!r} has no letter or digit to look for")
            if letters == 1 and self.kind is not WatchRuleKind.AMBIGUOUS:
                raise ValueError(f"the phrase {phrase!r} is a single letter and would be found everywhere")
        if self.weight is not None and self.kind not in {WatchRuleKind.ANY, WatchRuleKind.ALL}:
            raise ValueError(f"a rule of the kind {self.kind} decides and takes no weight")
        return self


class WatchTermsChanged(Curation, name="watch_terms_changed", label="Watch terms changed", version=2):
    """The phrases by which the pipeline finds articles were set; they replace the earlier ones.

    `since` and `until` are between which days it was fought out: what appeared long before or after is hardly about
    it. Without `since` the first occurrence stands for it; without `until` it goes on.
    """

    rules: tuple[WatchRule, ...] = ()
    since: Occurred | None = None
    until: Occurred | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.since is not None and self.until is not None and self.until.last_day < self.since.first_day:
            raise ValueError(f"the window ends {self.until}, before it begins {self.since}")
        return self


class MatchReason(Payload):
    """Why the pipeline held an article for evidence: the words found and their weight."""

    kind: Line
    text: Line
    weight: Annotated[float, Field(ge=-100, le=100)]


class EvidenceAttached(Curation, name="evidence_attached", label="Evidence attached", version=2):
    """An article was attached to the dispute, or to one event of it."""

    article: ArticleReference
    event: UUID | None = None
    stance: Stance = Stance.SUPPORTS
    quote: Prose | None = None
    locator: Line | None = None
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    reasons: Annotated[tuple[MatchReason, ...], Field(max_length=50)] = ()
    matcher: Line | None = None
    """The version of the matcher that gave the score."""


class EvidenceDetached(Curation, name="evidence_detached", label="Evidence detached"):
    """An article was taken off the dispute again."""

    article: ArticleReference
    reason: Prose


class EvidenceRejected(Curation, name="evidence_rejected", label="Evidence rejected", version=2):
    """A curator decided that an article is no evidence for the dispute."""

    article: ArticleReference
    reason: Prose | None = None
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    matcher: Line | None = None
    """The version of the matcher that gave the score."""


class Reading(Payload):
    """What an event should have said: everything but its identity. `version` is that of the type's payload."""

    type: Line
    version: Annotated[int, Field(ge=1)] = 1
    occurred: Occurred | None = None
    standing: Line | None = None
    data: dict[str, Any]
    evidence: tuple[dict[str, Any], ...] = ()
    justification: Prose | None = None


class EventCorrected(Curation, name="event_corrected", label="Correction"):
    """An earlier event was wrong; `reading` takes its place. May name a correction, whose reading it replaces."""

    event: UUID
    reason: PartyProse
    reading: Reading


class EventRetracted(Curation, name="event_retracted", label="Retraction"):
    """An earlier event should not have been recorded. May name a correction or a retraction, which it undoes."""

    event: UUID
    reason: PartyProse


class PersonalDataErased(Curation, name="personal_data_erased", label="Personal data erased"):
    """Words about a person were erased, by destroying the key that opens them.

    `subject` names the key, and nobody. `events` are those of this stream that held such words; they stay, and
    whoever keeps a copy of the log finds here what to read again.
    """

    subject: Line
    reason: Prose
    events: tuple[UUID, ...] = ()
