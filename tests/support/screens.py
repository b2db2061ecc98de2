"""Screens of the admin as a browser sees them: who looks, what a form holds, what is said at which field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from lxml import html  # type: ignore[import-untyped]


def log_in(*roles: str, name: str | None = None, is_staff: bool = True, is_superuser: bool = False) -> Client:
    """Make a client that is logged in with a new account of the named roles."""
    user = get_user_model().objects.create_user(
        name or "-".join(("somebody", *roles)), is_staff=is_staff, is_superuser=is_superuser
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


class Form(NamedTuple):
    """A form of a page, with what it would send."""

    client: Client
    action: str
    values: dict[str, list[str]]

    def send(self, changes: Mapping[str, Any] | None = None, *, follow: bool = False) -> HttpResponse:
        """Send it with some fields filled in otherwise; a field of several values takes a list."""
        data: dict[str, Any] = {**self.values, **(changes or {})}
        response: HttpResponse = self.client.post(self.action, data, follow=follow)  # type: ignore[assignment]
        return response


def open_form(client: Client, address: str) -> Form:
    """Open a page and give its form that a command is sent with."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return form_in(client, address, response)


def form_in(client: Client, address: str, response: Any) -> Form:
    """Give the form of a page that was answered, as a browser would send it back."""
    page = html.fromstring(response.content.decode())
    (form,) = page.xpath("//form[contains(@class, 'command')]")
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        # Rows that the script would make stand in a template, which a browser does not send.
        if "__prefix__" not in name:
            values.setdefault(name, []).append(value)
    for empty in form.xpath(".//input[@type='text'][not(@value)]/@name"):
        if "__prefix__" not in empty:
            values.setdefault(empty, [""])
    return Form(client, form.get("action") or address, values)


def errors_at(response: Any, field: str) -> str:
    """Give what a page says at a field, "" where it says nothing."""
    page = html.fromstring(response.content.decode())
    named = page.xpath("//*[@name=$name]/ancestor::div[contains(concat(' ', @class, ' '), ' field ')][1]", name=field)
    return " ".join(
        text.strip() for at in named[:1] for text in at.xpath(".//ul[@class='field-errors']//text()")
    ).strip()


def find(response: Any, xpath: str) -> Any:
    """Give what an XPath expression finds in a page: elements, texts or a string."""
    return html.fromstring(response.content.decode()).xpath(xpath)


def text_of(response: Any) -> str:
    """Give the words of a page but those of its frame, each run of white space as one space."""
    page = html.fromstring(response.content.decode() or "<p></p>")
    (content,) = page.xpath("//*[@id='main']") or [page]
    return " ".join(" ".join(content.itertext()).split())
