"""The controlled terms and the event types."""

from __future__ import annotations

import inspect
from functools import cache

from django.http import HttpResponse
from rest_framework.request import Request

from disputes.api import shapes
from disputes.api.resource import Resource
from disputes.api.schema import operation, reference
from disputes.events import EVENT_TYPES
from disputes.vocabulary import VOCABULARIES


class VocabularyDetail(Resource):
    """Every word that the record uses."""

    fields_of = shapes.Vocabulary

    @operation("get_vocabulary", tag="vocabulary", answers=reference(shapes.Vocabulary))
    def get(self, _request: Request) -> HttpResponse:
        """Tell every controlled term with label and definition, and each event type with the schema of its data."""
        return self.answer(self.chosen(tell_vocabulary()))


@cache
def tell_vocabulary() -> shapes.Vocabulary:
    """Tell the vocabulary, which changes with the code only."""
    return shapes.Vocabulary(
        terms={
            name: [shapes.TermEntry(value=term.value, label=term.label, definition=term.definition) for term in terms]
            for name, terms in VOCABULARIES.items()
        },
        event_types=[
            shapes.EventTypeEntry(
                type=name,
                label=declaration.label,
                definition=inspect.getdoc(declaration) or "",
                lane=declaration.lane,
                is_occurrence=declaration.is_occurrence,
                leads_to=declaration.leads_to,
                version=declaration.version,
                data_schema=declaration.model_json_schema(),
            )
            for name, declaration in EVENT_TYPES.items()
        ],
    )
