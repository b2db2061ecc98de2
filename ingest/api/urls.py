"""Addresses under /api/v1/ of the pipeline."""

from django.urls import path

from ingest.api.candidates import CandidateAccept, CandidateDetail, CandidateList, CandidateReject, CandidateUndo
from ingest.api.feeds import FeedDetail, FeedFetch, FeedList, FetchList
from ingest.api.proposed_events import ProposedEventConfirm, ProposedEventDismiss, ProposedEventUndo
from ingest.api.watch_rules import WatchRuleTrial

RESOURCES = ("candidates", "feeds")
"""What the index of the API lists."""

urlpatterns = [
    path("candidates/", CandidateList.as_view(), name="api-candidates"),
    path("candidates/<int:candidate>/", CandidateDetail.as_view(), name="api-candidate"),
    path("candidates/<int:candidate>/accept/", CandidateAccept.as_view(), name="api-candidate-accept"),
    path("candidates/<int:candidate>/reject/", CandidateReject.as_view(), name="api-candidate-reject"),
    path("candidates/<int:candidate>/undo/", CandidateUndo.as_view(), name="api-candidate-undo"),
    path(
        "candidates/<int:candidate>/proposed-events/<int:proposal>/confirm/",
        ProposedEventConfirm.as_view(),
        name="api-proposed-event-confirm",
    ),
    path(
        "candidates/<int:candidate>/proposed-events/<int:proposal>/dismiss/",
        ProposedEventDismiss.as_view(),
        name="api-proposed-event-dismiss",
    ),
    path(
        "candidates/<int:candidate>/proposed-events/<int:proposal>/undo/",
        ProposedEventUndo.as_view(),
        name="api-proposed-event-undo",
    ),
    path("disputes/<slug:slug>/watch-rules/try/", WatchRuleTrial.as_view(), name="api-watch-rule-trial"),
    path("feeds/", FeedList.as_view(), name="api-feeds"),
    path("feeds/<int:feed>/", FeedDetail.as_view(), name="api-feed"),
    path("feeds/<int:feed>/fetch/", FeedFetch.as_view(), name="api-feed-fetch"),
    path("feeds/<int:feed>/fetches/", FetchList.as_view(), name="api-feed-fetches"),
]
