"""Do what was selected: a numbered operation, worked on in short turns (contract 70, 2; decision
0052).

A turn is one transaction: it holds the operation's row, changes some objects by the verbs of single
calls, and notes what became of each. Nothing outside of it says that somebody is at work. So a
worker that dies leaves what it had committed, and the next turn is anybody's.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import structlog

from procession.core.archive import Reason, Verb
from procession.domains.archive import policy, store
from procession.domains.archive.events import OperationFinished, OperationStarted
from procession.domains.archive.store import OperationFilter
from procession.domains.archive.types import (
    DONE,
    TO_CHANGE,
    Counts,
    Item,
    Operation,
    OperationKind,
    OperationStatus,
    Selection,
    SweptBy,
    Verdict,
    next_turn,
)
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.people import store as people
from procession.flows.archive.judging import why_not_swept
from procession.flows.archive.kinds import MANY
from procession.flows.archive.selecting import find_theirs, names_of
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.db import away_errors
from procession.kit.errors import Conflict, Expired, Forbidden, NotFound, invalid
from procession.kit.paging import Page, PageRequest
from procession.kit.server import Server
from procession.kit.work import Work, reading, writing

_log = structlog.get_logger("procession.archive")
_encode = msgspec.json.Encoder().encode
#: A turn ends after so many objects, or so many seconds, whichever is first.
_MOST_IN_A_TURN = 100
_LONGEST_TURN_S = 0.025
#: So few are done by the request that asks for it; unless they have so many tasks.
_MOST_IN_A_REQUEST = 200
_MOST_TASKS_IN_A_REQUEST = 2_000
_LONGEST_WAIT_S = 10.0
_LOOK_EACH_S = 0.05
_FAILED = Verdict(Reason.FAILED, "It could not be changed. The server's log says why.")
_NOT_ALLOWED = Verdict(Reason.NOT_ALLOWED)


# --- Beginning ---


def start(caller: Caller, token: str, comment: str | None, confirm: int | None) -> Operation:
    """Use a selection. Its token answers the same operation for ever."""
    if not policy.can_select(caller):
        raise Forbidden
    with writing(caller) as work:
        selection = find_theirs(work, token, lock=True)
        if selection.operation is not None:
            return get_any(work, selection.operation)
        _check_use(work, selection, confirm)
        operation = begin(work, selection, comment)
    if is_for_a_request(selection):
        finish_here(caller.server, caller.organization_id, operation.number)
    with reading(caller) as work:
        return get_any(work, operation.number)


def _check_use(work: Work, selection: Selection, confirm: int | None) -> None:
    if not policy.can_use(work.caller, selection.verb):
        raise Forbidden
    if not selection.is_ready:
        raise Conflict("This selection is still being built.")
    if selection.expires_at is not None and selection.expires_at <= work.now:
        raise Expired("This selection has expired.")
    if selection.verb == Verb.DELETE and confirm != selection.will_change:
        raise invalid(
            "confirm",
            f"{selection.will_change:,} objects will be deleted for ever. "
            f"Send confirm: {selection.will_change} if that is meant.",
        )


def is_for_a_request(selection: Selection) -> bool:
    """Without a large one: deleting takes as long as there is to delete."""
    if selection.will_change > _MOST_IN_A_REQUEST:
        return False
    tasks = selection.along.get("tasks") or 0
    return selection.verb != Verb.DELETE or tasks <= _MOST_TASKS_IN_A_REQUEST


def begin(
    work: Work,
    selection: Selection,
    comment: str | None,
    kind: OperationKind = OperationKind.MANUAL,
    *,
    undoes: Operation | None = None,
    swept_by: SweptBy | None = None,
    needs_approval: bool = False,
) -> Operation:
    """`selection`: held, and not used yet; its set may still be on its way. `swept_by`: it is the
    clock's; one that needs approval has not started before it is approved of."""
    number = store.take_number(work)
    total = selection.matching if undoes is None else undoes.done
    status = OperationStatus.AWAITING_APPROVAL if needs_approval else OperationStatus.WAITING
    row = {
        "number": number,
        "selection_id": selection.id,
        "operation_kind": kind.value,
        "verb": selection.verb,
        "kind": selection.kind,
        "undoes": None if undoes is None else undoes.number,
        "undone_by": None,
        "rule": None if swept_by is None else _encode(swept_by).decode(),
        "approved_by": None,
        "requested_by": work.caller.person_id,
        "is_requested_by_bot": work.caller.kind is CallerKind.BOT,
        "requested_at": work.now,
        "comment": comment,
        "filter": selection.filter,
        "digest": selection.digest,
        "status": status.value,
        "total": total,
        "done": 0,
        "skipped": selection.skipped,
        "started_at": None,
        "finished_at": None,
        "worked_at": work.now,
        "last_id": "",
    }
    store.add_operation(work, row)
    store.set_operation(work, selection.id, number)
    operation = get_any(work, number)
    if not needs_approval:
        tell_start(work, operation)
    return operation


