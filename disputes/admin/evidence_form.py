"""Rows of evidence: an article of the register or an address, the words in it, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from disputes.admin.command_form import line, prose
from disputes.admin.fields import EMPTY_CHOICE, term_choices
from disputes.admin.theme import Select
from disputes.admin.timeline import domain_of
from disputes.models import Article, EvidenceItem
from disputes.vocabulary import Stance

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["EvidenceRow"]
else:
    _FormSet = forms.BaseFormSet

MAX_ROWS = 50
LISTED = 200
RECENT = 40
Choices = list[tuple[str, list[tuple[str, str]]]]


def article_choices(dispute: str, *, also: Iterable[str] = ()) -> Choices:
    """Give the articles to choose from, in groups: those of the dispute, then those captured last. Three queries.

    `also` are ids that must be among them because the form names them already.
    """
    attached = list(
        Article.objects.filter(pk__in=EvidenceItem.objects.filter(dispute=dispute).values("article"))
        .only("url", "title")
        .order_by("-first_seen_at")[:LISTED]
    )
    recent = list(
        Article.objects.filter(captured_at__isnull=False)
        .exclude(pk__in=[article.pk for article in attached])
        .only("url", "title")
        .order_by("-first_seen_at")[:RECENT]
    )
    listed = {article.pk for article in (*attached, *recent)}
    named = Article.objects.filter(pk__in=[key for key in _uuids(also) if key not in listed]).only("url", "title")
    groups = (("Chosen", named), ("Evidence of this dispute", attached), ("Captured lately", recent))
    return [
        (label, [(str(article.pk), _in_words(article)) for article in articles])
        for label, articles in groups
        if articles
    ]


def _in_words(article: Article) -> str:
    title = article.title if len(article.title) <= 100 else f"{article.title[:99]}…"
    return f"{title} ({domain_of(article.url)})" if title else article.url[:120]


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class EvidenceRow(forms.Form):
    """One article."""

    article = forms.ChoiceField(label="Article", required=False, widget=Select())
    address = line("or its address", required=False, max_length=2_048, help_text="https://…")
    stance = forms.ChoiceField(
        label="It", choices=term_choices(Stance), required=False, initial=Stance.SUPPORTS.value, widget=Select()
    )
    locator = line("Where in it", required=False, help_text="Such as a paragraph, or a page of a PDF.")
    quote = prose("Quote", required=False, rows=2, help_text="The words that say it.")

    def __init__(self, *arguments: Any, articles: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._field("article").choices = [EMPTY_CHOICE, *articles]
        self._field("stance").choices = term_choices(Stance)

    def _field(self, name: str) -> forms.ChoiceField:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        return field

    def clean(self) -> dict[str, Any]:
        """Want one article where anything is filled in."""
        cleaned: dict[str, Any] = super().clean() or {}
        article, address = cleaned.get("article"), cleaned.get("address")
        if article and address:
            self.add_error("address", "Choose an article or give an address, not both.")
        elif not article and not address and (cleaned.get("quote") or cleaned.get("locator")):
            self.add_error("article", "Choose the article that these words are from, or give its address.")
        return cleaned

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said in it; the stance alone says nothing."""
        cleaned = getattr(self, "cleaned_data", {})
        return not self.errors and not any(cleaned.get(name) for name in ("article", "address", "quote", "locator"))

    def said(self) -> dict[str, Any]:
        """Give the evidence as commands take it."""
        cleaned = self.cleaned_data
        said = {"article": cleaned.get("article") or cleaned.get("address")}
        return said | {name: cleaned[name] for name in ("stance", "quote", "locator") if cleaned.get(name)}


class EvidenceRows(_FormSet):
    """The evidence of one event."""

    def filled(self) -> list[EvidenceRow]:
        """Give the rows that are filled in."""
        return [row for row in self.forms if not row.is_empty]

    def said(self) -> list[dict[str, Any]]:
        """Give the evidence as commands take it."""
        return [row.said() for row in self.filled()]

    def place(self, path: Sequence[str], detail: str) -> None:
        """Show an error in the row that the first step of the path counts."""
        filled = self.filled()
        if not path or not path[0].isdigit() or int(path[0]) >= len(filled):
            self.non_form_errors().append(detail)
            return
        row = filled[int(path[0])]
        name = next((part for part in path[1:] if part in row.fields), "article")
        if name == "article" and row.cleaned_data.get("address"):
            name = "address"
        row.add_error(name, detail)


def evidence_rows(
    dispute: str,
    *,
    data: Mapping[str, Any] | None = None,
    initial: Sequence[Mapping[str, Any]] = (),
    prefix: str = "evidence",
) -> EvidenceRows:
    """Make the rows, with an empty one at the end. `initial` holds the fields of each row."""
    named = [str(row.get("article") or "") for row in initial]
    if data is not None:
        named += [str(value) for key, value in data.items() if key.startswith(prefix) and key.endswith("-article")]
    factory = forms.formset_factory(EvidenceRow, formset=EvidenceRows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
    choices = article_choices(dispute, also=named)
    made: EvidenceRows = factory(  # type: ignore[assignment]
        data, prefix=prefix, initial=initial, form_kwargs={"articles": choices}
    )
    return made


def rows_for(evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Turn evidence as an event holds it into the fields of rows."""
    return [
        {"article": item["article"]["id"], **{key: item.get(key) for key in ("stance", "quote", "locator")}}
        for item in evidence
    ]
