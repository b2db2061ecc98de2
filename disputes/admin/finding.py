"""Parties and disputes found by what is typed of their names, the likeliest first."""

from __future__ import annotations

import re
from typing import Final

from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Length

from disputes.models import Dispute, Participation, Party

LONGEST: Final = 200
"""No name that is typed is longer."""
_WORDS: Final = 8


def find_parties(text: str, *, dispute: str = "", limit: int) -> list[Party]:
    """Find parties by present, former and other names, and by short name; every word must be found.

    Those of `dispute` come first, then whole names, beginnings of names, beginnings of words; of equals those that
    take part in more disputes. Without a text those of the dispute are given. What was merged away or erased is left
    out. One query, two without a text.
    """
    words = _words(text)
    text = " ".join(words)
    rows = Party.objects.filter(merged_into="", erased_at=None).select_related("parent").defer("note", "parent__note")
    seats = Participation.objects.filter(party=OuterRef("pk"))
    if not words:
        taking_part = Participation.objects.filter(dispute=dispute).order_by("rank").values_list("party", flat=True)
        ranks = {slug: rank for rank, slug in enumerate(dict.fromkeys(taking_part))}
        return sorted(rows.filter(pk__in=ranks), key=lambda party: ranks[party.pk])[:limit]
    rows = rows.annotate(other_names=_text(F("aliases")), past_names=_text(F("former_names")))
    for word in words:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(slug__icontains=word)
            | Q(other_names__icontains=word)
            | Q(past_names__icontains=word)
        )
    pattern = re.escape(text)
    number = seats.order_by().values("party").annotate(number=Count("dispute", distinct=True)).values("number")
    rows = rows.annotate(
        is_of_dispute=Exists(seats.filter(dispute=dispute)),
        place=_place(
            Q(slug__iexact=text) | Q(name__iexact=text) | Q(other_names__iregex=rf'[{{,"]{pattern}[",}}]'),
            Q(name__istartswith=text) | Q(other_names__iregex=rf'[{{,"]{pattern}'),
            Q(name__iregex=rf"\m{pattern}"),
        ),
        uses=Coalesce(Subquery(number), 0),
    )
    return list(rows.order_by("-is_of_dispute", "place", "-uses", Length("name"), "slug")[:limit])


def parties_named(text: str) -> list[Party]:
    """Give the parties that have exactly this name, former name, other name or short name. One query."""
    wanted = " ".join(text.split()).casefold()
    return [party for party in find_parties(text, limit=50) if wanted in map(str.casefold, _names(party))]


def _names(party: Party) -> list[str]:
    return [party.slug, party.name, *party.aliases, *(former["name"] for former in party.former_names)]


def find_disputes(text: str, *, limit: int) -> list[Dispute]:
    """Find disputes by title, by short name and by the names of their parties; every word must be found.

    Whole titles come first, then beginnings of titles, then what was updated last. Without a text those that were
    updated last are given. What was merged away is left out. One query.
    """
    rows = Dispute.objects.filter(merged_into="").only("slug", "title", "kind", "opened")
    words = _words(text)
    text = " ".join(words)
    for word in words:
        of_party = Participation.objects.filter(dispute=OuterRef("pk"), party__name__icontains=word)
        rows = rows.filter(Q(title__icontains=word) | Q(slug__icontains=word) | Exists(of_party))
    if words:
        pattern = re.escape(text)
        rows = rows.annotate(
            place=_place(
                Q(slug__iexact=text) | Q(title__iexact=text),
                Q(title__istartswith=text),
                Q(title__iregex=rf"\m{pattern}"),
            )
        ).order_by("place", "-updated_at", "slug")
    else:
        rows = rows.order_by("-updated_at", "slug")
    return list(rows[:limit])


def disputes_named(text: str) -> list[Dispute]:
    """Give the disputes that have exactly this title or short name. One query."""
    wanted = " ".join(text.split()).casefold()
    found = find_disputes(text, limit=50)
    return [dispute for dispute in found if wanted in {dispute.slug, dispute.title.casefold()}]


def _words(text: str) -> list[str]:
    return text.replace("\x00", "")[:LONGEST].split()[:_WORDS]


def _place(*better_first: Q) -> Case:
    cases = [When(condition, then=Value(place)) for place, condition in enumerate(better_first)]
    return Case(*cases, default=Value(len(cases)), output_field=IntegerField())


def _text(column: F) -> Func:
    return Func(column, function="", template="(%(expressions)s)::text", output_field=TextField())
