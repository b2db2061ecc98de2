"""Looking for a party by any name that it has or had."""

from __future__ import annotations

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import IContains


def has_name(word: str, prefix: str = "") -> Q:
    """Say in SQL that the name, an alias or a former name holds the word, in any case.

    `prefix` leads to the party, such as "party__".
    """
    aliases = Func(F(f"{prefix}aliases"), Value("\n"), function="array_to_string", output_field=TextField())
    # Of a former name the words only, not the keys and dates beside them.
    former = Cast(Func(F(f"{prefix}former_names"), Value("$[*].name"), function="jsonb_path_query_array"), TextField())
    return Q(**{f"{prefix}name__icontains": word}) | Q(IContains(aliases, word)) | Q(IContains(former, word))
