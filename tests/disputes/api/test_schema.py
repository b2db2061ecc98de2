"""OpenAPI 3.1: written without a warning, and what is answered is what it says."""

from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Event
from ingest.models import Feed, Fetch

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(reader: APIClient) -> dict[str, Any]:
    answer = reader.get("/api/schema/?format=json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_valid_and_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")
    assert "openapi: 3.1" in capsys.readouterr().out


def test_each_operation_has_a_name_of_its_own_a_summary_and_problems(schema: dict[str, Any]) -> None:
    operations = [found for path in schema["paths"].values() for found in path.values()]
    names = [found["operationId"] for found in operations]
    assert len(names) == len(set(names)) >= 20
    for found in operations:
        assert found["summary"]
        assert "application/problem+json" in found["responses"]["400"]["content"]


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(child) for child in node.values()))
        if isinstance(node, list):
            return set().union(*(references(child) for child in node))
        return set()

    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert references(schema) <= known


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", ""),
        ("disputes/", "disputes/?expand=parties&count=on"),
        ("disputes/{slug}/", "disputes/reddit-api-pricing/?expand=parties"),
        ("disputes/{slug}/events/", "disputes/reddit-api-pricing/events/"),
        ("disputes/{slug}/events/", "disputes/reddit-api-pricing/events/?readings=all"),
        ("disputes/{slug}/evidence/", "disputes/reddit-api-pricing/evidence/?expand=article"),
        ("events/", "events/"),
        ("parties/", "parties/"),
        ("parties/{slug}/", "parties/reddit/"),
        ("articles/", "articles/"),
        ("vocabulary/", "vocabulary/"),
        ("candidates/", "candidates/"),
        ("feeds/", "feeds/"),
    ],
)
def test_answers_are_as_it_says(
    reader: APIClient, schema: dict[str, Any], reddit: str, path: str, address: str
) -> None:
    commands.rename_party("reddit", name="Reddit Holdings", effective="2025", by="seeds")
    mistaken = Event.objects.filter(type="party_joined").values_list("event_id", flat=True)[:1].get()
    commands.retract_event(reddit, event=mistaken, reason="It has no role", by="seeds")
    commands.change_watch_rules(reddit, rules=[{"kind": "any", "phrases": ["Apollo"]}], by="seeds")
    feed = Feed.objects.create(url="https://news.example/feed", title="News")
    Fetch.objects.create(feed=feed, started_at=feed.added_at, outcome="stored")
    answer = reader.get(f"/api/v1/{address}")
    described = schema["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**described, "components": schema["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(answer.json())] == []
    assert answer.json().get("results", [1]) or path == "candidates/"


def test_a_problem_is_as_it_says(reader: APIClient, schema: dict[str, Any]) -> None:
    validator = Draft202012Validator({**schema["components"]["schemas"]["Problem"], "components": schema["components"]})
    for address in ("disputes/?colour=red", "disputes/nowhere/", "events/?after=x"):
        validator.validate(reader.get(f"/api/v1/{address}").json())


def test_the_page_of_the_documentation_needs_no_other_site(reader: APIClient) -> None:
    answer = reader.get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "swagger-ui" in page
    for part in page.split('"'):
        assert not part.startswith(("http://", "https://", "//")), part


def test_the_rules_of_dates_stand_in_it(schema: dict[str, Any]) -> None:
    description = schema["info"]["description"]
    assert "## Two times" in description
    assert "* An occurrence has happened by a day when" in description
    parameters = schema["paths"]["/api/v1/disputes/"]["get"]["parameters"]
    (on_date,) = (found for found in parameters if found["name"] == "on_date")
    assert "'Two times'" in on_date["description"]


def test_fields_are_described_in_every_shape_that_has_them(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    for shape, field in (("Event", "position"), ("LogEntry", "position"), ("DisputeDetail", "evidence_count")):
        assert shapes[shape]["properties"][field]["description"], (shape, field)


def test_what_may_be_merged_says_where_it_goes_on(schema: dict[str, Any]) -> None:
    for path in ("disputes/{slug}/", "disputes/{slug}/events/{event}/", "disputes/{slug}/evidence/", "parties/{slug}/"):
        assert "308" in schema["paths"][f"/api/v1/{path}"]["get"]["responses"], path
    assert "308" not in schema["paths"]["/api/v1/disputes/"]["get"]["responses"]
