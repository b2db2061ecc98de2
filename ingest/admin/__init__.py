"""The pipeline's screens: the inbox of candidates, the feeds and their fetches, pages and captures, the front page."""

from ingest.admin import (
    candidate_admin,
    capture_admin,
    dashboard,
    evidence_export,
    feed_admin,
    learning_admin,
    look_back_panel,
    page_admin,
    prefilled_forms,
    rule_admin,
    rule_trial,
)

__all__ = [
    "candidate_admin",
    "capture_admin",
    "dashboard",
    "evidence_export",
    "feed_admin",
    "learning_admin",
    "look_back_panel",
    "page_admin",
    "prefilled_forms",
    "rule_admin",
    "rule_trial",
]
