"""Curation by hand: descriptions, parties, watch rules, conflicts, evidence, opening and closing."""

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Article, Dispute, Event, EvidenceItem
from tests.support.screens import errors_at, open_form, text_of

pytestmark = pytest.mark.django_db


def url(what: str, *arguments: object) -> str:
    return reverse(f"admin:disputes_dispute_{what}", args=arguments)


def test_it_works(curator: Client, dispute: str) -> None:
    form = open_form(curator, url("describe", dispute))
    assert form.values["data-title"] == ["Reddit v. Anthropic"]
    answer = form.send({"data-data_types": ["social_posts"], "data-jurisdictions": "US\nUK"})
    assert answer.status_code == 302, text_of(answer)
    row = Dispute.objects.get(slug=dispute)
    assert (row.data_types, row.jurisdictions) == (["social_posts"], ["US", "UK"])
    assert row.summary == "Reddit says it was scraped.", "what was not touched stays"
    assert Event.objects.latest("position").recorded_by == "carol"


def test_a_dispute_can_be_opened(curator: Client) -> None:
    form = open_form(curator, url("open"))
    refused = form.send({"slug": "No Slug", "data-title": "T"})
    assert refused.status_code == 422
    assert errors_at(refused, "data-summary")
    sent = {"slug": "No Slug", "data-title": "T", "data-kind": "threat", "data-summary": "S."}
    assert "small letters" in errors_at(form.send(sent), "slug")
    assert form.send(sent | {"slug": "t-v-u"}).status_code == 302
    assert Dispute.objects.get(slug="t-v-u").title == "T"
    taken = open_form(curator, url("open")).send(sent | {"slug": "t-v-u"})
    assert "open already" in errors_at(taken, "slug")


def test_parties_join_and_leave(curator: Client, dispute: str) -> None:
    form = open_form(curator, url("add_party", dispute))
    assert (
        form.send({"data-party": "anthropic", "data-role": "data_user", "data-note": "As is said"}).status_code == 302
    )
    assert ("anthropic", "data_user") in commands.load_dispute(dispute).participations
    twice = open_form(curator, url("add_party", dispute)).send(
        {"data-party": "anthropic", "data-role": "data_user", "data-note": "As is said"}
    )
    assert "already" in text_of(twice)
    leave = url("remove_party", dispute, "anthropic", "data_user")
    assert open_form(curator, leave).send({"reason": "Not shown"}).status_code == 302
    assert ("anthropic", "data_user") not in commands.load_dispute(dispute).participations
    assert "is not data_user" in text_of(open_form(curator, leave).send())


def test_watch_rules_are_set_in_rows(curator: Client, dispute: str) -> None:
    form = open_form(curator, url("watch_rules", dispute))
    answer = form.send(
        {
            "data-rules-TOTAL_FORMS": "3",
            "data-rules-0-kind": "any",
            "data-rules-0-phrases": "Reddit sues\nscraping suit",
            "data-rules-0-weight": "1.5",
            "data-rules-2-kind": "forbidden",
            "data-rules-2-phrases": "earnings call",
        }
    )
    assert answer.status_code == 302, text_of(answer)
    rules = Dispute.objects.get(slug=dispute).watch_rules
    assert [rule["kind"] for rule in rules] == ["any", "forbidden"]
    assert rules[0]["phrases"] == ["Reddit sues", "scraping suit"]
    again = open_form(curator, url("watch_rules", dispute))
    assert again.values["data-rules-1-kind"] == ["forbidden"]
    refused = again.send({"data-rules-0-phrases": "", "data-rules-1-kind": ""})
    assert errors_at(refused, "data-rules-0-phrases")
    assert errors_at(refused, "data-rules-1-kind")
    emptied = again.send({"data-rules-1-kind": "", "data-rules-1-phrases": ""})
    assert emptied.status_code == 302
    assert len(Dispute.objects.get(slug=dispute).watch_rules) == 1, "a row that is emptied goes"


def test_conflicts_relations_closing_and_reopening(curator: Client, dispute: str) -> None:
    assert open_form(curator, url("note_conflict", dispute)).send({"data-text": "They disagree."}).status_code == 302
    commands.open_dispute("other", title="Other", kind="threat", summary="O.", by="seeds")
    assert open_form(curator, url("relate", dispute)).send({"other": "other", "note": "Same data"}).status_code == 302
    assert errors_at(open_form(curator, url("relate", dispute)).send({"other": dispute}), "other")
    assert open_form(curator, url("close", dispute)).send({"reason": "Over"}).status_code == 302
    assert "closed already" in text_of(open_form(curator, url("close", dispute)).send({"reason": "Again"}))
    state = commands.load_dispute(dispute)
    assert state.is_closed
    assert state.conflicts == ["They disagree."]
    assert state.related == {"other": "Same data"}
    assert open_form(curator, url("reopen", dispute)).send({"reason": "Not over"}).status_code == 302
    assert not commands.load_dispute(dispute).is_closed


def test_an_article_is_attached_to_an_event_and_detached(curator: Client, dispute: str) -> None:
    event = Event.objects.get(type="complaint_filed").event_id
    form = open_form(curator, url("attach", dispute) + f"?event={event}")
    assert form.values["event"] == [str(event)]
    refused = form.send()
    assert errors_at(refused, "address")
    refused = form.send({"address": "javascript:alert(1)"})
    assert "not the address of an article" in text_of(refused)
    assert form.send({"address": "https://press.example/more", "quote": "so it is"}).status_code == 302
    item = EvidenceItem.objects.get(article__url="https://press.example/more")
    assert (item.event_id, item.quote, item.attached_by) == (event, "so it is", "carol")
    detach = url("detach", dispute, item.article_id)
    assert errors_at(open_form(curator, detach).send(), "reason")
    assert open_form(curator, detach).send({"reason": "A copy"}).status_code == 302
    assert not EvidenceItem.objects.filter(article=item.article_id).exists()
    cited = Article.objects.get(url__contains="sued")
    assert "is not attached" in text_of(open_form(curator, url("detach", dispute, cited.pk)).send({"reason": "No"}))


def test_an_article_is_attached_from_its_own_page(curator: Client, dispute: str) -> None:
    article = Article.objects.create(url="https://press.example/found", title="Found", text="Words.")
    page = reverse("admin:disputes_article_change", args=[article.pk])
    assert "No dispute rests on it" in text_of(curator.get(page))
    form = open_form(curator, reverse("admin:disputes_article_attach", args=[article.pk]))
    assert errors_at(form.send(), "dispute")
    assert form.send({"dispute": dispute, "stance": "contradicts"}).status_code == 302
    said = text_of(curator.get(page))
    assert "Reddit v. Anthropic" in said
    assert "Contradicts" in said
