"""The worker's side of a worker process. The standard library only, since the peer's environment runs it too."""

from __future__ import annotations

import gc
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

Run = Callable[[], int]
"""Does what is timed; gives the number of operations done."""
Task = Callable[..., Run]
"""Gets everything ready, untimed: data, connections, a warm cache."""


def serve(tasks: Mapping[str, Task]) -> None:
    """Say {} when there is something to ask, then answer requests until the standard input ends.

    {"prepare": task, "arguments": {…}} is answered by {}; {"run": task}, for what was prepared last, by
    {"started", "finished", "operations"}, the times in seconds of the machine's monotonic clock; any failure by
    {"error": traceback}.
    """
    # An interrupt at the terminal reaches the harness too, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers, sys.stdout = sys.stdout, sys.stderr

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    say({})
    prepared: Run | None = None
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "prepare" in request:
                prepared = tasks[request["prepare"]](**request["arguments"])
                gc.collect()
            else:
                assert prepared is not None, "Nothing was prepared."
                started = time.monotonic()
                operations = prepared()
                answer = {"started": started, "finished": time.monotonic(), "operations": operations}
                prepared = None
        except Exception:  # noqa: BLE001 (whatever it is, the harness shows it and stops)
            answer = {"error": traceback.format_exc()}
        say(answer)
