"""The product as its users start and stop it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.product import ROOT, Product
from tests.support.waiting import wait_until
from tracker.services.process import is_alive

pytestmark = pytest.mark.processes


def processes_of(home: Path) -> list[str]:
    """Return the command lines of all living processes that belong to a home."""
    found = []
    for process in psutil.process_iter():
        try:
            belongs = str(home) in " ".join(process.cmdline()) or process.environ().get("TRACKER_HOME") == str(home)
            if belongs and is_alive(process) and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 (our own address)
        body: bytes = response.read()
        return body.decode()


def child(product: Product, name: str) -> psutil.Process:
    """Return the newest process of the product with this name, from its log."""
    return psutil.Process(int(re.findall(rf"{name} started as process (\d+)", product.output())[-1]))


def test_it_serves_keeps_its_data_and_leaves_no_process(product: Product) -> None:
    assert "Data-licensing dispute tracker" in get(product.base_url)
    assert '"ready"' in get(product.base_url + "readyz")
    token = product.create_token()
    assert re.fullmatch(r"[0-9a-f]{64}", token)

    assert product.stop(signal.SIGINT) == 0
    assert processes_of(product.home) == []

    product.start()
    assert product.output().count("made the administrator") == 1
    assert "1" in product.manage("shell", "-v0", "-c", "from knox.models import *; print(AuthToken.objects.count())")
    assert product.stop(signal.SIGTERM) == 0
    assert processes_of(product.home) == []


def test_a_killed_worker_and_a_killed_database_come_back(product: Product) -> None:
    child(product, "worker").kill()
    wait_until(lambda: "worker was killed by SIGKILL" in product.output(), 10, "The log does not say why")
    wait_until(lambda: product.output().count("worker started") == 2, 10, "The worker was not restarted")
    database = int((product.home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(database, signal.SIGKILL)
    wait_until(lambda: "PostgreSQL ended" in product.output(), 10, "Nobody noticed that the database ended")

    def is_ready() -> bool:
        try:
            return '"ready"' in get(product.base_url + "readyz")
        except OSError:
            return False

    wait_until(is_ready, 20, "The product did not recover")


def test_a_killed_supervisor_is_recovered_from(product: Product) -> None:
    product.kill()
    product.start()
    assert '"ready"' in get(product.base_url + "readyz")
    assert product.stop() == 0
    assert processes_of(product.home) == []


@pytest.fixture(scope="module")
def first() -> Iterator[Product]:
    """Start one product for the tests that only look at it, or start something beside it."""
    with tempfile.TemporaryDirectory(prefix="tracker-product-", ignore_cleanup_errors=True) as folder:
        running = Product(Path(folder).resolve() / "home")
        try:
            running.start()
            yield running
        finally:
            running.clean_up()


def test_a_second_run_of_the_same_home_is_refused_and_disturbs_nothing(first: Product) -> None:
    refusal = first.manage("up", expect=1)
    assert f"already runs in {first.home}" in refusal
    assert "TRACKER_HOME and PORT" in refusal
    assert '"ready"' in get(first.base_url + "readyz")


def test_another_home_runs_beside_the_first_but_not_on_its_port(first: Product, product_home: Path) -> None:
    taken = Product(product_home, port=first.port)
    assert re.search(rf"Port {first.port} cannot be used: .*Set PORT to another", taken.manage("up", expect=1))
    # Before anything was started.
    assert not (product_home / "postgres").exists()
    beside = Product(product_home)
    try:
        beside.start()
        assert '"ready"' in get(beside.base_url + "readyz")
        assert '"ready"' in get(first.base_url + "readyz")
        assert beside.stop() == 0
        assert '"ready"' in get(first.base_url + "readyz")
    finally:
        beside.clean_up()


def test_a_command_beside_the_product_does_not_stop_its_database(first: Product) -> None:
    first.manage("migrate", "--check")
    assert '"ready"' in get(first.base_url + "readyz")


@pytest.mark.skipif(sys.platform != "linux", reason="seen through /proc")
def test_an_interrupt_of_make_alone_stops_the_product(product_home: Path) -> None:
    product = Product(product_home)
    makefile = product_home.with_name("Makefile")
    makefile.write_text(f"run:\n\t@exec {sys.executable} manage.py up\n")
    with product.log.open("wb") as output:
        make = subprocess.Popen(
            # Whoever runs the tests in the background may ignore interrupts, and make would inherit that.
            ["env", "--default-signal=INT", "make", "--file", makefile, "run"],
            cwd=ROOT,
            env=product.environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: "Ready: " in product.output(), 60, "The product is not ready")
        make.send_signal(signal.SIGINT)
        make.wait(10)
        assert processes_of(product_home) == []
    finally:
        # The product goes on when make alone is killed.
        with suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGKILL)
        make.wait()
        product.clean_up()


def test_a_terminate_during_the_start_leaves_no_process(product_home: Path) -> None:
    product = Product(product_home)
    with product.log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=product.environment, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: "bringing the database" in product.output(), 30, "The start did not get that far")
        process.terminate()
        assert process.wait(10) == 0
        assert processes_of(product_home) == []
    finally:
        process.kill()
        process.wait()
        product.clean_up()
