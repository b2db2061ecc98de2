"""Disputes over the API: what a reader finds in the list and in the detail."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_it_works(reader: APIClient, reddit: str) -> None:
    page = reader.get("/api/v1/disputes/").json()
    assert [dispute["slug"] for dispute in page["results"]] == [reddit]
