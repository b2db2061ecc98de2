"""The page of a dispute: what it tells, in which order, and what it makes of hostile words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.articles import count_sources, register_address
from disputes.models import Article
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db


def page_of(slug: str) -> str:
    return reverse("admin:disputes_dispute_change", args=[slug])


def test_it_works(viewer: Client, dispute: str) -> None:
    answer = viewer.get(page_of(dispute))
    said = text_of(answer)
    assert "Pleadings since 4 June 2025, by Complaint filed" in said or "Dormant since 5 June 2026" in said
    assert "April 2023" in said, "a month stays a month"
    assert "0.24 USD per 1,000 calls, disclosed" in said
    assert "press.example" in said
    assert "contradicts" in said
    assert "Superior Court of California" in said
    assert "Breach of contract Pending" in said
    dates = find(answer, "//section[@id='timeline']//div[@class='entry-when']/text()")
    assert dates == ["April 2023", "4 June 2025"], "in the order of happening"
    (evidence,) = find(answer, "//section[@id='timeline']//a[text()='other.example']")
    assert evidence.get("rel") == "noopener noreferrer"


def test_parties_have_their_present_names(viewer: Client, dispute: str) -> None:
    commands.rename_party("reddit", name="Reddit Holdings", effective="2025-01", by="seeds")
    said = text_of(viewer.get(page_of(dispute)))
    assert "Reddit Holdings → towards Anthropic PBC" in said


def test_what_lies_ahead_stands_apart(viewer: Client, dispute: str) -> None:
    ahead = timezone.now().date() + timedelta(days=400)
    commands.record_event(
        dispute,
        type="trial_scheduled",
        occurred=ahead.isoformat(),
        standing="reported",
        data={"summary": "Trial is set.", "proceeding": "sf-superior"},
        justification="The court's calendar",
        by="seeds",
    )
    page = viewer.get(page_of(dispute))
    assert "Trial is set." in find(page, "string(//section[@id='upcoming'])")
    assert "Trial is set." not in find(page, "string(//section[@id='timeline'])")


def test_an_empty_dispute_says_what_to_do_next(curator: Client, viewer: Client) -> None:
    commands.open_dispute("quiet", title="Quiet", kind="threat", summary="Nothing yet.", by="seeds")
    said = text_of(curator.get(page_of("quiet")))
    for hint in ("Record the first event", "Add the parties", "Attach one", "Set watch rules", "Nothing is scheduled"):
        assert hint in said
    assert "Record the first event" not in text_of(viewer.get(page_of("quiet")))


def test_hostile_words_stay_words(curator: Client, dispute: str) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    commands.attach_evidence(dispute, article="https://evil.example/1", quote=attack, by="system:matcher", score=0.5)
    Article.objects.filter(url="https://evil.example/1").update(title=attack, source=attack, text=attack)
    commands.record_event(
        dispute,
        type="statement_made",
        occurred="2025",
        standing="alleged",
        data={"summary": attack, "note": attack},
        justification=attack,
        by="seeds",
    )
    article = Article.objects.get(url="https://evil.example/1")
    for address in (
        page_of(dispute),
        reverse("admin:disputes_article_change", args=[article.pk]),
        reverse("admin:disputes_article_changelist"),
        reverse("admin:disputes_dispute_record", args=[dispute, "letter_sent"]) + f"?article={article.pk}",
    ):
        body = curator.get(address).content.decode()
        assert "<script>alert" not in body, address
        assert "<img src=x" not in body, address
        assert "alert(1)" in body, address


def test_an_address_that_is_no_web_address_is_no_link(viewer: Client) -> None:
    article = Article.objects.create(url="javascript:alert(1)", title="Odd")
    body = viewer.get(reverse("admin:disputes_article_change", args=[article.pk])).content.decode()
    assert 'href="javascript:' not in body


def test_the_number_of_queries_does_not_grow_with_the_events(viewer: Client, dispute: str) -> None:
    viewer.get(page_of(dispute))
    with CaptureQueriesContext(
        connection,
    ) as few:
        viewer.get(page_of(dispute))
    for number in range(12):
        commands.register_party(f"party-{number}", name=f"Party {number}", by="seeds")
        commands.record_event(
            dispute,
            type="statement_made",
            occurred=f"2024-{number % 12 + 1:02}",
            standing="reported",
            data={"summary": f"Statement {number}.", "actors": [f"party-{number}"]},
            evidence=[{"article": f"https://press.example/{number}"}],
            by="seeds",
        )
    with CaptureQueriesContext(connection) as many:
        viewer.get(page_of(dispute))
    # Two of them look for entries of its dockets, one whether stored articles are matched anew.
    assert len(many) == len(few) <= 13, [query["sql"][:90] for query in many]


def test_an_unknown_dispute_is_not_found(viewer: Client) -> None:
    assert viewer.get(page_of("nowhere")).status_code == 404


def test_copies_of_one_story_are_one_source(viewer: Client, dispute: str) -> None:
    for number in range(3):
        commands.attach_evidence(dispute, article=register_address(f"https://copy.example/{number}").pk, by="curator")
    assert "copies of one story" not in text_of(viewer.get(page_of(dispute)))
    copies = Article.objects.filter(url__startswith="https://copy.example/")
    before = count_sources(Article.objects.filter(evidence__dispute=dispute).distinct())
    copies.update(group=copies[0].pk)
    assert count_sources(Article.objects.filter(evidence__dispute=dispute).distinct()) == before - 2
    said = text_of(viewer.get(page_of(dispute)))
    assert f"From {before - 2} independent source" in said
