"""Seeds: the disputes that are known already, written down as files and recorded as events.

Seed files are read as one author among others. Loading compares them with what they said last, and records the
difference through the commands: a new event is recorded, a changed one corrected, a removed one retracted. What
curators recorded, corrected or retracted stays as it is, unless the file itself says something new of that event.
"""

from disputes.seeding.collection import Seeds, read_seeds
from disputes.seeding.identity import RECORDED_BY
from disputes.seeding.loading import FileReport, load_seeds
from disputes.seeding.problems import Problem, SeedError

__all__ = ["RECORDED_BY", "FileReport", "Problem", "SeedError", "Seeds", "load_seeds", "read_seeds"]
