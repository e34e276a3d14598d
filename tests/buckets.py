"""A real S3 server for the tests: Versity's gateway, which keeps what it is sent in a folder.

It is a server that people run, not a double of one: it checks signatures, puts parts together and
keeps them. `.ci/run` installs it; where it is missing what needs it is skipped.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_KEY, _SECRET = "procession", "a secret of the tests"


def gateway() -> str | None:
    """The program; None where this machine lacks it."""
    return shutil.which("versitygw", path=f"{os.environ['PATH']}:{Path.home() / 'go' / 'bin'}")


@contextmanager
def running_bucket(folder: Path, port: int) -> Iterator[dict[str, str]]:
    """A bucket called `kept`; what whoever uses it must find in the environment."""
    program = gateway()
    assert program is not None
    (folder / "data" / "kept").mkdir(parents=True)
    (folder / "sidecar").mkdir()
    command = [program, "--access", _KEY, "--secret", _SECRET, "--port", f"127.0.0.1:{port}",
               "--quiet", "posix", "--sidecar", str(folder / "sidecar"),
               str(folder / "data")]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, port, folder / "log")
        yield {
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        }
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
