"""The vocabulary over the API."""

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

from disputes.events import EVENT_TYPES
from disputes.vocabulary import VOCABULARIES

pytestmark = pytest.mark.django_db


def test_every_term_has_a_label_and_a_definition(reader: APIClient) -> None:
    terms = reader.get("/api/v1/vocabulary/").json()["terms"]
    assert set(terms) == set(VOCABULARIES)
    for name, found in terms.items():
        assert [term["value"] for term in found] == [str(term) for term in VOCABULARIES[name]]
        assert all(term["label"] and term["definition"] for term in found)


def test_every_event_type_has_the_schema_of_its_data(reader: APIClient) -> None:
    types = {found["type"]: found for found in reader.get("/api/v1/vocabulary/").json()["event_types"]}
    assert set(types) == set(EVENT_TYPES)
    for found in types.values():
        Draft202012Validator.check_schema(found["data_schema"])
        assert found["definition"]
    letter = Draft202012Validator(types["letter_sent"]["data_schema"])
    assert letter.is_valid({"summary": "A letter.", "remedies": ["audit"]})
    assert not letter.is_valid({"summary": "A letter.", "remedies": ["revenge"]})
