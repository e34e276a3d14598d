"""Uploaded files that answers name (contract 45, 6)."""

from typing import Any

from procession.kit.ids import find_id


def names_upload(entry: Any) -> bool:
    """The entry of an answer is no mere address."""
    return isinstance(entry, dict) and entry.get("id") not in (None, "")


def uploads_named(sent: Any) -> list[str]:
    """Ids of uploads in what was sent for a field, or is stored of it; known or not."""
    entries = sent if isinstance(sent, list) else [sent]
    named = (entry["id"] for entry in entries if names_upload(entry))
    return [found for each in named if isinstance(each, str) and (found := find_id(each))]


def is_there(entry: Any) -> bool:
    """What is deleted keeps its place and is no answer any more."""
    return not (isinstance(entry, dict) and entry.get("deleted") is True)
