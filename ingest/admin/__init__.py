"""The pipeline's screens: the inbox of candidates, the feeds and their fetches, pages and captures, the front page."""

from ingest.admin import (
    capture_admin,
    dashboard,
    evidence_export,
    feed_admin,
    inbox,
    learning_admin,
    look_back_panel,
    page_admin,
    prefilled_forms,
    rule_admin,
    rule_trial,
)

__all__ = [
    "capture_admin",
    "dashboard",
    "evidence_export",
    "feed_admin",
    "inbox",
    "learning_admin",
    "look_back_panel",
    "page_admin",
    "prefilled_forms",
    "rule_admin",
    "rule_trial",
]
