"""Who may read the system log (contract 60, 8)."""

from procession.kit.caller import Caller


def can_read_log(caller: Caller) -> bool:
    return caller.is_admin
