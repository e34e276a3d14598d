"""JSON shapes of selections and operations (contract 70, 1 and 2)."""

from collections.abc import Container, Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta

from procession.core.families import Tree
from procession.core.times import SECOND, optional_wire_time, wire_time
from procession.domains.archive.types import (
    DONE,
    Counts,
    Item,
    Operation,
    Selection,
    Summary,
    read_numbers,
    read_sample,
    read_swept_by,
)
from procession.domains.processes.types import ShelvedProcess
from procession.kit.reading import read_stored


class SelectionIn(msgspec.Struct, kw_only=True):
    """What is to be done, and to what: a filter or ids."""

    verb: str
    object: str = "run"
    #: Parameters of the object's list, taken at their word; or `{"all": true}`.
    filter: Any = UNSET
    #: 1 to 10,000 ids.
    ids: Any = UNSET
    #: Of processes: those below them, too.
    with_children: bool = False


class OperationIn(msgspec.Struct, kw_only=True):
    """The selection, by its token. To delete needs `confirm`: the number of what will change."""

    FIRST: ClassVar[tuple[str, ...]] = ("token",)

    token: str
    comment: Annotated[str, Meta(max_length=500)] | None = None
    confirm: int | None = None


class ReasonOut(msgspec.Struct, kw_only=True):
    """How many objects are passed over for one reason."""

    reason: str
    count: int


class SampleOut(msgspec.Struct, kw_only=True):
    """One of the first objects that will change."""

    object: str
    id: str
    increment_id: int
    name: str
    status: str
    checklist_title: str | None
    completed_at: str | None
    archived_at: str | None


class SelectionOut(msgspec.Struct, kw_only=True):
    token: str
    status: str
    verb: str
    object: str
    matching: int
    will_change: int
    skipped: list[ReasonOut]
    #: What goes along with what will change; null where it is counted only when asked for.
    also: dict[str, int | None]
    sample: list[SampleOut]
    digest: str | None
    expires_at: str | None


class ItemOut(msgspec.Struct, kw_only=True):
    """An object of a selection, or of an operation."""

    object: str
    id: str
    name: str | None
    #: will_change, done or skipped.
    result: str
    reason: str | None
    detail: str | None


class SweptByOut(msgspec.Struct, kw_only=True):
    """The rules that a sweep was made by: the organization's, and templates' own."""

    default: bool
    checklists: list[str]


class OperationOut(msgspec.Struct, kw_only=True):
    number: int
    verb: str
    object: str
    #: manual, sweep, undo or family.
    kind: str
    undoes: int | None
    undone_by: int | None
    #: Of a sweep: whose rules it was made by.
    rule: SweptByOut | None
    requested_by: int
    requested_at: str
    approved_by: int | None
    comment: str | None
    filter: dict[str, Any] | None
    digest: str | None
    #: waiting, awaiting_approval, running, finished, cancelled, refused or lapsed.
    status: str
    total: int
    done: int
    skipped: list[ReasonOut]
    started_at: str | None
    finished_at: str | None
    #: Of those that were looked at so far; null until there is one.
    per_second: float | None
    eta_seconds: int | None
    can_undo: bool


class UndoPreviewOut(msgspec.Struct, kw_only=True):
    """What taking an operation back would do now."""

    will_change: int
    skipped: list[ReasonOut]


class FamilyOut(msgspec.Struct, kw_only=True):
    """A process, and those that were launched from it (contract 70, 5)."""

    id: str
    increment_id: int
    name: str
    status: str
    archived_at: str | None
    #: Whether something forbids to delete it for ever; null to who is not told.
    held: bool | None
    storage: str = "hot"
    children: list["FamilyOut"] = []


class FamilyDoneOut(msgspec.Struct, kw_only=True):
    """What became of a family; `done` counts what was changed at once."""

    done: int
    skipped: list[ReasonOut]


def family_out(
    tree: Tree, processes: Mapping[str, ShelvedProcess], held: Container[str] | None
) -> FamilyOut:
    """`held`: those on hold; None: the caller is not told."""
    process = processes[tree.id]
    return FamilyOut(
        id=process.id,
        increment_id=process.number,
        name=process.name,
        status=process.status,
        archived_at=optional_wire_time(process.archived_at),
        held=None if held is None else process.id in held,
        children=[family_out(child, processes, held) for child in tree.children],
    )


def family_done_out(done: int, skipped: Counts) -> FamilyDoneOut:
    return FamilyDoneOut(done=done, skipped=reasons_out(skipped))


class StorageOut(msgspec.Struct, kw_only=True):
    """Where the bulk of archived processes is: always in the database."""

    hot: int
    cold: int = 0


class ArchivedOut(msgspec.Struct, kw_only=True):
    """How many of each kind are archived."""

    run: int
    checklist: int
    task: int


