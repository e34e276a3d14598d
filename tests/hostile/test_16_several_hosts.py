"""5.2, row 16: one address of several hosts, and whatever else libpq understands, everywhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from cast import assemble
from factories import made
from misbehaving import Proxy, proxy_to, until
from postgres import Cluster
from procession.kit.db import Statement
from procession.kit.journal import outbox
from server import RunningServer, free_port, running_server


@pytest.fixture(scope="module")
def proxy(postgres: Cluster) -> Iterator[Proxy]:
    with proxy_to(postgres) as proxy:
        yield proxy


def command(address: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "procession.cli", *words],
        env={**os.environ, "PROCESSION_DATABASE_URL": address},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def worked(address: str) -> Iterator[None]:
    """While `procession work` runs on it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "procession.cli", "work"],
        env={**os.environ, "PROCESSION_DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(20)


def test_11_16_the_first_host_is_away(postgres: Cluster, proxy: Proxy) -> None:
    postgres.create_database("hosts")
    address = (
        f"postgresql://procession:p%40ss@127.0.0.1:{free_port()},127.0.0.1:{proxy.port}/hosts"
        "?target_session_attrs=read-write"
    )
    command(address, "migrate")
    command(address, "bootstrap", "--org", "Mill", "--email", "ann@mill.test")
    assert "ann@mill.test" in command(address, "token", "list")
    with worked(address), running_server("postgres", address) as running:
        made(assemble(running).olga.post("/runs", {"name": "There"}))
        until(lambda: not events(running), 20)


def events(running: RunningServer) -> int:
    """That nobody has delivered yet."""
    count = Statement(sa.select(sa.func.count()).select_from(outbox))
    return int(running.storage.database.connection().fetch(count, {})[0][0])
