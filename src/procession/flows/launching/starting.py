"""Launch a process: from a template's version and what the launcher sent, in one transaction.

The plan itself is pure (`core/launching.py`); this loads what it needs and stores what it says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from procession.core.launching import (
    Launch,
    Override,
    People,
    StepToLaunch,
    plan_tasks,
)
from procession.core.progress import all_work_is_done
from procession.domains.accounts import store as accounts
from procession.domains.answers.types import write_answers
from procession.domains.custom_fields.actions import valuing
from procession.domains.custom_fields.types import Record, RecordKind
from procession.domains.organizing.types import subject_of_process
from procession.domains.people import store as people
from procession.domains.people.types import Guest, group_key, user_key
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.events import ProcessCompleted, ProcessLaunched, about
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.domains.templates.content.leaving_out import LeftOut
from procession.domains.templates.types import EVERYONE, Content, Permission, Template
from procession.domains.watchers.types import Watched
from procession.flows.forms.uploads import keep_uses, name_files
from procession.flows.launching.answers import LaunchAnswers, read_launch_answers
from procession.flows.launching.choosing import (
    NO_TEMPLATE,
    as_launched,
    folders_to_use,
    template_to_launch,
)
from procession.flows.launching.naming import check_name, name_of_launch
from procession.flows.launching.overriding import (
    check_room,
    most_assigned,
    named_people,
    read_overrides,
    with_members_named,
)
from procession.flows.launching.planning import calendar_of, new_task, to_launch, totals_of
from procession.flows.launching.ruling import run_rules, tell_of_rules
from procession.flows.launching.titles import filled, people_by_title
from procession.flows.organizing import filing, tagging
from procession.flows.reaching.leavers import without_leavers
from procession.flows.reaching.people import admit, check_people
from procession.flows.reaching.snippets import keep_snippets
from procession.flows.telling.starring import follow_star
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, gathering, invalid
from procession.kit.html import clean_html
from procession.kit.ids import new_id
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Submitter:
    """A guest who launches by the public form, in the name of a member: the doer is the guest."""

    guest: Guest
    caller: Caller


class Launched(NamedTuple):
    process: Process
    #: What its launcher should know: whom the template names and who has left.
    warnings: Sequence[str]


def launch_process(caller: Caller, sent: LaunchIn, *, has_unknown_keys: bool) -> Launched:
    with writing(caller) as work:
        template = template_to_launch(work, sent, has_unknown_keys=has_unknown_keys)
        return launch(work, template, sent)


def launch(
    work: Work,
    template: Template,
    sent: LaunchIn,
    *,
    via: LaunchedVia = LaunchedVia.API,
    submitter: Submitter | None = None,
    name_format: str | None = None,
) -> Launched:
    """Rights on the template have been checked by who calls. `via`: what started it.

    `name_format`: what the process is called, instead of what the template says.

    `submitter`: the guest who filled in the public form. Guests see no tags and folders, so they
    are not asked for any.
    """
    guest = None if submitter is None else submitter.guest
    stored, template, content, wishes = _read(work, template, sent, guest)
    steps, overrides, answers = content.steps, wishes.overrides, wishes.answers
    starter = sent.user_id or work.caller.person_id
    launch_at = Launch(
        starter_id=starter,
        owner_id=sent.owner_id or starter,
        at=work.now,
        **calendar_of(work),
        overrides=overrides,
    )
    by_id = {step.id: step for step in steps}
    most = {step.id: most_assigned(step, overrides.get(step.id)) for step in steps}
    ruled = run_rules(
        work,
        content,
        plan_tasks(wishes.steps, launch_at),
        steps=wishes.steps,
        launch=launch_at,
        answers=answers,
        most_assigned=most,
    )
    planned = ruled.planned
    process_id = new_id()
    # The template before the numbers, as everywhere: so two never wait for each other in a circle.
    if not template.is_system and not templates.count_launch(work, stored, template.version):
        raise invalid("checklist_id", NO_TEMPLATE)
    number, task_numbers = accounts.take_process_and_task_numbers(work, len(planned))
    totals = totals_of(planned, steps)
    is_done = all_work_is_done(totals, template.type, is_kickoff_complete=True)
    readers = _readers(work, template)
    processes.add_process(
        work,
        processes.NewProcess(
            id=process_id,
            number=number,
            template_id=template.id,
            template_version=template.version,
            template_title=template.title,
            type=template.type,
            name=name_of_launch(
                work,
                template,
                sent.name,
                content.kickoff,
                answers.kickoff,
                name_format=name_format,
            ),
            summary=clean_html(sent.summary),
            owner_id=launch_at.owner_id,
            started_by=starter,
            launched_via=via,
            parent_id=sent.parent_id,
            can_add_tasks=template.can_add_tasks,
            assign_someone_else=bool(sent.assign_someone_else),
            is_public=bool(sent.is_public),
            public_key=new_id() if sent.is_public else None,
            publicly_hidden_fields=json.dumps(sent.publicly_hidden_fields or []),
            everyone_may_read=EVERYONE in readers,
            answers=write_answers(answers.kickoff),
            kickoff_field_count=len(content.kickoff),
            kickoff_completed_at=work.now if content.kickoff else None,
            kickoff_completed_by=starter if content.kickoff and guest is None else None,
            submitted_by_guest=None if guest is None else guest.id,
            has_anchors=any(task.anchor for task in planned),
            rules_active=ruled.is_active,
        ),
        totals,
        is_done=is_done,
    )
    _attach_people(work, process_id, sorted(readers - {EVERYONE}), sent)
    assignees = admit(work, [task.people for task in planned])
    new_tasks = [
        new_task(
            by_id[task.step_id],
            task,
            assigned,
            template_id=template.id,
            process_id=process_id,
            starter_id=starter,
            number=task_number,
            answers=answers.by_step.get(task.step_id, {}),
            max_assignable=most[task.step_id],
        )
        for task, task_number, assigned in zip(planned, task_numbers, assignees, strict=True)
    ]
    tasks.add_tasks(work, new_tasks)
    _keep_uses(work, content, answers, process_id, new_tasks)
    keep_snippets(work, process_id, content)
    tagging.add_tags(work, subject_of_process(process_id), sent.tags or [])
    made = {task.step_id: task.id for task in new_tasks if task.step_id}
    tagging.copy_tags_of_steps(work, template.id, made)
    filing.add_to_folders(work, subject_of_process(process_id), wishes.in_folders)
    _inherit_values(work, template.id, process_id, made)
    if sent.starred:
        processes.set_star(work, process_id, starter)
        follow_star(work, Watched.PROCESS, process_id, is_starred=True)
    if submitter is not None:
        work.act_as(submitter.caller)
    process = processes.get_visible(work, process_id)
    launched = ProcessLaunched(**about(process), launched_via=via, task_count=len(planned))
    work.record(launched, among={*process.concerned, *_assigned(new_tasks)})
    tell_of_rules(work, process_id, ruled, new_tasks)
    if is_done:
        work.record(ProcessCompleted(**about(process)), among=process.concerned)
    return Launched(process, wishes.warnings)


def _assigned(new: Sequence[tasks.NewTask]) -> set[str]:
    return {key for task in new for key, _ in task.assignees.written()}


def _readers(work: Work, template: Template) -> set[str]:
    """Whom the template lets read its processes."""
    grants = templates.list_grants(work, template.id)
    return {grant.grantee for grant in grants if grant.permission == Permission.READ_PROCESSES}


def _attach_people(work: Work, process_id: str, readers: Sequence[str], sent: LaunchIn) -> None:
    processes.add_people(work, process_id, "reader", readers)
    members = [*map(user_key, sent.users or []), *map(group_key, sent.groups or [])]
    processes.add_people(work, process_id, "member", members)


# --- What was sent ---


@dataclass(frozen=True)
class _Wishes:
    """What was sent for a launch, with nothing wrong in it."""

    in_folders: list[str]
    #: With whom job titles and addresses mean.
    steps: Sequence[StepToLaunch]
    overrides: Mapping[str, Override]
    answers: LaunchAnswers
    warnings: Sequence[str]


def _read(
    work: Work, template: Template, sent: LaunchIn, guest: Guest | None
) -> tuple[Template, Template, Content, _Wishes]:
    """The template as it is and as it is launched, what that consists of, and the wishes.

    Raises Invalid with everything that is wrong: nobody likes to learn it bit by bit.
    """
    problems: dict[str, list[str]] = {}
    in_folders = folders_to_use(work, template, sent)
    with gathering(problems):
        _check_launch(work, template, sent, in_folders, must_sort=guest is None)
    launched = as_launched(work, template)
    stored = templates.get_content(work, launched.id, launched.version)
    content, left = without_leavers(work, stored)
    overrides: dict[str, Override] = {}
    by_title: dict[str, People] = {}
    with gathering(problems):
        overrides = read_overrides(sent, content.steps)
    with gathering(problems):
        by_title = people_by_title(sent.roles, content.steps)
    named_by_title = {f"roles.{title}": named for title, named in by_title.items()}
    with gathering(problems):
        check_people(work, named_people(sent) | named_by_title)
    steps, overrides = with_members_named(work, to_launch(content.steps, by_title), overrides)
    with gathering(problems):
        check_room(content.steps, {step.id: step.people for step in steps}, overrides)
    problems |= hidden_field_problems(sent.publicly_hidden_fields, content)
    answers = read_launch_answers(work, sent, content, launched.title, guest)
    if problems or answers.problems:
        raise Invalid({**problems, **answers.problems})
    warnings = _missed(content, left, overrides, by_title)
    return template, launched, content, _Wishes(in_folders, steps, overrides, answers, warnings)


def _missed(
    content: Content,
    left: Sequence[LeftOut],
    overrides: Mapping[str, Override],
    by_title: Mapping[str, People],
) -> list[str]:
    """Of those left out, who would have been assigned: not where the launch names others."""
    named = {step_id for step_id, override in overrides.items() if override.names_somebody}
    named |= {step.id for step in content.steps if filled(step, by_title) != filled(step, {})}
    return [each.sentence for each in left if each.step_id and each.step_id not in named]


def _check_launch(
    work: Work, template: Template, sent: LaunchIn, in_folders: Sequence[str], *, must_sort: bool
) -> None:
    """Everything wrong that needs no plan, reported at once."""
    problems: dict[str, list[str]] = {}
    if sent.user_id not in (None, work.caller.person_id) and not policy.can_start_for_another(
        work.caller
    ):
        raise Forbidden("Only administrators can launch a process for somebody else.")
    for field in ("owner_id", "user_id"):
        user = getattr(sent, field)
        if user is not None and user not in people.active_users_among(work, [user]):
            problems[field] = [f"The selected {field.replace('_', ' ')} is invalid."]
    problems |= tagging.tag_problems(work, sent.tags or [])
    problems |= filing.folder_problems(work, in_folders)
    if must_sort and template.launcher_must_tag and not sent.tags:
        problems["tags"] = ["Add at least one tag to launch this process."]
    if must_sort and template.launcher_must_choose_folder and not in_folders:
        problems["folders"] = ["Choose a folder to launch this process."]
    if sent.parent_id is not None and not _is_live_parent(work, sent.parent_id):
        problems["parent_id"] = ["The selected parent id is invalid."]
    problems |= check_name(sent.name)
    if problems:
        raise Invalid(problems)


def _keep_uses(
    work: Work,
    content: Content,
    answers: LaunchAnswers,
    process_id: str,
    made: Sequence[tasks.NewTask],
) -> None:
    """Of uploads that the launch was given as answers."""
    if name_files(field for field in content.kickoff if field.id in answers.kickoff):
        keep_uses(work, content.kickoff, answers.kickoff, process_id=process_id)
    for task in made:
        given = answers.by_step.get(task.step_id or "", {})
        step = content.step(task.step_id or "") if given else None
        if step is not None and name_files(each for each in step.fields if each.id in given):
            keep_uses(work, step.fields, given, task_id=task.id)


def _inherit_values(
    work: Work, template_id: str, process_id: str, tasks_of_steps: Mapping[str, str]
) -> None:
    """Custom fields of the template and its steps go on as the process's and its tasks' own."""
    process = Record(kind=RecordKind.PROCESS, id=process_id, process_id=process_id)
    of_steps = [
        (step_id, Record(kind=RecordKind.TASK, id=task_id, task_id=task_id))
        for step_id, task_id in tasks_of_steps.items()
    ]
    valuing.inherit(work, [(template_id, process), *of_steps], template_id)


PUBLICLY_HIDEABLE = ("comments", "form_fields", "assignees")


def hidden_field_problems(fields: Sequence[str] | None, content: Content) -> dict[str, list[str]]:
    """Words, and ids of fields of the version that is (or was) launched (contract 30, 13.1)."""
    hideable = {*PUBLICLY_HIDEABLE, *(field.id for field in content.all_fields())}
    return {
        f"publicly_hidden_fields.{place}": ["The selected publicly hidden field is invalid."]
        for place, field in enumerate(fields or [])
        if field not in hideable
    }


def _is_live_parent(work: Work, parent_id: str) -> bool:
    """Locked, so that it cannot be archived before this launch commits."""
    parent = processes.find_visible(work, parent_id, lock=True)
    return parent is not None and not parent.is_archived
