"""Selections and operations as frozen values, and the words of both (contract 70, 1 and 2)."""

from enum import StrEnum
from typing import Any

import msgspec

from procession.core.archive import INVERSE
from procession.core.times import Instant
from procession.kit.reading import stored_reader

#: Verbs of a part that is not built: they are refused.
COLD_VERBS = ("cool", "warm")


class Kind(StrEnum):
    """What is in a selection; one-off tasks count by their own mark."""

    RUN = "run"
    CHECKLIST = "checklist"
    TASK = "task"


#: Of an item that was changed, in the place of a reason.
DONE = "done"


class SelectionStatus(StrEnum):
    BUILDING = "building"
    READY = "ready"


class OperationKind(StrEnum):
    MANUAL = "manual"
    #: Of the clock, by rules of retention.
    SWEEP = "sweep"
    UNDO = "undo"
    #: One process with all below it.
    FAMILY = "family"


class OperationStatus(StrEnum):
    #: Its set is being built, or nobody has begun yet.
    WAITING = "waiting"
    #: A sweep that an administrator has to approve of.
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    #: Of sweeps that waited for approval.
    REFUSED = "refused"
    LAPSED = "lapsed"


_TO_BE_DONE = (OperationStatus.WAITING, OperationStatus.RUNNING)
#: What was left of it is passed over.
_STOPPED = (OperationStatus.CANCELLED, OperationStatus.REFUSED, OperationStatus.LAPSED)

#: Reasons with how often each was given.
Counts = dict[str, int]
read_counts = stored_reader(Counts)
read_sample = stored_reader(list[dict[str, Any]])
read_numbers = stored_reader(dict[str, int | None])


class Verdict(msgspec.Struct, frozen=True):
    """Why an object is passed over; None: it is to be changed."""

    reason: str | None = None
    #: For people, where the reason does not say it all.
    detail: str | None = None


TO_CHANGE = Verdict()


class Selection(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A frozen set; field order is the store's column order."""

    id: str
    verb: str
    kind: str
    #: As it was sent, JSON; None where ids were sent, and of an undo.
    filter: str | None
    #: The filter as the store takes it, JSON.
    wanted: str | None
    #: The number of the operation that it takes back.
    undoes: int | None
    status: str
    made_by: int
    #: The bot: the clock, or who runs the server.
    is_made_by_bot: bool
    matching: int
    will_change: int
    #: JSON: `Counts`, and what goes along with what will change.
    skipped: str
    also: str
    sample: str
    digest: str | None
    created_at: Instant
    #: None until it is ready.
    expires_at: Instant | None
    #: The number of the operation that used it.
    operation: int | None
    #: The families of those that were selected are in it, too.
    with_children: bool

    @property
    def along(self) -> dict[str, int | None]:
        """How much goes along with what will change, as far as it was counted."""
        return read_numbers(self.also)

    @property
    def is_ready(self) -> bool:
        return self.status == SelectionStatus.READY

    @property
    def skips(self) -> Counts:
        return read_counts(self.skipped)


class Operation(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One numbered change of a set; field order is the store's column order."""

    number: int
    selection_id: str
    operation_kind: str
    verb: str
    kind: str
    undoes: int | None
    undone_by: int | None
    #: Of a sweep: `SweptBy`, JSON.
    rule: str | None
    requested_by: int
    #: By who runs the server, or by the clock.
    is_requested_by_bot: bool
    requested_at: Instant
    approved_by: int | None
    comment: str | None
    filter: str | None
    digest: str | None
    status: str
    total: int
    done: int
    skipped: str
    started_at: Instant | None
    finished_at: Instant | None
    #: When its last turn was.
    worked_at: Instant
    #: The last item that was looked at; they go in the order of their ids.
    last_id: str

    @property
    def is_to_be_done(self) -> bool:
        return self.status in _TO_BE_DONE

    @property
    def awaits_approval(self) -> bool:
        return self.status == OperationStatus.AWAITING_APPROVAL

    @property
    def is_unfinished(self) -> bool:
        return self.is_to_be_done or self.awaits_approval

    @property
    def is_stopped(self) -> bool:
        return self.status in _STOPPED

    @property
    def is_sweep(self) -> bool:
        return self.operation_kind == OperationKind.SWEEP

    @property
    def skips(self) -> Counts:
        return read_counts(self.skipped)

    @property
    def left(self) -> int:
        return self.total - self.done - sum(self.skips.values())

    @property
    def can_undo(self) -> bool:
        """What was deleted does not come back."""
        return (
            not self.is_unfinished
            and self.verb in INVERSE
            and self.done > 0
            and self.undone_by is None
        )


class SweptBy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that a sweep was made by."""

    #: The organization's, and templates' own.
    default: bool
    checklists: list[str]
    #: Who wrote those of them that ask for four eyes: they may not approve of it.
    authors: list[int] = []


read_swept_by = stored_reader(SweptBy)


class Item(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An object in a set, and what became of it."""

    object_id: str
    #: None: to be changed; `DONE`; or a reason.
    result: str | None
    detail: str | None
    done_at: Instant | None


class Part(msgspec.Struct, frozen=True):
    """Archived processes of one template, or archived in one month."""

    #: The template's id, or `2031-05`.
    key: str
    name: str
    count: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What is archived: to administrators all, to others what everybody may read."""

    as_of: Instant
    #: Processes by what they were before.
    by_status: Counts
    #: Templates and one-off tasks that the caller may see.
    others: Counts
    #: Processes that not everybody may read, and that are the caller's; None: all are counted.
    mine: int | None
    #: Processes on hold, and those that rules delete within 30 days; None: not for the caller.
    held: int | None
    due_for_deletion: int | None
    operations: list[Operation]
    #: None: not asked for.
    parts: list[Part] | None
    #: In parts that are not shown.
    rest: int


class Turn(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An operation that waits for its turn."""

    organization_id: str
    number: int
    total: int
    worked_at: Instant


#: Operations of so few go before others of their organization.
_SMALL = 1000


def next_turn(waiting: list[Turn]) -> Turn | None:
    """Organizations take turns, whoever had theirs longest ago first; so do the operations of one,
    after those that are small."""
    latest: dict[str, Instant] = {}
    for turn in waiting:
        before = latest.get(turn.organization_id, turn.worked_at)
        latest[turn.organization_id] = max(before, turn.worked_at)
    return min(
        waiting,
        key=lambda turn: (
            latest[turn.organization_id],
            turn.organization_id,
            turn.total > _SMALL,
            turn.worked_at,
            turn.number,
        ),
        default=None,
    )