class PartOut(msgspec.Struct, kw_only=True):
    """Archived processes of one template, or archived in one month."""

    #: A template's id, or a month as `2031-05`.
    key: str
    name: str
    count: int


class SummaryOut(msgspec.Struct, kw_only=True):
    """The archive in numbers (contract 70, 10)."""

    #: When it was counted.
    as_of: str
    archived: ArchivedOut
    #: Archived processes by what they were before.
    status_before: dict[str, int]
    storage: StorageOut
    #: Archived processes that not everybody may read, and that are the caller's; null to
    #: administrators, whose numbers hold all.
    mine: int | None
    #: Archived processes on hold; null but to administrators.
    held: int | None
    #: Archived processes that rules which are switched on will delete within 30 days; null but to
    #: administrators.
    due_for_deletion: int | None
    #: The last operations: the caller's, or to administrators everybody's.
    operations: list[OperationOut]
    #: With `by`: the largest templates, or the newest months.
    parts: list[PartOut] | None
    #: Archived processes in other templates or months.
    others: int


def summary_out(summary: Summary) -> SummaryOut:
    total = sum(summary.by_status.values())
    parts = summary.parts
    return SummaryOut(
        as_of=wire_time(summary.as_of),
        archived=ArchivedOut(run=total, **summary.others),
        status_before=summary.by_status,
        storage=StorageOut(hot=total),
        mine=summary.mine,
        held=summary.held,
        due_for_deletion=summary.due_for_deletion,
        operations=[operation_out(each) for each in summary.operations],
        parts=None
        if parts is None
        else [PartOut(key=part.key, name=part.name, count=part.count) for part in parts],
        others=summary.rest,
    )


def reasons_out(counts: Counts) -> list[ReasonOut]:
    return [ReasonOut(reason=name, count=counts[name]) for name in sorted(counts)]


def selection_out(
    selection: Selection, token: str, also: Mapping[str, int | None] | None = None
) -> SelectionOut:
    """`also`: counted just now, in the stead of what was kept."""
    return SelectionOut(
        token=token,
        status=selection.status,
        verb=selection.verb,
        object=selection.kind,
        matching=selection.matching,
        will_change=selection.will_change,
        skipped=reasons_out(selection.skips),
        also=dict(also if also is not None else read_numbers(selection.also)),
        sample=[_sample_out(selection.kind, each) for each in read_sample(selection.sample)],
        digest=selection.digest,
        expires_at=optional_wire_time(selection.expires_at),
    )


def _sample_out(kind: str, each: Mapping[str, Any]) -> SampleOut:
    times = {name: optional_wire_time(each[name]) for name in ("completed_at", "archived_at")}
    return SampleOut(object=kind, **{**each, **times})


def item_out(kind: str, item: Item, name: str | None, unfinished: str) -> ItemOut:
    """`unfinished`: what is said of what nobody has looked at."""
    result = item.result or unfinished
    is_plain = result in (DONE, "will_change")
    return ItemOut(
        object=kind,
        id=item.object_id,
        name=name,
        result=result if is_plain else "skipped",
        reason=None if is_plain else result,
        detail=item.detail,
    )


def operation_out(operation: Operation) -> OperationOut:
    looked_at = operation.total - operation.left
    per_second, eta = _rate(operation, looked_at)
    return OperationOut(
        number=operation.number,
        verb=operation.verb,
        object=operation.kind,
        kind=operation.operation_kind,
        undoes=operation.undoes,
        undone_by=operation.undone_by,
        rule=_swept_by_out(operation.rule),
        requested_by=operation.requested_by,
        requested_at=wire_time(operation.requested_at),
        approved_by=operation.approved_by,
        comment=operation.comment,
        filter=None if operation.filter is None else read_stored(operation.filter),
        digest=operation.digest,
        status=operation.status,
        total=operation.total,
        done=operation.done,
        skipped=reasons_out(operation.skips),
        started_at=optional_wire_time(operation.started_at),
        finished_at=optional_wire_time(operation.finished_at),
        per_second=per_second,
        eta_seconds=eta,
        can_undo=operation.can_undo,
    )


def _swept_by_out(rule: str | None) -> SweptByOut | None:
    if rule is None:
        return None
    swept_by = read_swept_by(rule)
    return SweptByOut(default=swept_by.default, checklists=swept_by.checklists)


#: Less than this says nothing of a rate.
_SHORTEST = SECOND // 100


def _rate(operation: Operation, looked_at: int) -> tuple[float | None, int | None]:
    """How many a second so far, and how many seconds it takes to the end at this rate."""
    if operation.started_at is None or not looked_at:
        return None, None
    until = operation.worked_at if operation.finished_at is None else operation.finished_at
    passed = max(until - operation.started_at, _SHORTEST) / SECOND
    rate = looked_at / passed
    eta = None if operation.finished_at is not None else round(operation.left / rate)
    return round(rate, 1), eta
