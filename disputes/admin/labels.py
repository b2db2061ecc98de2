"""Words and colours for controlled terms. A colour never stands alone: the word is always there."""

from __future__ import annotations

from disputes.events import EVENT_TYPES
from disputes.vocabulary import Standing, Status, Term

STATUS_COLOUR: dict[str, str] = {
    Status.WATCHING: "default",
    Status.THREATENED: "warning",
    Status.NEGOTIATING: "info",
    Status.LICENSED: "success",
    Status.UNDER_INQUIRY: "warning",
    Status.STAYED: "default",
    Status.PLEADINGS: "primary",
    Status.DISCOVERY: "primary",
    Status.SUMMARY_JUDGMENT: "primary",
    Status.TRIAL: "danger",
    Status.JUDGMENT_RESERVED: "primary",
    Status.REFERRED: "primary",
    Status.ON_APPEAL: "primary",
    Status.SETTLEMENT_PENDING: "info",
    Status.SETTLED: "success",
    Status.DECIDED: "success",
    Status.DISMISSED: "default",
    Status.WITHDRAWN: "default",
    Status.TRANSFERRED: "default",
    Status.DORMANT: "default",
}
STANDING_COLOUR: dict[str, str] = {
    Standing.ALLEGED: "warning",
    Standing.REPORTED: "info",
    Standing.CONFIRMED: "success",
    Standing.AWARDED: "primary",
    Standing.DENIED: "danger",
}


def term_label(vocabulary: type[Term], value: str) -> str:
    """Give the label of a term; the value itself where a newer version of the tracker wrote it."""
    try:
        return vocabulary(value).label
    except ValueError:
        return value


def type_label(name: str) -> str:
    """Give the label of an event type."""
    declaration = EVENT_TYPES.get(name)
    return declaration.label if declaration else name


def words(name: str) -> str:
    """Turn the name of a field into words: "docket_number" is "Docket number"."""
    return name.replace("_", " ").capitalize()
