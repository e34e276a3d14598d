"""Files in answers as pages show them, and as their forms name them. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from procession.flows.telling import addresses
from procession.kit.ids import find_id


class ShownFile(NamedTuple):
    """`token`: by which a form says that it stays."""

    token: str
    name: str
    #: None for what pages cannot open.
    address: str | None


def files_in(value: Any, at: str | None = addresses.FILE) -> list[ShownFile]:
    """What an answer of a file field holds, or what a form sent for it. `at`: where those
    are opened that were uploaded; None: nowhere."""
    listed = value if isinstance(value, list) else [value]
    entries = [{"url": each} if isinstance(each, str) else each for each in listed]
    return [
        ShownFile(token_of(each), _name_of(each), _address_of(each, at))
        for each in entries
        if isinstance(each, dict) and (each.get("id") or each.get("url"))
    ]


def token_of(entry: Mapping[str, Any]) -> str:
    """What a form says of a file that stays: its id and its name, or its link."""
    if not entry.get("id"):
        return str(entry.get("url") or "")
    return f"{entry['id']} {entry.get('filename') or ''}".rstrip()


def entry_of(token: str) -> dict[str, Any]:
    """As the API takes it. The name serves a form that is shown once more."""
    word, _, name = token.partition(" ")
    file_id = find_id(word)
    if file_id is None:
        return {"url": token}
    return {"id": file_id, "filename": name} if name else {"id": file_id}


def _name_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("filename") or entry.get("url") or "File")


def _address_of(entry: Mapping[str, Any], at: str | None) -> str | None:
    file_id = find_id(str(entry.get("id") or ""))
    if entry.get("deleted"):
        return None
    if file_id is not None and entry.get("source") != "url":
        return None if at is None else at.format(file=file_id)
    address = str(entry.get("full_url") or entry.get("url") or "")
    return address if address.startswith(("https://", "http://")) else None
