"""What the matcher needs to know of each dispute, read from the read models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from disputes import ledger
from disputes.events.personal import ERASED
from disputes.models import Dispute, LedgerHead, Participation, Proceeding, TimelineEntry
from disputes.occurred import Occurred
from ingest.matching import DisputeProfile, Matcher, PartyNames, Weights, watch_terms_from_json
from ingest.matching.weights import stored_weights
from ingest.models import MatcherVersion, Thresholds


def load_profiles() -> tuple[DisputeProfile, ...]:
    """Give the profile of every dispute that is followed, by slug. Six queries, whatever their number."""
    disputes = Dispute.objects.filter(is_closed=False, merged_into="").order_by("slug")
    parties: dict[str, dict[str, PartyNames]] = {}
    # Who was erased is looked for no longer: the placeholder is an ordinary word.
    named = Participation.objects.select_related("party").exclude(party__name=ERASED)
    for part in named.order_by("dispute", "rank"):
        names = parties.setdefault(part.dispute_id, {})
        if part.party_id not in names:
            names[part.party_id] = PartyNames(
                slug=part.party_id,
                name=part.party.name,
                aliases=tuple(alias for alias in part.party.aliases if alias != ERASED),
                former_names=tuple(former["name"] for former in part.party.former_names if former["name"] != ERASED),
                role=part.role,
            )
    dockets: dict[str, list[str]] = {}
    for dispute, number in (
        Proceeding.objects.exclude(docket_number="").order_by("dispute", "rank").values_list("dispute", "docket_number")
    ):
        dockets.setdefault(dispute, []).append(number)
    histories: dict[str, list[str]] = {}
    happened = TimelineEntry.objects.filter(first_day__isnull=False, retracted_by__isnull=True).exclude(summary="")
    for dispute, summary in happened.order_by("dispute", "position").values_list("dispute", "summary"):
        histories.setdefault(dispute, []).append(summary)
    return tuple(
        DisputeProfile(
            slug=dispute.slug,
            title=dispute.title,
            summary=f"{dispute.summary} {dispute.data_at_issue}".strip(),
            history=tuple(histories.get(dispute.slug, ())),
            parties=tuple(parties.get(dispute.slug, {}).values()),
            watch_terms=watch_terms_from_json(dispute.watch_rules),
            docket_numbers=tuple(dockets.get(dispute.slug, ())),
            # A dispute that goes on has no last day; articles about its beginning go on appearing too.
            window=window_of(dispute.watch_window, dispute.opened_on),
        )
        for dispute in disputes
    )


def window_of(said: Mapping[str, Any], opened_on: date | None) -> tuple[date, date | None] | None:
    """Give between which days articles about a dispute appear: as curators say, else from its first occurrence on."""
    since, until = (Occurred.model_validate(said[name]) if said.get(name) else None for name in ("since", "until"))
    first = since.first_day if since else opened_on
    if first is None and until is None:
        return None
    return first or date.min, until.last_day if until else None


def present_profiles() -> tuple[DisputeProfile, ...]:
    """Give what `load_profiles` gives, from memory while the log has nothing that concerns it.

    A query, two after an event; what the matcher attaches does not count. A process keeps those of one log.
    """
    global _kept  # noqa: PLW0603 (replaced as a whole, so that threads see the one or the other)
    if _kept is None or ledger.has_news(_kept[0], apart_from=OF_NO_CONCERN):
        # The head first: what comes while the profiles are read is news the next time.
        head = LedgerHead.objects.get()
        _kept = (head.position, head.recorded_at), load_profiles()
    return _kept[1]


_kept: tuple[tuple[int, datetime], tuple[DisputeProfile, ...]] | None = None

OF_NO_CONCERN = frozenset({"evidence_attached", "evidence_detached", "evidence_rejected"})
"""Events of which there are many and none tells the matcher anything."""


def present_weights() -> Weights:
    """Give the weights in use: those last adopted from the curators' decisions, or those that come with the matcher."""
    adopted = (
        MatcherVersion.objects.filter(is_adopted=True).order_by("-fitted_at", "-id").values_list("weights").first()
    )
    return Weights.from_json(adopted[0]) if adopted else stored_weights()


def present_thresholds() -> dict[str, tuple[float, float]]:
    """Give the thresholds that curators have set, automatic and inbox, by dispute; "" is for all others."""
    rows = Thresholds.objects.order_by("set_at", "id").values_list("dispute", "automatic", "inbox")
    return {dispute: (automatic, inbox) for dispute, automatic, inbox in rows}


def matcher() -> Matcher:
    """Give a matcher over the disputes as they are now; it is built anew only when what it knows has changed."""
    weights, thresholds = _settings()
    return _matcher(present_profiles(), weights, tuple(thresholds.items()))


def matcher_of(profiles: Iterable[DisputeProfile]) -> Matcher:
    """Give a matcher over other profiles, such as with rules to be tried, which judges as the present one does."""
    weights, thresholds = _settings()
    return Matcher(profiles, weights=weights, thresholds=thresholds)


def _settings() -> tuple[Weights, dict[str, tuple[float, float]]]:
    """Give the weights with the thresholds for all, and those of single disputes. Two queries."""
    weights = present_weights()
    own = present_thresholds()
    automatic, inbox = own.pop("", (weights.automatic, weights.inbox))
    return weights.with_thresholds(automatic=automatic, inbox=inbox), own


@lru_cache(maxsize=2)
def _matcher(
    profiles: tuple[DisputeProfile, ...], weights: Weights, thresholds: tuple[tuple[str, tuple[float, float]], ...]
) -> Matcher:
    return Matcher(profiles, weights=weights, thresholds=dict(thresholds))
