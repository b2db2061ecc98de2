"""The settings of fetching."""

import subprocess
import sys
from ipaddress import ip_address

import pytest
from django.test import override_settings

from ingest.fetching import FetchPolicy, parse_allow


def test_it_works() -> None:
    assert parse_allow(" 127.0.0.1:8990, [::1]:8991 ,") == {
        (ip_address("127.0.0.1"), 8990),
        (ip_address("::1"), 8991),
    }


def test_nothing_is_allowed_by_default() -> None:
    assert parse_allow("") == frozenset()
    assert FetchPolicy().allow == frozenset()


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("127.0.0.1", "address:port"),
        ("::1:80", "address:port"),
        ("http://127.0.0.1:80", "address:port"),
        ("localhost:8990", "host names are not allowed"),
        ("127.1:8990", "no IP address"),
        ("[127.0.0.1:8990", "address:port"),
        ("127.0.0.1:0", "between 1 and 65535"),
        ("127.0.0.1:70000", "between 1 and 65535"),
    ],
)
def test_a_setting_that_cannot_be_read_is_quoted_with_its_cause(value: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        parse_allow(value)


@pytest.mark.parametrize("allow", ["127.0.0.1:8990", parse_allow("127.0.0.1:8990")])
def test_the_policy_of_the_settings(allow: object) -> None:
    with override_settings(FETCH_CONTACT="ops@example.org", FETCH_ALLOW=allow):
        policy = FetchPolicy.from_settings()
    assert policy.permits(ip_address("127.0.0.1"), 8990)
    assert policy.user_agent.endswith("(+ops@example.org)")


@pytest.mark.parametrize("contact", ["a\r\nX: y", "a)b", "a b", "\u00e4@example.org"])
def test_a_contact_that_would_break_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="FETCH_CONTACT"):
        FetchPolicy(contact=contact)


def test_the_parser_of_the_setting_needs_no_settings() -> None:
    code = "from ingest.fetching import parse_allow; print(len(parse_allow('127.0.0.1:8990')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={}, check=True)
    assert done.stdout == "1\n"
