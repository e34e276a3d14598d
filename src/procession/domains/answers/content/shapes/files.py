"""Files: uploads by their id, or addresses. The server never fetches an address."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from procession.core.texts import is_storable
from procession.core.times import wire_time
from procession.core.urls import is_web_address
from procession.domains.answers.content.asking import Asked, BadAnswer
from procession.domains.answers.content.uploads import names_upload
from procession.kit.ids import find_id

_MOST_FILES = 100
_LONGEST_URL = 4_096
_LONGEST_NAME = 255
#: Within the storage: no scheme, no host, no way up.
_PATH = re.compile(r"/?[^\s:/\\?#\"'<>][^\s:\\\"'<>]*")
_SOURCES = ("local", "url")
_SMALL_KEYS = ("version", "uploaded_from")


def read_files(sent: Any, asked: Asked) -> list[dict[str, Any]]:
    entries = sent if isinstance(sent, list) else [sent]
    if len(entries) > _MOST_FILES:
        raise asked.refuse(f"may not have more than {_MOST_FILES} files.")
    before = asked.before or []
    by_url = {entry["url"]: entry for entry in before}
    by_id = {entry["id"]: entry for entry in before if "id" in entry}
    return [
        _upload(entry, by_id, asked) if names_upload(entry) else _entry(entry, by_url, asked)
        for entry in entries
    ]


def _upload(entry: dict[str, Any], before: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """As the server knows it; one that is in the answer already stays, also when it is gone."""
    file_id = find_id(entry["id"]) if isinstance(entry["id"], str) else None
    found = asked.known.files.get(file_id or "")
    if found is not None:
        return dict(found)
    if file_id in before:
        return dict(before[file_id])
    raise BadAnswer(f"{asked.field.label} names a file that does not exist.")


def _entry(entry: Any, known: dict[str, Any], asked: Asked) -> dict[str, Any]:
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict):
        raise asked.invalid
    url = _url(entry.get("url") or entry.get("full_url"), asked)
    full_url = _url(entry.get("full_url") or url, asked)
    stored: dict[str, Any] = {
        "url": url,
        "full_url": full_url,
        "filename": _filename(entry.get("filename") or entry.get("name"), url, asked),
        "source": _source(entry.get("source"), asked),
    }
    stored |= {key: _small(entry[key], asked) for key in _SMALL_KEYS if entry.get(key) is not None}
    if entry.get("subject") is not None:
        stored["subject"] = _subject(entry["subject"], asked)
    before = known.get(url, {})
    # When it was added is for the server to say, so it is what it was for a file that stays.
    return {**stored, "uploaded_at": before.get("uploaded_at", wire_time(asked.now))}


def _url(url: Any, asked: Asked) -> str:
    if not isinstance(url, str):
        raise asked.invalid
    url = url.strip()  # Addresses are copied with the spaces around them.
    if len(url) > _LONGEST_URL or not is_storable(url):
        raise asked.invalid
    if not is_web_address(url) and not _is_path(url):
        raise BadAnswer(f"{asked.field.label} must be a valid URL.")
    return str(url)


def _is_path(url: str) -> bool:
    is_path = "/" in url and url.isprintable() and _PATH.fullmatch(url) is not None
    return is_path and ".." not in unquote(url).split("/")


def _filename(name: Any, url: str, asked: Asked) -> str:
    if name is None or name == "":
        last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
        name = last if last.strip() and is_storable(last) else url
        return str(name)[:_LONGEST_NAME]
    if not isinstance(name, str) or not is_storable(name):
        raise asked.invalid
    if len(name) > _LONGEST_NAME:
        raise asked.refuse(f"may not have file names of more than {_LONGEST_NAME} characters.")
    return name


def _source(source: Any, asked: Asked) -> str:
    if source is None or source == "":
        return "url"
    if source not in _SOURCES:
        raise asked.invalid
    return str(source)


def _small(value: Any, asked: Asked) -> Any:
    """A word or number that clients note about a file."""
    is_text = isinstance(value, str) and len(value) <= _LONGEST_NAME and is_storable(value)
    if not is_text and not isinstance(value, bool | int | float):
        raise asked.invalid
    return value


def _subject(value: Any, asked: Asked) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise asked.invalid
    return {key: _small(value[key], asked) for key in ("id", "type") if value.get(key) is not None}
