"""Parties over the API."""

import pytest
from rest_framework.test import APIClient

from disputes import commands

pytestmark = pytest.mark.django_db


def test_it_works(reader: APIClient, reddit: str) -> None:
    commands.register_party("holding", name="Holding", by="seeds")
    commands.change_parent("reddit", parent="holding", by="seeds")
    commands.rename_party("reddit", name="Reddit Holdings", effective="2025-01", by="seeds")
    party = reader.get("/api/v1/parties/reddit/").json()
    assert party["name"] == "Reddit Holdings"
    assert party["former_names"] == [{"name": "Reddit, Inc.", "until": {"date": "2025-01", "precision": "month"}}]
    assert party["aliases"] == ["Reddit"]
    assert party["parent"] == "holding"
    assert party["disputes"] == [{"slug": "reddit-api-pricing", "title": "Reddit API pricing", "role": "data_holder"}]
    listed = reader.get("/api/v1/parties/?q=reddit").json()["results"]
    assert listed == [party]


def test_an_unknown_party_is_not_found(reader: APIClient) -> None:
    assert reader.get("/api/v1/parties/nobody/").status_code == 404
