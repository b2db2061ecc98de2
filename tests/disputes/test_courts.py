"""Courts in every usual spelling."""

import pytest

from disputes.courts import court_key, court_of_host


@pytest.mark.parametrize(
    "spelling",
    [
        "U.S. District Court, N.D. California",
        "United States District Court for the Northern District of California",
        "Northern District of California",
        "N.D. Cal.",
        "N.D. Cal., Oakland Division",
        "NDCA",
        "cand",
    ],
)
def test_it_works(spelling: str) -> None:
    assert court_key(spelling) == "cand"


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("U.S. District Court, D. Delaware", "ded"),
        ("D. Del.", "ded"),
        ("S.D.N.Y.", "nysd"),
        ("SDNY", "nysd"),
        ("D.D.C.", "dcd"),
        ("U.S. District Court for the District of Columbia", "dcd"),
        ("W.D. Tex.", "txwd"),
        ("Bankr. S.D.N.Y.", "nysb"),
        ("U.S. Bankruptcy Court, Southern District of New York", "nysb"),
        ("U.S. Court of Appeals, Ninth Circuit", "ca9"),
        ("2d Cir.", "ca2"),
        ("United States Court of Appeals for the Federal Circuit", "cafc"),
        ("D.C. Cir.", "cadc"),
    ],
)
def test_districts_bankruptcies_and_circuits(spelling: str, key: str) -> None:
    assert court_key(spelling) == key


def test_other_courts_are_compared_as_they_are_named() -> None:
    assert court_key("District Court, Dallas County, Texas") == "district court dallas county texas"
    assert court_key("Court of Appeal (England and Wales)") == court_key("court of appeal, England and Wales")
    assert court_key("") == ""


def test_hosts_of_pacer_name_their_court() -> None:
    assert court_of_host("ecf.nysd.uscourts.gov") == "nysd"
    assert court_of_host("ECF.ca9.uscourts.gov") == "ca9"
    assert [court_of_host(host) for host in ("www.uscourts.gov", "ecf.nysd.uscourts.gov.example", "")] == [""] * 3
