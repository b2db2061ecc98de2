"""The pipeline's screens: the inbox of candidates, the feeds and their fetches, the front page."""

from ingest.admin import candidate_admin, dashboard, feed_admin

__all__ = ["candidate_admin", "dashboard", "feed_admin"]
