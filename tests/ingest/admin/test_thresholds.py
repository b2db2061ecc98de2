"""Curators say from which scores on articles are attached and wait; everybody sees what was learned."""

import pytest
from django.test import Client

from ingest.matching.weights import stored_weights
from ingest.models import MatcherVersion, Thresholds
from ingest.profiles import matcher
from tests.support.screens import text_of

pytestmark = pytest.mark.django_db

THRESHOLDS = "/admin/ingest/thresholds/"
SET = f"{THRESHOLDS}set/"


def test_it_works(curator: Client, dispute: str) -> None:
    assert "None were set" in text_of(curator.get(THRESHOLDS))
    form = curator.get(SET, {"dispute": dispute})
    assert str(stored_weights().automatic) in form.content.decode()
    said = {"dispute": dispute, "automatic": "0.95", "inbox": "0.2", "reason": "It is much written about"}
    answer = curator.post(SET, said, follow=True)
    assert "It is much written about" in text_of(answer)
    row = Thresholds.objects.get()
    assert (row.set_by, row.dispute) == ("carol", dispute)
    assert matcher().inbox_of(dispute) == 0.2
    page = text_of(curator.get(f"{THRESHOLDS}{row.pk}/change/"))
    assert "It is much written about" in page


def test_a_dispute_that_is_not_there_is_said(curator: Client, dispute: str) -> None:
    answer = curator.post(SET, {"dispute": "nobody-v-nobody", "automatic": "0.9", "inbox": "0.2", "reason": "Why not"})
    assert answer.status_code == 422
    assert "No dispute is called “nobody-v-nobody”" in text_of(answer)
    assert not Thresholds.objects.exists()


def test_what_makes_no_sense_is_said(curator: Client, dispute: str) -> None:
    said = {"dispute": "", "automatic": "0.2", "inbox": "0.5", "reason": "Why not"}
    answer = curator.post(SET, said)
    assert answer.status_code == 422
    assert "0 < inbox <= automatic" in text_of(answer)
    assert not Thresholds.objects.exists()


def test_an_operator_may_look_and_not_set(operator: Client) -> None:
    assert operator.get(THRESHOLDS).status_code == 200
    assert "Set thresholds" not in text_of(operator.get(THRESHOLDS))
    assert operator.get(SET).status_code == 403


def test_what_was_learned_is_shown(operator: Client) -> None:
    weights = stored_weights().as_json()
    row = MatcherVersion.objects.create(
        version="fitted-1+1", weights=weights, decisions=40, held_back=20, loss=0.2, loss_before=0.3, is_adopted=True
    )
    assert "fitted-1+1" in text_of(operator.get("/admin/ingest/matcherversion/"))
    page = text_of(operator.get(f"/admin/ingest/matcherversion/{row.pk}/change/"))
    assert "0.2000, before 0.3000, on 20" in page
    assert "similar_share" in page
