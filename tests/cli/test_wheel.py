"""The wheel in an empty folder: what somebody has who installs it without our source."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import requests

from server import free_port, wait_until_up

ROOT = Path(__file__).parents[2]
_IN_THE_WHEEL = ("pyproject.toml", "README.md", "LICENSE", "src")


@pytest.fixture(scope="module")
def installed(scratch: Path) -> Path:
    """A folder with nothing but what the wheel holds."""
    source, folder = scratch / "source", scratch / "installed"
    source.mkdir()
    for name in _IN_THE_WHEEL:
        if (ROOT / name).is_dir():
            unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, source / name, ignore=unwanted)
        else:
            shutil.copy(ROOT / name, source)
    build = "from setuptools import build_meta as b; b.build_wheel('.')"
    words = [sys.executable, "-c", build]
    subprocess.run(words, check=True, cwd=source, capture_output=True, timeout=60)
    (wheel,) = source.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    shutil.rmtree(source)
    return folder


def test_5_5_the_wheel_says_whose_it_is_and_under_which_licence(installed: Path) -> None:
    (about,) = installed.glob("procession-*.dist-info")
    told = Parser().parsestr((about / "METADATA").read_text())
    assert told["License-Expression"] == "Apache-2.0"
    assert (about / "licenses" / told["License-File"]).read_text() == (ROOT / "LICENSE").read_text()
    assert told["Author"]
    assert told["Summary"]
    assert told["Requires-Python"] == ">=3.11"
    assert "procession = procession.cli.entry:main" in (about / "entry_points.txt").read_text()


def test_5_5_the_wheel_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    # As the processes that the command starts read them, too.
    (tmp_path / "address").write_text(f"sqlite:///{tmp_path}/p.db\n")
    (tmp_path / ".env").write_text(
        f"PROCESSION_DATABASE_URL_FILE=address\nPROCESSION_PORT={port}\n"
    )
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PROCESSION_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # Each process would compile all of it anew.
    environment = {**kept, "PYTHONPATH": str(installed)}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "procession.cli", *words]

    def done(*words: str) -> str:
        told = subprocess.run(
            command(*words), check=False, capture_output=True, text=True, timeout=60,
            cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        return told.stdout

    from_where = "import procession; print(procession.__file__)"
    words = [sys.executable, "-c", from_where]
    shown = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    assert Path(shown.stdout).is_relative_to(installed), "the test runs our source"
    assert list(installed.glob("procession/flows/demo/examples/purchase-approval.json"))
    assert "The database is at schema" in done("migrate")
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command("demo", "--serve"), cwd=tmp_path, env=environment, stdout=output, stderr=output
        )
    try:
        wait_until_up(port, process, log)
        for path in ("/app/sign-in", "/docs", "/openapi.json"):
            answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)
            assert answer.status_code == 200, path
    finally:
        process.terminate()
        process.wait(timeout=15)
    told = log.read_text()
    assert re.search(r"Ines Carvalho +admin +access token +eyJ", told)
    assert '"error"' not in told
    assert (tmp_path / "p.db").exists()
