"""JSON shapes of schedules (contract 50, 9)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.schedules.types import Schedule
from procession.kit.binding import PersonNumber
from procession.kit.reading import read_stored

_Format = Annotated[str, Meta(max_length=550)]


class ScheduleChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a schedule; what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        ("id", "next_run_at", "last_run_at", "last_run_id", "last_error", "created_by",
         "created_at", "last_updated")
    )  # fmt: skip

    checklist_id: str | UnsetType = UNSET
    #: Of the processes' names, with variables; null: as the template says.
    name_format: _Format | UnsetType | None = UNSET
    #: Answers to the kick-off form, by field.
    prerun: dict[str, Any] | UnsetType | None = UNSET
    #: In whose name it launches.
    owner_id: PersonNumber | UnsetType = UNSET
    #: Five fields, or an object: `every` (day, week, month), `time`, `weekday`, `day`.
    cron: Any = UNSET
    #: Null: that of the organization.
    timezone: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class ScheduleIn(ScheduleChangesIn, kw_only=True):
    """A new schedule."""

    checklist_id: str


class DocumentScheduleIn(msgspec.Struct, kw_only=True):
    """A schedule in a document of a template (contract 20, 4).

    It is paused, and owned by who imports it, whatever the document says.
    """

    ECHOED: ClassVar[frozenset[str]] = ScheduleChangesIn.ECHOED | {
        "checklist_id", "owner_id", "active",
    }  # fmt: skip

    name_format: _Format | UnsetType | None = UNSET
    #: By id or alias of a field in the document, or by its label.
    prerun: dict[str, Any] | UnsetType | None = UNSET
    cron: Any = UNSET
    timezone: str | UnsetType | None = UNSET


class DocumentScheduleOut(msgspec.Struct, kw_only=True):
    """A schedule as a document of its template holds it."""

    name_format: str | None
    #: By the aliases of fields, which stay when the document is imported.
    prerun: dict[str, Any]
    cron: str | dict[str, Any]
    timezone: str | None
    active: bool


class ScheduleOut(msgspec.Struct, kw_only=True):
    """A schedule, when it launches next, and what became of the last time."""

    id: int
    checklist_id: str
    name_format: str | None
    prerun: dict[str, Any]
    owner_id: int
    #: As it was sent.
    cron: str | dict[str, Any]
    timezone: str | None
    active: bool
    next_run_at: str | None
    last_run_at: str | None
    last_run_id: str | None
    #: Why the last launch failed; null when it did not.
    last_error: str | None
    created_by: int
    created_at: str
    last_updated: str


def schedule_out(schedule: Schedule) -> ScheduleOut:
    return ScheduleOut(
        id=schedule.id,
        checklist_id=schedule.template_id,
        name_format=schedule.name_format,
        prerun=read_stored(schedule.prerun),
        owner_id=schedule.owner_id,
        cron=_cron_out(schedule),
        timezone=schedule.timezone,
        active=schedule.is_active,
        next_run_at=optional_wire_time(schedule.next_run_at),
        last_run_at=optional_wire_time(schedule.last_run_at),
        last_run_id=schedule.last_run_id,
        last_error=schedule.last_error,
        created_by=schedule.created_by,
        created_at=wire_time(schedule.created_at),
        last_updated=wire_time(schedule.updated_at),
    )


def document_schedule_out(schedule: Schedule, prerun: dict[str, Any]) -> DocumentScheduleOut:
    """`prerun`: by alias."""
    return DocumentScheduleOut(
        name_format=schedule.name_format,
        prerun=prerun,
        cron=_cron_out(schedule),
        timezone=schedule.timezone,
        active=schedule.is_active,
    )


def _cron_out(schedule: Schedule) -> Any:
    return schedule.cron if schedule.rhythm is None else read_stored(schedule.rhythm)
