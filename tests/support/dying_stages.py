"""The stages of tasks in a worker, in their order; see `tests.support.dying_worker`."""

STAGES = ("claimed", "fetched", "parsed", "stored", "written", "done")
"""Of a fetch."""
MATCHING_STAGES = ("sketched", "compared", "grouped", "dismissed", "attached", "proposed")
"""Of matching: from an article that waits, by way of its copies, to evidence."""
