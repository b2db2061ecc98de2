"""A Celery worker that kills itself where a test wants it: `celery worker --include tests.support.dying_worker`.

The file that DIE_AT names holds the name of a stage. Whoever comes by that stage first takes the file away and dies,
as by `kill -9`. Nothing of this is in the product.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest import candidates, leases, polling, settling
from ingest.grouping import groups

_order = Path(os.environ["DIE_AT"])


def die_at(stage: str) -> None:
    """Die if this is the stage."""
    try:
        if _order.read_text() != stage:
            return
        _order.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(function: Callable[..., Any], *, before: str = "", after: str = "") -> Callable[..., Any]:
    def run(*arguments: Any, **options: Any) -> Any:
        die_at(before)
        result = function(*arguments, **options)
        die_at(after)
        return result

    return run


# Each stands where the product looks it up.
for module, name, stages in (
    (leases, "claim_feeds", {"after": "claimed"}),
    (settling, "_parse", {"before": "fetched", "after": "parsed"}),
    (settling, "store_entries", {"after": "stored"}),
    (settling, "_write", {"after": "written"}),
    (polling, "settle", {"after": "done"}),
    (groups, "sketch_articles", {"after": "sketched"}),
    (groups, "_regroup", {"after": "compared"}),
    (candidates, "group_articles", {"after": "grouped"}),
    (candidates, "_dismiss", {"after": "dismissed"}),
    (candidates, "_attach", {"after": "attached"}),
    (candidates, "propose", {"after": "proposed"}),
):
    setattr(module, name, _dying(getattr(module, name), **stages))
