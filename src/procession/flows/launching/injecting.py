"""The steps of a template become tasks of a process that is under way (contract 50, 4.12).

From then on the process runs a version of its own: the steps, rules, milestones and kick-off
questions of what it ran before, and theirs (decision 0045). So whoever asks what a process consists
of asks one place, whatever was added to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from procession.core.launching import Launch, plan_tasks
from procession.domains.accounts import store as accounts
from procession.domains.answers.content.rendering import Known
from procession.domains.answers.types import Answers, write_answers
from procession.domains.custom_fields.actions import valuing
from procession.domains.custom_fields.types import Record, RecordKind
from procession.domains.processes import store as processes
from procession.domains.processes.events import ProcessExtended, about
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Content, Template
from procession.flows.forms.answering import with_defaults
from procession.flows.launching.answers import LaunchAnswers
from procession.flows.launching.choosing import NO_TEMPLATE, as_launched
from procession.flows.launching.overriding import most_assigned, with_members_named
from procession.flows.launching.planning import calendar_of, new_task, to_launch
from procession.flows.launching.ruling import Ruled, run_rules, tell_of_rules
from procession.flows.organizing import tagging
from procession.flows.reaching.leavers import without_leavers
from procession.flows.reaching.people import admit
from procession.kit.errors import invalid
from procession.kit.work import Work


@dataclass(frozen=True)
class _Injection:
    task: Task
    process: Process
    #: The template as it is launched.
    launched: Template
    #: What the process runs until now, and what is added to it.
    before: Content
    added: Content
    #: Of the added kick-off form.
    answers: Answers
    starter_id: int

    @property
    def own_version(self) -> int:
        """Nobody else's, as each task does this once, and none that a template could have."""
        return -self.task.number

    @property
    def is_awake(self) -> bool:
        """A process without rules says that none are active, too."""
        return self.process.rules_active or not self.before.rules


def inject(work: Work, task: Task, process: Process, template: Template, starter_id: int) -> int:
    """Right after `task`, whose completion does it; returns how many tasks.

    Rights, and that the template can be launched, have been checked by who calls, who also settles
    the process. Their deadlines and start dates count from now. Raises Invalid where the template
    is in the process already.
    """
    _check_once(work, process, template)
    launched = as_launched(work, template)
    added = templates.get_content(work, launched.id, launched.version)
    wanted = _Injection(
        task=task,
        process=process,
        launched=launched,
        before=templates.launched_content(work, process.template_id, process.template_version),
        added=added,
        answers=_defaults(work, added, launched),
        starter_id=starter_id,
    )
    ruled, most = _plan(work, wanted)
    count = len(ruled.planned)
    if not templates.count_launch(work, template, launched.version):
        raise invalid("checklist_id", NO_TEMPLATE)
    _extend(work, wanted)
    _set_columns(work, wanted, ruled)
    _make_room(work, task, process, count)
    numbers = accounts.take_task_numbers(work, count)
    assignees = admit(work, [each.people for each in ruled.planned])
    steps = {step.id: step for step in added.steps}
    new_tasks = [
        new_task(
            steps[each.step_id],
            replace(each, position=task.position + each.position),
            assigned,
            template_id=process.template_id,
            process_id=process.id,
            starter_id=starter_id,
            number=number,
            answers={},
            max_assignable=most[each.step_id],
        )
        for each, number, assigned in zip(ruled.planned, numbers, assignees, strict=True)
    ]
    tasks.add_tasks(work, new_tasks)
    _bring_notes(work, launched.id, new_tasks)
    tasks.set_columns(work, task.id, {"launched_process_id": process.id})
    work.record(
        ProcessExtended(
            **about(process),
            task_id=task.id,
            task_title=task.title,
            added_template_id=launched.id,
            added_title=launched.title,
            first_task_number=numbers.start,
            task_count=count,
        )
    )
    tell_of_rules(work, process.id, ruled, new_tasks, processes.get_memories(work, process.id))
    return count


def _check_once(work: Work, process: Process, template: Template) -> None:
    if template.id == process.template_id or processes.is_injected(work, process.id, template.id):
        sentence = f'the tasks of "{template.title}" are in this process already.'
        raise invalid("checklist_id", sentence)


def _defaults(work: Work, added: Content, launched: Template) -> Answers:
    """Nobody is asked: its kick-off form is answered by its defaults."""
    known = Known(zone=work.caller.timezone)
    return with_defaults(added.kickoff, {}, work.now, known=known, template_title=launched.title)


def _plan(work: Work, wanted: _Injection) -> tuple[Ruled, Mapping[str, int]]:
    """As a launch plans them, with their own rules; where rules sleep, theirs do, too."""
    content, _ = without_leavers(work, wanted.added)
    if not wanted.is_awake:
        content = msgspec.structs.replace(content, rules=())
    steps, _ = with_members_named(work, to_launch(content.steps), {})
    launch = Launch(
        starter_id=wanted.starter_id,
        owner_id=wanted.process.owner_id,
        at=work.now,
        **calendar_of(work),
    )
    most = {step.id: most_assigned(step, None) for step in content.steps}
    ruled = run_rules(
        work,
        content,
        plan_tasks(steps, launch),
        steps=steps,
        launch=launch,
        answers=LaunchAnswers(wanted.answers, {}, {}),
        most_assigned=most,
    )
    return ruled, most


def _extend(work: Work, wanted: _Injection) -> None:
    before, added, process = wanted.before, wanted.added, wanted.process
    extended = Content(
        steps=(*before.steps, *added.steps),
        kickoff=(*before.kickoff, *added.kickoff),
        stages=(*before.stages, *added.stages),
        rules=(*before.rules, *added.rules),
    )
    version = process.template_version
    templates.add_own_version(
        work, process.template_id, wanted.own_version, extended, before=version
    )
    processes.add_injection(
        work,
        process.id,
        template_id=wanted.launched.id,
        template_version=wanted.launched.version,
        task_id=wanted.task.id,
        version_before=version,
    )


def _set_columns(work: Work, wanted: _Injection, ruled: Ruled) -> None:
    before, added, process = wanted.before, wanted.added, wanted.process
    columns: dict[str, Any] = {
        "template_version": wanted.own_version,
        "has_anchors": process.has_anchors or any(each.anchor for each in ruled.planned),
        "rules_active": process.rules_active or ruled.is_active,
    }
    if added.kickoff:
        columns["answers"] = write_answers({**process.kickoff_answers, **wanted.answers})
        columns["kickoff_field_count"] = len(before.kickoff) + len(added.kickoff)
    if added.kickoff and not before.kickoff:
        columns |= {"kickoff_completed_at": work.now, "kickoff_completed_by": wanted.starter_id}
    processes.set_columns(work, process.id, columns)


def _make_room(work: Work, task: Task, process: Process, count: int) -> None:
    behind = [
        place for place in tasks.list_places(work, process.id) if place.position > task.position
    ]
    tasks.set_places(work, {place.id: place.position + count for place in behind})


def _bring_notes(work: Work, template_id: str, new_tasks: Sequence[tasks.NewTask]) -> None:
    """Tags and custom fields of the steps."""
    made = {each.step_id: each.id for each in new_tasks if each.step_id}
    tagging.copy_tags_of_steps(work, template_id, made)
    of_steps = [
        (step_id, Record(kind=RecordKind.TASK, id=task_id, task_id=task_id))
        for step_id, task_id in made.items()
    ]
    valuing.inherit(work, of_steps, template_id)
