"""The list of the inbox: one row for each story, the newest first, under filters with counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.models import Article, EvidenceItem
from ingest import candidates
from ingest.models import Candidate
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

INBOX = "/admin/ingest/candidate/"
TITLES = "//*[contains(@class, 'inbox-row-title')]/text()"


def titles(client: Client, query: str = "") -> list[str]:
    found: list[str] = find(client.get(INBOX + query), TITLES)
    return found


def dated(candidate: Candidate, days: int, **fields: object) -> Candidate:
    Article.objects.filter(pk=candidate.article_id).update(published_at=timezone.now() - timedelta(days=days), **fields)
    return candidate


def test_it_works(curator: Client, dispute: str) -> None:
    for number, days in ((1, 9), (2, 1), (3, 40)):
        dated(propose(dispute, number), days)
    assert titles(curator) == ["Story 2", "Story 1", "Story 3"]


def test_copies_are_one_row_with_the_disputes_of_all(curator: Client, dispute: str) -> None:
    commands.open_dispute("other", title="Another quarrel", kind="threat", summary="O.", by="seeds")
    first, second, third = propose(dispute, 1), propose("other", 2, score=0.9), propose(dispute, 3)
    Article.objects.filter(pk=second.article_id).update(group=first.article_id)
    Article.objects.filter(pk=first.article_id).update(group=first.article_id)
    dated(third, 3)
    page = curator.get(INBOX)
    assert find(page, TITLES) == ["Story 2", "Story 3"]
    (row, _other) = find(page, "//li[@data-row]")
    assert row.get("data-candidates") == f"{second.pk},{first.pk}"
    said = text_of(page)
    assert "the same story as 1 other" in said
    assert "Another quarrel" in said
    assert "Proposed for 2 disputes" in said
    assert "evidence for this dispute already" not in said
    candidates.accept_candidate(first.pk, by="bob")
    Candidate.objects.create(article=second.article, dispute_id=dispute, score=0.2)
    said = text_of(curator.get(f"{INBOX}?story={first.article_id}"))
    assert "A copy of it is evidence for this dispute already" in said


def test_each_state_has_its_list_and_its_number(curator: Client, dispute: str) -> None:
    commands.open_dispute("other", title="Other", kind="threat", summary="O.", by="seeds")
    waiting, decided, elsewhere = propose(dispute, 1), propose(dispute, 2), propose("other", 3)
    candidates.reject_candidate(decided.pk, by="bob", reason="No")
    said = text_of(curator.get(INBOX))
    assert "Pending 2" in said
    assert "Rejected 1" in said
    assert str(decided.article) not in said
    assert "Rejected by bob" in text_of(curator.get(f"{INBOX}?state=rejected"))
    only = text_of(curator.get(f"{INBOX}?dispute=other"))
    assert str(elsewhere.article) in only
    assert str(waiting.article) not in only
    assert "Pending 1" in only


def test_filters_narrow_and_tell_how_many_they_leave(curator: Client, dispute: str) -> None:
    commands.open_dispute("quiet", title="Quiet", kind="threat", summary="O.", by="seeds")
    first = dated(propose(dispute, 1, score=0.8), 0, source="Anzeiger", language="de")
    dated(propose(dispute, 2, score=0.4), 5, language="en")
    dated(propose("quiet", 3, score=0.1), 90, language="en")
    candidates.accept_candidate(propose(dispute, 4).pk, by="bob")
    assert EvidenceItem.objects.filter(dispute=dispute).exists()
    for query, wanted in (
        (f"?dispute={dispute}", ["Story 1", "Story 2"]),
        ("?source=Anzeiger", ["Story 1"]),
        ("?language=en", ["Story 2", "Story 3"]),
        ("?score=high", ["Story 1"]),
        ("?score=low", ["Story 3"]),
        ("?age=week", ["Story 2"]),
        ("?age=older&language=en", ["Story 3"]),
        ("?new=yes", ["Story 3"]),
        ("?event=yes", []),
    ):
        assert titles(curator, query) == wanted, query
    page = curator.get(INBOX)
    counted = {
        " ".join("".join(item.itertext()).split())
        for item in find(page, "//*[contains(@class, 'inbox-facet-groups')]//li")
    }
    assert {"Anzeiger 1", "The Press 2", "de 1", "en 2", "0.6 and more 1", "Quiet 1", "Nobody 3"} <= counted
    assert find(page, "string(//section[@aria-labelledby='facet-new']//*[@class='count'])") == "1"
    candidates.reject_candidate(first.pk, by="bob")
    assert "Anzeiger" not in text_of(curator.get(INBOX)), "counts are made anew when something is decided"


def test_a_dispute_is_found_by_its_title(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    answer = curator.get(f"{INBOX}?language=&find_dispute=Reddit+v.+Anthropic&score=middle")
    assert answer["Location"] == f"{INBOX}?dispute={dispute}&score=middle"
    assert "No dispute is called" in text_of(curator.get(f"{INBOX}?find_dispute=nonsense", follow=True))


def test_pages_go_on_behind_the_last_story_and_repeat_none(curator: Client, dispute: str) -> None:
    # Two of each moment: the place in the list is told by the key as well.
    moment = timezone.now()
    for number in range(64):
        candidate = propose(dispute, number)
        Article.objects.filter(pk=candidate.article_id).update(published_at=moment - timedelta(hours=number // 2))
    page = curator.get(INBOX)
    seen = find(page, TITLES)
    (next_rows,) = find(page, "//ul/@data-next")
    while next_rows:
        part = curator.get(next_rows)
        seen += find(part, TITLES)
        next_rows = part["X-Next"]
    assert len(seen) == len(set(seen)) == 64
    (older,) = find(page, "//a[@rel='next']/@href")
    assert find(curator.get(INBOX + older), TITLES) == seen[30:60]


def test_an_empty_inbox_says_where_articles_come_from(curator: Client) -> None:
    assert "The inbox is empty" in text_of(curator.get(INBOX))
    for odd in (
        *("?state=nonsense", "?dispute=%00", "?before=x", "?before=2026-01-01~1", "?story=x", "?score=9", "?age=x"),
        *("?before=2026-01-01T00:00:00%2B00:00~" + "9" * 40, "?source=" + "x" * 900),
    ):
        assert curator.get(INBOX + odd).status_code == 200, odd
        assert curator.get(f"{INBOX}rows/{odd}").status_code == 200, odd
    assert "Nothing is left under these filters" in text_of(curator.get(INBOX + "?language=fr"))
    assert curator.get(f"{INBOX}item/?story=x").status_code == 400


def test_a_candidate_has_an_address_of_its_own(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    candidate = dated(propose(dispute, 2), 30)
    candidates.reject_candidate(candidate.pk, by="bob")
    page = curator.get(reverse("admin:ingest_candidate_change", args=[candidate.pk]), follow=True)
    assert find(page, "string(//*[@id='item-title'])").strip() == "Story 2"
    assert "Rejected by bob" in text_of(page)


def test_a_place_that_the_text_no_longer_has_is_not_marked(curator: Client, dispute: str) -> None:
    reasons = [
        {"kind": "watch_term", "text": "gone", "weight": 1, "field": "text", "start": 5_000, "end": 5_004},
        {"kind": "party", "text": "Reddit", "weight": 1, "field": "headline", "start": 0, "end": 3},
    ]
    propose(dispute, 1, reasons=reasons)
    page = curator.get(INBOX)
    assert "gone" in text_of(page)
    assert find(page, "//mark") == []


def test_the_number_of_queries_does_not_grow_with_the_rows(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    curator.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        curator.get(INBOX)
    for number in range(2, 20):
        propose(dispute, number)
    curator.get(INBOX)
    with CaptureQueriesContext(connection) as many:
        curator.get(INBOX)
    assert len(many) == len(few) <= 32, [query["sql"][:90] for query in many]
