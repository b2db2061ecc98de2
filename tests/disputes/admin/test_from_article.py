"""From an article to the form of an event: which dispute, which type, what was recorded from it before."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.models import Article, TimelineEntry
from tests.support.screens import errors_at, find, log_in, open_form, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    now = timezone.now()
    return Article.objects.create(
        url="https://press.example/words",
        title="<b>Words</b>",
        text="First.\n<script>alert(1)</script>\nThird.",
        captured_at=now,
        published_at=now,
    )


def from_article(article: Article) -> str:
    return reverse("admin:disputes_article_record", args=[article.pk])


def record_url(slug: str, kind: str, article: Article) -> str:
    return f"{reverse('admin:disputes_dispute_record', args=[slug, kind])}?article={article.pk}"


def test_it_works(curator: Client, dispute: str, article: Article) -> None:
    answer = curator.get(from_article(article), {"dispute": dispute, "type": "letter_sent"})
    assert answer["Location"] == record_url(dispute, "letter_sent", article)
    form = open_form(curator, answer["Location"])
    assert form.values["evidence-0-article"] == [str(article.pk)]
    sent = {"occurred": "April 2023", "standing": "reported", "data-summary": "A letter."}
    recorded = form.send(sent | {"evidence-0-quote": "First.", "then_another": "1"})
    assert recorded.status_code == 302
    assert recorded["Location"] == f"{from_article(article)}?dispute={dispute}"
    next_page = curator.get(recorded["Location"])
    assert "Recorded from it: 1 event Letter sent, April 2023" in text_of(next_page)
    assert find(next_page, "//input[@name='dispute' and @checked]/@value") == [dispute]
    assert TimelineEntry.objects.get(type="letter_sent").evidence[0]["quote"] == "First."


def test_the_article_stands_beside_the_form_and_its_words_stay_words(
    curator: Client, dispute: str, article: Article
) -> None:
    page = curator.get(record_url(dispute, "letter_sent", article))
    assert find(page, "//*[@data-article-text]/p/text()") == ["First.", "<script>alert(1)</script>", "Third."]
    assert find(page, "//*[@id='beside-heading']/text()") == ["<b>Words</b>"]
    assert not find(curator.get(record_url(dispute, "letter_sent", article).split("?")[0]), "//*[@data-beside]")
    assert find(curator.get(reverse("admin:disputes_article_attach", args=[article.pk])), "//*[@data-article-text]")


def test_what_is_wrong_is_said(curator: Client, dispute: str, article: Article) -> None:
    refused = curator.get(from_article(article), {"dispute": "nowhere", "type": ""})
    assert refused.status_code == 422
    assert "No dispute is called “nowhere”" in errors_at(refused, "dispute")
    refused = curator.get(from_article(article), {"dispute": dispute, "type": "dispute_opened"})
    assert errors_at(refused, "type")
    without_type = curator.get(from_article(article), {"dispute": "Reddit v. Anthropic", "type": ""})
    assert without_type["Location"].endswith(f"/{dispute}/record/?article={article.pk}")
    assert "From the article" in text_of(curator.get(without_type["Location"]))
    assert curator.get(record_url(dispute, "letter_sent", article) + "x").status_code == 200, (
        "an odd id shows no article"
    )


def test_the_dispute_that_the_article_belongs_to_is_chosen(curator: Client, dispute: str, article: Article) -> None:
    assert not find(curator.get(from_article(article)), "//input[@name='dispute' and @checked]")
    commands.attach_evidence(dispute, article=article.pk, by="seeds")
    assert find(curator.get(from_article(article)), "//input[@name='dispute' and @checked]/@value") == [dispute]


def test_only_curators_record(viewer: Client, dispute: str, article: Article) -> None:
    for client in (viewer, log_in("operator", name="oscar")):
        assert client.get(from_article(article)).status_code == 403
        assert client.post(from_article(article)).status_code == 403
    assert log_in("curator", name="carl").post(from_article(article)).status_code == 405


def test_the_number_of_queries_does_not_grow(curator: Client, dispute: str, article: Article) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert curator.get(url).status_code == 200
        return len(asked)

    def record(number: int) -> None:
        commands.register_party(f"party-{number}", name=f"Party {number}", by="seeds")
        commands.add_party(dispute, party=f"party-{number}", role="amicus", by="seeds")
        commands.record_event(
            dispute,
            type="complaint_filed",
            occurred="2025",
            standing="reported",
            data={"summary": "S.", "proceeding": f"case-{number}", "court": "A Court"},
            evidence=[{"article": article.pk}],
            by="seeds",
        )

    record(0)
    urls = (from_article(article), record_url(dispute, "complaint_filed", article))
    queries(urls[0])
    before = [queries(url) for url in urls]
    for number in range(1, 6):
        record(number)
    after = [queries(url) for url in urls]
    assert all(more <= less for less, more in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 14
