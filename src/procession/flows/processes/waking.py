"""Wake the rules of a process that was launched before the server evaluated any (ruling 37)."""

from dataclasses import dataclass

from procession.core.rules.waking import Woken, wake
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.actions.progressing import refresh
from procession.domains.processes.events import ProcessRulesWoken, about
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskChanged
from procession.domains.tasks.store import RuledTask
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.flows.deadlines.redating import redate
from procession.flows.rules.books import launched_book
from procession.flows.rules.cascading import keep, situation_of
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class WokenProcess:
    """The process with its rules awake, and what the caller sees of the tasks that they changed."""

    process: Process
    changed: list[Task]


class _Undone(Exception):
    """A preview is over."""


def wake_rules(caller: Caller, process_id: str, *, is_preview: bool) -> WokenProcess:
    """Of one whose rules are awake nothing changes. `is_preview`: none of it is kept."""
    with writing(caller) as work:
        process = processes.get_visible(work, process_id, lock=True)
        if not policy.can_arrange(caller):
            raise Forbidden
        require_tasks_open_to_change(process)
        if process.rules_active:
            return WokenProcess(process, [])
        if not is_preview:
            return _wake(work, process)
        try:
            with work.attempt():
                woken = _wake(work, process)
                raise _Undone
        except _Undone:
            return woken


def _wake(work: Work, process: Process) -> WokenProcess:
    processes.set_columns(work, process.id, {"rules_active": True})
    work.record(ProcessRulesWoken(**about(process)))
    known = launched_book(work, process.template_id, process.template_version)
    content = templates.launched_content(work, process.template_id, process.template_version)
    steps = [step.id for step in content.steps]
    stored = {task.step_id: task for task in tasks.list_ruled(work, process.id, steps)}
    situation = situation_of(work, process, known, stored, process.kickoff_answers)
    woken = wake(known.book, situation)
    _tell_of_hidden(work, process, stored, woken)
    changed, dated = keep(work, process, stored, situation, woken.outcome)
    counted = redate(work, process, dated)
    refresh(work, process)
    seen = tasks.visible_among(work, {*changed, *counted})
    in_order = sorted(seen.values(), key=lambda task: (task.position, task.number))
    return WokenProcess(processes.get_visible(work, process.id), in_order)


def _tell_of_hidden(
    work: Work, process: Process, stored: dict[str, RuledTask], woken: Woken
) -> None:
    """No rule hides them: they wait for one that shows them."""
    for step_id in sorted(woken.hides, key=lambda step_id: stored[step_id].position):
        task = stored[step_id]
        work.record(
            TaskChanged(
                organization_id=work.caller.organization_id,
                id=task.id,
                number=task.number,
                title=task.title,
                run_id=process.id,
                field="status",
                before=task.state,
            )
        )
