"""The twin's virtual environment, made when it is first asked for, and commands run in it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PLACE = _ROOT / "var" / "peers"
TWIN_PYTHON = _PLACE / "bin" / "python"
_LOCKS = [_ROOT / "requirements" / f"{name}.txt" for name in ("build", "run", "peers")]


def is_twin_installed() -> bool:
    """With the packages that the lock files say now."""
    stamp = _PLACE / ".installed"
    return stamp.exists() and stamp.read_text() == _locks_digest()


def _locks_digest() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in _LOCKS)).hexdigest()


def install_twin() -> None:
    """As `make setup` installs ours, from locked files; only where it is not there already."""
    if is_twin_installed():
        return
    print(f"Installing what the Django twin needs into {_PLACE} (only this once) ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(_PLACE)], check=True)
    pip = [str(TWIN_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    build, *others = [f"--requirement={path}" for path in _LOCKS]
    subprocess.run([*pip, "--require-hashes", build], check=True)
    subprocess.run([*pip, "--require-hashes", "--no-build-isolation", *others], check=True)
    (_PLACE / ".installed").write_text(_locks_digest())


def twin_variables(url: str) -> dict[str, str]:
    return {
        "TWIN_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.twin.settings",
        "PYTHONPATH": f"{_ROOT}:{_ROOT / 'src'}",
    }


def ask_twin(command: str, url: str) -> str:
    """What a command of the twin (bench/twin/management) prints."""
    done = subprocess.run(
        [str(TWIN_PYTHON), "-m", "django", command],
        check=True,
        cwd=_ROOT,
        env={**os.environ, **twin_variables(url)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
