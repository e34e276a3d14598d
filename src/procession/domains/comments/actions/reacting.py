"""React to what somebody said, and take that back (contract 45, 3.8)."""

from collections.abc import Collection

from procession.domains.comments import store
from procession.domains.comments.events import CommentReacted, about
from procession.domains.comments.types import Reaction, Thread
from procession.kit.errors import invalid
from procession.kit.work import Work


def react(work: Work, thread: Thread, wanted: Collection[str]) -> Thread:
    """`wanted`: all reactions of the caller from now on; nothing happens where they are the same.
    Whoever calls holds what it was said about."""
    if not set(wanted) <= set(Reaction):
        known = ", ".join(Reaction)
        raise invalid("reactions", f"The selected reactions are invalid. They can be: {known}.")
    person, reacted = work.caller.person, thread.reacted
    before = reacted.of(person)
    if before == set(wanted):
        return thread
    store.set_reactions(work, thread.id, reacted.with_those_of(person, wanted))
    now = tuple(sorted(set(wanted)))
    work.record(CommentReacted(**about(thread), before=tuple(sorted(before)), reactions=now))
    changed = store.find_any(work, thread.id)
    assert changed is not None
    return changed
