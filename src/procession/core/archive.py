"""What a list shows of the archive."""

from enum import StrEnum


class ArchivedShown(StrEnum):
    HIDDEN = "hidden"
    INCLUDED = "included"
    ONLY = "only"


def archived_shown(word: str | None) -> ArchivedShown:
    """From the query parameter `archived`: `only`, or a true value to include it."""
    lowered = (word or "").strip().lower()
    if lowered == "only":
        return ArchivedShown.ONLY
    is_true = lowered in ("true", "1", "yes", "on")
    return ArchivedShown.INCLUDED if is_true else ArchivedShown.HIDDEN
