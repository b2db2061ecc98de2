"""A form of the admin that does one thing which the ledger does not hold: add a feed, set a rule."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Crumb, address
from disputes.errors import Refused


class OperationView(PermittedView):
    """Shows a form and carries out what it asks for.

    Wrong input, and what is refused, comes back with status 422 and all that was typed.
    """

    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[str]
    submit_label: ClassVar[str]
    intro: ClassVar[str] = ""
    list_title: ClassVar[str]
    """What the list is called from which the form is reached."""
    refused_field: ClassVar[str | None] = None
    """The field beside which a refusal is shown; above the form where there is none."""

    def initial(self) -> Mapping[str, Any]:
        """Give what the form begins with."""
        return {}

    def carry_out(self, said: Mapping[str, Any], *, by: str) -> str:
        """Do it, tell what was done, and give the address to go on to. Raises Refused."""
        raise NotImplementedError

    def finish(self, said: Mapping[str, Any], *, by: str) -> HttpResponse:
        """Carry it out and lead on; a view whose form only asks shows the answer instead. Raises Refused."""
        return HttpResponseRedirect(self.carry_out(said, by=by))

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._show(self.form_class(initial=dict(self.initial())), HTTPStatus.OK)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Carry it out, or say why not."""
        form = self.form_class(request.POST, request.FILES)
        if form.is_valid():
            try:
                return self.finish(form.cleaned_data, by=request.user.get_username())
            except Refused as refusal:
                detail = "; ".join(error.detail for error in refusal.errors) or refusal.detail
                form.add_error(self.refused_field, detail)
        return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def _show(self, form: forms.Form, status: HTTPStatus) -> HttpResponse:
        list_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.title,
            "crumbs": [Crumb(self.list_title, list_url)],
            "submit_label": self.submit_label,
            "back_url": list_url,
            "form": form,
            "media": form.media,
            "has_errors": status is not HTTPStatus.OK,
            "intro": self.intro,
        }
        return TemplateResponse(self.request, "admin/disputes/command.html", context, status=status)
