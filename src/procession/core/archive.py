"""What a list shows of the archive, and by what something got there."""

from enum import StrEnum

#: What is said of all that would need it.
NO_COLD_STORAGE = "Cold storage is not part of this version."


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


class Verb(StrEnum):
    """What is done to one object, or to many (contract 70, 1)."""

    ARCHIVE = "archive"
    ACTIVATE = "activate"
    DELETE = "delete"


#: What takes back what.
INVERSE = {Verb.ARCHIVE: Verb.ACTIVATE, Verb.ACTIVATE: Verb.ARCHIVE}


class Reason(StrEnum):
    """Why an object is passed over."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    ALREADY_ARCHIVED = "already_archived"
    ALREADY_LIVE = "already_live"
    NOT_ARCHIVED = "not_archived"
    #: A task in a process that is archived.
    PROCESS_ARCHIVED = "process_archived"
    #: Something below it stays, so it cannot be deleted.
    FAMILY_HELD = "family_held"
    HELD = "held"
    OPEN_ISSUE = "open_issue"
    #: Of what the clock would delete: its work was never finished.
    NOT_COMPLETE = "not_complete"
    #: A relative of it is live, or its time has not come.
    OPEN_CHILDREN = "open_children"
    #: Less than the rule's time ago.
    RESTORED_RECENTLY = "restored_recently"
    #: The rule says something else now, or is switched off.
    RULE_CHANGED = "rule_changed"
    CHANGED_SINCE = "changed_since"
    IN_OTHER_OPERATION = "in_other_operation"
    CANCELLED = "cancelled"
    #: Of somebody else's operation: what whoever asks may not read.
    HIDDEN = "hidden"
    FAILED = "failed"


def state_refuses(verb: Verb, *, is_archived: bool) -> Reason | None:
    """Only what is archived is deleted for ever; and nothing changes that is as it shall be."""
    if verb is Verb.ARCHIVE:
        return Reason.ALREADY_ARCHIVED if is_archived else None
    if is_archived:
        return None
    return Reason.NOT_ARCHIVED if verb is Verb.DELETE else Reason.ALREADY_LIVE


def archived_shown(word: str | None) -> ArchivedShown:
    """From the query parameter `archived`: `only`, or a true value to include it."""
    lowered = (word or "").strip().lower()
    if lowered == "only":
        return ArchivedShown.ONLY
    is_true = lowered in ("true", "1", "yes", "on")
    return ArchivedShown.INCLUDED if is_true else ArchivedShown.HIDDEN
