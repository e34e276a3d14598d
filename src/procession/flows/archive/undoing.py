"""Take an operation back, exactly as far as nobody has touched its objects since (contract 70, 2).

An undo is an operation like any other, so it can be taken back as well.
"""

from typing import Any

import msgspec

from procession.core.archive import INVERSE, Reason, Verb
from procession.domains.archive import policy, store
from procession.domains.archive.types import (
    TO_CHANGE,
    Counts,
    Operation,
    Selection,
    SelectionStatus,
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
from procession.flows.archive.selecting import MOST_AT_ONCE, PORTION, Found
from procession.kit.caller import Caller
from procession.kit.errors import Conflict, Forbidden, Invalid
from procession.kit.ids import new_id
from procession.kit.leasing import AT_ONCE
from procession.kit.work import Work, reading, writing

_encode = msgspec.json.Encoder().encode
_IN_A_REQUEST = 200


def undo(caller: Caller, number: int) -> Operation:
    """The operation that takes it back; the same one when it is asked for again."""
    with writing(caller) as work:
        operation = lock_theirs(work, number)
        if operation.undone_by is not None:
            return get_any(work, operation.undone_by)
        verb = _inverse(work, operation)
        undoing = begin(work, _set_of(work, operation, verb), None, undoes=operation)
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
    selection_id = new_id()
    row: dict[str, Any] = {
        "id": selection_id,
        "token_digest": None,
        "verb": verb.value,
        "kind": operation.kind,
        "filter": None,
        "wanted": None,
        "undoes": operation.number,
        "made_by": work.caller.person_id,
        "is_made_by_bot": work.caller.kind == "bot",
        "created_at": work.now,
        "operation": None,
        "status": SelectionStatus.BUILDING.value,
        "matching": 0,
        "will_change": 0,
        "skipped": "{}",
        "also": "{}",
        "sample": "[]",
        "digest": None,
        "expires_at": None,
        "due_at": AT_ONCE,
    }
    if operation.done <= MOST_AT_ONCE:
        ids = store.list_done(work, operation.selection_id, "", MOST_AT_ONCE)
        found = Found(verb, operation.kind)
        found.add((each, TO_CHANGE) for each in ids)
        row |= {**found.columns(work), "due_at": None}
        for start in range(0, len(ids), PORTION):
            portion = ids[start : start + PORTION]
            store.add_items(work, selection_id, [(each, TO_CHANGE) for each in portion])
    store.add_selection(work, row)
    return store.get_selection(work, selection_id)


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
