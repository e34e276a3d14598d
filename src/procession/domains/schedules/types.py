"""Schedules, as frozen values (contract 50, 9)."""

import msgspec

from procession.core.times import Instant


class Schedule(msgspec.Struct, array_like=True, frozen=True):
    """When which template is launched; field order is the store's column order."""

    id: int
    template_id: str
    #: Of the processes' names, with variables; None: as the template says.
    name_format: str | None
    #: JSON object: answers to the kick-off form, as they were sent.
    prerun: str
    #: In whose name it launches.
    owner_id: int
    #: Five fields: minute, hour, day, month, weekday.
    cron: str
    #: JSON object that the cron was made from; None: it was sent as it is.
    rhythm: str | None
    #: None: that of the organization, whichever it has.
    timezone: str | None
    is_active: bool
    next_run_at: Instant | None
    last_run_at: Instant | None
    #: The process that was launched last.
    last_run_id: str | None
    #: Why the last launch failed; None when it did not.
    last_error: str | None
    created_by: int
    created_at: Instant
    updated_at: Instant


class DueSchedule(msgspec.Struct, array_like=True, frozen=True):
    """One whose time has come."""

    organization_id: str
    id: int
    template_id: str
