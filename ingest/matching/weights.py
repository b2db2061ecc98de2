"""The weights of the rules and the thresholds: data, so that they can be fitted, versioned and replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AUTOMATIC_THRESHOLD = 0.8
"""From this score on an article becomes evidence without a curator."""

INBOX_THRESHOLD = 0.4
"""From this score on an article waits for a curator."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence weighs, in logits."""

    version: str = "rules-1"
    """Stored beside every score: a rejected pair is not proposed again by the same version."""

    bias: float = -4.0
    """The score of an article without any evidence is logistic(bias), 0.02."""

    side: float = 1.0
    """A party of one side is named; counts once for each side."""

    further_party: float = 0.4
    """A second party of the same side is named; counts once."""

    neutral: float = 0.6
    """Counsel, a judge or a regulator is named; counts once."""

    further_term: float = 0.5
    """Each further term counts this much of its weight, the one after it the square of this, and so on."""

    names_dispute: float = 3.0
    """A term of this weight or more names the dispute by itself, without a party beside it."""

    mention: float = 0.5
    """Terms count this much where only one sentence, below the lead, is about the dispute."""

    title: float = 2.0
    """A sentence about the dispute: the title."""

    lead: float = 1.0
    """A sentence about the dispute, in the lead."""

    body: float = 0.5
    """A sentence about the dispute, further down."""

    one_sided: float = 0.7
    """A sentence with a term but without opposing parties counts this much of one with them."""

    combinations: int = 3
    """How many sentences count at most."""

    lead_words: int = 20
    """The lead are the sentences that begin within this many words: feeds carry no more than a few."""

    docket_number: float = 4.0
    """A docket number, in an article that names a party."""

    docket_number_alone: float = 2.5
    """A docket number without a party: 94 federal districts count from 1 each year."""

    docket_entry: float = 6.0
    """The article is an entry of the docket of a proceeding, by court and number."""

    before: float = -4.0
    """Published more than `grace` before the first day of the dispute."""

    after: float = -1.0
    """Published more than `afterlife` after the last occurrence of a dispute that is over."""

    forbidden: float = -100.0
    """A forbidden phrase stands in the article: no other evidence outweighs it."""

    grace: timedelta = timedelta(days=31)
    afterlife: timedelta = timedelta(days=730)


DEFAULT_WEIGHTS = Weights()
