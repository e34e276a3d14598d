"""Who may search."""

from procession.kit.caller import Caller


def can_search(caller: Caller) -> bool:
    """Members; each finds what they may open."""
    return not caller.is_guest
