"""One view for one command: permission, form, the command under the user's name, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse

from disputes import ledger
from disputes.admin.command_form import CommandForm, Envelope
from disputes.admin.meanwhile import Meanwhile, events_since
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Crumb
from disputes.errors import FieldError, Refused
from disputes.ledger import EventIdConflict, VersionConflict

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

ATTEMPTS = 5


class CommandView(PermittedView):
    """Shows a form and carries out its command.

    Subclasses name the permission, find their subject in `prepare`, and say in `carry_out` which command it is.
    Wrong input comes back with status 422 and a form that was overtaken with 409, both with all that was typed.
    """

    permission: ClassVar[str] = "disputes.curate_dispute"
    template_name: ClassVar[str] = "admin/disputes/command.html"
    title: str = ""
    intro: str = ""
    submit_label: str = "Record"
    is_dangerous: ClassVar[bool] = False

    @property
    def user(self) -> AbstractUser:
        """The user, who is known to be logged in."""
        user: AbstractUser = self.request.user  # type: ignore[assignment]
        return user

    @property
    def by(self) -> str:
        """The name under which the command is recorded."""
        return self.user.get_username()

    def prepare(self, **route: Any) -> None:
        """Find what the command is about. Raises Http404 where it does not exist."""
        raise NotImplementedError

    def stream(self) -> str:
        """Name the stream that the command appends to."""
        raise NotImplementedError

    def version(self) -> int:
        """Give the version that the form is made from."""
        return 0

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> CommandForm:
        """Make the form, empty or from what was sent."""
        raise NotImplementedError

    def carry_out(self, form: Any, expected_version: int) -> None:
        """Carry out the command with what a valid form holds."""
        raise NotImplementedError

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return f"{self.title}: recorded."

    def success_url(self, form: Any) -> str:
        """Give the page to go on to."""
        raise NotImplementedError

    def crumbs(self) -> Sequence[Crumb]:
        """Give the way to this page, outermost first."""
        return ()

    def context(self) -> dict[str, Any]:
        """Give what the template shows beside the form."""
        return {}

    def get(self, request: HttpRequest, **_route: Any) -> HttpResponse:
        """Show the form."""
        return self._show(self.make_form(None, Envelope.fresh(self.version())))

    def post(self, request: HttpRequest, **_route: Any) -> HttpResponse:
        """Carry out the command, or show the form again with what is wrong."""
        form = self.make_form(request.POST, Envelope(request.POST))
        if not form.is_valid():
            if form.envelope.errors:
                messages.error(request, "The form came without its hidden fields. Look through it and send it again.")
                return self._again(request.POST, HTTPStatus.UNPROCESSABLE_ENTITY)
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            self._carry_out(form, form.envelope.cleaned_data["expected_version"])
        except VersionConflict as conflict:
            # The form is made anew from what there is now, and filled with what was typed.
            return self._again(request.POST, HTTPStatus.CONFLICT, meanwhile=events_since(conflict))
        except EventIdConflict:
            messages.warning(
                request,
                "This form was sent before, with other content, and that was recorded. "
                "Send it again to record this as well.",
            )
            return self._again(request.POST, HTTPStatus.CONFLICT)
        except Refused as refusal:
            return self._refused(form, refusal)
        messages.success(request, self.success_message(form))
        return HttpResponseRedirect(self.success_url(form))

    def _carry_out(self, form: CommandForm, expected_version: int) -> None:
        """Carry the command out; evidence that the pipeline attached meanwhile does not overtake a form."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self.carry_out(form, expected_version)
            except VersionConflict as conflict:
                if attempt == ATTEMPTS or not _only_the_pipeline(events_since(conflict)):
                    raise VersionConflict(
                        conflict.stream, expected=form.envelope.cleaned_data["expected_version"], actual=conflict.actual
                    ) from conflict
                expected_version = conflict.actual
            else:
                return

    def _refused(self, form: CommandForm, refusal: Refused) -> HttpResponse:
        """Show why the command was refused, and what was recorded meanwhile, which may be the reason."""
        seen = form.envelope.cleaned_data["expected_version"]
        now = ledger.stream_version(self.stream())
        conflict = VersionConflict(self.stream(), expected=seen, actual=now)
        meanwhile = events_since(conflict) if now > seen > 0 else []
        for error in refusal.errors or [FieldError("", refusal.detail)]:
            form.place(error)
        return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY, meanwhile=meanwhile)

    def _again(self, data: QueryDict, status: HTTPStatus, *, meanwhile: Sequence[Meanwhile] = ()) -> HttpResponse:
        sent = data.copy()
        sent["expected_version"] = str(ledger.stream_version(self.stream()))
        sent["event_id"] = str(uuid4())
        return self._show(self.make_form(sent, Envelope(sent)), status, meanwhile=meanwhile)

    def _show(
        self, form: CommandForm, status: HTTPStatus = HTTPStatus.OK, *, meanwhile: Sequence[Meanwhile] = ()
    ) -> HttpResponse:
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.title,
            "intro": self.intro,
            "submit_label": self.submit_label,
            "is_dangerous": self.is_dangerous,
            "crumbs": self.crumbs(),
            "form": form,
            "media": form.media,
            "has_errors": status == HTTPStatus.UNPROCESSABLE_ENTITY,
            "meanwhile": meanwhile,
            **self.context(),
        }
        return TemplateResponse(self.request, self.template_name, context, status=status)


def _only_the_pipeline(meanwhile: Sequence[Meanwhile]) -> bool:
    return all(
        item.reading.event.recorded_by.startswith("system:") and item.reading.event.type == "evidence_attached"
        for item in meanwhile
    )
