"""A form that was overtaken says by what, with the way to it, keeps what was typed, and can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Dispute, Event, Party, TimelineEntry
from tests.disputes.admin.conftest import SLUG
from tests.support.screens import find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db


class Stale(NamedTuple):
    """A form, what its author types, what somebody else does meanwhile, and how that is told."""

    url: Callable[[], str]
    typed: Mapping[str, Any]
    meanwhile: Callable[[], object]
    told: str
    holds: Callable[[], bool]
    """Whether it was recorded in the end."""


def price() -> TimelineEntry:
    return TimelineEntry.objects.get(dispute=SLUG, type="api_price_announced")


def of_dispute(what: str, *arguments: object) -> str:
    return reverse(f"admin:disputes_dispute_{what}", args=[SLUG, *arguments])


def of_party(what: str) -> str:
    return reverse(f"admin:disputes_party_{what}", args=["reddit"])


def correct_meanwhile() -> object:
    return commands.correct_event(
        SLUG,
        event=price().event_id,
        reason="The day is known",
        occurred="2023-04-18",
        standing="reported",
        data={"summary": "Said by bob."},
        justification="Known",
        by="bob",
    )


def rename_meanwhile() -> object:
    return commands.rename_party("reddit", name="Reddit Holdings", by="bob")


FORMS = {
    "record": Stale(
        lambda: of_dispute("record", "statement_made"),
        {"occurred": "2024", "standing": "reported", "data-summary": "Kept.", "justification": "Known."},
        lambda: commands.note_conflict(SLUG, text="They disagree.", by="bob"),
        "They disagree.",
        lambda: TimelineEntry.objects.filter(summary="Kept.").exists(),
    ),
    "correct": Stale(
        lambda: of_dispute("correct", price().event_id),
        {"data-summary": "Kept.", "reason": "Better."},
        correct_meanwhile,
        "Correction of API price announced, April 2023 (opens in a new tab) : Corrected: The day is known",
        lambda: price().summary == "Kept.",
    ),
    "retract": Stale(
        lambda: of_dispute("retract", price().event_id),
        {"reason": "Kept."},
        correct_meanwhile,
        "Date April 2023 18 April 2023 Summary Reddit announced paid access. Said by bob.",
        lambda: price().retracted_by is not None,
    ),
    "describe": Stale(
        lambda: of_dispute("describe"),
        {"data-title": "Kept"},
        lambda: commands.describe_dispute(SLUG, title="Bob's", kind="threat", summary="By bob.", by="bob"),
        "Described anew: Bob's",
        lambda: Dispute.objects.get(pk=SLUG).title == "Kept",
    ),
    "watch rules": Stale(
        lambda: of_dispute("watch_rules"),
        {"data-rules-0-kind": "any", "data-rules-0-phrases": "kept words"},
        lambda: commands.change_watch_rules(SLUG, rules=[{"kind": "any", "phrases": ["of bob"]}], by="bob"),
        "1 watch rules set",
        lambda: Dispute.objects.get(pk=SLUG).watch_rules[0]["phrases"] == ["kept words"],
    ),
    "rename": Stale(
        lambda: of_party("rename"),
        {"name": "Kept"},
        rename_meanwhile,
        "Reddit Holdings",
        lambda: Party.objects.get(pk="reddit").name == "Kept",
    ),
    "change parent": Stale(
        lambda: of_party("change_parent"),
        {"parent": "anthropic"},
        rename_meanwhile,
        "Reddit Holdings",
        lambda: Party.objects.get(pk="reddit").parent_id == "anthropic",
    ),
    "merge": Stale(
        lambda: f"{of_party('merge')}?into=anthropic",
        {"reason": "Kept."},
        rename_meanwhile,
        "Reddit Holdings",
        lambda: Party.objects.get(pk="reddit").merged_into == "anthropic",
    ),
}


@pytest.mark.parametrize("stale", FORMS.values(), ids=FORMS)
def test_it_works(curator: Client, dispute: str, stale: Stale) -> None:
    url = stale.url()
    form = open_form(curator, url)
    stale.meanwhile()
    newest = Event.objects.latest("position")
    overtaken = form.send(stale.typed)
    assert overtaken.status_code == 409, text_of(overtaken)
    assert Event.objects.latest("position") == newest, "nothing was recorded"
    assert not stale.holds()
    (notice,) = find(overtaken, "//section[@role='alert' and @data-focus]")
    said = " ".join(" ".join(notice.itertext()).split())
    assert "This changed while you were writing" in said
    assert stale.told in said
    assert "recorded by bob" in said
    links = notice.xpath(".//a/@href")
    assert links == [reverse("admin:disputes_event_change", args=[newest.position])]
    assert curator.get(links[0]).status_code == 200
    again = form_in(curator, url, overtaken)
    assert {name: again.values[name] for name in stale.typed} == {name: [text] for name, text in stale.typed.items()}
    assert again.send().status_code == 302
    assert stale.holds()
