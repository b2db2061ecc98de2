"""A large installation to measure with: as many disputes, events, articles and candidates as years of use would leave.

Everything in it is made up and plainly so ("Party 00017"), and the same for the same `Landscape`. The log is written
through the ledger's own append and the read models are built from it; what the pipeline keeps is copied in.
"""

from benchmarks.landscape.making import make
from benchmarks.landscape.sizes import Landscape

__all__ = ["Landscape", "make"]
