"""Holds as frozen values, and the words of them (contract 70, 4)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant


class Scope(StrEnum):
    """What a hold covers: one thing with what is in it, or everything."""

    RUN = "run"
    #: With every process of it, also those that are launched later.
    CHECKLIST = "checklist"
    TASK = "task"
    ORGANIZATION = "organization"


class Hold(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A ban on destroying; field order is the store's column order."""

    id: str
    reason: str
    reference: str | None
    scope_type: str
    scope_id: str
    expires_at: Instant | None
    created_by: int
    created_at: Instant
    released_by: int | None
    released_at: Instant | None
    release_reason: str | None

    @property
    def is_active(self) -> bool:
        """Until its release is written, also when its time is over."""
        return self.released_at is None


@dataclass(frozen=True)
class Subjects:
    """Ids of what holds are asked for."""

    processes: Collection[str] = ()
    #: Processes of which something goes that is in no task.
    parts: Collection[str] = ()
    templates: Collection[str] = ()
    #: One-off tasks, in a process or alone.
    tasks: Collection[str] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.processes, *self.parts, *self.templates, *self.tasks))


class Covering(msgspec.Struct, array_like=True, frozen=True):
    """An active hold and something it covers; field order is the store's column order."""

    #: Empty: everything.
    subject_id: str
    id: str
    reason: str
    reference: str | None


class Covers(msgspec.Struct, frozen=True, kw_only=True):
    """How much a hold covers now; of tasks those that are no steps."""

    runs: int = 0
    checklists: int = 0
    tasks: int = 0


HOLD_SORTING = Sorting("created_at", "id")


class HoldFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of holds is narrowed to; None: no condition."""

    is_active: bool | None = None
    scope_type: str | None = None
    scope_id: str | None = None
    #: All of it, in either case.
    reference: str | None = None
    q: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()