def tell_start(work: Work, operation: Operation) -> None:
    work.act_as(replace(work.caller, operation=operation.number))
    work.record(OperationStarted(**about(work, operation)))


def about(work: Work, operation: Operation) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "number": operation.number,
        "action": operation.verb,
        "object": operation.kind,
        "total": operation.total,
    }


# --- Turns ---


def work_on_one(server: Server) -> bool:
    """A turn of whichever operation has waited longest; False when none waits."""
    waiting = store.list_turns(server.database.connection())
    while (turn := next_turn(waiting)) is not None:
        if take_turn(server, turn.organization_id, turn.number):
            return True
        # Somebody else is at it.
        waiting.remove(turn)
    return False


def finish_here(server: Server, organization_id: str, number: int) -> None:
    """One turn after another, up to its end."""
    while take_turn(server, organization_id, number, may_wait=True):
        pass


def take_turn(server: Server, organization_id: str, number: int, *, may_wait: bool = False) -> bool:
    """Whether there was something to do. `may_wait`: for who is at it just now."""
    bot = as_bot(server, organization_id)
    with writing(bot) as work:
        lock = store.lock_operation if may_wait else store.lock_if_free
        operation = lock(work, number)
        if operation is None or not operation.is_to_be_done:
            return False
        work.act_as(_requester(work, bot, operation) or replace(bot, operation=number))
        _Turn(work, operation).take()
        return True


def _requester(work: Work, bot: Caller, operation: Operation) -> Caller | None:
    """With the rights that they have at this moment; None: they are no active member any more."""
    if operation.is_requested_by_bot:
        # Who runs the server may do what an administrator may.
        by_rule = operation.is_sweep
        return replace(bot, role=Role.ADMIN, operation=operation.number, sweeps=by_rule)
    member = people.find_member(work, operation.requested_by)
    if member is None or not member.is_active:
        return None
    return replace(
        bot,
        kind=CallerKind.MEMBER,
        person_id=member.id,
        role=Role(member.role or Role.LIGHT),
        can_archive_processes=bool(member.can_archive_processes),
        request_id=f"operation-{operation.number}",
        operation=operation.number,
    )


