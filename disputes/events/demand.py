"""Events of the quarrel outside court: what the sides demand, answer and say."""

from disputes.events.base import Line, Occurrence, Slug
from disputes.occurred import Occurred
from disputes.vocabulary import Lane, Remedy, Status


class ThreatMade(Occurrence, name="threat_made", label="Threat made", lane=Lane.DEMAND, leads_to=Status.THREATENED):
    """Legal action was threatened in public."""


class LetterSent(Occurrence, name="letter_sent", label="Letter sent", lane=Lane.DEMAND, leads_to=Status.THREATENED):
    """A letter or formal message was sent to the other side; actors are its senders, targets its recipients."""

    counsel: tuple[Slug, ...] = ()
    demands: tuple[Line, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    respond_by: Occurred | None = None


class AuditDemanded(
    Occurrence, name="audit_demanded", label="Audit demanded", lane=Lane.DEMAND, leads_to=Status.THREATENED
):
    """An account of the use of data was demanded."""

    respond_by: Occurred | None = None


class DeadlineSet(Occurrence, name="deadline_set", label="Deadline", lane=Lane.DEMAND):
    """A day by which one side asked the other to act; the event is dated on that day."""


class ResponsePublished(Occurrence, name="response_published", label="Response", lane=Lane.DEMAND):
    """The other side answered a threat, a letter or a suit in public."""


class NegotiationReported(
    Occurrence,
    name="negotiation_reported",
    label="Negotiation reported",
    lane=Lane.DEMAND,
    leads_to=Status.NEGOTIATING,
):
    """The sides were said to talk about terms."""


class NegotiationEnded(
    Occurrence,
    name="negotiation_ended",
    label="Negotiation ended",
    lane=Lane.DEMAND,
    leads_to=Status.WATCHING,
):
    """Talks ended without agreement."""


class ProtestHeld(Occurrence, name="protest_held", label="Protest", lane=Lane.DEMAND):
    """Users or others affected acted together in protest."""


class StatementMade(Occurrence, name="statement_made", label="Statement", lane=Lane.DEMAND):
    """Somebody said or published something that bears on the dispute."""
