"""Parties: names over time, aliases, parents."""

import pytest

from disputes import commands
from disputes.errors import Invalid, Unfit
from disputes.models import Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def twitter() -> str:
    commands.register_party("x-corp", name="Twitter, Inc.", aliases=["Twitter"], by="curator")
    return "x-corp"


def test_it_works(twitter: str) -> None:
    commands.rename_party(twitter, name="X Corp.", effective="2023", justification="Renamed.", by="curator")
    party = Party.objects.get(slug=twitter)
    assert party.name == "X Corp."
    assert party.former_names == [{"name": "Twitter, Inc.", "until": {"date": "2023", "precision": "year"}}]
    assert party.version == 2


def test_aliases_come_and_go(twitter: str) -> None:
    commands.add_alias(twitter, alias="X.com", by="curator")
    with pytest.raises(Unfit, match=r"known as X\.com already"):
        commands.add_alias(twitter, alias="X.com", by="curator")
    commands.remove_alias(twitter, alias="Twitter", by="curator")
    assert Party.objects.get(slug=twitter).aliases == ["X.com"]


def test_a_parent_must_be_registered_and_another(twitter: str) -> None:
    with pytest.raises(Invalid, match="no party 'xai'"):
        commands.change_parent(twitter, parent="xai", by="curator")
    with pytest.raises(Invalid, match="own parent"):
        commands.change_parent(twitter, parent=twitter, by="curator")
    commands.register_party("xai", name="xAI", by="curator")
    commands.change_parent(twitter, parent="xai", effective="2025-03", by="curator")
    assert Party.objects.get(slug=twitter).parent_id == "xai"


def test_a_slug_is_given_once(twitter: str) -> None:
    with pytest.raises(Unfit, match="registered already"):
        commands.register_party(twitter, name="Another", by="curator")
    with pytest.raises(Invalid, match="hyphens"):
        commands.register_party("X Corp", name="X Corp.", by="curator")
