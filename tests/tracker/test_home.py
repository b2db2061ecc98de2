"""The home keeps its secrets to itself and belongs to one supervisor at a time."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker.home import SOCKET_PATH_LIMIT, Home, HomeError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_secret_key_is_made_once_and_kept(home: Home) -> None:
    key = home.secret_key()
    assert len(key) >= 50
    assert Home(home.path).secret_key() == key
    assert stat.S_IMODE(home.secret_key_file.stat().st_mode) == 0o600


def test_processes_that_start_together_get_one_key(home: Home) -> None:
    home.create()
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: home.secret_key(), range(8)))
    assert len(set(keys)) == 1
    assert [path.name for path in home.path.glob("*secret*")] == ["secret_key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(home: Home, mode: int) -> None:
    home.secret_key()
    home.secret_key_file.chmod(mode)
    with pytest.raises(HomeError, match=rf"mode {mode:04o}.*chmod 600"):
        home.secret_key()


def test_an_empty_key_is_refused(home: Home) -> None:
    home.create()
    home.secret_key_file.touch(mode=0o600)
    with pytest.raises(HomeError, match="is empty"):
        home.secret_key()


def test_nobody_else_may_list_the_home(home: Home) -> None:
    home.create()
    assert stat.S_IMODE(home.path.stat().st_mode) & 0o066 == 0


def test_a_home_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match="Set TRACKER_HOME"):
        Home(tmp_path / "file" / "home").create()


def test_sockets_of_a_deep_home_get_a_short_private_folder(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("d" * 60) / ("e" * 60))
    deep.create()
    try:
        assert len(os.fsencode(deep.postgres_sockets / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        assert stat.S_IMODE(deep.sockets.stat().st_mode) & 0o066 == 0
        assert deep.sockets == Home(deep.path).sockets
        assert deep.sockets != Home(tmp_path / ("d" * 60) / ("f" * 60)).sockets
    finally:
        deep.sockets.rmdir()


def test_a_socket_folder_that_somebody_planted_is_refused(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("d" * 60) / ("e" * 60))
    deep.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(HomeError, match="not a folder of this user"):
            deep.create()
    finally:
        deep.sockets.unlink()


def test_a_second_supervisor_is_told_who_runs(home: Home) -> None:
    refusal = pytest.raises(HomeError, match=rf"already runs in .* \(process {os.getpid()}\)")
    with home.running(), refusal, home.running():
        pass
    with home.running():
        pass


def test_the_claim_ends_with_a_killed_process(home: Home) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from tracker.home import Home\n"
        "with Home(Path(sys.argv[1])).running(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(home.path)], check=False)
    with home.running():
        pass
