"""The front page leads onwards, and what goes wrong is told in the caller's language."""

import pytest
import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tracker import pages


@pytest.mark.django_db
def test_the_front_page_leads_everywhere(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 200
    for target in ("/admin/", "/api/v1/", "/api/docs/", "/api/schema/", "/healthz", "/readyz", "/metrics"):
        assert f'href="{target}"' in page


@pytest.mark.django_db
def test_the_documentation_needs_no_other_site(client: Client) -> None:
    page = client.get(reverse("api-docs")).content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://github.com/tfranzel/drf-spectacular", "")
    schema = client.get(reverse("api-schema"), headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert schema["openapi"].startswith("3.1")


def answer(path: str, error: Exception) -> HttpResponse:
    """Return what a visitor of `path` gets when a view raises `error`."""
    try:
        raise error
    except type(error):
        return pages.server_error(RequestFactory().get(path))


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError(), redis.ConnectionError(), redis.TimeoutError()])
def test_an_outage_asks_to_come_back(error: Exception) -> None:
    problem, page = answer("/api/v1/disputes/", error), answer("/admin/", error)
    assert (problem.status_code, problem["Retry-After"]) == (503, "5")
    assert problem["Content-Type"] == "application/problem+json"
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Service Unavailable" in page.content.decode()


def test_a_fault_of_ours_gives_nothing_away() -> None:
    problem = answer("/api/v1/disputes/", ValueError("password=hunter2"))
    assert problem.status_code == 500
    assert b"hunter2" not in problem.content
    assert "Retry-After" not in problem


@pytest.mark.django_db
def test_an_unknown_host_is_refused_in_the_callers_language(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    response = client.get("/api/v1/", headers={"Host": "evil.example"})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.django_db
def test_an_unknown_page_offers_a_way_back(client: Client) -> None:
    response = client.get("/nowhere/<script>")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()
    assert b"<script>" not in response.content
