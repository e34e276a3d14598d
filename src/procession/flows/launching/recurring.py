"""Launch what schedules say is due (contract 50, 9; decisions 0016 and 0042).

The launch and the schedule's next instant are one transaction: each due instant launches once,
however many workers there are, and a worker that dies leaves it due. Instants that nobody was
there for are one launch, the latest one's.
"""

from dataclasses import replace
from typing import Any

import structlog

from procession.domains.people import store as people
from procession.domains.processes.types import LaunchedVia
from procession.domains.processes.wire import LaunchIn
from procession.domains.schedules import store
from procession.domains.schedules.content import next_due
from procession.domains.schedules.events import ScheduleFailed
from procession.domains.schedules.types import DueSchedule, Schedule
from procession.domains.templates import store as templates
from procession.flows.launching.choosing import template_to_launch
from procession.flows.launching.starting import launch
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import Refusal, invalid, sentences_of
from procession.kit.reading import read_stored
from procession.kit.server import Server
from procession.kit.work import Work, writing

__all__ = ["DueSchedule", "as_owner", "launch_due", "list_due"]

_log = structlog.get_logger("procession.schedules")
#: Looked at in one go: more than could be set aside at a time.
_MOST = 50
_NO_OWNER = "The owner of this schedule is no active member any more."


def list_due(server: Server) -> list[DueSchedule]:
    """Of every organization, the longest due first."""
    return store.list_due(server.database.connection(), server.clock(), _MOST)


def launch_due(server: Server, due: DueSchedule) -> None:
    """Once. What refuses the launch is kept with the schedule, which goes on."""
    bot = as_bot(server, due.organization_id)
    with writing(bot) as work:
        # The template before the schedule, as who deletes the template locks them.
        templates.lock_templates(work, [due.template_id])
        schedule = store.lock_due(work, due.id)
        if schedule is None:
            return
        became: dict[str, Any] = {"last_error": None}
        try:
            with work.attempt():
                became["last_run_id"] = _launch(work, bot, schedule)
        except Refusal as refusal:
            became["last_error"] = " ".join(sentences_of(refusal))
        work.act_as(bot)
        zone = schedule.timezone or bot.timezone
        became |= {
            "last_run_at": work.now,
            "next_run_at": next_due(schedule.cron, zone, work.now),
        }
        store.set_schedule_columns(work, schedule.id, became)
        if became["last_error"] is not None:
            _tell(work, schedule, became["last_error"])


def as_owner(work: Work, caller: Caller, owner_id: int) -> Caller:
    """Who launches by a schedule of this owner; `caller`: whoever is at work."""
    owner = people.find_member(work, owner_id)
    if owner is None or not owner.is_active:
        raise invalid("owner_id", _NO_OWNER)
    role = Role(owner.role or Role.LIGHT)
    return replace(caller, kind=CallerKind.MEMBER, person_id=owner.id, role=role)


def _launch(work: Work, bot: Caller, schedule: Schedule) -> str:
    """In its owner's name, with their rights of today; the id of the process."""
    work.act_as(replace(as_owner(work, bot, schedule.owner_id), request_id="schedule"))
    sent = LaunchIn(checklist_id=schedule.template_id, prerun=read_stored(schedule.prerun))
    template = template_to_launch(work, sent, has_unknown_keys=False)
    return launch(
        work, template, sent, via=LaunchedVia.SCHEDULE, name_format=schedule.name_format
    ).process.id


def _tell(work: Work, schedule: Schedule, reason: str) -> None:
    organization_id = work.caller.organization_id
    work.record(
        ScheduleFailed(
            organization_id=organization_id,
            id=schedule.id,
            template_id=schedule.template_id,
            reason=reason,
        )
    )
    _log.warning("schedule failed", schedule_id=schedule.id, organization_id=organization_id)
