"""The profiles of the seeded disputes, read from the seed files without a database."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.matching import DisputeProfile, PartyNames, WatchTerm, WatchTermKind, watch_terms_from_json

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
ARTICLES = ROOT.parent / "shared" / "articles"
"""The labelled articles; absent where the repository was cloned alone."""


@cache
def seeded_profiles() -> tuple[DisputeProfile, ...]:
    """Give the profiles of all seeded disputes, by slug."""
    parties = {party["slug"]: party for party in _load(SEEDS / "parties.yaml")}
    return tuple(_profile(_load(path), parties) for path in sorted((SEEDS / "disputes").glob("*.yaml")))


def seeded_profile(slug: str) -> DisputeProfile:
    """Give the profile of one of them."""
    return next(profile for profile in seeded_profiles() if profile.slug == slug)


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _profile(seed: dict[str, Any], parties: dict[str, dict[str, Any]]) -> DisputeProfile:
    roles: dict[str, str] = {}
    for part in seed["parties"]:
        roles.setdefault(part["party"], part["role"])
    days = [_first_day(str(event["occurred"])) for event in seed["events"]]
    numbers = {str(event["docket_number"]): None for event in seed["events"] if event.get("docket_number")}
    return DisputeProfile(
        slug=seed["slug"],
        title=seed["title"],
        summary=f"{seed['summary']} {seed.get('data_at_issue', '')}".strip(),
        history=tuple(event["summary"] for event in seed["events"] if event.get("summary")),
        parties=tuple(_names(parties[slug], role) for slug, role in roles.items()),
        watch_terms=watch_terms_from_json(seed.get("watch_rules", [])),
        docket_numbers=tuple(numbers),
        window=(min(days), None),
    )


def _names(party: dict[str, Any], role: str) -> PartyNames:
    return PartyNames(
        slug=party["slug"],
        name=party["name"],
        aliases=tuple(party.get("aliases", ())),
        former_names=tuple(former["name"] for former in party.get("formerly", ())),
        role=role,
    )


def _first_day(partial: str) -> date:
    year, month, day = (*map(int, partial.split("-")), 1, 1)[:3]
    return date(year, month, day)


def profile(
    *parties: PartyNames,
    summary: str = "",
    terms: tuple[WatchTerm, ...] = (),
    docket_numbers: tuple[str, ...] = (),
    window: tuple[date, date | None] | None = None,
) -> DisputeProfile:
    """Give a small dispute: Getty against Stability, unless other parties are given."""
    return DisputeProfile(
        slug="getty-v-stability",
        title="Getty v. Stability",
        summary=summary,
        parties=parties or (GETTY, STABILITY),
        watch_terms=terms,
        docket_numbers=docket_numbers,
        window=window,
    )


def term(kind: str, *phrases: str, weight: float | None = None) -> WatchTerm:
    """Give a watch term."""
    return WatchTerm(WatchTermKind(kind), phrases, weight)


GETTY = PartyNames("getty-images", "Getty Images (US), Inc.", aliases=("Getty Images", "Getty"), role="plaintiff")
STABILITY = PartyNames("stability-ai", "Stability AI Ltd", role="defendant")
