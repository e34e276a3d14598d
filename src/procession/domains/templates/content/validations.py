"""How answers of a field are checked, and its settings (contract 21, 3)."""

import re
from typing import Any

import msgspec

from procession.core.texts import is_storable
from procession.domains.templates.content.choices import read_flag
from procession.domains.templates.content.findings import Findings, name_of

_NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,10})?"
#: Each known word, and what has to follow it.
_WORDS = {
    **dict.fromkeys(
        ("numeric", "integer", "email", "url", "alpha", "alpha_num", "alpha_dash"), re.compile("")
    ),
    "digits": re.compile("[0-9]{1,4}", re.ASCII),
    "min": re.compile(_NUMBER, re.ASCII),
    "max": re.compile(_NUMBER, re.ASCII),
    "between": re.compile(rf"{_NUMBER}\s*,\s*{_NUMBER}", re.ASCII),
}
#: Said by other attributes, or by nothing.
_DROPPED = ("required", "nullable", "string")
_MOST_ENTRIES = 50
_LONGEST_ENTRY = 255
_SETTINGS_BYTES = 8 * 1024
_SETTINGS_DEPTH = 20
#: Settings that this server acts upon.
_FLAGS = ("must_check_all", "default_to_guest")


def read_validation(sent: Any, path: str, found: Findings) -> tuple[str, ...]:
    """A list, or one text separated by `|`."""
    entries = sent.split("|") if isinstance(sent, str) else sent
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        found.refuse(path, f"The {name_of(path)} must be a list of strings.")
        return ()
    kept = [entry.strip() for entry in entries]
    kept = list(dict.fromkeys(entry for entry in kept if entry and entry.lower() not in _DROPPED))
    if len(kept) > _MOST_ENTRIES or any(len(entry) > _LONGEST_ENTRY for entry in kept):
        found.refuse(path, f"The {name_of(path)} is too long.")
    elif not all(map(is_storable, kept)):
        found.refuse(path, f"The {name_of(path)} must be a list of strings.")
    else:
        for entry in kept:
            _check(entry, path, found)
    return tuple(kept)


def _check(entry: str, path: str, found: Findings) -> None:
    word, _, rest = entry.partition(":")
    if word not in _WORDS:
        found.warn(path, f'"{entry}" is not known and will not be checked.')
    elif not _WORDS[word].fullmatch(rest.strip()):
        found.refuse(path, f"The {name_of(path)} {entry} is not written correctly.")


def read_settings(sent: dict[str, Any], path: str, found: Findings) -> dict[str, Any]:
    """Any keys; those that the server acts upon are true or false."""
    settings = dict(sent)
    if _depth(settings) > _SETTINGS_DEPTH or len(msgspec.json.encode(settings)) > _SETTINGS_BYTES:
        found.refuse(path, f"The {name_of(path)} may not be larger than 8 KB.")
        return {}
    for name in _FLAGS:
        if name in settings:
            flag = read_flag(settings[name])
            if flag is None:
                found.refuse(f"{path}.{name}", f"The {name_of(name)} must be true or false.")
            settings[name] = bool(flag)
    return settings


def _depth(value: Any) -> int:
    """How deeply objects and lists are nested; counted level by level, whatever was sent."""
    level, depth = [value], 0
    while level and depth <= _SETTINGS_DEPTH:
        level = [
            inside
            for each in level
            if isinstance(each, dict | list)
            for inside in (each.values() if isinstance(each, dict) else each)
        ]
        depth += 1
    return depth
