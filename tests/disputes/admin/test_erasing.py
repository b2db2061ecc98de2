"""Erasing personal data on screen: shown before, asked for twice, and told afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from disputes import commands
from disputes.articles import register_address
from disputes.erasure.places import find_subjects
from disputes.events.personal import ERASED
from disputes.models import Article, Event, Party, SubjectKey
from tests.support.screens import log_in

pytestmark = pytest.mark.django_db
NAME, JUDGE = "Nemo Placeholder", "Josephine Placeholder"
PERSON = "party/somebody"


@pytest.fixture(autouse=True)
def _record(settings: Settings, tmp_path: Path) -> None:
    settings.TRACKER_HOME = tmp_path
    commands.register_party("somebody", name=NAME, aliases=["N. P."], kind="person", by="curator")
    commands.register_party("namesake", name=NAME, kind="person", by="curator")
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    commands.record_event(
        "a",
        type="complaint_filed",
        occurred="2023-04-19",
        standing="confirmed",
        data={"summary": f"{NAME} sued.", "proceeding": "court-1", "court": "A Court", "judge": JUDGE},
        justification="Seen at the court.",
        personal={"/data/summary": PERSON},
        by="curator",
    )


@pytest.fixture
def administrator() -> Client:
    return log_in("administrator", name="ada")


def page_of(subject: str) -> str:
    return reverse("admin:disputes_subjectkey_change", args=[subject])


def form_of(subject: str) -> str:
    return reverse("admin:disputes_subjectkey_erase", args=[subject])


def sent(client: Client, address: str, **fields: object) -> int:
    hidden = client.get(address).context["form"].envelope.initial
    data = {**hidden, "reason": "Request 12.", "meant": "on", **fields}
    return client.post(address, {name: value for name, value in data.items() if value != ""}).status_code


def test_it_works(administrator: Client) -> None:
    shown = administrator.get(form_of(PERSON)).content.decode()
    assert NAME in shown
    assert "3 in 2 events" in shown
    assert "party/somebody, dispute/a" in shown
    assert sent(administrator, form_of(PERSON)) == 302
    assert SubjectKey.objects.get(pk=PERSON).erased_by == "ada"
    told = administrator.get(page_of(PERSON)).content.decode()
    assert "[erased] on" in told
    assert "Request 12." in told
    assert NAME not in told


def test_the_party_and_the_timeline_say_when_it_was_erased(administrator: Client) -> None:
    commands.erase_subject(PERSON, reason="Request 12.", by="ada")
    row = SubjectKey.objects.get(pk=PERSON)
    assert row.erased_at is not None
    day = f"{row.erased_at:%-d %B %Y}"
    for model, key in (("party", "somebody"), ("dispute", "a")):
        text = administrator.get(reverse(f"admin:disputes_{model}_change", args=[key])).content.decode()
        assert f"[erased] on {day}" in text, model
        assert NAME not in text


def test_the_event_shows_the_ciphertext_and_when_the_key_was_destroyed(administrator: Client) -> None:
    event = Event.objects.get(type="complaint_filed")
    address = reverse("admin:disputes_event_change", args=[event.position])
    before = administrator.get(address).content.decode()
    assert "/data/summary" in before
    assert NAME not in before
    assert "[erased] on" not in before
    commands.erase_subject(PERSON, reason="Request 12.", by="ada")
    assert "[erased] on" in administrator.get(address).content.decode()


def test_the_event_says_what_is_missing_to_open_it(administrator: Client, settings: Settings) -> None:
    (Path(settings.TRACKER_HOME) / "subject-master-key").unlink()
    event = Event.objects.get(type="complaint_filed")
    shown = administrator.get(reverse("admin:disputes_event_change", args=[event.position])).content.decode()
    assert "Put its copy back there" in shown


def test_a_judge_is_found_by_name(administrator: Client) -> None:
    listed = administrator.get(reverse("admin:disputes_subjectkey_changelist"), {"q": JUDGE}).content.decode()
    (row,) = find_subjects(JUDGE)
    assert row.subject in listed
    assert PERSON not in listed
    assert sent(administrator, form_of(row.subject)) == 302
    assert JUDGE not in administrator.get(reverse("admin:disputes_dispute_change", args=["a"])).content.decode()


def test_it_has_to_be_meant_and_reasoned(administrator: Client) -> None:
    assert sent(administrator, form_of(PERSON), meant="") == 422
    assert sent(administrator, form_of(PERSON), reason="") == 422
    assert not SubjectKey.objects.get(pk=PERSON).is_erased


def test_who_is_the_same_person_can_go_with_it(administrator: Client) -> None:
    assert "party/namesake" in administrator.get(form_of(PERSON)).content.decode()
    assert sent(administrator, form_of(PERSON), also=["party/namesake"]) == 302
    assert Party.objects.get(slug="namesake").name == ERASED


def test_what_stays_is_said(administrator: Client) -> None:
    commands.note_conflict("a", text=f"{NAME} is written in the clear here.", by="curator")
    article = register_address("https://news.example/1")
    Article.objects.filter(pk=article.pk).update(title=f"{NAME} sues")
    assert "?everything=1" in administrator.get(form_of(PERSON)).content.decode()
    shown = administrator.get(form_of(PERSON), {"everything": "1"}).content.decode()
    assert reverse("admin:disputes_event_change", args=[Event.objects.latest("position").position]) in shown
    assert reverse("admin:disputes_article_change", args=[article.pk]) in shown


@pytest.mark.parametrize("role", ["viewer", "curator", "operator"])
def test_only_administrators_erase(role: str) -> None:
    client = log_in(role, name="someone")
    article = register_address("https://news.example/1")
    assert client.get(form_of(PERSON)).status_code == 403
    assert client.post(form_of(PERSON), {"reason": "x", "meant": "on"}).status_code == 403
    assert client.post(reverse("admin:disputes_article_erase", args=[article.pk])).status_code == 403
    assert client.get(page_of(PERSON)).status_code == 200
    assert "Erase" not in client.get(page_of(PERSON)).content.decode()
    assert not SubjectKey.objects.get(pk=PERSON).is_erased


def test_an_article_is_erased_on_its_page(administrator: Client) -> None:
    article = register_address("https://news.example/1")
    Article.objects.filter(pk=article.pk).update(title=f"{NAME} sues", text=f"{NAME} sues.", digest="0" * 64)
    assert sent(administrator, reverse("admin:disputes_article_erase", args=[article.pk])) == 302
    shown = administrator.get(reverse("admin:disputes_article_change", args=[article.pk])).content.decode()
    assert "[erased] on" in shown
    assert "0" * 64 in shown
    assert NAME not in shown


def test_nobody_unknown(administrator: Client) -> None:
    assert administrator.get(form_of("party/nobody")).status_code == 404
    assert administrator.get(page_of("person/nobody")).status_code == 404
