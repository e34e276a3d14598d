"""Where texts of settings come from: the environment, `.env`, and files that hold secrets."""

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

ENV_FILE = Path(".env")
PREFIX = "PROCESSION_"
#: `PROCESSION_SECRET_KEY_FILE` names a file that holds what PROCESSION_SECRET_KEY would.
OF_FILE = "_FILE"
#: More is no secret of ours.
_LARGEST_SECRET = 64 * 1024
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_ENDING = re.compile(r"\s#.*$")


class SettingError(Exception):
    """A variable has a value that cannot be used; the message names it and says what would do."""


def add_env_file(environment: MutableMapping[str, str], file: Path = ENV_FILE) -> list[str]:
    """The names that this folder's `.env` sets, now in the environment; what was there stays.

    Only names of ours: the file may be other programs' as well. Raises SettingError for a file
    that cannot be read, or a line that says nothing.
    """
    added = []
    for name, text in read_env_file(file).items():
        if name.startswith(PREFIX) and name not in environment:
            environment[name] = text
            added.append(name)
    return added


def read_env_file(file: Path) -> dict[str, str]:
    """Lines of NAME=VALUE, as systemd and compose read them; the value may stand in quotation
    marks, and nothing in it is filled in. Empty where there is no file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingError(f"The file {file.absolute()} cannot be read: {wrong}.") from None
    values = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            # Never the line itself: it may hold a secret.
            raise SettingError(f"Line {number} of {file.absolute()} is not NAME=VALUE.")
        values[found[1]] = _unquoted(found[2])
    return values


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _ENDING.sub("", text)


def text_of(variable: str, environment: Mapping[str, str], *, is_secret: bool) -> str:
    """What the variable holds, or the file that its `_FILE` names; empty where neither is set."""
    text = environment.get(variable, "")
    file = environment.get(f"{variable}{OF_FILE}", "") if is_secret else ""
    if not file.strip():
        return text
    if text.strip():
        raise SettingError(f"{variable} and {variable}{OF_FILE} are both set; keep one of them.")
    return _secret_in(Path(file), f"{variable}{OF_FILE}")


def _secret_in(file: Path, variable: str) -> str:
    """Without the line break that editors put at the end."""
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(_LARGEST_SECRET).rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingError(f"{variable}: the file {file} is no text in UTF-8.") from None
    except OSError as wrong:
        reason = wrong.strerror or type(wrong).__name__
        raise SettingError(f"{variable}: the file {file} cannot be read ({reason}).") from None
    if not text.strip():
        raise SettingError(f"{variable}: the file {file} is empty.")
    return text
