"""Fit the weights of the features to articles that people have judged.

A logistic regression with a ridge penalty, in which no evidence may lower a score: bounded quasi-Newton minimisation by
SciPy does both, and what comes out is calibrated as it stands, with no second model on top.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ingest.matching.features import FALLING, Feature
from ingest.matching.scoring import Examined, add_rivals, logistic
from ingest.matching.weights import Weights

RIDGE = 0.006
"""Penalty on the square of each weight, in units of the spread of its feature: chosen by cross-validation."""

PRIOR = 8.0
"""What holds a weight where it was fitted before: to move it by 1 costs half of this in likelihood, in nats."""

ROUNDS = 3
"""Which dispute is a rival depends on the weights, and these on the rivals; it settles at once."""

FIXED = {Feature.BEFORE: -4.0, Feature.AFTER: -1.0}
"""What too few of the judged articles tell anything of, and the calendar does."""

LEAST = {
    Feature.TERM: 0.8,
    Feature.NAMES_DISPUTE: 1.5,
    Feature.DOCKET_NUMBER: 2.5,
    Feature.DOCKET_NUMBER_OF_PARTY: 1.5,
}
"""What curators chose counts at least so much: few of the judged articles hold a docket number, and rules are there to
be obeyed."""

_FITTED = [feature for feature in Feature if feature not in FIXED]


@dataclass(slots=True)
class Judged:
    """All that one article holds, dispute by dispute, and which of these it is evidence of."""

    examined: Sequence[Examined]
    is_right: Sequence[bool]
    has_terms: Sequence[bool]
    weights: Sequence[float]
    """What each judgement counts; 0 where there is none."""


def fit(judged: Sequence[Judged], start: Weights, *, prior: Weights | None = None) -> Weights:
    """Return weights under which the judgements are likeliest; version and thresholds stay those of `start`.

    With a `prior`, weights that were fitted before, these are moved only as far as the judgements outweigh what they
    rest on.
    The findings of rivals are replaced as the weights change. Raises ValueError where nothing was judged right, or
    nothing wrong. A second for some thousand pairs.
    """
    right = np.array([one for article in judged for one in article.is_right], dtype=float)
    counts = np.array([one for article in judged for one in article.weights])
    if not 0 < right @ counts < counts.sum():
        raise ValueError("There must be articles that were accepted, and some that were not, to fit weights on.")
    weights = prior or _without_rivals(start)
    for turn in range(ROUNDS):
        if turn or prior:
            find_rivals(judged, weights)
        weights = _fit(_amounts(judged), right, counts, start, prior)
    find_rivals(judged, weights)
    return weights


def find_rivals(judged: Sequence[Judged], weights: Weights) -> None:
    """Weigh all that was found anew, and find the rivals under these weights."""
    for article in judged:
        for one, has_terms in zip(article.examined, article.has_terms, strict=True):
            one.findings = [finding for finding in one.findings if finding.feature is not Feature.RIVAL]
            one.base = weights.base(has_terms=has_terms)
            one.weigh(weights)
        add_rivals(article.examined)


def scores(article: Judged, weights: Weights) -> list[float]:
    """Return the score of each dispute of an article, rivals included, as they were found last."""
    features = weights.features
    return [
        0.0
        if one.evidence.forbidden is not None
        else logistic(math.fsum([one.base, *(features[found.feature] * found.amount for found in one.findings)]))
        for one in article.examined
    ]


def log_loss(judged: Sequence[Judged], weights: Weights) -> float:
    """Return the mean logarithmic loss of the scores that weights give to judged pairs; less is better."""
    find_rivals(judged, weights)
    total = counted = 0.0
    for article in judged:
        for score, is_right, count in zip(scores(article, weights), article.is_right, article.weights, strict=True):
            likely = score if is_right else 1 - score
            total -= count * math.log(max(likely, 1e-9))
            counted += count
    return total / counted if counted else math.inf


def _without_rivals(weights: Weights) -> Weights:
    return Weights(
        weights.version,
        weights.bias,
        weights.bias_with_terms,
        dict.fromkeys(Feature, 0.0),
        weights.automatic,
        weights.inbox,
    )


def _amounts(judged: Sequence[Judged]) -> NDArray[np.float64]:
    """Return a row for each pair: 1, whether the dispute has terms, and the amount of each feature."""
    columns = {feature: number for number, feature in enumerate(_FITTED, start=2)}
    rows = np.zeros((sum(len(article.examined) for article in judged), len(_FITTED) + 2))
    row = 0
    for article in judged:
        for one, has_terms in zip(article.examined, article.has_terms, strict=True):
            rows[row, 0] = 1.0
            rows[row, 1] = has_terms
            for finding in one.findings:
                if finding.feature in columns:
                    rows[row, columns[finding.feature]] += finding.amount
            row += 1
    return rows


def _fit(
    amounts: NDArray[np.float64],
    right: NDArray[np.float64],
    counts: NDArray[np.float64],
    start: Weights,
    prior: Weights | None,
) -> Weights:
    whole = counts.sum()
    centre = np.zeros(amounts.shape[1])
    if prior is None:
        penalty = RIDGE * amounts.std(axis=0) ** 2
        penalty[:2] = 0.0
    else:
        penalty = np.full(amounts.shape[1], PRIOR / whole)
        centre[:2] = prior.bias, prior.bias_with_terms - prior.bias
        centre[2:] = [prior.features[feature] for feature in _FITTED]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = amounts @ weights
        likelihood = counts @ (np.logaddexp(0.0, logits) - right * logits) / whole
        slope = amounts.T @ (counts * (1 / (1 + np.exp(-logits)) - right)) / whole
        away = weights - centre
        return float(likelihood + penalty @ away**2 / 2), slope + penalty * away

    bounds: list[tuple[float | None, float | None]] = [(None, None), (None, None)]
    bounds += [(None, 0.0) if feature in FALLING else (LEAST.get(feature, 0.0), None) for feature in _FITTED]
    found = minimize(loss, centre, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 1000})
    bias, terms, *fitted = (round(float(value), 4) for value in found.x)
    features = dict(zip(_FITTED, fitted, strict=True)) | FIXED
    return Weights(
        version=start.version,
        bias=bias,
        bias_with_terms=round(bias + terms, 4),
        features=features,
        automatic=start.automatic,
        inbox=start.inbox,
    )
