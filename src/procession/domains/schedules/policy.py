"""Who may schedule launches (contract 50, 9), of templates that they may launch."""

from procession.kit.caller import Caller


def can_schedule(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_schedule_for_others(caller: Caller) -> bool:
    return caller.is_admin
