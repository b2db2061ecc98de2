"""What docs/subscriptions.md tells others to write is right."""

import re

from django.conf import settings

from disputes.subscriptions import CONSUMERS, Start
from tests.support.product import ROOT

PAGE = ROOT.joinpath("docs/subscriptions.md").read_text()


def test_the_example_declares_a_consumer() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(program, "docs/subscriptions.md", "exec"), {})  # noqa: S102 (our own page)
    assert CONSUMERS["press-release"].start is Start.END


def test_the_metrics_are_those_there_are() -> None:
    source = ROOT.joinpath("tracker/metrics.py").read_text()
    named = set(re.findall(r"tracker_subscription_\w+", PAGE))
    assert named == set(re.findall(r"tracker_subscription_\w+", source))


def test_the_round_comes_as_often_as_it_says() -> None:
    assert "Every ten seconds" in PAGE
    assert settings.CELERY_BEAT_SCHEDULE["deliver"]["schedule"] == 10.0
