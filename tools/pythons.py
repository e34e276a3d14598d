"""The hostile part of the suite on every other Python that the package claims to run on.

Each that this machine has gets an environment of its own (`.venv-3.13`) from the same locked files.
Which ones are claimed stands in pyproject.toml alone. One that is not there is named, and no fault.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKED = (ROOT / "requirements/build.txt", ROOT / "requirements/dev.txt", ROOT / "pyproject.toml")
_CLAIM = re.compile(r"Programming Language :: Python :: (3\.[0-9]+)")
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def claimed() -> list[str]:
    """Versions such as `3.13`, the oldest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = (_CLAIM.fullmatch(line) for line in project["classifiers"])
    return [claim[1] for claim in found if claim]


def find(version: str) -> str | None:
    """An interpreter of this version: on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    of_pyenv = sorted(pyenv.glob(f"versions/{version}.*/bin/python"), key=_newest, reverse=True)
    places = [shutil.which(f"python{version}"), *map(str, of_pyenv)]
    return next((place for place in places if place and _runs(place, version)), None)


def _newest(interpreter: Path) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", interpreter.parts[-3])]


def _runs(interpreter: str, version: str) -> bool:
    """Shims of pyenv stand on the path for versions that are not switched on, too."""
    done = subprocess.run(
        [interpreter, "-c", _VERSION], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == version


def prepared(interpreter: str, version: str) -> Path:
    """The interpreter of its environment, which is made anew when a locked file has changed."""
    folder = ROOT / f".venv-{version}"
    python, mark = folder / "bin/python", folder / ".ready"
    if mark.exists() and all(mark.stat().st_mtime >= file.stat().st_mtime for file in LOCKED):
        return python
    print(f"Installing the locked packages for Python {version} into {folder.name} ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([interpreter, "-m", "venv", "--without-pip", folder], check=True)
    # By the pip of this environment. What is imported is compiled then; most never is.
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-compile"]
    for file in LOCKED[:2]:
        # What comes as source alone is built by the locked setuptools, not by one of the day.
        locked = ["--require-hashes", "--no-build-isolation", "-r", str(file)]
        subprocess.run([*install, *locked], check=True)
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    subprocess.run([*install, *editable], check=True)
    mark.touch()
    return python


def hostile_files() -> list[str]:
    """Looking through all others for what is marked would take a minute of each Python."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.hostile" in file.read_text(encoding="utf-8")]


def passes(interpreter: str, version: str) -> bool:
    print(f"The hostile part of the suite on Python {version}:", flush=True)
    # What a database is asked comes after all that depends on the interpreter: SQLite is enough.
    chosen = ["-m", "hostile", "-k", "not postgres"]
    words = ["-m", "pytest", "-n", "3", *chosen, "-p", "no:cacheprovider", *hostile_files()]
    done = subprocess.run([prepared(interpreter, version), *words], cwd=ROOT, check=False)
    return done.returncode == 0


def main() -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Each process would compile everything anew.
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    outcomes = {here: "the one that runs the whole suite"}
    for version in claimed():
        if version == here:
            continue
        interpreter = find(version)
        if interpreter is None:
            outcomes[version] = "not found on this machine, NOT RUN"
        else:
            outcomes[version] = "passed" if passes(interpreter, version) else "FAILED"
    for version in sorted(outcomes, key=lambda name: int(name.split(".")[1])):
        print(f"  Python {version}: {outcomes[version]}")
    return int("FAILED" in outcomes.values())


if __name__ == "__main__":
    sys.exit(main())
