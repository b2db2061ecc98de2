"""Watch rules against those that are saved: which are new, which went, and what changed in the others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from disputes.admin.dates import show_date

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that is not as it is saved."""

    sign: Literal["added", "removed", "changed"]
    kind: str
    phrases: Sequence[str] = ()
    """All phrases of a rule that came or went; of a changed one those that stay."""
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    details: Sequence[str] = field(default=())
    """What else changed, in words."""


def changes_between(saved: Sequence[Rule], tried: Sequence[Rule]) -> list[RuleChange]:
    """Tell what turns the saved rules into those that are tried; empty where nothing does.

    A rule that shares a phrase with one of its kind is that one, changed. Their order does not matter.
    """
    left = [rule for rule in saved if rule not in tried]
    came = [rule for rule in tried if rule not in saved]
    changes = []
    for rule in came:
        former = max(
            (other for other in left if other["kind"] == rule["kind"]),
            key=lambda other: _shared(other, rule),
            default=None,
        )
        if former is None or not _shared(former, rule):
            changes.append(RuleChange("added", rule["kind"], rule["phrases"], details=_said(rule)))
            continue
        left.remove(former)
        changes.append(_changed(former, rule))
    changes += [RuleChange("removed", rule["kind"], rule["phrases"], details=_said(rule)) for rule in left]
    return changes


def window_changes(saved: Mapping[str, Any], tried: Mapping[str, Any]) -> list[str]:
    """Say in words what changes in the days between which articles count."""
    found = []
    for name in ("since", "until"):
        before, after = show_date(saved.get(name)), show_date(tried.get(name))
        if before != after:
            found.append(f"{name.capitalize()}: {before or 'not said'} → {after or 'not said'}")
    return found


def _changed(former: Rule, rule: Rule) -> RuleChange:
    before, after = former["phrases"], rule["phrases"]
    details = [
        f"{name}: {_word(former.get(name))} → {_word(rule.get(name))}"
        for name in ("weight", "note")
        if former.get(name) != rule.get(name)
    ]
    return RuleChange(
        "changed",
        rule["kind"],
        phrases=_without(after, _without(after, before)),
        added=_without(after, before),
        removed=_without(before, after),
        details=details,
    )


def _said(rule: Rule) -> list[str]:
    return [f"{name}: {_word(rule[name])}" for name in ("weight", "note") if rule.get(name) is not None]


def _word(value: Any) -> str:
    return "none" if value in (None, "") else f"{value:g}" if isinstance(value, int | float) else str(value)


def _shared(one: Rule, other: Rule) -> int:
    return len(set(one["phrases"]) & set(other["phrases"]))


def _without(phrases: Iterable[str], others: Iterable[str]) -> list[str]:
    excluded = set(others)
    return [phrase for phrase in phrases if phrase not in excluded]
