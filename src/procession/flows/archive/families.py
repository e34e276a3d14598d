"""Archive, restore or delete a process with all below it (contract 70, 5; decision 0053).

It is an operation like any other, of kind `family`: so it has a number, can be looked at and taken
back. A family of at most 200 is changed in the transaction that asks for it, larger ones in turns.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from procession.core.archive import Reason, Verb
from procession.core.families import Tree, arrange, of_the_same_act
from procession.domains.archive import store
from procession.domains.archive.types import (
    TO_CHANGE,
    Counts,
    Kind,
    Operation,
    OperationKind,
    Verdict,
)
from procession.domains.holds.actions.asking import HoldGate, refuse_held
from procession.domains.holds.policy import is_told
from procession.domains.holds.store import held_among
from procession.domains.holds.types import Scope, Subjects
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.store import Member
from procession.domains.processes.types import Process, ShelvedProcess
from procession.flows.archive.kin import judge_together
from procession.flows.archive.kinds import MANY
from procession.flows.archive.operating import begin, get_any, note
from procession.flows.archive.selecting import Found, keep_set
from procession.kit.caller import Caller
from procession.kit.errors import Conflict, Forbidden, raise_if_any
from procession.kit.work import Work, reading, writing

#: So many are changed in one transaction.
_MOST_AT_ONCE = 200
_DEEPEST_SHOWN = 100
_MOST_SHOWN = 10_000
_MANY = MANY[Kind.RUN]


@dataclass(frozen=True)
class FamilyChange:
    """What became of a family. `process`: whose it is, as it is now; None: it is gone."""

    process: Process | None
    #: None: there was nothing to change.
    operation: Operation | None
    skipped: Counts

    @property
    def done(self) -> int:
        return 0 if self.operation is None else self.operation.done


def archive_family(caller: Caller, process_id: str) -> FamilyChange:
    """Every member that is live."""
    return _change(caller, process_id, Verb.ARCHIVE)


def activate_family(caller: Caller, process_id: str) -> FamilyChange:
    """Exactly those that the act archived which archived this process."""
    return _change(caller, process_id, Verb.ACTIVATE)


def delete_family(caller: Caller, process_id: str, confirm: int | None) -> FamilyChange:
    """All of them, or none. `confirm`: how many that is."""
    return _change(caller, process_id, Verb.DELETE, confirm)


def _change(
    caller: Caller, process_id: str, verb: Verb, confirm: int | None = None
) -> FamilyChange:
    with writing(caller) as work:
        gate = HoldGate(work) if verb is Verb.DELETE else None
        root = processes.get_visible(work, process_id, lock=True)
        _require_may(caller, verb)
        members = _hold(work, root.id)
        is_large = len(members) > _MOST_AT_ONCE
        if gate is not None:
            _check_deletion(members, confirm)
            _refuse_held(caller, gate, [member.id for member in members])
        ids = _meant(verb, members, root.id)
        verdicts = judge_together(work, verb, ids, {root.id})
        if not is_large:
            verdicts |= _busy_elsewhere(work, verdicts)
        if verb is Verb.DELETE:
            _check_all(verdicts)
        operation = None
        if TO_CHANGE in verdicts.values():
            operation = _begin(work, verb, verdicts)
            if not is_large:
                operation = _finish(work, verb, operation, verdicts)
        is_gone = verb is Verb.DELETE and not is_large
        process = None if is_gone else processes.get_visible(work, root.id)
        return FamilyChange(process, operation, _skips(verdicts))


def _require_may(caller: Caller, verb: Verb) -> None:
    if verb is Verb.DELETE:
        if not policy.can_purge(caller):
            raise Forbidden("Only administrators can permanently delete processes.")
    elif not policy.can_archive(caller):
        raise Forbidden("Your role cannot archive processes.")


def _hold(work: Work, root_id: str) -> Sequence[Member]:
    """Everybody who is in the family while it is held. A launch from a member either was before,
    and what it launched is in it; or it waits, and finds its parent archived.

    A family that is too large to be changed at once is not held.
    """
    held = {root_id}
    while True:
        members = processes.families_of(work, [root_id])
        new = [member.id for member in members if member.id not in held]
        if not new or len(members) > _MOST_AT_ONCE:
            return members
        processes.lock_members(work, new)
        held.update(new)


def _check_deletion(members: Sequence[Member], confirm: int | None) -> None:
    problems: dict[str, list[str]] = {}
    live = sum(member.archived_at is None for member in members)
    if live:
        problems["process"] = [
            f"{live:,} of the {len(members):,} processes of this family are not archived. "
            "Archive them before deleting them permanently."
        ]
    if confirm != len(members):
        problems["confirm"] = [
            f"{len(members):,} processes will be deleted for ever. "
            f"Send confirm: {len(members)} if that is meant."
        ]
    raise_if_any(problems)


def _refuse_held(caller: Caller, gate: HoldGate, ids: Sequence[str]) -> None:
    """For the first member that is on hold: then nothing of the family goes."""
    held = gate.ask(Subjects(processes=ids)).held
    for each in ids:
        refuse_held(caller, Scope.RUN, each, held.get(each))


def _check_all(verdicts: dict[str, Verdict]) -> None:
    staying = sum(verdict != TO_CHANGE for verdict in verdicts.values())
    if staying:
        raise Conflict(
            f"An operation that is running has {staying:,} processes of this family still to do."
        )


def _meant(verb: Verb, members: Sequence[Member], root_id: str) -> list[str]:
    """In the order of their ids, in which sets are kept."""
    if verb is Verb.ACTIVATE:
        return sorted({root_id, *of_the_same_act(members, {root_id})})
    return sorted(member.id for member in members)


def _busy_elsewhere(work: Work, verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    """Those that an operation which is running still has to do."""
    fit = [each for each, verdict in verdicts.items() if verdict == TO_CHANGE]
    busy = store.to_do_elsewhere(work, None, fit)
    return dict.fromkeys(busy, Verdict(Reason.IN_OTHER_OPERATION))


def _begin(work: Work, verb: Verb, verdicts: dict[str, Verdict]) -> Operation:
    found = Found(verb, Kind.RUN)
    found.add(verdicts.items())
    selection = keep_set(work, verb, Kind.RUN, (found, [*verdicts.items()]), with_children=True)
    return begin(work, selection, None, OperationKind.FAMILY)


def _finish(
    work: Work, verb: Verb, operation: Operation, verdicts: dict[str, Verdict]
) -> Operation:
    """All in this transaction: what is wrong with one is wrong with all."""
    fit = [each for each, verdict in verdicts.items() if verdict == TO_CHANGE]
    results = _MANY.change(work, verb, fit)
    verdicts |= results
    counts = store.set_results(work, operation.selection_id, results)
    note(work, operation, counts, fit[-1], is_over=True)
    return get_any(work, operation.number)


def _skips(verdicts: dict[str, Verdict]) -> Counts:
    skips: Counts = {}
    for verdict in verdicts.values():
        if verdict.reason is not None:
            skips[verdict.reason] = skips.get(verdict.reason, 0) + 1
    return skips


# --- Looking ---


@dataclass(frozen=True)
class FamilyView:
    """Those that the caller may read, as a tree; and how many others there are."""

    tree: Tree
    processes: dict[str, ShelvedProcess]
    #: Those on hold; None: the caller is not told.
    held: Collection[str] | None
    hidden: int
    #: They may be read, but are too many or too deep to be shown.
    more: int


def get_family(caller: Caller, process_id: str) -> FamilyView:
    with reading(caller) as work:
        root = processes.get_visible(work, process_id)
        members = processes.families_of(work, [root.id])
        readable = processes.shelved_among(work, [member.id for member in members])
        first = [each.id for each in members if each.id in readable and each.id != root.id]
        shown = {each: readable[each] for each in [root.id, *first[: _MOST_SHOWN - 1]]}
        tree, placed = arrange(root.id, members, shown, _DEEPEST_SHOWN)
        hidden = len(members) - len(readable)
        told = Subjects(processes=sorted(placed))
        held = held_among(work, told) if is_told(caller) else None
        return FamilyView(tree, readable, held, hidden, len(readable) - len(placed))


def warnings_of(caller: Caller, process: Process) -> list[str]:
    """Of one that came back: whether it is live below one that is not."""
    if process.parent_id is None or process.is_archived:
        return []
    with reading(caller) as work:
        parent = processes.shelved_among(work, [process.parent_id]).get(process.parent_id)
    if parent is None or parent.archived_at is None:
        return []
    return [f'The process "{parent.name}", from which it was launched, is still archived.']
