"""Waiting for something to become true, with a deadline instead of a hope."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float, message: str) -> T:
    """Return the condition's first true value; it is asked every 50 ms.

    Raises AssertionError with `message` once `timeout` seconds have passed. What the condition raises passes
    through, so let it return a false value for "not yet".
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{message} (waited {timeout:g} s)")
        time.sleep(0.05)
