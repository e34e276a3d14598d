"""The place that the shipped files are run in."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import HOST, Place, need


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """With a certificate of its own at the path that the shipped files name."""
    need()
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    holder = subprocess.Popen(["unshare", "-n", "-m", "sleep", "600"])
    here = Place(holder.pid, tmp_path)
    try:
        own = Path("/proc/self/ns/net").readlink()
        here.wait_for(
            lambda: Path(f"/proc/{holder.pid}/ns/net").readlink() != own, "no network was made"
        )
        here.wait_for(
            lambda: Path(f"/proc/{holder.pid}/comm").read_text() == "sleep\n", "it is not ready"
        )
        here.run("ip", "link", "set", "lo", "up")
        here.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ssl")
        here.run("mkdir", "/etc/ssl/procession")
        here.run("cp", str(certificate), str(key), "/etc/ssl/procession")
        yield here
    finally:
        holder.kill()
        holder.wait()
