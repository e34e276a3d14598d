"""Who may do what with a thread they can see (contract 00, 8.4; 45, 3)."""

from procession.domains.comments.types import Thread
from procession.kit.caller import Caller


def can_edit(caller: Caller, thread: Thread) -> bool:
    """Change or delete it. What the bot said is nobody's own."""
    is_theirs = (thread.author_kind, thread.author_id) == (caller.kind.value, caller.person_id)
    return caller.is_admin or is_theirs


def can_resolve(caller: Caller) -> bool:
    """And reopen."""
    return not caller.is_guest
