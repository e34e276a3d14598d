"""Who may select and operate (contract 70, 1 and 2). Each object needs its own right besides."""

from procession.core.archive import Verb
from procession.domains.archive.types import Operation, Selection
from procession.kit.caller import Caller


def can_select(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_use(caller: Caller, verb: str) -> bool:
    """Begin an operation of this verb."""
    return caller.is_admin or (caller.is_standard and verb != Verb.DELETE)


def can_approve(caller: Caller) -> bool:
    """Of a sweep. Whoever wrote a rule that asks for four eyes may not of its own."""
    return caller.is_admin


def is_their_selection(caller: Caller, selection: Selection) -> bool:
    return caller.is_admin or selection.made_by == caller.person_id


def is_their_operation(caller: Caller, operation: Operation) -> bool:
    return caller.is_admin or operation.requested_by == caller.person_id
