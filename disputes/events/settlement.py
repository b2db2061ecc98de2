"""Events of ends by agreement, and of authorities."""

from collections.abc import Mapping
from typing import Any

from disputes.events.base import Line, Occurrence, Slug
from disputes.vocabulary import Lane, Status


class Settlement(Occurrence, lane=Lane.SETTLEMENT):
    """An end by agreement, of one proceeding or of the whole dispute.

    Those who settle are its actors and targets. `partial`: the proceeding goes on between others, at the stage that it
    has reached.
    """

    proceeding: Slug | None = None
    partial: bool = False

    @classmethod
    def status_after(cls, data: Mapping[str, Any]) -> Status | None:
        """Change nothing where others go on."""
        return None if data.get("partial") else cls.stage(data)

    @classmethod
    def stage(cls, data: Mapping[str, Any]) -> Status | None:  # noqa: ARG003 (subclasses look at it)
        """Name the stage of a settlement that leaves nobody behind."""
        return cls.leads_to


class SettlementReported(
    Settlement,
    name="settlement_reported",
    version=2,
    label="Settlement reported",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """A settlement was reported, not yet confirmed."""


class SettlementAgreed(
    Settlement,
    name="settlement_agreed",
    version=2,
    label="Settlement agreed",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The sides agreed to settle; `final` where no court has to approve it and nothing is left to be done."""

    final: bool = False

    @classmethod
    def stage(cls, data: Mapping[str, Any]) -> Status | None:
        """Settle the matter where the agreement alone does."""
        return Status.SETTLED if data.get("final") else Status.SETTLEMENT_PENDING


class SettlementApprovalGranted(
    Settlement,
    name="settlement_approval_granted",
    version=2,
    label="Settlement approved",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court approved a settlement, preliminarily or finally."""

    final: bool = False

    @classmethod
    def stage(cls, data: Mapping[str, Any]) -> Status | None:
        """Settle the matter with the final approval; the preliminary one does not."""
        return Status.SETTLED if data.get("final") else Status.SETTLEMENT_PENDING


class SettlementApprovalWithheld(
    Settlement,
    name="settlement_approval_withheld",
    version=2,
    label="Settlement approval withheld",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court did not approve a settlement, or not yet."""


class SettlementPaid(Settlement, name="settlement_paid", label="Settlement paid", leads_to=Status.SETTLED, version=2):
    """A settlement was carried out."""


class InquiryOpened(
    Occurrence,
    name="inquiry_opened",
    label="Inquiry opened",
    lane=Lane.REGULATOR,
    leads_to=Status.UNDER_INQUIRY,
):
    """An authority began to inquire."""

    proceeding: Slug | None = None
    court: Line | None = None
    docket_number: Line | None = None


class RegulatoryDecisionIssued(
    Occurrence,
    name="regulatory_decision_issued",
    version=2,
    label="Regulatory decision",
    lane=Lane.REGULATOR,
    leads_to=Status.DECIDED,
):
    """An authority decided; a decision is often the first that is heard of its proceeding."""

    proceeding: Slug | None = None
    court: Line | None = None
    docket_number: Line | None = None


class ComplaintLodged(Occurrence, name="complaint_lodged", label="Complaint lodged", lane=Lane.REGULATOR):
    """Somebody asked an authority to act (Article 77 GDPR, a criminal complaint); it has not said that it will."""
