"""Learning from curators: their decisions, weights fitted on them, and thresholds that they set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from disputes.errors import NotFound, Unfit
from disputes.models import Article, Dispute, EvidenceItem, TimelineEntry
from disputes.seeding.identity import RECORDED_BY
from ingest.looking_back import look_back_where_changed
from ingest.matching import Matcher
from ingest.matching.evaluation import LabelledArticle, is_held_back
from ingest.models import MatcherVersion, Thresholds
from ingest.profiles import load_profiles, present_weights

FEWEST_DECISIONS = 20
"""Decisions of curators without which nothing is fitted."""

FEWEST_HELD_BACK = 5
"""Decisions without which nothing can be compared."""

_AGAINST = ("evidence_rejected", "evidence_detached")
"""Events that say of an article that it is no evidence."""
_BY_ITSELF = Q(by__startswith="system:") & ~Q(by=RECORDED_BY)
"""What no person decided: the program acts under such names, and so do the seeds, which people wrote."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an article and a dispute last, by a curator or by whoever wrote the seeds."""

    article: UUID
    dispute: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Retrained:
    """What became of an attempt to learn."""

    version: MatcherVersion | None
    """What was fitted; None where there were too few decisions."""
    decisions: int
    held_back: int

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.version is None:
            return (
                f"Nothing was fitted: there are {self.decisions} decisions about articles with a text, of which "
                f"{self.held_back} are held back; {FEWEST_DECISIONS} and {FEWEST_HELD_BACK} are needed, of both kinds."
            )
        compared = (
            f"{self.version.loss:.4f} after {self.version.loss_before:.4f} on {self.held_back} decisions held back"
        )
        if self.version.is_adopted:
            return f"Version {self.version.version} is used from now on: its loss is {compared}."
        return f"Version {self.version.version} is no better and is not used: its loss is {compared}."


def decisions() -> list[Decision]:
    """Give what people decided about articles: attached or cited for an event, rejected, taken off.

    What the matcher attached by itself is no decision, and what was retracted is none any more; what the seeds rest
    on was decided by whoever wrote them. Two queries.
    """
    found: dict[tuple[str, UUID], Decision] = {}
    against = TimelineEntry.objects.filter(type__in=_AGAINST, retracted_by__isnull=True).alias(by=F("recorded_by"))
    for dispute, data in against.exclude(_BY_ITSELF).values_list("dispute", "data"):
        article = UUID(data["article"]["id"])
        found[dispute, article] = Decision(article, dispute, is_right=False)
    # What is evidence now was attached after all that was said against it.
    present = EvidenceItem.objects.alias(by=F("attached_by")).exclude(_BY_ITSELF)
    for dispute, article in present.values_list("dispute", "article"):
        found[dispute, article] = Decision(article, dispute, is_right=True)
    return list(found.values())


@transaction.atomic
def retrain() -> Retrained:
    """Fit the weights on what was decided, and use them where they are better on the decisions held back.

    The present weights are what is learned from: few decisions move them little. A third of the articles is held
    back, by their ids. Every attempt is kept, with its losses. Takes a second or so for a thousand decisions.
    """
    # SciPy takes a second to come and 60 MB to stay: only who learns pays.
    from ingest.matching.fitting import fit, log_loss  # noqa: PLC0415
    from ingest.matching.training import judge  # noqa: PLC0415

    made = decisions()
    by_article: dict[UUID, list[Decision]] = {}
    for decision in made:
        by_article.setdefault(decision.article, []).append(decision)
    articles = _articles(by_article)
    known = {UUID(article.id) for article in articles}
    made = [decision for decision in made if decision.article in known]
    apart = [article for article in articles if is_held_back(article)]
    held_back = sum(len(by_article[UUID(article.id)]) for article in apart)
    if len(made) < FEWEST_DECISIONS or held_back < FEWEST_HELD_BACK:
        return Retrained(None, len(made), held_back)
    present = present_weights()
    matcher = Matcher(load_profiles(), weights=present)
    decided = {(str(decision.article), decision.dispute) for decision in made}
    fitted_on = list(judge(matcher, (a for a in articles if not is_held_back(a)), decided=decided))
    compared = list(judge(matcher, apart, decided=decided))
    number = MatcherVersion.objects.count() + 1
    origin = present.version.split("+", maxsplit=1)[0]
    try:
        fitted = fit(fitted_on, replace(present, version=f"{origin}+{number}"), prior=present)
    except ValueError:
        # Nothing but acceptances, or nothing but rejections.
        return Retrained(None, len(made), held_back)
    before, after = log_loss(compared, present), log_loss(compared, fitted)
    version = MatcherVersion.objects.create(
        version=fitted.version,
        weights=fitted.as_json(),
        decisions=len(made) - held_back,
        held_back=held_back,
        loss=after,
        loss_before=before,
        is_adopted=math.isfinite(after) and after < before,
    )
    if version.is_adopted:
        # What waits is judged by it too; what was decided stays as it is.
        look_back_where_changed()
    return Retrained(version, len(made), held_back)


def set_thresholds(*, automatic: float, inbox: float, reason: str, by: str, dispute: str = "") -> Thresholds:
    """Set from which scores on articles are attached and wait, of one dispute or, without one, of all others.

    Earlier rows stay, so that it can be told who wanted what, and when. What waits already is not looked at again.
    Raises NotFound for a dispute that is not there, and Unfit where the thresholds are not 0 < inbox <= automatic <= 1.
    """
    if dispute and not Dispute.objects.filter(slug=dispute).exists():
        raise NotFound(f"there is no dispute {dispute!r}")
    if not 0 < inbox <= automatic <= 1:
        raise Unfit(
            f"thresholds are 0 < inbox <= automatic <= 1, not {inbox:g} and {automatic:g}; "
            "the higher one is from which articles are attached by themselves"
        )
    if not reason.strip():
        raise Unfit("say why the thresholds change: others will ask")
    return Thresholds.objects.create(
        dispute=dispute, automatic=automatic, inbox=inbox, reason=reason.strip(), set_by=by
    )


def _articles(by_article: dict[UUID, list[Decision]]) -> Sequence[LabelledArticle]:
    """Give the decided articles of which there is a text, with the disputes that they are evidence of."""
    rows = Article.objects.filter(id__in=by_article).exclude(text="")
    return [
        LabelledArticle(
            id=str(row.id),
            title=row.title,
            text=row.text,
            published_at=row.published_at.date() if row.published_at else None,
            labels=frozenset(decision.dispute for decision in by_article[row.id] if decision.is_right),
            mentions=frozenset(),
            kind="positive" if any(decision.is_right for decision in by_article[row.id]) else "hard_negative",
        )
        for row in rows.order_by("id")
    ]
