"""Consumers of the log: each with a name and a place of its own, served in order and at least once.

`consumer` and `batch_consumer` declare one; docs/subscriptions.md tells how to write one.
"""

from disputes.subscriptions.registry import CONSUMERS, Consumer, Start, batch_consumer, consumer
from disputes.subscriptions.retry import RetryPolicy

__all__ = ["CONSUMERS", "Consumer", "RetryPolicy", "Start", "batch_consumer", "consumer"]
