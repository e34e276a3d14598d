"""Who may place and see holds, and who is told that something is held (contract 70, 4)."""

from procession.kit.caller import Caller, Role


def can_hold(caller: Caller) -> bool:
    return caller.is_admin


def sees_holds(caller: Caller) -> bool:
    """Which they are and why; who runs the server does, too."""
    return can_hold(caller) or caller.role is Role.BOT


def is_told(caller: Caller) -> bool:
    """That something they can read is held, not by which hold. A refusal tells standard members
    the same: they may say something about whatever they read, and take it back."""
    return caller.is_admin or caller.is_standard
