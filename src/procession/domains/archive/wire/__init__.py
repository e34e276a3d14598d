"""JSON shapes of selections and operations (contract 70, 1 and 2)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta

from procession.core.times import SECOND, optional_wire_time, wire_time
from procession.domains.archive.types import (
    DONE,
    Counts,
    Item,
    Operation,
    Selection,
    read_numbers,
    read_sample,
)
from procession.kit.reading import read_stored


class SelectionIn(msgspec.Struct, kw_only=True):
    """What is to be done, and to what: a filter or ids."""

    verb: str
    object: str = "run"
    #: Parameters of the object's list, taken at their word; or `{"all": true}`.
    filter: Any = UNSET
    #: 1 to 10,000 ids.
    ids: Any = UNSET
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


class OperationOut(msgspec.Struct, kw_only=True):
    number: int
    verb: str
    object: str
    #: manual or undo.
    kind: str
    undoes: int | None
    undone_by: int | None
    rule: None = None
    requested_by: int
    requested_at: str
    approved_by: None = None
    comment: str | None
    filter: dict[str, Any] | None
    digest: str | None
    #: waiting, running, finished or cancelled.
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
        requested_by=operation.requested_by,
        requested_at=wire_time(operation.requested_at),
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
