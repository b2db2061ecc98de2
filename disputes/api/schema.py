"""OpenAPI 3.1: written from what the views declare and from the types of what they answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from pydantic import TypeAdapter

from disputes import dispute
from disputes.api import media, problems
from disputes.api.parameters import TWO_TIMES
from disputes.api.shapes import Problem

Handler = TypeVar("Handler", bound=Callable[..., Any])
Mode = Literal["validation", "serialization"]
Document = dict[str, Any]

COMPONENTS = "#/components/schemas/"
_types: dict[tuple[str, Mode], Any] = {}
_OPERATION = "_openapi_operation"
_READ_PROBLEMS = (400, 404, 406, 429)
_WRITE_PROBLEMS = (400, 401, 403, 404, 406, 409, 412, 413, 415, 429)


def rules_of_dates() -> str:
    """Give the rules of dates where they are written down: in the fold that follows them."""
    _first_line, _, rules = inspect.cleandoc(dispute.__doc__ or "").partition("\n\n")
    return rules


def reference(type_: Any, mode: Mode = "serialization") -> Document:
    """Name a type of an answer, or of a body (`validation`), and have its schema among the components."""
    _types[type_.__name__, mode] = type_
    return {"$ref": f"{COMPONENTS}{type_.__name__}"}


def page_schema(item: Any) -> Document:
    """Describe a page of a list."""
    address = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "properties": {
            "next": address,
            "previous": address,
            "results": {"type": "array", "items": reference(item)},
            "count": {"type": "integer", "description": "The number of all results; with `count=on`."},
        },
        "required": ["next", "previous", "results"],
    }


def operation(
    identity: str, *, tag: str, answers: Document, status: int = 200, takes: Document | None = None
) -> Callable[[Handler], Handler]:
    """Declare a handler of a view: its id, what it answers and what body it takes. The docstring tells the rest."""

    def declare(handler: Handler) -> Handler:
        setattr(handler, _OPERATION, {"id": identity, "tag": tag, "answers": {status: answers}, "takes": takes})
        return handler

    return declare


class ResourceSchema(AutoSchema):
    """Describes one operation of a `Resource`."""

    @property
    def _resource(self) -> Any:
        """The resource, whose class imports this module."""
        return self.view

    @property
    def _declared(self) -> Mapping[str, Any]:
        handler = getattr(self.view, self.method.lower())
        declared: Mapping[str, Any] = getattr(handler, _OPERATION)
        return declared

    def get_operation_id(self) -> str:
        return str(self._declared["id"])

    def get_tags(self) -> list[str]:
        return [self._declared["tag"]]

    def get_summary(self) -> str | None:
        return self._paragraphs()[0]

    def get_description(self) -> str:  # type: ignore[override] # as drf-spectacular has it
        permission = getattr(self.view, "permissions", {}).get(self.method)
        needs = [f"Needs the permission `{permission}`."] if permission else []
        return "\n\n".join([*self._paragraphs()[1:], *needs])

    def get_auth(self) -> list[dict[str, Any]]:
        # Reading is open to anyone.
        return [*super().get_auth(), *([{}] if self.method == "GET" else [])]

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        for parameter in self._resource.parameters(self.method):
            schema = dict(parameter.schema)
            in_a_row = {"style": "form", "explode": False} if schema["type"] == "array" else {}
            found.append(
                OpenApiParameter(parameter.name, schema, description=parameter.description, **in_a_row)  # type: ignore[arg-type]
            )
        for name, description in self._resource.request_headers(self.method).items():
            found.append(OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description))
        return found

    def get_request_serializer(self) -> Any:
        takes = self._declared["takes"]
        return None if takes is None else {media.MEDIA_TYPE: takes}

    def get_response_serializers(self) -> Any:
        document = reference(Problem)
        responses: dict[Any, Any] = {
            (code, media.MEDIA_TYPE): OpenApiResponse(schema, description="Done.")
            for code, schema in self._declared["answers"].items()
        }
        for code in self._problem_codes():
            titles = {found.title for found in problems.PROBLEM_TYPES.values() if found.status == code}
            responses[code, problems.MEDIA_TYPE] = OpenApiResponse(
                document,
                description=" / ".join(sorted(titles)),
            )
        if self.method == "GET":
            responses[304] = OpenApiResponse(description="What the reader has, by `If-None-Match`, is current.")
            if self._resource.may_be_merged:
                responses[308] = OpenApiResponse(description="It was merged into another: go on at `Location`.")
        return responses

    def _problem_codes(self) -> Sequence[int]:
        codes = _READ_PROBLEMS if self.method == "GET" else _WRITE_PROBLEMS
        absent = set() if "{" in self.path else {404}
        if self.method not in {"GET", "HEAD"} and "If-Match" not in self._resource.request_headers(self.method):
            absent.add(412)
        return [code for code in codes if code not in absent]

    def _paragraphs(self) -> list[str]:
        text = getattr(self.view, self.method.lower()).__doc__ or ""
        return [" ".join(part.split()) for part in text.split("\n\n")]


def add_components(
    result: Document,
    generator: Any,  # noqa: ARG001 (drf-spectacular calls it so)
    request: Any,  # noqa: ARG001
    public: bool,  # noqa: ARG001, FBT001
) -> Document:
    """Add the rules of dates, and the schemas of all types that the operations name; a hook of drf-spectacular."""
    result["info"]["description"] = f"{result['info'].get('description', '')}\n\n## {TWO_TIMES}\n\n{rules_of_dates()}"
    wanted = [(name, mode, TypeAdapter(type_)) for (name, mode), type_ in _types.items()]
    _names, found = TypeAdapter.json_schemas(wanted, ref_template=COMPONENTS + "{model}")
    components = result.setdefault("components", {}).setdefault("schemas", {})
    components.update(found.get("$defs", {}))
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result
