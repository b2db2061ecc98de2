"""What the address of a dispute's page asks for, and the addresses of the page that ask for something else beside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from disputes.admin.times import COMPARE, Times

EVERYTHING, ALL = "everything", "all"
SECTIONS = ("timeline", "upcoming", "evidence", "stream")
"""Parts of the page that show no more than their beginning unless all is asked for."""


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The times, what they are compared with, and how much is shown."""

    times: Times
    compared: Times | None = None
    """As asked for: what is left out is the same as on the page."""
    everything: bool = False
    """Whether all that was ever said is told."""
    whole: frozenset[str] = frozenset()
    """The sections that are shown in full."""

    @classmethod
    def read(cls, query: QueryDict, times: Times, compared: Times) -> PageQuery:
        """Read what an address asks for beside the times. What is not known is passed over."""
        return cls(
            times,
            compared if compared.look_back else None,
            everything=query.get(EVERYTHING) == "1",
            whole=frozenset(SECTIONS).intersection(query.get(ALL, "").split(",")),
        )

    @property
    def before(self) -> Times | None:
        """The moment that the page is compared with, in full; None where it is compared with none."""
        if self.compared is None:
            return None
        return Times(self.compared.on_date or self.times.on_date, self.compared.as_of or self.times.as_of)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that a form for the times has to send along."""
        return [(EVERYTHING, "1")] * self.everything + self._all(self.whole)

    def text(self) -> str:
        """Write the query."""
        compared = self.compared.parameters(COMPARE) if self.compared else {}
        return urlencode([*self.times.parameters().items(), *compared.items(), *self.kept])

    def as_of(self, times: Times) -> PageQuery:
        """Ask for other times."""
        return replace(self, times=times)

    def switched(self) -> PageQuery:
        """Ask for everything that was ever said, or no longer."""
        return replace(self, everything=not self.everything)

    def showing(self, section: str) -> PageQuery:
        """Ask for all of a section as well."""
        return replace(self, whole=self.whole | {section})

    def comparing(self, compared: Times | None) -> PageQuery:
        """Ask for a comparison, or for none."""
        return replace(self, compared=compared)

    @property
    def without_comparison(self) -> str:
        """The query of the same page, compared with nothing."""
        return self.comparing(None).text()

    @staticmethod
    def _all(sections: Collection[str]) -> list[tuple[str, str]]:
        return [(ALL, ",".join(name for name in SECTIONS if name in sections))] if sections else []
