"""The stages of a fetch in a worker, in their order; see `tests.support.dying_worker`."""

STAGES = ("claimed", "fetched", "parsed", "stored", "written", "done")
