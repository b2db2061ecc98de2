"""Addresses under /api/v1/ of the domain."""

from django.urls import path

from disputes.api.resources.articles import ArticleDetail, ArticleList
from disputes.api.resources.disputes import DisputeDetail, DisputeList
from disputes.api.resources.events import EventDetail, EventList
from disputes.api.resources.evidence import EvidenceList
from disputes.api.resources.ledger import CheckpointDetail, Consistency, Inclusion
from disputes.api.resources.log import Log
from disputes.api.resources.merging import DisputeMerge, DisputeUndoMerge, PartyMerge, PartyUndoMerge
from disputes.api.resources.parties import PartyDetail, PartyList
from disputes.api.resources.vocabulary import VocabularyDetail

RESOURCES = ("disputes", "events", "parties", "articles", "ledger/checkpoint", "vocabulary")
"""What the index of the API lists."""

urlpatterns = [
    path("disputes/", DisputeList.as_view(), name="api-disputes"),
    path("disputes/<slug:slug>/", DisputeDetail.as_view(), name="api-dispute"),
    path("disputes/<slug:slug>/events/", EventList.as_view(), name="api-dispute-events"),
    path("disputes/<slug:slug>/events/<uuid:event>/", EventDetail.as_view(), name="api-dispute-event"),
    path("disputes/<slug:slug>/evidence/", EvidenceList.as_view(), name="api-dispute-evidence"),
    path("disputes/<slug:slug>/merge/", DisputeMerge.as_view(), name="api-dispute-merge"),
    path("disputes/<slug:slug>/undo-merge/", DisputeUndoMerge.as_view(), name="api-dispute-undo-merge"),
    path("events/", Log.as_view(), name="api-log"),
    path("parties/", PartyList.as_view(), name="api-parties"),
    path("parties/<slug:slug>/", PartyDetail.as_view(), name="api-party"),
    path("parties/<slug:slug>/merge/", PartyMerge.as_view(), name="api-party-merge"),
    path("parties/<slug:slug>/undo-merge/", PartyUndoMerge.as_view(), name="api-party-undo-merge"),
    path("articles/", ArticleList.as_view(), name="api-articles"),
    path("articles/<uuid:article>/", ArticleDetail.as_view(), name="api-article"),
    path("ledger/checkpoint/", CheckpointDetail.as_view(), name="api-checkpoint"),
    path("ledger/inclusion/", Inclusion.as_view(), name="api-inclusion"),
    path("ledger/consistency/", Consistency.as_view(), name="api-consistency"),
    path("vocabulary/", VocabularyDetail.as_view(), name="api-vocabulary"),
]
