"""Who may let whom be told of what (contract 60, 3)."""

from procession.domains.watchers.types import Watched, Watcher
from procession.kit.caller import Caller


def can_watch_for(caller: Caller, person: str) -> bool:
    """`person`: who is to be told, `u:7` or `e:3`."""
    return caller.is_admin or caller.person == person


def can_watch(caller: Caller, kind: Watched) -> bool:
    """What happens in all of the organization is for administrators."""
    return caller.is_admin or kind is not Watched.ORGANIZATION


def can_see_all(caller: Caller) -> bool:
    return caller.is_admin


def can_remove(caller: Caller, watcher: Watcher) -> bool:
    own = f"u:{watcher.user_id}" if watcher.guest_id is None else f"e:{watcher.guest_id}"
    return caller.is_admin or caller.person == own
