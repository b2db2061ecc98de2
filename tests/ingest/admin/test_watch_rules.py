"""The editor of watch rules: what is wrong is said at its field, and rules can be tried before they are saved."""

import pytest
from django.test import Client

from disputes.models import Dispute, Event
from tests.ingest.articles import DISPUTE, open_dispute
from tests.ingest.test_watch_rules import CERTAIN, ELSEWHERE, TITLE, capture
from tests.support.screens import errors_at, find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db

EDITOR = f"/admin/disputes/dispute/{DISPUTE}/watch-rules/"
FIRST = {"data-rules-0-kind": "any", "data-rules-0-phrases": "scraping of posts", "data-rules-0-weight": "4"}


@pytest.fixture(autouse=True)
def dispute() -> str:
    return open_dispute()


def test_it_works(curator: Client) -> None:
    capture(CERTAIN)
    capture(ELSEWHERE)
    position = Event.objects.latest("position").position
    tried = open_form(curator, EDITOR).send({**FIRST, "try": "1"})
    assert tried.status_code == 200
    said = text_of(tried)
    assert "Would attach 1, 1 of them new" in said
    assert "All 2 stored articles were looked at." in said
    assert TITLE in said
    assert Event.objects.latest("position").position == position, "nothing is saved"
    kept = form_in(curator, EDITOR, tried)
    assert kept.values["data-rules-0-phrases"][0].strip() == "scraping of posts", "all that was typed is there"
    kept.send()
    assert [dict(rule) for rule in Dispute.objects.get().watch_rules] == [
        {"kind": "any", "phrases": ["scraping of posts"], "weight": 4}
    ]
    again = text_of(open_form(curator, EDITOR).send({"try": "1"}))
    assert "Would attach 1, 1 of them new" in again, "saved, and not matched anew yet"


def test_a_trial_says_what_differs_from_what_is_saved(curator: Client) -> None:
    open_form(curator, EDITOR).send(FIRST)
    assert "They are as they are saved" in text_of(open_form(curator, EDITOR).send({"try": "1"}))
    other = {**FIRST, "data-rules-0-phrases": "scraping of posts\nscraped posts", "data-rules-0-weight": "2"}
    tried = open_form(curator, EDITOR).send({**other, "data-since": "2025", "try": "1"})
    (rule, window) = [" ".join(line.text_content().split()) for line in find(tried, "//ul[@class='rule-changes']/li")]
    assert rule == "changed any scraping of posts with scraped posts weight: 4 → 2"
    assert window == "changed Since: not said → 2025"
    assert find(tried, "//ul[@class='rule-changes']//ins/text()") == ["scraped posts"]
    new = {**FIRST, "data-rules-0-kind": "all", "data-rules-0-phrases": "posts\nlicence"}
    signs = find(open_form(curator, EDITOR).send({**new, "try": "1"}), "//ul[@class='rule-changes']/li/@class")
    assert signs == ["rule-added", "rule-removed"]
    assert Dispute.objects.get().watch_rules[0]["weight"] == 4, "nothing is saved"


@pytest.mark.parametrize("button", [{}, {"try": "1"}], ids=["save", "try"])
def test_what_is_wrong_is_said_at_its_rule(curator: Client, button: dict[str, str]) -> None:
    wrong = {**FIRST, "data-rules-0-phrases": "scraping\nsu*"}
    answer = open_form(curator, EDITOR).send({**wrong, **button})
    assert answer.status_code == 422
    said = errors_at(answer, "data-rules-0-phrases")
    assert "fewer than 3 letters before its '*'" in said
    assert "spell the words out" in said
    assert Dispute.objects.get().watch_rules == []


def test_the_editor_says_what_is_looked_for_by_itself(curator: Client) -> None:
    said = text_of(curator.get(EDITOR))
    assert "Reddit, Inc., Reddit, Anthropic PBC, Anthropic" in said
    assert "Without one of its phrases anywhere in the article it is not found" in said


def test_a_closed_dispute_says_what_to_do(curator: Client) -> None:
    form = open_form(curator, EDITOR)
    curator.post(f"/admin/disputes/dispute/{DISPUTE}/close/", {})
    Dispute.objects.update(is_closed=True)
    answer = form.send({**FIRST, "try": "1"})
    assert answer.status_code == 422
    assert "reopen it" in text_of(answer)


def test_who_may_not_set_rules_tries_none(operator: Client) -> None:
    assert operator.get(EDITOR).status_code == 403
    assert operator.post(EDITOR, {**FIRST, "try": "1"}).status_code == 403


def test_other_forms_have_no_such_button(curator: Client) -> None:
    assert find(curator.get(f"/admin/disputes/dispute/{DISPUTE}/describe/"), "//button[@name='try']") == []
    assert len(find(curator.get(EDITOR), "//button[@name='try']")) == 1


def test_a_window_is_set_and_shown_again(curator: Client) -> None:
    page = f"/admin/disputes/dispute/{DISPUTE}/change/"
    answer = open_form(curator, EDITOR).send({**FIRST, "data-since": "June 2025", "data-until": "2026"})
    assert answer.status_code == 302, text_of(answer)
    assert Dispute.objects.get().watch_window == {
        "since": {"date": "2025-06", "precision": "month"},
        "until": {"date": "2026", "precision": "year"},
    }
    assert open_form(curator, EDITOR).values["data-since"] == ["June 2025"]
    assert "Articles since 2025-06 until 2026 count" in text_of(curator.get(page))
    wrong = open_form(curator, EDITOR).send({"data-until": "2024", "try": "1"})
    assert wrong.status_code == 422
    assert "before it begins" in text_of(wrong)
