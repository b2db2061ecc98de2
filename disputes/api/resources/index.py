"""The front door of the API, its problem types, and what is nowhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve
from rest_framework.request import Request

from disputes.api import shapes
from disputes.api.problems import NOT_FOUND, PROBLEM_TYPES, Problem
from disputes.api.resource import Resource
from disputes.api.schema import operation, reference


class ApiIndex(Resource):
    """The resources there are."""

    names: ClassVar[tuple[str, ...]] = ()
    """Given where the addresses of the site are put together."""

    @operation("get_index", tag="index", answers=reference(shapes.Index))
    def get(self, _request: Request) -> HttpResponse:
        """List the resources with their addresses."""
        return self.answer({"resources": {name: self.links.under_root(f"{name}/") for name in self.names}})


class ProblemTypeDetail(Resource):
    """What a problem type means."""

    schema = None  # type: ignore[assignment] # for readers who follow a `type`, not a part of the API

    def get(self, _request: Request, name: str) -> HttpResponse:
        """Tell what a problem type means."""
        found = PROBLEM_TYPES.get(name)
        if found is None:
            raise Http404
        return self.answer({"type": found.uri, "title": found.title, "status": found.status, "meaning": found.meaning})


class Nowhere(Resource):
    """Whatever is under /api/ and is no resource.

    An address that lacks its last slash is redirected with method and body kept, so that a POST does not turn into
    a GET on the way.
    """

    schema = None  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect, or answer 404 to every method."""
        if not request.path_info.endswith("/") and self._is_somewhere(f"{request.path_info}/"):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 (the framework's signature)
        raise Problem(NOT_FOUND, "there is nothing at this address; /api/v1/ lists what there is")

    @classmethod
    def _is_somewhere(cls, path: str) -> bool:
        return getattr(resolve(path).func, "cls", None) is not cls
