"""Endpoints of schedules: a template is launched again and again (contract 50, 9)."""

from procession.domains.schedules.wire import (
    ScheduleChangesIn,
    ScheduleIn,
    ScheduleOut,
    schedule_out,
)
from procession.flows.launching import scheduling
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery

routes = Routes("Schedules")

SCHEDULES = "/organizations/{org}/recurring-jobs"
SCHEDULE = f"{SCHEDULES}/{{schedule}}"


@routes.get(
    SCHEDULES, policy="can_schedule", answers=ScheduleOut, query=PageQuery, is_list=True,
    raises=(403,),
)  # fmt: skip
def list_schedules(request: Request) -> Answer:
    """List the schedules: administrators see all, others those that they own or made."""
    page = scheduling.list_schedules(request.caller, request.page(request.query))
    return listing(request, page, [schedule_out(schedule) for schedule in page.rows])


@routes.get(SCHEDULE, policy="can_schedule", answers=ScheduleOut, raises=(403,))
def get(request: Request) -> Answer:
    """Read a schedule."""
    schedule = scheduling.get_schedule(request.caller, request.number("schedule"))
    return item(schedule_out(schedule))


@routes.post(
    SCHEDULES, policy="can_schedule", answers=ScheduleOut, status=201, body=ScheduleIn,
    raises=(403, 422),
)  # fmt: skip
def create(request: Request) -> Answer:
    """Schedule launches of a template that the caller may launch."""
    return item(schedule_out(scheduling.create_schedule(request.caller, request.body)), 201)


@routes.put(
    SCHEDULE, policy="can_schedule", answers=ScheduleOut, body=ScheduleChangesIn, raises=(403, 422)
)
def update(request: Request) -> Answer:
    """Change a schedule. Only the keys that are sent change; a new rhythm counts from now."""
    changed = scheduling.update_schedule(request.caller, request.number("schedule"), request.body)
    return item(schedule_out(changed))


@routes.delete(
    SCHEDULE, policy="can_schedule", answers=ScheduleOut, reads_body=False, raises=(403,)
)
def delete(request: Request) -> Answer:
    """Delete a schedule. The processes that it launched stay."""
    schedule = scheduling.delete_schedule(request.caller, request.number("schedule"))
    return item(schedule_out(schedule))
