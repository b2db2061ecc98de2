"""Events of ends by agreement, and of authorities."""

from collections.abc import Mapping
from typing import Any

from disputes.events.base import Line, Occurrence, Slug
from disputes.vocabulary import Lane, Status


class Settlement(Occurrence, lane=Lane.SETTLEMENT):
    """An end by agreement, of one proceeding or of the whole dispute."""

    proceeding: Slug | None = None


class SettlementReported(
    Settlement,
    name="settlement_reported",
    label="Settlement reported",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """A settlement was reported, not yet confirmed."""


class SettlementAgreed(
    Settlement,
    name="settlement_agreed",
    label="Settlement agreed",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The sides agreed to settle."""


class SettlementApprovalGranted(
    Settlement,
    name="settlement_approval_granted",
    label="Settlement approved",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court approved a settlement, preliminarily or finally."""

    final: bool = False

    @classmethod
    def status_after(cls, data: Mapping[str, Any]) -> Status | None:
        """Settle the matter with the final approval; the preliminary one does not."""
        return Status.SETTLED if data.get("final") else Status.SETTLEMENT_PENDING


class SettlementApprovalWithheld(
    Settlement,
    name="settlement_approval_withheld",
    label="Settlement approval withheld",
    leads_to=Status.SETTLEMENT_PENDING,
):
    """The court did not approve a settlement, or not yet."""


class SettlementPaid(Settlement, name="settlement_paid", label="Settlement paid", leads_to=Status.SETTLED):
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
    label="Regulatory decision",
    lane=Lane.REGULATOR,
    leads_to=Status.DECIDED,
):
    """An authority decided."""

    proceeding: Slug | None = None
