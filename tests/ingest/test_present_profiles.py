"""What the matcher knows is read again when the log has something that concerns it, and only then."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from disputes import commands
from disputes.models import Article
from ingest.profiles import load_profiles, present_profiles
from tests.ingest.articles import DISPUTE, open_dispute

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    open_dispute()
    assert present_profiles() == load_profiles()
    commands.add_alias("reddit", alias="The front page", by="curator")
    assert present_profiles() == load_profiles()


def test_evidence_costs_no_reading() -> None:
    open_dispute()
    known = present_profiles()
    article = Article.objects.create(url="https://press.example/1", title="Reddit")
    commands.attach_evidence(DISPUTE, article=article.id, by="curator")
    with CaptureQueriesContext(connection) as queries:
        assert present_profiles() is known
    assert len(queries) == 1


def test_what_was_rolled_back_is_forgotten() -> None:
    open_dispute()
    before = present_profiles()
    with transaction.atomic():
        commands.add_alias("reddit", alias="The front page", by="curator")
        assert present_profiles() != before
        transaction.set_rollback(True)
    commands.add_alias("reddit", alias="The back page", by="curator")
    assert present_profiles() == load_profiles()
