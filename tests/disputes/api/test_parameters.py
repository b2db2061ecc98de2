"""What an address may ask: no more than the resource knows, each once."""

import pytest
from rest_framework.test import APIClient

from tests.disputes.api.addresses import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_parameter_is_refused_by_name(reader: APIClient, reddit: str, address: str) -> None:
    answer = reader.get(f"/api/v1/{address}?colour=red")
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/api/problems/unknown-parameter"
    assert "'colour'" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "/colour"
    assert "colour" not in problem["parameters"]


def test_a_slip_of_the_pen_gets_a_suggestion(reader: APIClient) -> None:
    problem = reader.get("/api/v1/disputes/?jurisdicton=US").json()
    assert "did you mean 'jurisdiction'" in problem["detail"]
    assert "jurisdiction" in problem["parameters"]


def test_the_name_of_a_format_is_an_unknown_parameter_too(reader: APIClient) -> None:
    assert reader.get("/api/v1/disputes/?format=xml").status_code == 400


def test_a_parameter_given_twice_is_refused(reader: APIClient) -> None:
    answer = reader.get("/api/v1/disputes/?kind=threat&kind=litigation")
    assert answer.status_code == 400
    assert "more than once" in answer.json()["detail"]


def test_several_wrong_values_are_told_at_once(reader: APIClient) -> None:
    problem = reader.get("/api/v1/disputes/?kind=war&page_size=0").json()
    assert [error["pointer"] for error in problem["errors"]] == ["/kind", "/page_size"]


def test_a_write_takes_no_parameters(curator: APIClient, reddit: str) -> None:
    answer = curator.post(f"/api/v1/disputes/{reddit}/events/?dry_run=on", {}, format="json")
    assert answer.json()["type"] == "/api/problems/unknown-parameter"


def test_fields_limit_what_is_told(reader: APIClient, reddit: str) -> None:
    page = reader.get("/api/v1/disputes/?fields=title,slug").json()
    assert page["results"] == [{"title": "Reddit API pricing", "slug": reddit}]
    detail = reader.get(f"/api/v1/disputes/{reddit}/?fields=prices,version").json()
    assert sorted(detail) == ["prices", "version"]
    assert sorted(reader.get("/api/v1/events/?fields=position&page_size=1").json()["results"][0]) == ["position"]
