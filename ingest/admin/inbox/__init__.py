"""The inbox: stories that may be evidence, newest first, with the text beside them, judged one by one or in bulk."""

from ingest.admin.inbox.candidate_admin import CandidateAdmin

__all__ = ["CandidateAdmin"]
