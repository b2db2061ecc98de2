"""Every form with wrong input says what is wrong at the field and above the form, and keeps what was typed."""

from __future__ import annotations

from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Article, Event, TimelineEntry
from tests.disputes.admin.conftest import SLUG
from tests.support.screens import find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db

WITHOUT_FIELD = {"disputes_dispute_remove_party", "disputes_party_remove_alias"}
"""What these refuse is about no field of theirs."""
CONTROLS = "self::input or self::select or self::textarea or self::fieldset"
EVENT, PARTY_EVENT, ARTICLE = object(), object(), object()

Case: TypeAlias = tuple[str, list[Any], str, dict[str, Any]]
"""The name of an address, its arguments and query, and what is typed."""

FORMS: list[Case] = [
    ("disputes_dispute_open", [], "", {"slug": "No Slug", "data-title": "T" * 301, "data-summary": "Kept."}),
    (
        "disputes_dispute_record",
        [SLUG, "licence_signed"],
        "",
        {
            "occurred": "4/5/2023",
            "data-summary": "Kept.",
            "data-licensor": ["nobody"],
            "data-fixed_fee__low": "ten",
            "data-amounts-0-low": "5",
            "data-amounts-0-note": "kept",
            "evidence-0-address": "file:///etc/passwd",
            "evidence-0-quote": "kept",
            "new_parties-0-aliases": "kept",
        },
    ),
    ("disputes_dispute_record", [SLUG, "order_issued"], "", {"data-proceeding": ["one", "two"], "standing": "sure"}),
    ("disputes_dispute_correct", [SLUG, EVENT], "", {"occurred": "last week", "data-summary": ""}),
    ("disputes_dispute_retract", [SLUG, EVENT], "", {"reason": ""}),
    ("disputes_dispute_attach", [SLUG], "", {"quote": "kept", "address": "javascript:alert(1)"}),
    ("disputes_dispute_attach", [SLUG], "", {"locator": "kept", "event": str(uuid4())}),
    ("disputes_dispute_detach", [SLUG, ARTICLE], "", {"reason": " "}),
    ("disputes_dispute_describe", [SLUG], "", {"data-title": "", "data-summary": "Kept.", "data-data_types": ["no"]}),
    ("disputes_dispute_watch_rules", [SLUG], "", {"data-rules-0-phrases": "kept", "data-since": "soon"}),
    ("disputes_dispute_note_conflict", [SLUG], "", {"data-text": ""}),
    ("disputes_dispute_add_party", [SLUG], "", {"data-party": "nobody", "data-note": "kept"}),
    ("disputes_dispute_remove_party", [SLUG, "reddit", "platform"], "", {"reason": "kept"}),
    ("disputes_dispute_relate", [SLUG], "", {"other": "No such", "note": "kept"}),
    ("disputes_dispute_close", [SLUG], "", {"reason": ""}),
    ("disputes_dispute_merge", [SLUG], "?into=twin", {"reason": ""}),
    ("disputes_article_attach", [ARTICLE], "", {"dispute": "No such", "quote": "kept", "stance": "perhaps"}),
    ("disputes_party_register", [], "", {"name": "", "slug": "kept slug", "aliases": "kept"}),
    ("disputes_party_rename", ["reddit"], "", {"name": "", "effective": "Q2 2023"}),
    ("disputes_party_add_alias", ["reddit"], "", {"alias": ""}),
    ("disputes_party_remove_alias", ["reddit"], "?alias=Nobody", {"reason": "kept"}),
    ("disputes_party_change_parent", ["reddit"], "", {"parent": "No such", "effective": "kept"}),
    ("disputes_party_merge", ["reddit"], "?into=anthropic", {"reason": ""}),
    ("disputes_party_correct", ["reddit", PARTY_EVENT], "", {"reason": "", "data-aliases": "kept"}),
]


@pytest.fixture
def subjects(dispute: str) -> dict[object, Any]:
    commands.open_dispute("twin", title="Twin", kind="threat", summary="T.", by="seeds")
    article = Article.objects.create(url="https://press.example/more", title="More")
    commands.attach_evidence(dispute, article=article.pk, by="seeds")
    return {
        EVENT: TimelineEntry.objects.get(dispute=dispute, type="api_price_announced").event_id,
        PARTY_EVENT: Event.objects.get(stream="party/reddit", type="party_registered").event_id,
        ARTICLE: article.pk,
    }


@pytest.mark.parametrize("case", FORMS, ids=[f"{name}-{len(wrong)}" for name, _, _, wrong in FORMS])
def test_it_works(curator: Client, subjects: dict[object, Any], case: Case) -> None:
    name, arguments, query, wrong = case
    url = reverse(f"admin:{name}", args=[subjects.get(each, each) for each in arguments]) + query
    form = open_form(curator, url)
    before = Event.objects.count()
    refused = form.send(wrong)
    assert refused.status_code == 422, text_of(refused)
    assert Event.objects.count() == before

    # The summary gets the focus and leads to a field for each error.
    (summary,) = find(refused, "//section[@role='alert' and @data-focus and @tabindex='-1']")
    links = summary.xpath(".//li/a/@href")
    sentences = summary.xpath(".//li")
    assert sentences
    assert len(links) == (0 if name in WITHOUT_FIELD else len(sentences)), text_of(refused)
    for link in links:
        assert find(refused, f"//*[@id='{link[1:]}'][{CONTROLS}]"), link

    # Each error belongs to its field for those who can't see it beside it.
    lists = find(refused, "//ul[@class='field-errors' and @id]")
    for errors in lists:
        described = find(refused, f"//*[contains(concat(' ', @aria-describedby, ' '), ' {errors.get('id')} ')]")
        assert described, errors.get("id")
        (at,) = described
        assert at.tag == "fieldset" or at.get("aria-invalid") == "true"
    said = {text.strip() for errors in lists for text in errors.itertext() if text.strip()}
    assert all(any(text in sentence for sentence in map(str, summary.itertext())) for text in said)

    kept = form_in(curator, form.action, refused).values
    for field, value in wrong.items():
        if field in {"standing", "stance", "event", "data-data_types"}:
            continue  # what is no choice can't be shown as chosen
        values = value if isinstance(value, list) else [value]
        assert [text.strip() for text in "; ".join(kept[field]).split("; ")] == [text.strip() for text in values], field


def test_a_form_of_the_pipeline_has_the_summary_as_well(curator: Client) -> None:
    refused = open_form(curator, reverse("admin:ingest_thresholds_set")).send({"automatic": "often", "reason": ""})
    assert refused.status_code == 422
    links = find(refused, "//section[@role='alert']//li/a/@href")
    assert {"#id_automatic", "#id_reason"} <= set(links)
