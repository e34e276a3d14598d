"""Approve of a sweep that waits, or refuse it; who waits too long lapses (contract 70, 3)."""

from procession.core.times import DAY
from procession.domains.archive import policy, store
from procession.domains.archive.types import Operation, OperationStatus, read_swept_by
from procession.domains.retention import store as retention
from procession.flows.archive.operating import (
    finish_here,
    get_operation,
    is_for_a_request,
    lock_theirs,
    stop,
    tell_start,
)
from procession.flows.archive.retaining import require_may_rule
from procession.flows.archive.sweeping import authors_of
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Caller
from procession.kit.errors import Conflict, Forbidden
from procession.kit.server import Server
from procession.kit.work import Work, writing

_WAITS = 14 * DAY
_DOES_NOT_WAIT = "This operation does not wait for approval."
_FOUR_EYES = "Somebody else has to approve of what your own rule would do."


def approve(caller: Caller, number: int) -> Operation:
    """It begins. Repeated: unchanged."""
    with writing(caller) as work:
        operation = _lock(work, number)
        if operation.approved_by is not None:
            return operation
        if not operation.awaits_approval:
            raise Conflict(_DOES_NOT_WAIT)
        swept_by = read_swept_by(operation.rule or "")
        if caller.person_id in {*swept_by.authors, *authors_of(work, swept_by)}:
            raise Forbidden(_FOUR_EYES)
        changes = {"status": OperationStatus.WAITING.value, "approved_by": caller.person_id}
        store.set_columns(work, number, changes)
        tell_start(work, operation)
        selection = store.get_selection(work, operation.selection_id)
    if is_for_a_request(selection):
        finish_here(caller.server, caller.organization_id, number)
    return get_operation(caller, number)


def refuse(caller: Caller, number: int) -> Operation:
    """Nothing of it is done. Repeated: unchanged."""
    with writing(caller) as work:
        operation = _lock(work, number)
        if operation.status == OperationStatus.REFUSED:
            return operation
        if not operation.awaits_approval:
            raise Conflict(_DOES_NOT_WAIT)
        return stop(work, operation, OperationStatus.REFUSED)


def _lock(work: Work, number: int) -> Operation:
    operation = lock_theirs(work, number)
    if not policy.can_approve(work.caller):
        raise Forbidden
    return operation


def lapse_one(server: Server) -> bool:
    """A sweep that nobody approved of in time; False when there is none."""
    before = server.clock() - _WAITS
    for waiting in store.list_lapsing(server.database.connection(), before):
        with writing(as_bot(server, waiting.organization_id)) as work:
            operation = store.lock_operation(work, waiting.number)
            if operation is not None and operation.awaits_approval:
                stop(work, operation, OperationStatus.LAPSED)
                return True
    return False


def offer_again(caller: Caller) -> None:
    """What nobody approved of may be offered by the next pass."""
    with writing(caller) as work:
        require_may_rule(caller)
        retention.lock_retention(work)
        retention.set_columns(work, {"offered_at": work.now})
