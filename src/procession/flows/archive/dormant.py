"""Templates that rest: proposed to whoever keeps the archive, never archived by the clock
(contract 70, 3)."""

from dataclasses import dataclass, field

from procession.core.retention import Period, cutoff
from procession.domains.retention import store
from procession.domains.retention.types import Dormant, LaunchingSchedule, LaunchingTemplate
from procession.flows.archive.retaining import require_may_rule
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.work import reading


@dataclass
class Resting:
    """A template that nobody launched for long, with what may launch it yet."""

    template: Dormant
    schedules: list[LaunchingSchedule] = field(default_factory=list)
    launched_by: list[LaunchingTemplate] = field(default_factory=list)


def list_dormant(caller: Caller, period: Period, request: PageRequest) -> Page[Resting]:
    """Those that rest longest first."""
    require_may_rule(caller)
    with reading(caller) as work:
        page = store.list_dormant(work, cutoff(period, work.now, caller.timezone), request)
        found = {each.id: Resting(each) for each in page.rows}
        if found:
            for schedule in store.schedules_of(work, list(found)):
                found[schedule.template_id].schedules.append(schedule)
            for launching in store.templates_launching(work, list(found)):
                found[launching.launched_id].launched_by.append(launching)
    return Page(list(found.values()), page.total, request)
