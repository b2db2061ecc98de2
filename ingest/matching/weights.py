"""The weights of the features and the thresholds: data, so that they can be fitted, versioned and replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.matching.features import Feature

LEAD_WORDS = 20
"""The lead are the sentences that begin within this many words: feeds carry no more than a few."""

NAMES_DISPUTE = 3.0
"""A term of this weight or more names the dispute by itself, without a party beside it."""

HALVED = 0.5
"""Each further term counts this much of its weight, the one after it the square of this, and so on."""

FORBIDDEN = -100.0
"""A forbidden phrase stands in the article: no other evidence outweighs it."""

DOCKET_ENTRY = 15.0
"""The article is an entry of the docket of a proceeding, by court and number: the court itself says so."""

LARGEST_RIVALRY = 4.0
"""Logits by which a rival counts at most."""

GRACE = timedelta(days=31)
"""An article may appear so long before the first day of a dispute, which is often known by the month only."""

AFTERLIFE = timedelta(days=730)
"""So long after the last occurrence of a dispute that is over it is still written about."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the features weigh, in logits, and the thresholds that go with them."""

    version: str
    """Stored beside every score: a rejected pair is not proposed again by the same version."""

    bias: float
    """The score of an article without any evidence is logistic(bias)."""

    bias_with_terms: float
    """The same for disputes that have watch terms, of which more is expected."""

    features: Mapping[Feature, float] = field(hash=False)
    automatic: float
    """From this score on an article becomes evidence without a curator."""

    inbox: float
    """From this score on an article waits for a curator."""

    def base(self, *, has_terms: bool) -> float:
        """Return what a dispute starts from, in logits."""
        return self.bias_with_terms if has_terms else self.bias

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Weights:
        """Read stored weights. Raises ValueError where a feature or a number is missing or unknown."""
        try:
            features = {Feature(name): float(weight) for name, weight in value["features"].items()}
            numbers = {key: float(value[key]) for key in ("bias", "bias_with_terms", "automatic", "inbox")}
            weights = cls(version=str(value["version"]), features=features, **numbers)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"These are no weights of the matcher ({error!r}).") from error
        missing = set(Feature) - features.keys()
        if missing:
            raise ValueError(f"These weights of the matcher have none for {', '.join(sorted(missing))}: fit them anew.")
        return weights

    def as_json(self) -> dict[str, object]:
        """Return the weights as they are stored."""
        return {
            "version": self.version,
            "automatic": self.automatic,
            "inbox": self.inbox,
            "bias": self.bias,
            "bias_with_terms": self.bias_with_terms,
            "features": {feature.value: self.features[feature] for feature in Feature},
        }

    def with_thresholds(self, *, automatic: float, inbox: float) -> Weights:
        """Return the same weights with other thresholds."""
        return replace(self, automatic=automatic, inbox=inbox)


@cache
def stored_weights() -> Weights:
    """Read the weights that come with the matcher, once."""
    return Weights.from_json(
        json.loads(files("ingest.matching").joinpath("data/weights.json").read_text(encoding="utf-8"))
    )
