"""Events before courts. Each names its proceeding by a key that the first of them gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from disputes.events.base import Line, Occurrence, Payload, Slug
from disputes.events.personal import PersonName
from disputes.occurred import Occurred
from disputes.vocabulary import Claim, ClaimOutcome, Defence, Lane, Remedy, Status


class CourtEvent(Occurrence, lane=Lane.COURT):
    """An occurrence in a proceeding; `proceeding` is its key within the record, such as "nd-cal-3-23-cv-03199"."""

    proceeding: Slug
    claims: tuple[Claim, ...] = ()


class Docket(CourtEvent):
    """What names a proceeding to the outside: court, docket number, caption, judge."""

    court: Line | None = None
    docket_number: Line | None = None
    caption: Line | None = None
    judge: PersonName | None = None


class ComplaintFiled(Docket, name="complaint_filed", label="Complaint filed", leads_to=Status.PLEADINGS):
    """A proceeding was begun."""

    remedies: tuple[Remedy, ...] = ()
    class_action: bool = False


class ComplaintAmended(CourtEvent, name="complaint_amended", label="Complaint amended", leads_to=Status.PLEADINGS):
    """The complaint was changed."""


class PartyAdded(CourtEvent, name="party_added", label="Party added"):
    """Somebody became a party of the proceeding."""


class PartyDropped(CourtEvent, name="party_dropped", label="Party dropped"):
    """Somebody ceased to be a party of the proceeding."""


class PartyIdentified(CourtEvent, name="party_identified", label="Party identified"):
    """An anonymous party became known by name."""


class CaseTransferred(Docket, name="case_transferred", label="Case transferred", version=2):
    """The proceeding went, or was removed, to another court; the fields of the docket are the new ones.

    `proceeding` may be a new one before that court, `from_proceeding` the old, which ends so.
    """

    from_proceeding: Slug | None = None


class CaseRemanded(CourtEvent, name="case_remanded", label="Case remanded", leads_to=Status.PLEADINGS, version=2):
    """A higher court, or the one to which a case was removed, sent it back.

    `proceeding` is the one that goes on, `from_proceeding` the one that ends so, where they have keys of their own.
    """

    from_proceeding: Slug | None = None


class CaseConsolidated(Docket, name="case_consolidated", label="Case consolidated", version=2):
    """The proceeding was joined to another, `into`, and goes on in it; the fields of the docket are those of that one.

    A multidistrict litigation serves several disputes in this way: each joins its proceeding to the same key.
    """

    into: Slug | None = None


class CaseRelated(CourtEvent, name="case_related", label="Case related"):
    """The proceeding was declared related to another."""

    to: Slug | None = None


class CaseStayed(CourtEvent, name="case_stayed", label="Case stayed", leads_to=Status.STAYED):
    """The proceeding was halted until something else happens."""


class JudgeAssigned(CourtEvent, name="judge_assigned", label="Judge assigned"):
    """A judge was assigned."""

    judge: PersonName


class MotionFiled(CourtEvent, name="motion_filed", label="Motion filed"):
    """A party asked the court for a decision."""

    motion: Line | None = None


class HearingScheduled(CourtEvent, name="hearing_scheduled", label="Hearing scheduled"):
    """A hearing is set for the day on which this event is dated."""


class HearingHeld(CourtEvent, name="hearing_held", label="Hearing held"):
    """A hearing was held."""


class TrialScheduled(CourtEvent, name="trial_scheduled", label="Trial scheduled"):
    """A trial is set for the day on which this event is dated."""


class TrialHeld(CourtEvent, name="trial_held", label="Trial", leads_to=Status.TRIAL):
    """The trial opened or was held."""


class ClaimResult(Payload):
    """What was decided of one claim."""

    claim: Claim
    outcome: ClaimOutcome
    note: Line | None = None


class OrderIssued(Docket, name="order_issued", label="Order", version=2):
    """The court decided something short of the case; an order is at times the first that is heard of a proceeding.

    `results` say of each claim what the order did to it; one that goes on is pending.
    """

    citation: Line | None = None
    results: tuple[ClaimResult, ...] = ()


class ClaimDismissed(CourtEvent, name="claim_dismissed", label="Claim dismissed"):
    """The court dismissed claims, or with `whole_case` the case."""

    judge: PersonName | None = None
    outcome: ClaimOutcome = ClaimOutcome.DISMISSED
    leave_to_amend: bool = False
    whole_case: bool = False
    defence: Defence | None = None

    @classmethod
    def status_after(cls, data: Mapping[str, Any]) -> Status | None:
        """End the proceeding where the whole case was dismissed, not where a claim alone was."""
        return Status.DISMISSED if data.get("whole_case") else None


class ClaimWithdrawn(CourtEvent, name="claim_withdrawn", label="Claim withdrawn"):
    """A party gave up claims of its own."""


class ClaimDecided(CourtEvent, name="claim_decided", label="Claim decided"):
    """The court decided claims on their merits, or a defence to them."""

    results: tuple[ClaimResult, ...] = ()
    defence: Defence | None = None
    citation: Line | None = None


class ClassCertified(CourtEvent, name="class_certified", label="Class certified", leads_to=Status.DISCOVERY):
    """A class was certified."""


class InjunctionRuled(CourtEvent, name="injunction_ruled", label="Injunction ruled on"):
    """The court granted or refused an injunction."""

    granted: bool


class VerdictReturned(CourtEvent, name="verdict_returned", label="Verdict", leads_to=Status.TRIAL):
    """A jury found."""


class JudgmentEntered(CourtEvent, name="judgment_entered", label="Judgment", leads_to=Status.DECIDED):
    """The court gave judgment."""

    judge: PersonName | None = None
    citation: Line | None = None
    results: tuple[ClaimResult, ...] = ()


class DamagesAwarded(CourtEvent, name="damages_awarded", label="Damages awarded", leads_to=Status.DECIDED):
    """Damages were set."""


class AppealFiled(Docket, name="appeal_filed", label="Appeal filed", leads_to=Status.ON_APPEAL):
    """A higher court was asked; `proceeding` may be a new one before that court, `from_proceeding` the old."""

    from_proceeding: Slug | None = None


class AppealPermitted(Docket, name="appeal_permitted", label="Appeal permitted", leads_to=Status.ON_APPEAL):
    """Leave to appeal was given."""

    from_proceeding: Slug | None = None


class AppealDecided(Docket, name="appeal_decided", label="Appeal decided", leads_to=Status.DECIDED, version=2):
    """The higher court decided; `proceeding` may be first heard of so, `from_proceeding` is the one below."""

    from_proceeding: Slug | None = None

    results: tuple[ClaimResult, ...] = ()
    citation: Line | None = None


class DismissedVoluntarily(
    CourtEvent, name="dismissed_voluntarily", label="Dismissed voluntarily", leads_to=Status.WITHDRAWN
):
    """The party that sued gave the case up."""


class CaseClosed(CourtEvent, name="case_closed", label="Case closed", leads_to=Status.DECIDED):
    """The court closed the file."""


class DiscoveryBegun(CourtEvent, name="discovery_begun", label="Discovery begun", leads_to=Status.DISCOVERY):
    """The sides began, or were ordered, to gather evidence."""

    until: Occurred | None = None


class DiscoveryOrdered(CourtEvent, name="discovery_ordered", label="Discovery ordered", leads_to=Status.DISCOVERY):
    """The court ordered evidence to be kept or handed over."""

    judge: PersonName | None = None


class JudgmentReserved(
    CourtEvent, name="judgment_reserved", label="Judgment reserved", leads_to=Status.JUDGMENT_RESERVED
):
    """A court of first instance has heard the case and considers its judgment."""


class QuestionsReferred(Docket, name="questions_referred", label="Questions referred", leads_to=Status.REFERRED):
    """A court asked a higher one how the law is to be read (Article 267 TFEU and its like).

    `proceeding` and the fields of the docket are those of the reference, `from_proceeding` waits for the answer.
    """

    from_proceeding: Slug | None = None


class SummaryJudgmentSought(
    CourtEvent,
    name="summary_judgment_sought",
    label="Summary judgment sought",
    leads_to=Status.SUMMARY_JUDGMENT,
):
    """A party asked for a decision without trial."""
