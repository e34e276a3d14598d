"""The process that a step's task launches when it is completed (contract 50, 4.12).

Once for each task, whatever becomes of either. The completion stands also where nothing can be
launched: then a comment of the bot's beside the task says why.
"""

from dataclasses import replace
from html import escape

import msgspec
import structlog

from procession.core.launching import LONGEST_NAME
from procession.core.times import to_datetime
from procession.domains.answers.content.rendering import Known
from procession.domains.people import store as people
from procession.domains.processes.events import ProcessLinked, about
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.completing import Completer
from procession.domains.tasks.types import Task
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import SubProcess, Template
from procession.flows.forms.answering import missing_answers, with_defaults
from procession.flows.forms.rendering import variables_in
from procession.flows.launching.choosing import find_to_launch
from procession.flows.launching.injecting import inject
from procession.flows.launching.starting import launch
from procession.flows.reaching.bots import bot_beside
from procession.flows.reaching.tasks import Reached
from procession.flows.telling.noting import note
from procession.kit.caller import Role
from procession.kit.errors import Refusal, invalid, sentences_of
from procession.kit.html import plain_line
from procession.kit.work import Work

_log = structlog.get_logger("procession.launching")
_TYPES = ("procedure", "form")


def launch_following(work: Work, done: Reached, completer: Completer) -> None:
    """Also where its steps' tasks go into the same process (`tasks_within_process`)."""
    task, process = done.task, done.process
    wanted = _wanted(work, task, process)
    if process is None or wanted is None:
        return
    is_inside = wanted.tasks_within_process
    if tasks.find_launched(work, task.id) is not None:
        again = "adds no tasks again" if is_inside else "launches no process again"
        note(work, task, f"Completing this task again {again}.")
        return
    people_at_work, bot = work.caller, bot_beside(work)
    # What the organization's templates say is done whatever the completer may launch.
    work.act_as(replace(bot, role=Role.ADMIN))
    try:
        with work.attempt():
            if is_inside:
                said = _inject(work, task, process, wanted, completer)
            else:
                launched = _launch(work, task, process, wanted, completer)
                work.act_as(bot)
                said = _link_to(work, task, process, launched)
    except Refusal as refusal:
        work.act_as(people_at_work)
        why = escape(" ".join(sentences_of(refusal)))
        what = "No tasks were added" if is_inside else "No process was launched"
        _log.warning(
            "linked_launch_failed", org=bot.organization_id, run_id=process.id, task_id=task.id,
            why=why,
        )  # fmt: skip
        note(work, task, f"{what}: {why}")
        return
    work.act_as(people_at_work)
    note(work, task, said)


def _link_to(work: Work, task: Task, process: Process, launched: Process) -> str:
    tasks.set_columns(work, task.id, {"launched_process_id": launched.id})
    told = about(launched)
    work.record(ProcessLinked(**told, parent_id=process.id, task_id=task.id, task_title=task.title))
    return f"Launched the process {_link(launched)}."


def _inject(
    work: Work, task: Task, process: Process, wanted: SubProcess, completer: Completer
) -> str:
    template = _template(work, wanted.template_id)
    count = inject(work, task, process, template, _starter(work, process, completer))
    return f'Added {count} tasks of the template "{escape(template.title)}" after this one.'


def _wanted(work: Work, task: Task, process: Process | None) -> SubProcess | None:
    if process is None or task.step_id is None:
        return None
    content = templates.launched_content(work, process.template_id, process.template_version)
    step = content.step(task.step_id)
    return None if step is None else step.sub_process


def _launch(
    work: Work, task: Task, process: Process, wanted: SubProcess, completer: Completer
) -> Process:
    template = _template(work, wanted.template_id)
    sent = LaunchIn(
        checklist_id=template.id,
        name=_name(work, task, process, wanted, template),
        user_id=_starter(work, process, completer),
        parent_id=process.id,
    )
    # Its name is what was found for it, also where the template names its processes itself.
    named = msgspec.structs.replace(template, names_processes=False)
    return launch(work, named, sent, via=LaunchedVia.TASK).process


def _template(work: Work, template_id: str) -> Template:
    """Raises a Refusal that says what is wrong with it."""
    template = find_to_launch(work, template_id)
    if template is None:
        raise invalid("checklist_id", "the template is gone.")
    if template.archived_at is not None:
        raise invalid("checklist_id", f'the template "{template.title}" is archived.')
    if template.type not in _TYPES:
        raise invalid("checklist_id", f'the template "{template.title}" is a document.')
    version = template_policy.version_launched(template)
    if version is None:
        raise invalid("checklist_id", f'the template "{template.title}" was never published.')
    kickoff = templates.get_content(work, template.id, version).kickoff
    known = Known(zone=work.caller.timezone)
    answers = with_defaults(kickoff, {}, work.now, known=known, template_title=template.title)
    missing = [each for (each,) in missing_answers(kickoff, answers, "prerun").values()]
    if missing:
        sentence = f'the kick-off form of "{template.title}" needs answers. {missing[0]}.'
        raise invalid("checklist_id", sentence)
    return template


def _starter(work: Work, process: Process, completer: Completer) -> int:
    """Who completed it; for a guest or the clock who started the source, else who owns it.

    Where none of them is still in, an administrator.
    """
    wanted = [process.started_by, process.owner_id]
    if completer.user_id is not None:
        wanted.insert(0, completer.user_id)
    active = people.active_users_among(work, wanted)
    here = next((user for user in wanted if user in active), None)
    return here or people.get_first_admin(work)


def _name(work: Work, task: Task, process: Process, wanted: SubProcess, template: Template) -> str:
    """By its format, with the variables of the process that it comes from; else by the time."""
    written = wanted.name_format or ""
    filled = variables_in(work, [written], [task], [process.id]).line(written, process.id, task)
    name = plain_line(filled)[:LONGEST_NAME]
    return name or f"{_moment(work)} - {template.title}"[:LONGEST_NAME]


def _moment(work: Work) -> str:
    """`Mar 02, 9:00am`."""
    local = to_datetime(work.now, work.caller.timezone)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%b %d}, {local.hour % 12 or 12}:{local:%M}{half}"


def _link(launched: Process) -> str:
    address = f"/app/processes/{launched.id}"
    return f'<a href="{address}">{escape(launched.name)}</a> (#{launched.number})'
