"""Attaching articles to disputes and to their events, and taking them off again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, QueryDict

from disputes import commands
from disputes.admin.beside import article_beside, find_article
from disputes.admin.command_form import Envelope, SimpleForm, line, prose
from disputes.admin.command_view import CommandView
from disputes.admin.curation import RequiredReasonForm
from disputes.admin.dates import show_date
from disputes.admin.dispute_views import DisputeView
from disputes.admin.evidence_form import Choices, article_choices
from disputes.admin.fields import EMPTY_CHOICE, DisputeField, term_choices
from disputes.admin.labels import type_label
from disputes.admin.read_only import Crumb, address
from disputes.admin.theme import Select
from disputes.errors import FieldError
from disputes.models import Article, TimelineEntry
from disputes.streams import dispute_stream
from disputes.vocabulary import Stance


class WordsForm(SimpleForm):
    """What an article says, and where."""

    stance = forms.ChoiceField(label="It", choices=term_choices(Stance), initial=Stance.SUPPORTS.value, widget=Select())
    quote = prose("Quote", required=False, help_text="The words that say it.")
    locator = line("Where in it", required=False, help_text="Such as a paragraph, or a page of a PDF.")


class AttachForm(WordsForm):
    """An article for a dispute, or for one event of it."""

    article = forms.ChoiceField(label="Article", required=False, widget=Select())
    address = line(
        "or its address",
        required=False,
        max_length=2_048,
        help_text="https://… An address that is not known yet is registered, so that the pipeline can capture it.",
    )
    event = forms.ChoiceField(
        label="Event",
        required=False,
        widget=Select(),
        help_text="The event that it speaks of; empty for the dispute as a whole.",
    )
    field_order = ("article", "address", "event", "stance", "quote", "locator")

    def __init__(self, *arguments: Any, articles: Choices, events: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, choices in (("article", articles), ("event", events)):
            field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
            field.choices = [EMPTY_CHOICE, *choices]

    def clean(self) -> dict[str, Any]:
        """Want one article."""
        cleaned: dict[str, Any] = super().clean() or {}
        article, where = cleaned.get("article"), cleaned.get("address")
        if bool(article) == bool(where) and not self.errors:
            self.add_error("address", "Choose an article or give an address, one of the two.")
        return cleaned

    def place(self, error: FieldError) -> None:
        """Show what is said of the article as a whole where it was named."""
        named = "address" if self.cleaned_data.get("address") else "article"
        super().place(error if error.pointer else FieldError(f"/{named}", error.detail))


class AttachView(DisputeView):
    """Attach an article to a dispute or to one of its events; `?event=`, `?article=` and `?quote=` fill the form."""

    title = "Attach article"
    submit_label = "Attach"
    anchor = "evidence"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> AttachForm:
        """Make the form with the articles and the events to choose from."""
        asked = self.request.GET
        named = [asked.get("article", ""), data.get("article", "") if data else ""]
        entries = TimelineEntry.objects.filter(
            dispute=self.dispute.slug, first_day__isnull=False, retracted_by__isnull=True
        ).order_by("-last_day", "-position")
        return AttachForm(
            data,
            envelope=envelope,
            initial={name: asked.get(name) for name in ("article", "event", "quote")},
            articles=article_choices(self.dispute.slug, also=named),
            events=[
                (str(entry.event_id), f"{show_date(entry.occurred)}: {type_label(entry.type)}. {entry.summary[:80]}")
                for entry in entries
            ],
        )

    def carry_out(self, form: AttachForm, expected_version: int) -> None:
        """Attach it; what others wrote meanwhile does not matter to it."""
        given = form.given()
        article = given.pop("article", None) or given.pop("address")
        event = given.pop("event", None)
        commands.attach_evidence(
            self.dispute.slug,
            article=article,
            event=UUID(event) if event else None,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            **given,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "Attached the article as evidence."

    def context(self) -> dict[str, Any]:
        """Show the article that the address names."""
        article = find_article(self.request.GET.get("article"))
        return {**super().context(), "beside": article_beside(article) if article is not None else None}


class DetachView(DisputeView):
    """Take an article off a dispute."""

    title = "Detach article"
    submit_label = "Detach"
    is_dangerous = True
    anchor = "evidence"
    article: Article

    def prepare(self, **route: Any) -> None:
        """Find the dispute and the article."""
        super().prepare(**route)
        self.article = _article(route["article"])
        self.intro = str(self.article)

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> RequiredReasonForm:
        """Ask why."""
        return RequiredReasonForm(data, envelope=envelope)

    def carry_out(self, form: RequiredReasonForm, expected_version: int) -> None:
        """Detach it."""
        commands.detach_evidence(
            self.dispute.slug,
            article=self.article.pk,
            reason=form.cleaned_data["reason"],
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "Detached the article."


class AttachToForm(WordsForm):
    """The dispute for an article."""

    dispute = DisputeField(label="Dispute")
    field_order = ("dispute", "stance", "quote", "locator")


class AttachToView(CommandView):
    """From an article: attach it to a dispute."""

    submit_label = "Attach"
    article: Article

    def prepare(self, **route: Any) -> None:
        """Find the article."""
        self.article = _article(route["article"])
        self.title = "Attach to a dispute"

    def stream(self) -> str:
        """Name the stream of the dispute that is chosen."""
        return dispute_stream(self.request.POST.get("dispute", ""))

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> AttachToForm:
        """Ask for the dispute."""
        return AttachToForm(data, envelope=envelope)

    def carry_out(self, form: AttachToForm, expected_version: int) -> None:
        """Attach it."""
        given = form.given()
        commands.attach_evidence(
            given.pop("dispute"),
            article=self.article.pk,
            by=self.by,
            event_id=form.envelope.cleaned_data["event_id"],
            **given,
        )

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "Attached the article as evidence."

    def success_url(self, form: Any) -> str:
        """Go back to the article."""
        return address(self.admin, "change", self.article.pk)

    def crumbs(self) -> Sequence[Crumb]:
        """By the article."""
        return (Crumb("Articles", address(self.admin, "changelist")), Crumb(str(self.article), self.success_url(None)))

    def context(self) -> dict[str, Any]:
        """Show the article, and lead back to it."""
        return {"back_url": self.success_url(None), "beside": article_beside(self.article)}


def _article(key: UUID) -> Article:
    try:
        return Article.objects.get(pk=key)
    except Article.DoesNotExist as error:
        raise Http404(f"there is no article {key}") from error
