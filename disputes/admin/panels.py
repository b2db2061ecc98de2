"""What other rooms show of a dispute, and of rules to be tried: they know this room, and it does not know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the page."""

    template: str
    """Gets `context` as `panel`, and stands for the whole section."""
    context: Mapping[str, Any]


TryRules: TypeAlias = Callable[[str, Mapping[str, Any]], Panel]
_trials: list[TryRules] = []


def watch_rule_trial(run: TryRules) -> TryRules:
    """Let curators try watch rules before they save them; the function gets the dispute and the payload.

    It writes nothing, shows what they would find, and raises Refused where they can't be tried.
    """
    _trials.append(run)
    return run


def can_try_rules() -> bool:
    """Whether some room can try watch rules."""
    return bool(_trials)


def try_rules(slug: str, data: Mapping[str, Any]) -> list[Panel]:
    """Try watch rules; give what is to be shown of it. Costs what the trials cost. Raises Refused."""
    return [run(slug, data) for run in _trials]


MakePanel: TypeAlias = Callable[[str], Panel | None]
_makers: list[MakePanel] = []


def dispute_panel(make: MakePanel) -> MakePanel:
    """Show a panel on the page of a dispute; the function gets its slug, and gives None where there is nothing."""
    _makers.append(make)
    return make


def dispute_panels(slug: str) -> list[Panel]:
    """Give the panels of a dispute. Costs what their makers cost."""
    return [panel for panel in (make(slug) for make in _makers) if panel is not None]
