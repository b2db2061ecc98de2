"""Who asks."""

import pytest
from rest_framework.test import APIClient

from tests.support.clients import client_with


@pytest.fixture
def reader() -> APIClient:
    """Somebody without an account."""
    return APIClient()


@pytest.fixture
def curator() -> APIClient:
    return client_with("curator")


@pytest.fixture
def operator() -> APIClient:
    return client_with("operator")
