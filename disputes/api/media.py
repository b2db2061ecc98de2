"""JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from pydantic_core import to_json
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from disputes.api.problems import TOO_LARGE, Problem

MEDIA_TYPE = "application/json"
LARGEST_BODY = 1 << 20
"""Bytes of the largest body that is read; the largest event is far smaller."""


class JsonRenderer(BaseRenderer):
    """Writes JSON in UTF-8; moments in UTC end in Z (RFC 3339)."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 (the framework's signature)
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        return b"" if data is None else to_json(data)


class JsonParser(BaseParser):
    """Reads one JSON object of bounded size; NaN, infinities and repeated members are refused."""

    media_type = MEDIA_TYPE

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 (the framework's signature)
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise Problem(TOO_LARGE, f"a body has at most {LARGEST_BODY} bytes")
        try:
            text = body.decode()
            value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_member_once)
            _refuse_half_characters(text, value)
        except RecursionError as error:
            raise ParseError("the JSON is nested too deeply") from error
        except ValueError as error:
            raise ParseError(f"the body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ParseError("the body is JSON but no object; send {…}")
        return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _each_member_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice")
    return found


def _refuse_half_characters(text: str, value: Any) -> None:
    # An escape may name one half of a pair (U+D800 to U+DFFF) alone; Python reads it, and no UTF-8 can write it.
    if "\\ud" in text.lower():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds one half of a surrogate pair alone") from error
