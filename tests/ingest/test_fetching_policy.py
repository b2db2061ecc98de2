"""The settings of fetching."""

from ipaddress import ip_address

import pytest
from django.test import override_settings

from ingest.fetching import FetchPolicy

ALLOWED = frozenset({(ip_address("127.0.0.1"), 8990)})


def test_it_works() -> None:
    with override_settings(FETCH_CONTACT="ops@example.org", FETCH_ALLOW=ALLOWED):
        policy = FetchPolicy.from_settings()
    assert policy.permits(ip_address("127.0.0.1"), 8990)
    assert policy.user_agent.endswith("(+ops@example.org)")


def test_nothing_is_allowed_by_default() -> None:
    assert FetchPolicy().allow == frozenset()


@pytest.mark.parametrize("contact", ["a\r\nX: y", "a)b", "a b", "\u00e4@example.org"])
def test_a_contact_that_would_break_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="FETCH_CONTACT"):
        FetchPolicy(contact=contact)
