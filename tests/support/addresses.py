"""Every address of the admin, as the URL resolver has them, with an example in the place of each parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")

MODELS = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}


class Address(NamedTuple):
    """An address: the name that it has in the resolver, such as `admin:ingest_feed_fetch`, and an example of it."""

    name: str
    path: str


def admin_addresses(examples: Mapping[str, Any]) -> list[Address]:
    """Give an example of every address; `examples` has a value for each parameter, see `populate`.

    Where there is none, the parameter becomes the key of the first row of the model that the name begins with.
    Patterns that are regular expressions stand for no address of their own. Raises AssertionError without an example.
    """
    return [
        Address(name, "/" + PARAMETER.sub(partial(_example, name, examples), route))
        for name, route in _routes(get_resolver().url_patterns)
        if route.startswith("admin/") and not route.endswith("$")
    ]


def screens(client: Client, addresses: list[Address]) -> list[Address]:
    """Keep what answers the client's GET with a page: no forms for POST alone, no downloads, no parts of pages."""
    answers = ((address, client.get(address.path)) for address in addresses)
    return [
        address
        for address, answer in answers
        if answer.status_code == 200 and not answer.streaming and answer.content.lstrip()[:9].lower() == b"<!doctype"
    ]


def _routes(patterns: list[URLPattern | URLResolver], before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inner)
        elif pattern.name is not None:
            yield f"{space}{pattern.name}", route


def _example(name: str, examples: Mapping[str, Any], match: re.Match[str]) -> str:
    parameter, short = match["name"], name.removeprefix("admin:")
    prefix = "_".join(short.split("_")[:2])
    for key in (f"{short}.{parameter}", f"{prefix}.{parameter}", parameter):
        if key in examples:
            return str(examples[key])
    assert prefix in MODELS, f"{name} has a parameter {parameter}; give an example in tests/support/populated.py"
    row = MODELS[prefix]._default_manager.order_by("pk").first()
    assert row is not None, f"there is nothing to try {name} on; let tests/support/populated.py make it"
    return str(quote(row.pk))
