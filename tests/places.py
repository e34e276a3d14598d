"""A network of this test's own, in which the shipped files find the ports and files they name."""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
HOST = "procession.example.org"
_NEW_NETWORK = 0x40000000


def may_make_networks() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-n", "-m", "true"], check=False).returncode == 0


def need(*programs: str) -> None:
    """Skips, and says what is missing."""
    needed = (*programs, "openssl", "ip", "nsenter")
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        pytest.skip(f"it needs {', '.join(missing)} (Debian has it)")
    if not may_make_networks():
        pytest.skip("it needs root, who may make a network of its own")


@dataclass(frozen=True)
class Place:
    """A network and a view of the disk that nobody else has."""

    pid: int
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def words(self, *command: str) -> list[str]:
        return ["nsenter", "-t", str(self.pid), "-n", "-m", "--", *command]

    def run(self, *command: str) -> None:
        subprocess.run(self.words(*command), check=True, capture_output=True, timeout=30)

    @contextmanager
    def running(
        self, command: Sequence[str], name: str, **environment: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        log = self.folder / f"{name}.log"
        kept = {key: text for key, text in os.environ.items() if "PROCESSION_" not in key}
        with log.open("wb") as output:
            process = subprocess.Popen(
                self.words(*command), stdout=output, stderr=output, env={**kept, **environment}
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This thread's connections are made in that network, where the host has its name."""
        libc, real = ctypes.CDLL(None, use_errno=True), socket.getaddrinfo

        def enter(pid: object) -> None:
            with open(f"/proc/{pid}/ns/net") as network:
                if libc.setns(network.fileno(), _NEW_NETWORK):
                    raise OSError(ctypes.get_errno(), "setns")

        def found(host: object, *others: object, **named: object) -> object:
            return real("127.0.0.1" if host == HOST else host, *others, **named)  # type: ignore[arg-type]

        with open("/proc/thread-self/ns/net") as home, pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", found)
            enter(self.pid)
            try:
                yield
            finally:
                libc.setns(home.fileno(), _NEW_NETWORK)

    def wait_for(self, met: Callable[[], bool], what: str) -> None:
        give_up = time.monotonic() + 30
        while not met():
            assert time.monotonic() < give_up, f"{what}\n" + "\n".join(
                file.read_text() for file in self.folder.glob("*.log")
            )
            time.sleep(0.03)
