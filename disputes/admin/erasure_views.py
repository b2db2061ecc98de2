"""Erasing a person from the record, and the words of an article. Both are shown before, and asked for twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, QueryDict

from disputes import commands
from disputes.admin.command_form import Envelope, SimpleForm, prose
from disputes.admin.command_view import CommandView
from disputes.admin.fields import TermsField
from disputes.admin.read_only import Crumb, address
from disputes.admin.theme import CheckboxInput
from disputes.erasure.places import Preview, preview
from disputes.errors import NotFound
from disputes.models import Article
from disputes.streams import DISPUTE, split_stream

ERASE = "disputes.erase_personal_data"
_WHY = "It goes into the log and stays readable, so name nobody: “Asked for under Article 17 GDPR, request 12”."


class EraseForm(SimpleForm):
    """Why, and that it is meant."""

    reason = prose("Reason", rows=2, help_text=_WHY)
    meant = forms.BooleanField(label="Erase it for good. I know that nobody can undo this.", widget=CheckboxInput())


class EraseSubjectForm(EraseForm):
    """Also who else is the same person."""

    def __init__(self, *arguments: Any, shown: Preview, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(item.subject, f"{item.name}, {item.subject}, {item.why}") for item in shown.related]
        also = TermsField(choices, label="The same person, to be erased too", required=False)
        self.fields = {"also": also, **self.fields} if choices else self.fields

    def subjects(self) -> list[str]:
        """Give the others that were ticked."""
        return list(self.cleaned_data.get("also") or ())


class EraseSubjectView(CommandView):
    """Destroy the key of a person."""

    permission = ERASE
    template_name = "admin/disputes/erase_person.html"
    title = "Erase personal data"
    submit_label = "Erase for good"
    is_dangerous = True
    shown: Preview
    searching: bool

    def prepare(self, **route: Any) -> None:
        """Find where the log speaks of the person; with `?everything=1` also what stays in the clear."""
        self.searching = self.request.GET.get("everything") == "1"
        try:
            self.shown = preview(route["subject"], searching=self.searching)
        except NotFound as error:
            raise Http404(str(error)) from error

    def stream(self) -> str:
        """Name the first stream that it is about."""
        return next(iter(self.shown.streams), self.shown.row.subject)

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EraseSubjectForm:
        """Ask why, and whether it is meant."""
        return EraseSubjectForm(data, envelope=envelope, shown=self.shown)

    def carry_out(self, form: EraseSubjectForm, expected_version: int) -> None:
        """Erase."""
        subjects = [self.shown.row.subject, *form.subjects()]
        commands.erase_subjects(subjects, reason=form.cleaned_data["reason"], by=self.by)

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "The personal data are erased. What older backups hold is said in docs/erasure.md."

    def success_url(self, form: Any) -> str:
        """Go to the page that says when it was erased."""
        return address(self.admin, "change", self.shown.row.subject)

    def crumbs(self) -> Sequence[Crumb]:
        """List, person, this."""
        return (
            Crumb("Sealed persons", address(self.admin, "changelist")),
            Crumb(", ".join(self.shown.names[:1]) or self.shown.row.subject, self.success_url(None)),
        )

    def context(self) -> dict[str, Any]:
        """Show what goes and what stays."""
        disputes = [split_stream(stream)[1] for stream in self.shown.streams if stream.startswith(f"{DISPUTE}/")]
        return {
            "shown": self.shown,
            "searching": self.searching,
            "disputes": disputes,
            "back_url": self.success_url(None),
        }


class EraseArticleView(CommandView):
    """Erase title, author and text of an article."""

    permission = ERASE
    template_name = "admin/disputes/erase_article.html"
    title = "Erase the words of an article"
    intro = (
        "Title, author and text go, and it is not captured again. Its address and its digest stay, and what events "
        "quote of it."
    )
    submit_label = "Erase for good"
    is_dangerous = True
    article: Article

    def prepare(self, **route: Any) -> None:
        """Find the article."""
        identity: UUID = route["article"]
        try:
            self.article = Article.objects.defer("text").get(pk=identity)
        except Article.DoesNotExist as error:
            raise Http404(f"there is no article {identity}") from error

    def stream(self) -> str:
        """Name no stream: articles are not in the log."""
        return f"article/{self.article.pk}"

    def make_form(self, data: QueryDict | None, envelope: Envelope) -> EraseForm:
        """Ask why, and whether it is meant."""
        form = EraseForm(data, envelope=envelope)
        form.fields["reason"].help_text = "It is shown with the article, so name nobody."
        return form

    def carry_out(self, form: EraseForm, expected_version: int) -> None:
        """Erase."""
        commands.erase_article(self.article.pk, reason=form.cleaned_data["reason"], by=self.by)

    def success_message(self, form: Any) -> str:
        """Say what was done."""
        return "The words of the article are erased."

    def success_url(self, form: Any) -> str:
        """Go back to the article."""
        return address(self.admin, "change", self.article.pk)

    def crumbs(self) -> Sequence[Crumb]:
        """List, article, this."""
        return (Crumb("Articles", address(self.admin, "changelist")), Crumb(str(self.article), self.success_url(None)))

    def context(self) -> dict[str, Any]:
        """Show which it is."""
        return {"article": self.article, "back_url": self.success_url(None)}
