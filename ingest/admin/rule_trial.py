"""Watch rules tried on the stored articles, on the page where they are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from disputes.admin.panels import Panel, watch_rule_trial
from ingest.watch_rules import try_rules


@watch_rule_trial
def try_on_stored_articles(slug: str, rules: Sequence[Mapping[str, Any]]) -> Panel:
    """Show what the rules would find. Some ten queries and at most `ingest.watch_rules.SECONDS`."""
    return Panel("admin/ingest/parts/rule_trial.html", {"found": try_rules(slug, rules)})
