"""Many things at once, in people's words: how many of what, and why some stay as they are."""

from collections.abc import Mapping, Sequence

from procession.core.archive import Reason, Verb
from procession.domains.archive.types import Kind
from procession.kit.errors import invalid
from procession.kit.ids import find_id

_MOST_IDS = 1_000
_NOUNS = {
    Kind.RUN.value: ("process", "processes"),
    Kind.CHECKLIST.value: ("template", "templates"),
    Kind.TASK.value: ("task", "tasks"),
}
#: What is done, and what was done.
VERBS = {
    Verb.ARCHIVE.value: ("Archive", "Archived"),
    Verb.ACTIVATE.value: ("Restore", "Restored"),
    Verb.DELETE.value: ("Delete", "Deleted"),
}
#: Each goes on from how many: `2 archived already`.
_REASONS = {
    Reason.NOT_FOUND: "not there, or not yours to see",
    Reason.NOT_ALLOWED: "not yours to change",
    Reason.ALREADY_ARCHIVED: "archived already",
    Reason.ALREADY_LIVE: "not archived",
    Reason.NOT_ARCHIVED: "not archived: only what is archived can be deleted",
    Reason.PROCESS_ARCHIVED: "of an archived process: it comes back with that",
    Reason.FAMILY_HELD: "kept for what was launched from it",
    Reason.HELD: "on hold",
    Reason.OPEN_ISSUE: "with an open issue",
    Reason.NOT_COMPLETE: "not complete",
    Reason.OPEN_CHILDREN: "with relatives that are still open",
    Reason.RESTORED_RECENTLY: "restored a short time ago",
    Reason.RULE_CHANGED: "no longer covered by the rule",
    Reason.CHANGED_SINCE: "changed since by somebody",
    Reason.IN_OTHER_OPERATION: "being changed by another operation",
    Reason.CANCELLED: "left when it was cancelled",
    Reason.HIDDEN: "not yours to see",
    Reason.FAILED: "failed: the server's log says why",
}


def counted(count: int, kind: str) -> str:
    """`1 process`, `1,204 processes`."""
    one, several = _NOUNS[kind]
    return f"{count:,} {one if count == 1 else several}"


def noun(kind: str) -> str:
    return _NOUNS[kind][1]


def some_of(done: int, total: int, kind: str) -> str:
    """`20 processes`, or `18 of 20 processes` where not all were changed."""
    return counted(done, kind) if done == total else f"{done:,} of {counted(total, kind)}"


def why_passed_over(skips: Mapping[str, int]) -> Sequence[str]:
    """A sentence's end for each reason, the commonest first."""
    ordered = sorted(skips.items(), key=lambda each: (-each[1], each[0]))
    return [f"{count:,} {reason_words(reason)}" for reason, count in ordered]


def reason_words(reason: str) -> str:
    return _REASONS.get(Reason(reason), reason) if reason in tuple(Reason) else reason


def ticked(sent: Sequence[str]) -> tuple[str, ...]:
    """Ids of what was ticked in a list, each once. Raises Invalid where that is nothing, or more
    than a page can have."""
    ids = [found for found in map(find_id, sent) if found is not None]
    if not ids:
        raise invalid("ids", "Nothing was ticked. Go back and tick at least one.")
    if len(ids) > _MOST_IDS:
        raise invalid("ids", f"At most {_MOST_IDS:,} can be ticked at once.")
    return tuple(dict.fromkeys(ids))
