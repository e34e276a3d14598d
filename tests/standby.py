"""Programs of the product, begun at once: forked from a process that has imported all of it.

A fresh interpreter imports 500 modules, for more than a second of processor time; the suite begins
some hundred servers and commands. What such a program does is the same from its first line on: its
words, its environment, its folder and its streams are those that it is given. Hashing a password is
as cheap here as it can be. Tests of how a program starts, of how much memory it takes, or of what
hashing does to others, begin it as people do.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

#: In servers, too, a warning is an error, and so a request that crashed.
WARNINGS = {"PYTHONWARNINGS": "error"}

# --- In the tests ---


class Begun:
    """As `subprocess.Popen`, of `procession WORDS`."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: IO[bytes],
        stderr: IO[bytes],
        stdin: IO[bytes] | None = None,
        cwd: Path | str | None = None,
    ) -> None:
        self.args = ["procession", *words]
        self.returncode: int | None = None
        self._link = socket.socket(socket.AF_UNIX)
        self._link.connect(str(_standby()))
        told = {"words": list(words), "env": dict(env), "cwd": str(cwd or Path.cwd())}
        with open(os.devnull, "rb") as nothing:
            streams = [each.fileno() for each in (stdin or nothing, stdout, stderr)]
            socket.send_fds(self._link, [b"\0"], streams)
        self._link.sendall(json.dumps(told).encode() + b"\n")
        self._news = self._link.makefile("r")
        self.pid = int(self._news.readline())

    def poll(self) -> int | None:
        return self._code_within(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._code_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _code_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._link], [], [], seconds)[0]:
            self.returncode = int(self._news.readline())
            self._news.close()
            self._link.close()
        return self.returncode


#: What tests ask of a server's first process.
Process = subprocess.Popen[bytes] | Begun


def run(
    words: Sequence[str], *, env: Mapping[str, str], cwd: Path | str | None = None,
    typed: bytes = b"", timeout: float = 120,
) -> "subprocess.CompletedProcess[str]":  # fmt: skip
    """As `subprocess.run` that captures the output."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong:
        with tempfile.TemporaryFile() as given:
            given.write(typed)
            given.seek(0)
            begun = Begun(words, env=env, stdin=given, stdout=said, stderr=wrong, cwd=cwd)
        try:
            code = begun.wait(timeout)
        finally:
            begun.kill()
        texts = []
        for stream in (said, wrong):
            stream.seek(0)
            texts.append(stream.read().decode())
    return subprocess.CompletedProcess(begun.args, code, *texts)


_running: "list[tuple[subprocess.Popen[bytes], Path]]" = []


def _standby() -> Path:
    """Where it is asked; it is started at first use."""
    if not _running:
        folder = Path(tempfile.mkdtemp(prefix="procession-standby-"))
        kept = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
        process = subprocess.Popen(
            [sys.executable, __file__, str(folder / "ask")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, **WARNINGS},
        )
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == b"ready\n"
        _running.append((process, folder))
    return _running[0][1] / "ask"


def end() -> None:
    """It ends, and what it has begun with it."""
    for process, folder in _running:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        (folder / "ask").unlink()
        folder.rmdir()
    _running.clear()


# --- In the process that stands by ---

#: Its standard input: what can be read is that the tests have ended.
_TESTS = 0


def _import_everything() -> None:
    import procession

    for module in pkgutil.walk_packages(procession.__path__, "procession."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _hash_cheaply() -> None:
    """A real one takes a tenth of a second of both cores, and people sign in all the time."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    from procession.kit import passwords

    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._HASHER = PasswordHash((cheap,))


class _Standby:
    def __init__(self, address: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(64)
        #: What runs: its process and whom to tell of its end, by what can be read when it ends.
        self._begun: dict[int, tuple[int, socket.socket]] = {}
        self._news = select.epoll()
        for each in (_TESTS, self._listener.fileno()):
            self._news.register(each, select.EPOLLIN)

    def run(self) -> int:
        """Until the tests end. Comes back in each forked process: with its exit code."""
        while True:
            for number, _ in self._news.poll():
                if number == _TESTS:
                    self._end()
                elif number in self._begun:
                    self._tell_end(number)
                elif (code := self._begin()) is not None:
                    return code

    def _begin(self) -> int | None:
        """None: this is still the process that stands by."""
        link, _ = self._listener.accept()
        asked, streams = _asked(link)
        pid = os.fork()
        if pid == 0:
            self._let_go()
            link.close()
            return _be(asked, streams)
        for stream in streams:
            os.close(stream)
        life = os.pidfd_open(pid)
        self._begun[life] = (pid, link)
        self._news.register(life, select.EPOLLIN)
        link.sendall(b"%d\n" % pid)
        return None

    def _tell_end(self, life: int) -> None:
        pid, link = self._begun.pop(life)
        os.close(life)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with link, suppress(OSError):  # Nobody may want to know.
            link.sendall(b"%d\n" % code)

    def _let_go(self) -> None:
        """A forked process holds nothing of this."""
        self._listener.close()
        self._news.close()
        for life, (_, link) in self._begun.items():
            os.close(life)
            link.close()

    def _end(self) -> NoReturn:
        for pid, _ in self._begun.values():
            os.kill(pid, signal.SIGTERM)
        os._exit(0)


def _asked(link: socket.socket) -> tuple[Any, list[int]]:
    _, streams, _, _ = socket.recv_fds(link, 1, 3)
    text = b""
    while not text.endswith(b"\n"):
        text += link.recv(65536)
    return json.loads(text), streams


def _be(asked: Any, streams: list[int]) -> int:
    """What `python -m procession.cli WORDS` is from here on."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    os.execve = _become  # type: ignore[assignment]
    sys.argv = ["procession", *asked["words"]]
    from procession.cli.entry import main

    return main()


def _become(_program: str, words: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """The program that a command goes on as is here already, too."""
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(words[2:])
    runpy.run_module(words[2], run_name="__main__")
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_everything()
    _hash_cheaply()
    gc.collect()
    gc.freeze()
    ready = _Standby(sys.argv[1])
    os.write(1, b"ready\n")
    os.dup2(2, 1)
    sys.exit(ready.run())
