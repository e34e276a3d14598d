"""Workers as processes of their own, which tests start, and kill in the middle of something."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server import RunningServer


def start(server: RunningServer, folder: Path, *command: str) -> "subprocess.Popen[bytes]":
    """Python with these words, on the server's database and by its clock."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PROCESSION_")}
    variables = {
        "PROCESSION_DATABASE_URL": server.settings.database_url,
        "PROCESSION_CLOCK_FILE": str(server.clock.file),
        "PROCESSION_SQLITE_SYNCHRONOUS": "NORMAL",
        "PROCESSION_MAIL_FOLDER": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, *command],
        env={**kept, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def kill(worker: "subprocess.Popen[bytes]") -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()


def wait_for(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)
