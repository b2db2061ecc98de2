"""What operators do at the server: erase somebody, and renew the master key."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from disputes import commands, ledger
from disputes.erasure.master_key import MasterKeyring
from disputes.models import Event, Party, SubjectKey
from disputes.seeding import load_seeds
from tests.disputes.seed_files import some_known_seeds

pytestmark = pytest.mark.django_db
NAME = "Nemo Placeholder"


@pytest.fixture
def _person() -> None:
    commands.register_party("somebody", name=NAME, aliases=["N. P."], kind="person", by="curator")


def ran(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("_person")
def test_it_shows_before_it_erases() -> None:
    shown = ran("erase_personal_data", NAME)
    assert f"party/somebody: {NAME}, N. P." in shown
    assert "2 texts in 1 events of party/somebody" in shown
    assert "Nothing was erased" in shown
    assert Party.objects.get().name == NAME
    assert "Erased. Recorded in party/somebody." in ran(
        "erase_personal_data", NAME, "--erase", "--reason", "Request 12.", "--by", "ops"
    )
    assert (Party.objects.get().name, SubjectKey.objects.get().erased_by) == ("[erased]", "ops")


@pytest.mark.usefixtures("_person")
def test_it_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="say why"):
        ran("erase_personal_data", "somebody", "--erase")
    with pytest.raises(CommandError, match="nothing is sealed about 'Nobody'"):
        ran("erase_personal_data", "Nobody")


@pytest.mark.usefixtures("_person")
def test_a_new_master_key_opens_the_same_and_the_old_one_is_gone(keyring: MasterKeyring) -> None:
    (old,) = keyring.load()
    assert ran("renew_master_key").startswith("1 keys are wrapped anew.")
    (new,) = keyring.load()
    assert (new.id != old.id, SubjectKey.objects.get().master) == (True, new.id)
    assert ledger.read_stream("party/somebody")[0].data["party_name"] == NAME


@pytest.mark.usefixtures("_person")
def test_without_the_master_key_it_is_not_renewed(keyring: MasterKeyring) -> None:
    keyring.file.unlink()
    with pytest.raises(CommandError, match="Put its copy back"):
        ran("renew_master_key")


def test_seeds_do_not_bring_back_what_was_erased(tmp_path: Path) -> None:
    folder = some_known_seeds(tmp_path / "seeds")
    for _report in load_seeds(folder):
        pass
    party, judge = Party.objects.filter(kind="person").first(), SubjectKey.objects.filter(pk__startswith="person/")
    assert party is not None
    name = party.name
    subjects = [f"party/{party.slug}", judge.values_list("pk", flat=True)[0]]
    commands.erase_subjects(subjects, reason="Request 12.", by="admin")
    size = Event.objects.count()
    reports = list(load_seeds(folder))
    assert [report.appended for report in reports if report.appended] == []
    assert Event.objects.count() == size
    assert not Party.objects.filter(name=name).exists()
    assert SubjectKey.objects.filter(erased_at__isnull=False).count() == 2
