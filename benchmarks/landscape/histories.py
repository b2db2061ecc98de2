"""The events of one dispute of a landscape: all that a fold and the read models handle, in an order that could be."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from benchmarks.contestants.samples import Sample
from benchmarks.landscape import words
from benchmarks.landscape.sizes import SHORTEST, Landscape

JUDGES = 300
DATA_TYPES = ("news", "books", "images", "code", "social_posts", "lyrics", "video", "scholarly")
CLAIMS = ("direct_infringement", "contributory_infringement", "dmca_1202", "breach_of_contract", "unfair_competition")
JURISDICTIONS = ("US", "DE", "GB", "FR", "JP", "EU")
STANDINGS = ("reported", "reported", "confirmed", "alleged", "awarded")
ENDS = ("settlement_agreed", "dismissed_voluntarily", "judgment_entered", "licence_signed", None, None, None, None)
"""How disputes end; half of them go on."""


class History:
    """The events of one dispute, one after the other."""

    def __init__(self, landscape: Landscape, number: int, length: int) -> None:
        self._landscape = landscape
        self._number = number
        self._length = length
        self._chance = landscape.chance(f"dispute/{number}")
        self._place = 0
        self._days = self._chance.randint(30, 2_500)
        self._end = self._chance.choice(ENDS)
        self._said: list[Sample] = []
        self._proceedings = 0
        self._first_article = number * 97
        self.last_article = 0
        """The number of the article that the last event names."""
        first = self._chance.randrange(landscape.parties)
        # A few parties quarrel with everybody.
        second = self._chance.randrange(max(2, landscape.parties // 200))
        third = self._chance.randrange(landscape.parties)
        self._parties = [words.party_slug(one) for one in dict.fromkeys((first, second, third))]

    def nextevent(self) -> Sample:
        """Give the next event."""
        place = self._place
        self._place += 1
        opening = _OPENING[place] if place < len(_OPENING) else None
        if opening is not None:
            return opening(self)
        if place == self._length - 1 and self._end is not None:
            return self._ended(self._end)
        return self._chance.choices(_KINDS, _WEIGHTS)[0](self)

    @property
    def _proceeding(self) -> dict[str, Any]:
        number = self._chance.randint(1, self._proceedings) if self._proceedings else 1
        return {"proceeding": f"court-{self._number % 90:02}-{self._number:05}-{number}"}

    def opened(self) -> Sample:
        """Open it."""
        kind = ("litigation", "litigation", "api_pricing", "licence_negotiation", "regulatory")[self._number % 5]
        chosen = {DATA_TYPES[self._number % 8], DATA_TYPES[self._number % 3]}
        data = {
            "title": f"Dispute {self._number:05}: {words.made_up(self._chance)} archive",
            "kind": kind,
            "summary": " ".join(words.sentence(self._number * 3 + place) for place in range(4)),
            "data_types": sorted(chosen),
            "jurisdictions": [JURISDICTIONS[self._number % len(JURISDICTIONS)]],
        }
        return event(self._chance, "dispute_opened", data)

    def joined(self) -> Sample:
        """Record a party in a role."""
        role = ("plaintiff", "defendant", "amicus")[self._place % 3]
        data = {"party": self._parties[self._place % len(self._parties)], "role": role}
        return event(self._chance, "party_joined", data)

    def watched(self) -> Sample:
        """Set what the pipeline looks for."""
        data = {"rules": [{"kind": "any", "phrases": [words.made_up(self._chance)], "weight": 1.5}]}
        return event(self._chance, "watch_terms_changed", data)

    def filed(self) -> Sample:
        """Begin a proceeding."""
        self._proceedings += 1
        number = f"1:{20 + self._number % 7}-cv-{self._number:05}"
        data = {
            **self._proceeding,
            "court": f"District Court {self._number % 90:02}",
            "docket_number": f"{number}-{self._proceedings}",
            "caption": f"Party v. Party, no. {self._number:05}",
            "judge": f"Judge {self._number % JUDGES:03}",
            "claims": sorted(self._chance.sample(CLAIMS, 2)),
        }
        return self._occurrence("complaint_filed", data)

    def stated(self) -> Sample:
        """Say something in public."""
        return self._occurrence("statement_made", {})

    def demanded(self) -> Sample:
        """Send a letter."""
        return self._occurrence("letter_sent", {"demands": [words.sentence(self._place)]})

    def ordered(self) -> Sample:
        """Have a court decide something; its judge is sealed."""
        data = {**self._proceeding, "judge": f"Judge {self._chance.randrange(JUDGES):03}"}
        return self._occurrence("order_issued", data)

    def moved(self) -> Sample:
        """Ask a court for something."""
        return self._occurrence("motion_filed", {**self._proceeding, "motion": "To dismiss"})

    def scheduled(self) -> Sample:
        """Set a hearing; some are still to come."""
        ahead = self._chance.randint(1, 400) if self._chance.random() < 0.3 else None
        return self._occurrence("hearing_scheduled", self._proceeding, ahead=ahead)

    def priced(self) -> Sample:
        """Announce a price."""
        low = self._chance.randint(1, 900)
        price = {"low": f"{low / 100:.2f}", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"}
        data = {"holder": self._parties[0], "tiers": [{"name": f"Tier {self._place % 4}", "price": price}]}
        return self._occurrence("api_price_announced", data)

    def licensed(self) -> Sample:
        """Sign a licence."""
        return self._ended("licence_signed")

    def _ended(self, name: str) -> Sample:
        if name == "licence_signed":
            fee = {"low": str(self._chance.randint(1, 90) * 1_000_000), "currency": "USD", "basis": "reported"}
            data = {"licensor": self._parties[0], "licensee": self._parties[-1], "fixed_fee": fee}
            return self._occurrence(name, {**data, "uses": ["pretraining"]})
        if name == "settlement_agreed":
            return self._occurrence(name, {"final": True})
        return self._occurrence(name, self._proceeding)

    def attached(self) -> Sample:
        """Attach an article, to the dispute or to something that was said."""
        reasons = [{"kind": "party", "text": self._parties[0], "weight": 2.5}]
        data = {"article": self._article(), "score": 0.875, "reasons": reasons, "matcher": "made-up-1"}
        if self._said and self._chance.random() < 0.4:
            contradicts = self._chance.random() < 0.05
            data |= {
                "event": self._chance.choice(self._said)["id"],
                "stance": "contradicts" if contradicts else "supports",
                "quote": words.sentence(self._place),
            }
        return event(self._chance, "evidence_attached", data)

    def rejected(self) -> Sample:
        """Say that an article is no evidence."""
        data = {"article": self._article(), "reason": "About something else", "score": 0.41, "matcher": "made-up-1"}
        return event(self._chance, "evidence_rejected", data)

    def corrected(self) -> Sample:
        """Correct what was said."""
        if not self._said:
            return self.stated()
        said = self._said.pop(self._chance.randrange(len(self._said)))
        kept = {"type", "data", "standing", "evidence", "justification"}
        reading: dict[str, Any] = {name: value for name, value in said.items() if name in kept}
        reading["occurred"] = {"date": said["occurred"][:7], "precision": "month"}
        data = {"event": said["id"], "reason": "Only the month is known.", "reading": reading}
        return event(self._chance, "event_corrected", data)

    def retracted(self) -> Sample:
        """Retract what was said."""
        if not self._said:
            return self.stated()
        said = self._said.pop(self._chance.randrange(len(self._said)))
        return event(self._chance, "event_retracted", {"event": said["id"], "reason": "It was another dispute."})

    def conflicting(self) -> Sample:
        """Note that sources disagree."""
        return event(self._chance, "conflict_noted", {"text": words.sentence(self._place * 5)})

    def _occurrence(self, name: str, data: dict[str, Any], *, ahead: int | None = None) -> Sample:
        behind = round(self._days * (1 - self._place / self._length))
        day = self._landscape.today + timedelta(days=ahead if ahead is not None else -behind)
        parties = {"actors": self._parties[:1], "targets": self._parties[1:2]}
        sample = event(
            self._chance,
            name,
            {"summary": words.sentence(self._number + self._place), **parties, **data},
            occurred=day,
            standing=self._chance.choice(STANDINGS),
        )
        if self._chance.random() < 0.7:
            sample["evidence"] = [{"article": self._article(), "quote": words.sentence(self._place)}]
        else:
            sample["justification"] = "Heard in public session; a transcript is kept."
        if name == "statement_made" and len(self._said) < SHORTEST:
            self._said.append(sample)
        return sample

    def _article(self) -> dict[str, str]:
        """Name an article: one after the other, so that a dispute rests on each but once."""
        self.last_article = (self._first_article + self._place) % self._landscape.articles
        return words.article(self.last_article).reference()


def event(
    chance: random.Random, name: str, data: dict[str, Any], *, occurred: date | None = None, standing: str | None = None
) -> Sample:
    """Give an event with an id that is the same each time."""
    sample: Sample = {"id": str(UUID(int=chance.getrandbits(128), version=4)), "type": name, "data": data}
    if occurred is not None:
        sample |= {"occurred": str(occurred), "standing": standing}
    return sample


_Make = Callable[[History], Sample]
_OPENING: Sequence[_Make | None] = (
    History.opened,
    History.joined,
    History.joined,
    History.watched,
    History.filed,
    History.stated,
)
_SHARES: Sequence[tuple[_Make, float]] = (
    (History.attached, 40.0),
    (History.rejected, 10.0),
    (History.stated, 14.0),
    (History.ordered, 9.0),
    (History.moved, 7.0),
    (History.scheduled, 4.0),
    (History.demanded, 4.0),
    (History.priced, 3.0),
    (History.licensed, 1.5),
    (History.filed, 0.7),
    (History.joined, 1.5),
    (History.corrected, 2.5),
    (History.retracted, 1.0),
    (History.conflicting, 0.4),
    (History.watched, 0.4),
)
_KINDS = [kind for kind, _ in _SHARES]
_WEIGHTS = [weight for _, weight in _SHARES]
