"""Who may see what webhooks were told, and arrange them (contract 00, 8.4)."""

from procession.kit.caller import Caller


def can_arrange_webhooks(caller: Caller) -> bool:
    return caller.is_admin
