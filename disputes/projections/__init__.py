"""Read models: derived from events alone, kept in the transaction that appends, rebuilt by the same functions.

`rows` tells which rows a dispute or a party has, `projecting` keeps them, `rebuilding` builds all of them anew,
and `freshness` says whether that is due.
"""

from disputes.projections.freshness import are_current
from disputes.projections.projecting import merged_parties, project, project_appended
from disputes.projections.rebuilding import Progress, RebuildProblem, rebuild
from disputes.projections.rows import rows_of_dispute, rows_of_party
from disputes.projections.tables import READ_MODELS, TABLES, Rows, Table

__all__ = [
    "READ_MODELS",
    "TABLES",
    "Progress",
    "RebuildProblem",
    "Rows",
    "Table",
    "are_current",
    "merged_parties",
    "project",
    "project_appended",
    "rebuild",
    "rows_of_dispute",
    "rows_of_party",
]
