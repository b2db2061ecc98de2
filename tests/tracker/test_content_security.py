"""The content security policy: with every answer, without `unsafe-inline`, and strictest where strangers look."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.support.screens import log_in
from tracker.content_security import ContentSecurityMiddleware

pytestmark = pytest.mark.django_db


def policy(response: Any) -> dict[str, list[str]]:
    directives = (directive.split() for directive in response["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


def test_it_works(client: Client) -> None:
    sent = policy(client.get("/"))
    assert sent["default-src"] == sent["frame-ancestors"] == sent["base-uri"] == sent["object-src"] == ["'none'"]
    assert sent["script-src"] == sent["style-src"] == sent["form-action"] == ["'self'"]


@pytest.mark.parametrize(
    "address",
    ["/", "/nowhere", "/static/tracker/icon.svg", "/admin/", "/admin/login/", "/admin/nowhere/", "/api/docs/",
     "/api/schema/", "/api/v1/disputes/", "/api/v1/nowhere/"],
)  # fmt: skip
@pytest.mark.parametrize("host", ["testserver", "evil.example"])
def test_every_answer_carries_it(client: Client, address: str, host: str) -> None:
    response = client.get(address, headers={"Host": host})
    for sources in policy(response).values():
        assert "'unsafe-inline'" not in sources
        assert not any("//" in source or source == "*" for source in sources), "from this site alone"


def test_a_fault_of_ours_carries_it_too() -> None:
    client = Client(raise_request_exception=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", None)
        response = client.get("/admin/")
    assert response.status_code == 500
    assert policy(response)["default-src"] == ["'none'"]


def test_strings_are_evaluated_in_the_admin_alone(client: Client) -> None:
    assert "'unsafe-eval'" in policy(client.get(reverse("admin:login")))["script-src"]
    assert "'unsafe-eval'" in policy(log_in("viewer").get("/admin/"))["script-src"]
    for address in ("/", "/nowhere", "/admin", "/api/docs/", "/api/v1/disputes/"):
        assert "'unsafe-eval'" not in policy(client.get(address))["script-src"], address


def test_the_documentation_runs_its_own_script_by_a_nonce_that_is_never_the_same(client: Client) -> None:
    seen = set()
    for _time in range(2):
        response = client.get(reverse("api-docs"))
        (nonce,) = re.findall(r'<script nonce="([^"]+)">', response.content.decode())
        assert f"'nonce-{nonce}'" in policy(response)["script-src"]
        assert len(re.findall(r"<script(?! src| nonce)", response.content.decode())) == 0
        seen.add(nonce)
    assert len(seen) == 2


def test_a_view_may_be_stricter() -> None:
    def view(_request: object) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    response = ContentSecurityMiddleware(view)(RequestFactory().get("/"))
    assert policy(response) == {"sandbox": []}
