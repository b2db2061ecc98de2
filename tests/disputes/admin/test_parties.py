"""Parties in the admin: names over time, parents, corrections."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes import commands
from disputes.models import Event, Party
from tests.support.screens import errors_at, find, open_form, text_of

pytestmark = pytest.mark.django_db


def url(what: str, *arguments: object) -> str:
    return reverse(f"admin:disputes_party_{what}", args=arguments)


def test_it_works(curator: Client) -> None:
    form = open_form(curator, url("register"))
    assert errors_at(form.send({"name": "Twitter, Inc.", "slug": "X Corp"}), "slug")
    sent = {"name": "Twitter, Inc.", "slug": "x-corp", "aliases": "Twitter\nTWTR"}
    assert form.send(sent).status_code == 302
    assert errors_at(open_form(curator, url("register")).send(sent), "slug")
    renamed = open_form(curator, url("rename", "x-corp")).send({"name": "X Corp.", "effective": "March 2023"})
    assert renamed.status_code == 302
    page = curator.get(url("change", "x-corp"))
    told = [" ".join(row.text_content().split()) for row in find(page, "//section[.//h2/@id='periods-heading']//tr")]
    assert told == ["Name or ownerFromUntil", "Twitter, Inc.not knownMarch 2023", "X Corp.March 2023present"]
    assert "TWTR" in text_of(page)
    assert Party.objects.get(slug="x-corp").name == "X Corp."


def test_aliases_come_and_go(curator: Client) -> None:
    commands.register_party("x-corp", name="X Corp.", aliases=["A & B"], by="seeds")
    assert open_form(curator, url("add_alias", "x-corp")).send({"alias": "Twitter"}).status_code == 302
    assert errors_at(open_form(curator, url("add_alias", "x-corp")).send({"alias": "Twitter"}), "alias")
    page = curator.get(url("change", "x-corp")).content.decode()
    assert "?alias=A%20%26%20B" in page
    assert open_form(curator, url("remove_alias", "x-corp") + "?alias=A%20%26%20B").send().status_code == 302
    assert Party.objects.get(slug="x-corp").aliases == ["Twitter"]


def test_the_parent_changes(curator: Client) -> None:
    commands.register_party("x-corp", name="X Corp.", by="seeds")
    commands.register_party("x-holdings", name="X Holdings", by="seeds")
    form = open_form(curator, url("change_parent", "x-corp"))
    assert errors_at(form.send({"parent": "x-corp"}), "parent")
    assert form.send({"parent": "x-holdings", "effective": "2023"}).status_code == 302
    assert "X Corp." in text_of(curator.get(url("change", "x-holdings")))
    assert open_form(curator, url("change_parent", "x-corp")).values["parent"] == ["x-holdings"]


def test_an_overtaken_rename_says_so(curator: Client) -> None:
    commands.register_party("x-corp", name="Twitter, Inc.", by="seeds")
    form = open_form(curator, url("rename", "x-corp"))
    commands.rename_party("x-corp", name="Twitter LLC", by="bob")
    overtaken = form.send({"name": "X Corp."})
    assert overtaken.status_code == 409
    assert "Party renamed" in text_of(overtaken)
    assert "bob" in text_of(overtaken)
    assert 'value="X Corp."' in overtaken.content.decode()


def test_an_event_of_a_party_is_corrected_and_retracted(curator: Client) -> None:
    commands.register_party("x-corp", name="Twiter, Inc.", by="seeds")
    registered = Event.objects.get().event_id
    form = open_form(curator, url("correct", "x-corp", registered))
    assert form.send({"data-party_name": "Twitter, Inc.", "reason": "Misspelt"}).status_code == 302
    assert Party.objects.get(slug="x-corp").name == "Twitter, Inc."
    assert curator.get(url("retract", "x-corp", registered)).status_code == 404
    commands.add_alias("x-corp", alias="Wrong", by="seeds")
    added = Event.objects.get(type="alias_added").event_id
    assert open_form(curator, url("retract", "x-corp", added)).send({"reason": "Not theirs"}).status_code == 302
    assert Party.objects.get(slug="x-corp").aliases == []


def test_names_and_owners_are_drawn_to_scale(curator: Client) -> None:
    commands.register_party("x-corp", name="Twitter, Inc.", by="seeds")
    commands.register_party("x-holdings", name="X Holdings", by="seeds")
    assert find(curator.get(url("change", "x-corp")), "//svg[@class='periods']") == [], "there is no date to draw by"
    commands.rename_party("x-corp", name="X Corp.", effective="2023-03", by="seeds")
    commands.change_parent("x-corp", parent="x-holdings", effective="2023-04-04", by="seeds")
    page = curator.get(url("change", "x-corp"))
    names = find(page, "//svg[@class='periods']/text[@class='period-name']/text()")
    assert names == ["Twitter, Inc.", "X Corp.", "of X Holdings"]
    bars = [
        (float(bar.get("x").rstrip("%")), float(bar.get("width").rstrip("%")))
        for bar in find(page, "//svg[@class='periods']/rect")
    ]
    (first, first_width), (second, second_width), (third, _third_width) = bars
    assert first == 1.0
    assert first + first_width == pytest.approx(second, abs=0.02), "a name ends where the next begins"
    assert second + second_width == pytest.approx(99.0, abs=0.02), "the present one goes on to today"
    assert second < third, "34 days later"
    assert "belonged to X Holdings" in text_of(page)


def test_a_party_of_many_names_takes_no_more_queries(curator: Client) -> None:
    commands.register_party("x-corp", name="Name 0", by="seeds")
    commands.rename_party("x-corp", name="Name 1", effective="2001", by="seeds")
    address = url("change", "x-corp")
    curator.get(address)
    with CaptureQueriesContext(connection) as few:
        curator.get(address)
    for number in range(2, 12):
        commands.rename_party("x-corp", name=f"Name {number}", effective=str(2000 + number), by="seeds")
        commands.register_party(f"owner-{number}", name=f"Owner {number}", by="seeds")
        commands.change_parent("x-corp", parent=f"owner-{number}", effective=str(2000 + number), by="seeds")
    curator.get(address)
    with CaptureQueriesContext(connection) as many:
        page = curator.get(address)
    assert len(find(page, "//svg[@class='periods']/rect")) == 22
    # The names of the owners, and the present one.
    assert len(many) <= len(few) + 2
