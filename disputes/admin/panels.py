"""What other rooms show on the page of a dispute: they know this room, and it does not know them."""

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


MakePanel: TypeAlias = Callable[[str], Panel | None]
_makers: list[MakePanel] = []


def dispute_panel(make: MakePanel) -> MakePanel:
    """Show a panel on the page of a dispute; the function gets its slug, and gives None where there is nothing."""
    _makers.append(make)
    return make


def dispute_panels(slug: str) -> list[Panel]:
    """Give the panels of a dispute. Costs what their makers cost."""
    return [panel for panel in (make(slug) for make in _makers) if panel is not None]
