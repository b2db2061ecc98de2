"""Events of ends by agreement, and of authorities."""

from collections.abc import Mapping
from typing import Any

from disputes.events.base import Line, Occurrence, Slug
from disputes.vocabulary import Lane, Status


class SettlementReported(
    Occurrence,
    name="settlement_reported",
    label="Settlement reported",
    lane=Lane.SETTLEMENT,
    leads_to=Status.SETTLEMENT_PENDING,
):
    """A settlement was reported, not yet confirmed."""

    proceeding: Slug | None = None


class SettlementAgreed(
    Occurrence,
    name="settlement_agreed",
    label="Settlement agreed",
    lane=Lane.SETTLEMENT,
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The sides agreed to settle."""

    proceeding: Slug | None = None


class SettlementApprovalGranted(
    Occurrence,
    name="settlement_approval_granted",
    label="Settlement approved",
    lane=Lane.SETTLEMENT,
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court approved a settlement, preliminarily or finally."""

    proceeding: Slug | None = None
    final: bool = False

    @classmethod
    def status_after(cls, data: Mapping[str, Any]) -> Status | None:
        """Settle the matter with the final approval; the preliminary one does not."""
        return Status.SETTLED if data.get("final") else Status.SETTLEMENT_PENDING


class SettlementApprovalWithheld(
    Occurrence,
    name="settlement_approval_withheld",
    label="Settlement approval withheld",
    lane=Lane.SETTLEMENT,
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court did not approve a settlement, or not yet."""

    proceeding: Slug | None = None


class SettlementPaid(
    Occurrence, name="settlement_paid", label="Settlement paid", lane=Lane.SETTLEMENT, leads_to=Status.SETTLED
):
    """A settlement was carried out."""

    proceeding: Slug | None = None


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
    label="Regulatory decision",
    lane=Lane.REGULATOR,
    leads_to=Status.DECIDED,
):
    """An authority decided."""

    proceeding: Slug | None = None