class _Turn:
    """What is done to an operation in one transaction."""

    def __init__(self, work: Work, operation: Operation) -> None:
        self._work = work
        self._operation = operation
        self._verb = Verb(operation.verb)
        self._many = MANY[operation.kind]
        self._is_gone = work.caller.role is Role.BOT
        #: Children go before their parents.
        self._is_from_below = (
            self._verb is Verb.DELETE
            and store.get_selection(work, operation.selection_id).with_children
        )
        self._counts: Counts = {}
        self._last_id = operation.last_id

    def take(self) -> None:
        began, count = time.monotonic(), 0
        is_over = False
        while count < _MOST_IN_A_TURN and time.monotonic() - began < _LONGEST_TURN_S:
            wanted = min(self._many.most(self._verb), _MOST_IN_A_TURN - count)
            ids = self._next(wanted)
            if ids:
                self._change(ids)
                # Within the turn's time, too.
                self._work.write_facts()
            count += len(ids)
            if len(ids) < (1 if self._is_from_below else wanted):
                is_over = True
                break
        note(self._work, self._operation, self._counts, self._last_id, is_over=is_over)

    def _next(self, most: int) -> list[str]:
        work, selection_id = self._work, self._operation.selection_id
        if not self._is_from_below:
            return store.list_to_do(work, selection_id, self._last_id, most)
        # Those that nobody is left below of, over and over; what is left in the end is a circle.
        return (
            store.list_lowest_to_do(work, selection_id, self._last_id, most)
            or store.list_lowest_to_do(work, selection_id, "", most)
            or store.list_to_do(work, selection_id, "", most)
        )

    def _change(self, ids: Sequence[str]) -> None:
        verdicts = self._tried(ids)
        for result, count in store.set_results(
            self._work, self._operation.selection_id, verdicts
        ).items():
            self._counts[result] = self._counts.get(result, 0) + count
        self._last_id = ids[-1]

    def _tried(self, ids: Sequence[str]) -> dict[str, Verdict]:
        """One that fails by a mistake of ours is passed over; the others are changed."""
        try:
            with self._work.attempt():
                return self._changed(ids)
        except away_errors():
            raise
        except Exception:
            if len(ids) == 1:
                number = self._operation.number
                _log.exception("object of operation failed", number=number, object_id=ids[0])
                return {ids[0]: _FAILED}
        return {each: verdict for one in ids for each, verdict in self._tried([one]).items()}

    def _changed(self, ids: Sequence[str]) -> dict[str, Verdict]:
        if self._is_gone:
            return dict.fromkeys(ids, _NOT_ALLOWED)
        work, number = self._work, self._operation.number
        verdicts: dict[str, Verdict] = {}
        elsewhere = store.to_do_elsewhere(work, number, ids)
        verdicts |= dict.fromkeys(sorted(elsewhere), Verdict(Reason.IN_OTHER_OPERATION))
        left = [each for each in ids if each not in elsewhere]
        if self._operation.undoes is not None:
            fit = self._untouched(left, self._operation.undoes)
            verdicts |= {each: Verdict(Reason.CHANGED_SINCE) for each in left if each not in fit}
            left = [each for each in left if each in fit]
        if self._operation.is_sweep:
            if self._verb is Verb.DELETE:
                # Before any row: as all who destroy.
                HoldGate(work)
            reasons = why_not_swept(work, self._verb, left, self._operation.requested_at)
            verdicts |= {each: Verdict(reason) for each, reason in reasons.items()}
            left = [each for each in left if each not in reasons]
        if self._is_from_below:
            verdicts |= self._staying(left)
            left = [each for each in left if each not in verdicts]
        return verdicts | self._many.change(work, self._verb, left)

    def _staying(self, ids: Sequence[str]) -> dict[str, Verdict]:
        """Those that somebody is below of who stays."""
        work = self._work
        parents = store.with_children_that_stay(work, self._operation.selection_id, ids)
        judged = self._many.judge(work, self._verb, sorted(parents))
        return {
            each: Verdict(Reason.FAMILY_HELD) if verdict == TO_CHANGE else verdict
            for each, verdict in judged.items()
        }

    def _untouched(self, ids: Sequence[str], undoes: int) -> set[str]:
        return untouched(self._work, self._operation.kind, self._verb, ids, undoes, hold=True)


def note(work: Work, operation: Operation, counts: Counts, last_id: str, *, is_over: bool) -> None:
    """What a turn has done. `counts`: of each result; `last_id`: the last that was looked at."""
    skips = operation.skips
    for reason, count in counts.items():
        if reason != DONE:
            skips[reason] = skips.get(reason, 0) + count
    status = OperationStatus.FINISHED if is_over else OperationStatus.RUNNING
    changes = {
        "status": status.value,
        "done": operation.done + counts.get(DONE, 0),
        "skipped": _encode(skips).decode(),
        "worked_at": work.now,
        "last_id": last_id,
    }
    if operation.started_at is None:
        changes["started_at"] = work.now
    if is_over:
        changes["finished_at"] = work.now
    store.set_columns(work, operation.number, changes)
    if is_over:
        _tell_end(work, operation, int(changes["done"]), skips, status)


def untouched(
    work: Work, kind: str, verb: Verb, ids: Sequence[str], undoes: int, *, hold: bool
) -> set[str]:
    """Of what another operation has done: those that nobody has touched since."""
    before = store.find_operation(work, undoes)
    assert before is not None
    done = store.when_done(work, before.selection_id, ids)
    return set(MANY[kind].as_left(work, verb, undoes, done, hold=hold)) if done else set()


