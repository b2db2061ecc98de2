"""What can be done with the candidates of the inbox: which button it is, what it needs, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django import forms
from django.contrib.auth import get_user_model
from django.http import QueryDict

from disputes.admin.combobox import Combobox, ComboboxField
from disputes.admin.fields import DisputeField, completion
from disputes.errors import Refused, Unfit
from disputes.ledger import LedgerError
from ingest import candidates, triage
from ingest.models import Candidate

JUDGE: Final = "ingest.judge_candidate"
MOST_AT_ONCE: Final = 500
LONGEST_REASON: Final = 500
REASONS: Final = (
    "About something else",
    "The same story as one that is attached",
    "No facts: comment or opinion",
    "Too old, or out of date",
    "Not to be trusted",
)
"""What curators usually say; any other reason can be written."""
SNOOZES: Final[Mapping[int, str]] = {1: "until tomorrow", 3: "for three days", 7: "for a week", 30: "for a month"}
WEEK: Final = 7


class DisputesField(DisputeField):
    """Several disputes. Its clean value is a list of slugs."""

    many = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget = Combobox(source=completion("dispute"), many=True)
        self.widget.describe = self.describe


class OtherDisputes(forms.Form):
    """Where an article belongs instead, or as well."""

    other = DisputeField(label="The other dispute", help_text="Type its title, or a name of a party.")
    others: ComboboxField = DisputesField(label="The other disputes", help_text="As many as it is about.")


class FindDispute(forms.Form):
    """A dispute to narrow the list to, where there are more than can be listed."""

    find_dispute = DisputeField(label="Another one", required=False)


class Act(NamedTuple):
    """Something to do with each of some candidates."""

    carry_out: Callable[..., Candidate]
    done: str
    read: Callable[[QueryDict], dict[str, Any]] = lambda _data: {}
    """Gives what the command takes beside the candidate. Raises Unfit where something is missing or wrong."""
    stays: bool = False
    """Whether what waits goes on waiting."""


@dataclass
class Outcome:
    """What came of a press of a button."""

    done: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    said: str = ""


def _reason(data: QueryDict) -> dict[str, Any]:
    said = [" ".join(data.get(name, "").replace("\x00", "").split())[:LONGEST_REASON] for name in ("reason", "note")]
    return {"reason": ". ".join(part for part in said if part) or None}


def _days(data: QueryDict) -> dict[str, Any]:
    said = data.get("days", "") or str(WEEK)
    days = next((days for days in SNOOZES if str(days) == said), None)
    if days is None:
        raise Unfit(f"candidates are put off {', '.join(SNOOZES.values())}")
    return {"days": days}


def _other(data: QueryDict) -> dict[str, Any]:
    return {"to": _disputes(data, "other"), "reason": _reason(data)["reason"]}


def _others(data: QueryDict) -> dict[str, Any]:
    return {"disputes": _disputes(data, "others")}


def _disputes(data: QueryDict, name: str) -> Any:
    form = OtherDisputes(data)
    form.is_valid()
    if name in form.errors:
        raise Unfit(" ".join(map(str, form.errors[name])))
    return form.cleaned_data[name]


def _assignee(data: QueryDict) -> dict[str, Any]:
    to = data.get("to", "").replace("\x00", "")
    if to and to not in judges():
        raise Unfit(f"{to!r} is nobody who may judge candidates; choose one of the list")
    return {"to": to}


def judges() -> list[str]:
    """Give the names of those who may judge candidates. One query."""
    users = get_user_model().objects.with_perm(JUDGE, backend="django.contrib.auth.backends.ModelBackend")
    return [user.get_username() for user in users.order_by("username")[:200]]


ACTS: Final[Mapping[str, Act]] = {
    "accept": Act(candidates.accept_candidate, "accepted"),
    "reject": Act(candidates.reject_candidate, "rejected", _reason),
    "snooze": Act(candidates.snooze_candidate, "put off", _days),
    "move": Act(triage.move_candidate, "rejected, and attached to the other dispute", _other),
    "several": Act(triage.accept_for_several, "accepted for several disputes", _others),
    "assign": Act(triage.assign_candidate, "assigned", _assignee, stays=True),
    "put_back": Act(
        lambda candidate_id, *, by, press: candidates.undo_candidate(candidate_id, by=by),  # noqa: ARG005
        "put back into the inbox",
    ),
}


def wanted(data: QueryDict) -> list[int]:
    """Give the candidates that a form is about: those that are ticked, or where none is, those of the open story."""
    texts = data.getlist("candidate") or data.getlist("current")
    numbers = [number for text in texts for number in text.split(",")]
    return [int(number) for number in dict.fromkeys(numbers) if number.isdecimal()][:MOST_AT_ONCE]


def carry_out(name: str, data: QueryDict, *, by: str) -> Outcome:
    """Do it with each candidate by itself, so that one that can't be decided does not hold up the others."""
    act, numbers = ACTS.get(name), wanted(data)
    outcome = Outcome()
    if act is None or not numbers:
        outcome.refusals.append("Nothing was decided. Open a story or tick some, then press what to do with them.")
        return outcome
    try:
        options = act.read(data)
    except Refused as refusal:
        outcome.refusals.append(f"Nothing was decided: {refusal}")
        return outcome
    press = uuid4()
    for number in numbers:
        try:
            act.carry_out(number, by=by, press=press, **options)
        except Refused as refusal:
            outcome.refusals.append(f"{_title(number)}: {refusal}")
        except LedgerError as error:
            outcome.refusals.append(f"{_title(number)} was left as it is, try again: {error}")
        else:
            outcome.done.append(number)
    if outcome.done:
        outcome.said = f"{_counted(outcome.done)} {act.done}{_detail(name, options)}."
    return outcome


def undo(*, by: str) -> Outcome:
    """Take back what somebody did last."""
    try:
        steps = triage.undo_press(by=by)
    except Refused as refusal:
        return Outcome(refusals=[str(refusal).capitalize() + "."])
    except LedgerError as error:
        return Outcome(refusals=[f"Nothing was undone, try again: {error}"])
    numbers = list(dict.fromkeys(step.candidate_id for step in steps))
    return Outcome(numbers, said=f"Undone: {_counted(numbers)} as before.")


def _title(number: int) -> str:
    row = Candidate.objects.filter(pk=number).values_list("article__title", "article__url").first()
    return f"“{row[0] or row[1]}”" if row else f"Candidate {number}"


def _counted(numbers: Sequence[int]) -> str:
    return "1 candidate" if len(numbers) == 1 else f"{len(numbers)} candidates"


def _detail(name: str, options: Mapping[str, Any]) -> str:
    if name == "snooze":
        return f" {SNOOZES[options['days']]}"
    if name == "assign":
        return f" to {options['to']}" if options["to"] else " to nobody"
    return ""
