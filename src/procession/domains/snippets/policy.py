"""Who may write snippets (contract 50, 8). Every member reads them."""

from procession.kit.caller import Caller


def can_change_snippets(caller: Caller) -> bool:
    return caller.is_admin
