"""Watch rules tried on the stored articles, on the page where they are set, and compared with those that are saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from disputes.admin.panels import Panel, watch_rule_trial
from disputes.commands.execution import build_payload
from disputes.models import Dispute
from ingest.admin.rule_changes import changes_between, window_changes
from ingest.watch_rules import try_rules


@watch_rule_trial
def try_on_stored_articles(slug: str, data: Mapping[str, Any]) -> Panel:
    """Show what the rules would find and how they differ from the saved ones.

    Some eleven queries and at most `ingest.watch_rules.SECONDS`.
    """
    found = try_rules(slug, data.get("rules", []), since=data.get("since"), until=data.get("until"))
    # In the form in which they would be saved, so that only what matters differs.
    tried = build_payload("watch_terms_changed", dict(data)).to_data()
    rules, window = Dispute.objects.values_list("watch_rules", "watch_window").get(pk=slug)
    context = {
        "found": found,
        "changes": changes_between(rules, tried.get("rules", [])),
        "window_changes": window_changes(window, tried),
    }
    return Panel("admin/ingest/parts/rule_trial.html", context)