def _tell_end(
    work: Work, operation: Operation, done: int, skips: Counts, status: OperationStatus
) -> None:
    work.record(
        OperationFinished(
            **about(work, operation),
            done=done,
            skipped=skips,
            is_cancelled=status is OperationStatus.CANCELLED,
            is_refused=status is OperationStatus.REFUSED,
            is_lapsed=status is OperationStatus.LAPSED,
        )
    )


# --- Stopping ---


def cancel(caller: Caller, number: int) -> Operation:
    """What is done stays done. Repeated: unchanged."""
    with writing(caller) as work:
        operation = lock_theirs(work, number)
        if operation.status == OperationStatus.CANCELLED:
            return operation
        if not operation.is_unfinished:
            raise Conflict("This operation has ended already.")
        return stop(work, operation, OperationStatus.CANCELLED)


def stop(work: Work, operation: Operation, status: OperationStatus) -> Operation:
    """What is left is passed over. The operation is held."""
    skips = operation.skips
    if operation.left:
        skips[Reason.CANCELLED] = skips.get(Reason.CANCELLED, 0) + operation.left
    changes = {
        "status": status.value,
        "skipped": _encode(skips).decode(),
        "finished_at": work.now,
    }
    store.set_columns(work, operation.number, changes)
    work.act_as(replace(work.caller, operation=operation.number))
    _tell_end(work, operation, operation.done, skips, status)
    return get_any(work, operation.number)


# --- Looking ---


def get_any(work: Work, number: int) -> Operation:
    found = store.find_operation(work, number)
    if found is None:
        raise NotFound(kind="Operation")
    return found


def lock_theirs(work: Work, number: int) -> Operation:
    return _theirs(work, store.lock_operation(work, number))


def get_theirs(work: Work, number: int) -> Operation:
    return _theirs(work, store.find_operation(work, number))


def _theirs(work: Work, operation: Operation | None) -> Operation:
    """Members see those that they asked for; administrators all."""
    if not policy.can_select(work.caller):
        raise Forbidden
    if operation is None or not policy.is_their_operation(work.caller, operation):
        raise NotFound(kind="Operation")
    return operation


def get_operation(caller: Caller, number: int) -> Operation:
    with reading(caller) as work:
        return get_theirs(work, number)


def wait_for(caller: Caller, operation: Operation, seconds: float) -> Operation:
    """Its end, or how far it is after so long. One request of a server process waits at a time;
    others are answered at once."""
    if not operation.is_unfinished or not seconds or not _waiting.acquire(blocking=False):
        return operation
    try:
        give_up = time.monotonic() + min(seconds, _LONGEST_WAIT_S)
        while operation.is_unfinished and time.monotonic() < give_up:
            time.sleep(_LOOK_EACH_S)
            operation = get_operation(caller, operation.number)
    finally:
        _waiting.release()
    return operation


_waiting = threading.Lock()


def list_operations(
    caller: Caller, request: PageRequest, wanted: OperationFilter
) -> Page[Operation]:
    if not policy.can_select(caller):
        raise Forbidden
    with reading(caller) as work:
        return store.list_operations(work, request, wanted, only_own=not caller.is_admin)


def list_items(
    caller: Caller, number: int, request: PageRequest, result: str, reason: str | None
) -> tuple[Operation, Page[Item], dict[str, str], int]:
    """With the names of those that the caller may read now, and how many of the page they may not:
    those are left out of it, and counted."""
    with reading(caller) as work:
        operation = get_theirs(work, number)
        if operation.is_stopped:
            result, reason = _as_cancelled(result, reason)
        page = store.list_items(work, request, operation.selection_id, result, reason)
        names = names_of(work, operation.kind, page.rows)
        if caller.is_admin:
            return operation, page, names, 0
        shown = [item for item in page.rows if item.object_id in names]
        return operation, replace(page, rows=shown), names, len(page.rows) - len(shown)


def _as_cancelled(result: str, reason: str | None) -> tuple[str, str | None]:
    """What was left is passed over; nobody has looked at it, so nothing is noted with it."""
    if reason == Reason.CANCELLED:
        return "left", None
    return ("not_done" if result == "skipped" and reason is None else result), reason


__all__ = [
    "OperationFilter", "about", "begin", "cancel", "finish_here", "get_operation",
    "is_for_a_request", "list_items", "list_operations", "note", "start", "stop", "take_turn",
    "tell_start", "untouched", "wait_for", "work_on_one",
]  # fmt: skip
