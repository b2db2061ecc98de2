"""What docs/proofs.md tells people to do does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.copying import export_log
from disputes.proofs.keys import Keyring
from tests.disputes.proofs.conftest import Append

PAGE = Path(settings.BASE_DIR, "docs", "proofs.md").read_text()
WORDS = re.compile(r"manage\.py (\w+)([^\n`>]*)")
ADDRESSES = re.compile(r"http://127\.0\.0\.1:8000(/[^\s?']*)")


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, 1, 11])
def test_the_verifier_on_the_page_works(append: Append, keyring: Keyring, tmp_path: Path, amount: int) -> None:
    append(amount)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    script, path = tmp_path / "verify.py", tmp_path / "log.ndjson"
    script.write_text(program)
    export_log(path, make_checkpoint(), keyring)
    command = [sys.executable, str(script), str(path), str(keyring.verifier_keys()[-1])]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert good.stdout == f"{amount} events of example.org/log are as they were signed\n", good.stderr
    if amount:
        path.write_bytes(path.read_bytes().replace(b"Note 0", b"Note 7"))
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_the_commands_and_addresses_on_the_page_exist() -> None:
    named = WORDS.findall(PAGE)
    assert {name for name, _arguments in named} == {"export_ledger", "make_checkpoint", "verify_ledger"}
    for name, arguments in named:
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(arguments.split())
    addresses = ADDRESSES.findall(PAGE)
    assert len(addresses) == 3
    for address in addresses:
        assert resolve(address).url_name
