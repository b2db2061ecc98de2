"""From an article to the events that it tells of: which dispute, which type, and on to the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from disputes.admin.beside import article_beside, find_article
from disputes.admin.fields import EMPTY_CHOICE, DisputeField
from disputes.admin.permitted_view import PermittedView
from disputes.admin.prefilling import Offer, offers
from disputes.admin.read_only import Crumb, address
from disputes.admin.recording import types_by_lane
from disputes.admin.theme import Select
from disputes.models import Article, Dispute, EvidenceItem


class WhereForm(forms.Form):
    """The dispute and the type of the event."""

    dispute = DisputeField(label="Dispute", help_text="Type its title, or a name of a party.")
    type = forms.ChoiceField(
        label="What happened",
        required=False,
        widget=Select(),
        help_text="Where you are not sure, leave it open: the types are explained on the next page.",
    )

    def __init__(self, data: QueryDict | None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        kind: forms.ChoiceField = self.fields["type"]  # type: ignore[assignment]
        kind.choices = [
            EMPTY_CHOICE,
            *((lane, [(name, label) for name, label, _ in types]) for lane, types in types_by_lane()),
        ]


@dataclass(frozen=True, slots=True)
class OfferedEvent:
    """An event that the article is thought to state, as a link to its form."""

    offer: Offer
    dispute_title: str
    url: str
    attach_url: str
    """Where the article is attached to the event that it seems to be; "" where the record has none like it."""


class FromArticleView(PermittedView):
    """Ask for dispute and type, and lead on to the form with the article beside it. Nothing is recorded here."""

    permission = "disputes.curate_dispute"
    http_method_names = ["get", "head"]
    article: Article

    def prepare(self, **route: Any) -> None:
        """Find the article."""
        article = find_article(route["article"])
        if article is None:
            raise Http404(f"there is no article {route['article']}")
        self.article = article

    def get(self, request: HttpRequest, *, article: UUID) -> HttpResponse:
        """Ask, or lead on where both are said."""
        asked = request.GET if "type" in request.GET else None
        form = WhereForm(asked, initial={"dispute": request.GET.get("dispute") or self._only_dispute()})
        if asked is not None and form.is_valid():
            return HttpResponseRedirect(_form_url(self.article.pk, **form.cleaned_data))
        status = HTTPStatus.OK if asked is None else HTTPStatus.UNPROCESSABLE_ENTITY
        context = {
            **self.admin.admin_site.each_context(request),
            "title": "Record an event",
            "intro": "One article can tell of several events, of several disputes too: record one after the other.",
            "crumbs": self._crumbs(),
            "form": form,
            "media": form.media,
            "has_errors": asked is not None,
            "beside": article_beside(self.article),
            "offered": self._offered(),
            "back_url": address(self.admin, "change", self.article.pk),
        }
        return TemplateResponse(request, "admin/disputes/from_article.html", context, status=status)

    def _only_dispute(self) -> str | None:
        """Give the dispute that the article is evidence for, where there is just one. One query."""
        slugs = EvidenceItem.objects.filter(article=self.article.pk).values_list("dispute", flat=True).distinct()[:2]
        return slugs[0] if len(slugs) == 1 else None

    def _offered(self) -> list[OfferedEvent]:
        found = offers(self.article.pk)
        titles = dict(Dispute.objects.filter(pk__in={offer.dispute for offer in found}).values_list("slug", "title"))
        return [
            OfferedEvent(
                offer,
                titles[offer.dispute],
                _form_url(self.article.pk, offer.dispute, offer.type, **offer.query),
                _attach_url(self.article.pk, offer) if offer.known is not None else "",
            )
            for offer in found
            if offer.dispute in titles
        ]

    def _crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Articles", address(self.admin, "changelist")),
            Crumb(str(self.article), address(self.admin, "change", self.article.pk)),
        )


def _attach_url(article: UUID, offer: Offer) -> str:
    asked = {"article": str(article), "event": str(offer.known), "quote": offer.quote}
    return f"{reverse('admin:disputes_dispute_attach', args=[offer.dispute])}?{urlencode(asked)}"


def _form_url(article: UUID, dispute: str, type: str = "", **query: str) -> str:  # noqa: A002 (the field's own name)
    url = (
        reverse("admin:disputes_dispute_record", args=[dispute, type])
        if type
        else reverse("admin:disputes_dispute_choose_type", args=[dispute])
    )
    return f"{url}?{urlencode({'article': str(article), **query})}"
