"""The screens of the admin, found as a person finds them: by links and forms, from the front page on.

So no list of screens has to be kept, and one that is new is measured as soon as something leads to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from lxml import html  # type: ignore[import-untyped]

MOST = 3
"""Addresses of a screen that are measured, of which the middle one counts: one row that is unlike others does not."""
ROWS = 3
"""Rows of each table whose pages are opened first, spread evenly: the newest in a list are unlike the others."""
READ = 2
"""Addresses of a screen whose links are followed."""
OPTIONS = 2
"""Choices of a field that are tried."""
WORD = "archive"
"""What is searched for: titles and texts of both installations have it."""
USER = "bench"
ENDS_A_SESSION = {"logout"}
CARRIED = {"_changelist_filters"}
"""What links carry along to find back, and what changes nothing."""
MEDIA = "text/html"


@dataclass
class Screen:
    """One view, with what it was asked for besides."""

    name: str
    """Its name in the resolver, and behind a question mark the parameters, as in "disputes_dispute_changelist ?o"."""
    addresses: list[str] = field(default_factory=list)


def logged_in() -> Client:
    """Give a browser in which an administrator is logged in, who is made where there is none."""
    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True, "is_active": True}
    )
    client = Client(raise_request_exception=False, HTTP_HOST="localhost")
    client.force_login(user)
    return client


def find_screens(client: Client) -> Sequence[Screen]:
    """Open the front page and pages of rows, and from there whatever is linked or can be asked for by a form.

    What is no page, such as a file to download, is left out. A request for each address that is read.
    """
    found: dict[str, Screen] = {}
    waiting = deque([reverse("admin:index"), *_rows()])
    seen = set(waiting)
    while waiting:
        address = waiting.popleft()
        name = _name(address)
        if name is None:
            continue
        screen = found.setdefault(name, Screen(name))
        if len(screen.addresses) >= MOST:
            continue
        if len(screen.addresses) >= READ:
            screen.addresses.append(address)
            continue
        answer = client.get(address)
        if answer.status_code in {301, 302}:
            target = urljoin(address, answer["Location"])
            if target not in seen:
                seen.add(target)
                waiting.append(target)
            continue
        if answer.status_code >= 500:
            raise AssertionError(f"{address} was answered with {answer.status_code}")
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith(MEDIA):
            continue
        screen.addresses.append(address)
        for link in _leads(address, answer):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return [screen for screen in found.values() if screen.addresses]


def not_found(screens: Sequence[Screen]) -> Sequence[str]:
    """Name the views of the admin that nothing led to: those that only take POST, and any that is hidden."""
    names = {screen.name.split(" ")[0] for screen in screens}
    return sorted({pattern.name for pattern in _patterns(_admin_patterns()) if pattern.name} - names)


def _rows() -> Iterator[str]:
    for model in filter(admin.site.is_registered, apps.get_models()):
        rows = model._default_manager.order_by("pk")
        number = rows.count()
        keys = rows.values_list("pk", flat=True)
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for place in dict.fromkeys(number * part // ROWS for part in range(min(ROWS, number))):
            with suppress(NoReverseMatch):
                yield reverse(f"{prefix}_change", args=[quote(str(keys[place]))])


def _leads(address: str, answer: HttpResponseBase) -> Iterator[str]:
    """Give where a page leads: its links, and its forms for looking, with one field of each filled in at a time."""
    page = html.fromstring(getattr(answer, "content", b"").decode() or "<p></p>")
    # What is marked so reads everything there is, and says it beside the link.
    for link in page.xpath("//a[not(@rel='nofollow')]/@href"):
        if (there := _within(address, str(link))) is not None:
            yield there
    for form in page.xpath("//form[not(@method) or translate(@method, 'GET', 'get') = 'get']"):
        action = form.get("action") or address
        for name, value in _answers(form):
            if (there := _within(address, urljoin(action, f"?{urlencode({name: value})}"))) is not None:
                yield there


def _answers(form: Any) -> Iterator[tuple[str, str]]:
    for choice in form.xpath(".//select[@name]"):
        values = [str(value) for value in choice.xpath(".//option/@value") if value]
        for value in dict.fromkeys([*values[: OPTIONS - 1], *values[-1:]]):
            yield choice.get("name"), value
    for text in form.xpath(".//input[@name][not(@type) or @type='text' or @type='search']"):
        yield text.get("name"), WORD
    for day in form.xpath(".//input[@name][@type='date']"):
        yield day.get("name"), str(timezone.now().date() - timedelta(days=30))


def _within(address: str, link: str) -> str | None:
    """Give an address in the admin as it is asked for, without what is empty; None where it leads elsewhere.

    At most one thing is asked for at a time: what works alone is not made slower by another.
    """
    parts = urlsplit(urljoin(address, link))
    if parts.netloc or not parts.path.startswith(reverse("admin:index")):
        return None
    asked = [(name, value) for name, value in parse_qsl(parts.query) if value and name not in CARRIED]
    if len(asked) > 1 or any("." in value for name, value in asked if name == "o"):
        return None
    return parts.path + (f"?{urlencode(asked)}" if asked else "")


def _name(address: str) -> str | None:
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if match.url_name is None or match.url_name in ENDS_A_SESSION:
        return None
    # Each order is a question of its own to the database, whichever its direction.
    asked = [f"{name}={value.strip('-')}" if name == "o" else name for name, value in parse_qsl(parts.query)]
    return " ?".join([match.url_name, *asked])


def _admin_patterns() -> Sequence[URLPattern | URLResolver]:
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            return list(pattern.url_patterns)
    raise AssertionError("there is no admin among the addresses")


def _patterns(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


__all__ = ["Screen", "find_screens", "logged_in", "not_found"]
