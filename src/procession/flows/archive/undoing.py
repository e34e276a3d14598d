"""Take an operation back, exactly as far as nobody has touched its objects since (contract 70, 2).

An undo is an operation like any other, so it can be taken back as well.
"""

from procession.core.archive import INVERSE, Reason, Verb
from procession.domains.archive import policy, store
from procession.domains.archive.types import (
    TO_CHANGE,
    Counts,
    Operation,
    OperationKind,
    Selection,
)
from procession.flows.archive.kinds import MANY
from procession.flows.archive.operating import (
    begin,
    finish_here,
    get_any,
    get_operation,
    get_theirs,
    lock_theirs,
    untouched,
)
from procession.flows.archive.selecting import MOST_AT_ONCE, PORTION, Found, keep_set
from procession.kit.caller import Caller
from procession.kit.errors import Conflict, Forbidden, Invalid
from procession.kit.work import Work, reading, writing

_IN_A_REQUEST = 200


def undo(caller: Caller, number: int) -> Operation:
    """The operation that takes it back; the same one when it is asked for again."""
    with writing(caller) as work:
        operation = lock_theirs(work, number)
        if operation.undone_by is not None:
            return get_any(work, operation.undone_by)
        verb = _inverse(work, operation)
        undoing = begin(
            work, _set_of(work, operation, verb), None, OperationKind.UNDO, undoes=operation
        )
        store.set_columns(work, number, {"undone_by": undoing.number})
    if undoing.total <= _IN_A_REQUEST:
        finish_here(caller.server, caller.organization_id, undoing.number)
    return get_operation(caller, undoing.number)


def _inverse(work: Work, operation: Operation) -> Verb:
    if operation.is_unfinished:
        raise Conflict("This operation has not ended yet. Cancel it first.")
    verb = INVERSE.get(Verb(operation.verb))
    if verb is None:
        raise Invalid({"operation": ["Permanent deletion cannot be undone."]})
    if not policy.can_use(work.caller, verb):
        raise Forbidden
    return verb


def _set_of(work: Work, operation: Operation, verb: Verb) -> Selection:
    """What the operation has changed. Of a large one the worker makes it."""
    built = None
    if operation.done <= MOST_AT_ONCE:
        ids = store.list_done(work, operation.selection_id, "", MOST_AT_ONCE)
        found = Found(verb, operation.kind)
        verdicts = [(each, TO_CHANGE) for each in ids]
        found.add(verdicts)
        built = found, verdicts
    return keep_set(work, verb, operation.kind, built, undoes=operation.number)


def preview(caller: Caller, number: int) -> tuple[int, Counts]:
    """How many would come back now, and why others would not; nothing is changed."""
    with reading(caller) as work:
        operation = get_theirs(work, number)
        verb = _inverse(work, operation)
        will_change, skipped, after = 0, dict[str, int](), ""
        while ids := store.list_done(work, operation.selection_id, after, PORTION):
            after = ids[-1]
            fit = untouched(work, operation.kind, verb, ids, number, hold=False)
            judged = MANY[operation.kind].judge(work, verb, [each for each in ids if each in fit])
            reasons = [
                judged[each].reason if each in fit else Reason.CHANGED_SINCE.value for each in ids
            ]
            for reason in reasons:
                if reason is None:
                    will_change += 1
                else:
                    skipped[reason] = skipped.get(reason, 0) + 1
        return will_change, skipped
