"""Parties that a form registers together with the event that names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django import forms
from django.utils.text import slugify

from disputes import commands, ledger
from disputes.admin.combobox import SEPARATOR
from disputes.admin.command_form import line
from disputes.admin.fields import TermField, term_choices
from disputes.admin.finding import parties_named
from disputes.commands.execution import require_slug
from disputes.errors import FieldError, Invalid, Refused
from disputes.models import Party
from disputes.streams import split_stream
from disputes.vocabulary import PartyKind

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["NewParty"]
else:
    _FormSet = forms.BaseFormSet

PREFIX = "new_parties"
MAX_ROWS = 20
LONGEST_SLUG = 80


class NewParty(forms.Form):
    """One party that the record does not have yet."""

    name = line("Name", required=False, help_text="As it calls itself now. Name it in a field above, too.")
    kind = TermField(
        term_choices(PartyKind),
        label="It is",
        required=False,
        initial=PartyKind.ORGANISATION.value,
        help_text="The names of a person are sealed, so that they can be erased. In summaries and quotes they are not.",
    )
    aliases = line(
        "Other names",
        required=False,
        max_length=2_000,
        help_text=f"Abbreviations, brands, spellings; several with {SEPARATOR} between them.",
    )
    slug = line(
        "Short name",
        required=False,
        max_length=100,
        help_text="Small letters, digits and hyphens, used in addresses. It stays. Empty: made from the name.",
    )

    @property
    def party_name(self) -> str:
        """The name in one spelling of spaces; "" where the row is empty."""
        return " ".join(str(getattr(self, "cleaned_data", {}).get("name") or "").split())

    @property
    def other_names(self) -> list[str]:
        """The other names, each once."""
        parts = str(self.cleaned_data.get("aliases") or "").split(SEPARATOR)
        return list(dict.fromkeys(name for part in parts if (name := " ".join(part.split()))))

    def clean(self) -> dict[str, Any]:
        """Want a name where anything else is said."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("name") and (cleaned.get("aliases") or cleaned.get("slug")):
            self.add_error("name", "Give the name, or empty the row.")
        if cleaned.get("slug"):
            try:
                require_slug(cleaned["slug"], example="getty-images")
            except Invalid as refusal:
                self.add_error("slug", refusal.errors[0].detail)
        return cleaned


class NewParties(_FormSet):
    """The parties that one form registers. `cause` is the identity of the event that is recorded with them.

    Each party's own event has an identity that follows from that and from its name, so that a form that is sent twice
    registers once.
    """

    prefix: str
    cause: UUID | None = None

    @property
    def is_used(self) -> bool:
        """Whether anything is in it, so that it is shown unfolded."""
        typed = self.is_bound and any(row[name].data for row in self.forms for name in ("name", "aliases", "slug"))
        return typed or self.initial_form_count() > 0

    def filled(self) -> list[NewParty]:
        """Give the rows that name a party."""
        return [row for row in self.forms if row.is_valid() and row.party_name]

    @cached_property
    def slugs(self) -> Mapping[str, str]:
        """The slug of each new party by its name, without regard to case. One query for each row, or a few."""
        return {row.party_name.casefold(): self._slug(row) for row in self.filled()}

    def slug_of(self, name: str) -> str | None:
        """Give the slug of the new party of this name, or None where there is none."""
        if not self.is_bound:
            return None
        return self.slugs.get(" ".join(name.split()).casefold())

    def check(self, named: Sequence[str]) -> bool:
        """Refuse what is registered already, comes twice, or is not among the slugs that the event names.

        One query for each row.
        """
        seen: set[str] = set()
        for row in self.filled():
            name, slug = row.party_name, self.slugs[row.party_name.casefold()]
            if name.casefold() in seen:
                row.add_error("name", f"“{name}” stands in another row.")
            elif self._recorded(row) is None:
                self._check_new(row, slug, is_named=slug in named)
            seen.add(name.casefold())
        return not any(row.errors for row in self.forms)

    @staticmethod
    def _check_new(row: NewParty, slug: str, *, is_named: bool) -> None:
        if known := parties_named(row.party_name):
            row.add_error("name", f"“{row.party_name}” is registered already: {known[0].name} ({known[0].slug}).")
        elif Party.objects.filter(pk=slug).exists():
            row.add_error("slug", f"{slug} is taken; choose another short name.")
        elif not is_named:
            row.add_error("name", f"Nothing in the event names “{row.party_name}”: name it above, or empty this row.")

    def register(self, *, by: str) -> None:
        """Register them all; to be called in the transaction of the event. Raises Refused."""
        for index, row in enumerate(self.forms):
            if not row.party_name:
                continue
            try:
                commands.register_party(
                    self.slugs[row.party_name.casefold()],
                    name=row.party_name,
                    aliases=row.other_names,
                    kind=row.cleaned_data.get("kind") or None,
                    by=by,
                    event_id=self._event_id(row),
                )
            except Refused as refusal:
                errors = refusal.errors or [FieldError("", refusal.detail)]
                at = [FieldError(f"/{PREFIX}/{index}/{_field(error.pointer)}", error.detail) for error in errors]
                raise Invalid(refusal.detail, at) from refusal

    def place(self, path: Sequence[str], detail: str) -> None:
        """Show an error in the row that the first step of the path counts, at the field that the second names."""
        if path and path[0].isdigit() and int(path[0]) < len(self.forms):
            self.forms[int(path[0])].add_error(path[1] if len(path) > 1 else "name", detail)
        else:
            self.non_form_errors().append(detail)

    def _event_id(self, row: NewParty) -> UUID:
        if self.cause is None:
            raise ValueError("the identity of the event that names the parties is not known yet")
        return uuid5(self.cause, f"party/{row.party_name.casefold()}")

    def _recorded(self, row: NewParty) -> str | None:
        """Give the slug under which this very form has registered the party before, where it was sent twice."""
        if self.cause is None:
            return None
        event = ledger.find([self._event_id(row)]).get(self._event_id(row))
        return split_stream(event.stream)[1] if event is not None else None

    def _slug(self, row: NewParty) -> str:
        if recorded := self._recorded(row):
            return recorded
        if given := row.cleaned_data.get("slug"):
            return str(given)
        # A short name can't be erased, so that of a person does not hold the name.
        is_person = row.cleaned_data.get("kind") == PartyKind.PERSON
        unspeaking = f"{'person' if is_person else 'party'}-{self._event_id(row).hex[:8] if self.cause else 'new'}"
        made = "" if is_person else slugify(row.party_name.replace("_", " "))[:LONGEST_SLUG].strip("-")
        if not made:
            return unspeaking
        taken = set(Party.objects.filter(slug__startswith=made).values_list("slug", flat=True))
        return next(slug for slug in (made, *(f"{made}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _field(pointer: str) -> str:
    """Give the field of a row that a pointer of `register_party` means."""
    return next((name for name in ("aliases", "slug", "kind") if name in pointer.split("/")), "name")


def new_parties(data: Mapping[str, Any] | None, *, initial: Sequence[Mapping[str, Any]] = ()) -> NewParties:
    """Make the rows, with an empty one at the end. `initial` holds the fields of each row."""
    factory = forms.formset_factory(NewParty, formset=NewParties, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
    made: NewParties = factory(data, prefix=PREFIX, initial=initial)  # type: ignore[assignment]
    return made
