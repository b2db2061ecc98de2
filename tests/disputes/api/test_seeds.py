"""The known disputes over the API: real records hold what made-up ones don't."""

from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_each_is_told_as_the_schema_says_and_alike_in_list_and_detail(reader: APIClient) -> None:
    call_command("load_seeds", verbosity=0)
    components = reader.get("/api/schema/?format=json").json()["components"]

    def check(name: str, *found: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": components}
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for one in found:
            assert [error.message for error in validator.iter_errors(one)] == []

    disputes = reader.get("/api/v1/disputes/").json()["results"]
    assert len(disputes) >= 6
    for listed in disputes:
        address = f"/api/v1/disputes/{listed['slug']}/"
        detail = reader.get(address).json()
        check("DisputeDetail", detail)
        assert listed == {name: detail[name] for name in listed}
        events = reader.get(f"{address}events/?page_size=200").json()["results"]
        check("Event", *events)
        evidence = reader.get(f"{address}evidence/?page_size=200").json()["results"]
        check("Evidence", *evidence)
        assert len({item["article"]["id"] for item in evidence}) == listed["evidence_count"]
    check("Party", *reader.get("/api/v1/parties/?page_size=200").json()["results"])
    check("Article", *reader.get("/api/v1/articles/?page_size=200").json()["results"])
    check("LogEntry", *reader.get("/api/v1/events/?page_size=200").json()["results"])
