"""Watch rules tried on the stored articles, on the page where they are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from disputes.admin.panels import Panel, watch_rule_trial
from ingest.watch_rules import try_rules


@watch_rule_trial
def try_on_stored_articles(slug: str, data: Mapping[str, Any]) -> Panel:
    """Show what the rules would find. Some ten queries and at most `ingest.watch_rules.SECONDS`."""
    found = try_rules(slug, data.get("rules", []), since=data.get("since"), until=data.get("until"))
    return Panel("admin/ingest/parts/rule_trial.html", {"found": found})
