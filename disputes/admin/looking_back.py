"""Lists that can be asked for as of a moment: what was known then, with the filters and the order of then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from disputes.admin.read_only import Button, CountedOnce, ReadOnlyAdmin, address
from disputes.admin.theme import ChangeList
from disputes.admin.times import AS_OF, ON_DATE, Times, TimesForm, read_times
from disputes.as_known import TooMuchToFold, as_known

Row = TypeVar("Row", bound=Model)


class ToldOfThen(CountedOnce):
    """A list whose rows link to their pages as of the times that the list is told of."""

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        super().__init__(request, *arguments, **options)
        self._link = read_times(request.GET).times.link()

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leave the times out: they filter no column."""
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in {ON_DATE, AS_OF}}

    def url_for_result(self, result: Any) -> str:
        """Give the page of a row, as of the same times."""
        return f"{super().url_for_result(result)}{self._link}"


class LookingBackAdmin(ReadOnlyAdmin[Row]):
    """A list and pages that `?as_of=`, and where its form asks for it `?on_date=`, tell of another time."""

    list_before_template = "admin/disputes/parts/list_times.html"
    times_form: ClassVar[type[TimesForm]] = TimesForm

    def times(self, request: HttpRequest) -> Times:
        """Give the times that the address asks for."""
        return read_times(request.GET, self.times_form).times

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Link to the same times."""
        return ToldOfThen

    def writing_buttons(self, request: HttpRequest) -> list[Button]:
        """Give the buttons above the list of the present that this user may press."""
        return []

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Offer nothing to write while looking back."""
        return [] if self.times(request).look_back else self.writing_buttons(request)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the list as of the times that are asked for."""
        asked = read_times(request.GET, self.times_form)
        kept = [(name, value) for name, value in request.GET.items() if name not in asked.form.fields]
        extra = {"asked": asked, "times": asked.times, "kept": kept, **(extra_context or {})}
        try:
            with as_known(asked.times.as_of):
                response = super().changelist_view(request, extra)
                if isinstance(response, TemplateResponse):
                    # The rows are read as it is rendered, which has to be within.
                    response.render()
        except TooMuchToFold as error:
            messages.error(request, f"The list can't be told as of then: {error}. Look back less far.")
            return HttpResponseRedirect(address(self, "changelist"))
        return response
