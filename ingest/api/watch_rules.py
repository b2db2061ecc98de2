"""Watch rules of a dispute, tried on the stored articles before they are recorded."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from disputes.api.recording import StrictBody, read_body
from disputes.api.resource import Resource
from disputes.api.resources.evidence import tell_article_in_evidence
from disputes.api.schema import operation, reference
from disputes.errors import FieldError, Invalid
from ingest.api import shapes
from ingest.watch_rules import Trial, try_rules

CURATE = "disputes.curate_dispute"


class TrialBody(StrictBody):
    """Rules to try, as `watch_terms_changed` has them."""

    rules: Annotated[list[dict[str, Any]], Field(max_length=200)]
    since: dict[str, Any] | None = None
    until: dict[str, Any] | None = None


class WatchRuleTrial(Resource):
    """Trying watch rules."""

    permissions: ClassVar = {"POST": CURATE}
    throttle_scopes: ClassVar = {"POST": "fetch"}

    @operation(
        "try_watch_rules",
        tag="disputes",
        answers=reference(shapes.WatchRuleTrial),
        takes=reference(TrialBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Look through the stored articles for what the dispute would have with these rules.

        Nothing is recorded; POST an event `watch_terms_changed` for that. The newest articles come first, for some
        seconds at most; `looked_at` and `stored` say how far it came.
        """
        body = read_body(TrialBody, self.body(request))
        try:
            trial = try_rules(slug, body.rules, since=body.since, until=body.until)
        except Invalid as error:
            errors = [FieldError(found.pointer.removeprefix("/data"), found.detail) for found in error.errors]
            raise Invalid(error.detail, errors) from error
        return Response(tell(trial))


def tell(trial: Trial) -> shapes.WatchRuleTrial:
    """Tell what rules would find."""
    return shapes.WatchRuleTrial(
        stored=trial.stored,
        looked_at=trial.looked_at,
        attached=trial.attached,
        newly_attached=trial.newly_attached,
        waiting=trial.waiting,
        newly_waiting=trial.newly_waiting,
        no_longer_found=trial.no_longer_found,
        articles=[
            shapes.ArticleFound(
                article=tell_article_in_evidence(each.article, expanded=False),
                score=each.match.score,
                reasons=[
                    shapes.CandidateReason(
                        kind=str(reason.kind),
                        text=reason.line,
                        weight=round(reason.weight, 3),
                        field=str(reason.field),
                        start=reason.start,
                        end=reason.end,
                    )
                    for reason in each.match.reasons
                ],
                would_attach=each.would_attach,
                standing=str(each.standing),
            )
            for each in trial.articles
        ],
    )
