"""What a list shows of the archive, and by what something got there."""

from enum import StrEnum


class ArchivedShown(StrEnum):
    HIDDEN = "hidden"
    INCLUDED = "included"
    ONLY = "only"


class ArchivedVia(StrEnum):
    """By what something was archived; the first that fits (contract 70, 10)."""

    #: The clock, in the bot's name.
    SWEEP = "sweep"
    #: One of many, by a numbered operation.
    OPERATION = "operation"
    #: A program with a token of its own.
    APPLICATION = "application"
    PERSON = "person"


def archived_shown(word: str | None) -> ArchivedShown:
    """From the query parameter `archived`: `only`, or a true value to include it."""
    lowered = (word or "").strip().lower()
    if lowered == "only":
        return ArchivedShown.ONLY
    is_true = lowered in ("true", "1", "yes", "on")
    return ArchivedShown.INCLUDED if is_true else ArchivedShown.HIDDEN
