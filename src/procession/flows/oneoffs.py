"""One-off tasks: create, archive, restore, delete; alone or in a process (contract 40, 5.2, 8)."""

from procession.core.launching import People
from procession.domains.accounts import store as accounts
from procession.domains.organizing.types import subject_of_task
from procession.domains.people import store as people
from procession.domains.processes import policy as process_policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions import archiving, purging
from procession.domains.tasks.events import TaskCreated, about
from procession.domains.tasks.types import Task, TaskType
from procession.domains.tasks.wire import TaskIn
from procession.domains.templates.content.steps import check_url
from procession.flows.assigning import admit, check_people, people_of
from procession.flows.reaching import Reached, reach, settle
from procession.flows.tagging import add_tags, tag_problems
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import find_id, new_id
from procession.kit.work import Work, writing


def create_oneoff(caller: Caller, sent: TaskIn) -> Task:
    owners = people_of(sent.owners) or People()
    if not policy.can_create_oneoff(caller, names_guests=bool(owners.guests)):
        raise Forbidden
    with writing(caller) as work:
        process = _process_to_join(work, sent.run_id)
        _check(work, sent)
        check_people(work, {"owners": owners})
        task_id = _add(work, process, sent, owners)
        add_tags(work, subject_of_task(task_id), _tags(sent))
        task = tasks.get_visible(work, task_id)
        work.record(TaskCreated(**about(task, caller.organization_id)))
        settle(work, Reached(task, process))
        return tasks.get_visible(work, task_id)


def _process_to_join(work: Work, run_id: str | None) -> Process | None:
    if run_id is None:
        return None
    process_id = find_id(run_id)
    if process_id is None:
        raise NotFound
    process = processes.get_visible(work, process_id, lock=True)
    is_theirs = work.caller.person_id in process.collaborators
    is_assigned = is_theirs or processes.is_assigned(work, process_id)
    if not process_policy.can_add_task(work.caller, is_assigned=is_assigned):
        raise Forbidden
    require_tasks_open_to_change(process)
    if not process.can_add_tasks:
        raise invalid("run_id", "Ad-hoc tasks not allowed for this process")
    return process


def _tags(sent: TaskIn) -> list[str]:
    """Sent as a list, or in one text with commas between."""
    words = sent.tags.split(",") if isinstance(sent.tags, str) else sent.tags
    return [str(word).strip() for word in words] if isinstance(words, list) else []


def _check(work: Work, sent: TaskIn) -> None:
    problems: dict[str, list[str]] = {}
    if sent.task_type not in tuple(TaskType):
        problems["task_type"] = ["The selected task type is invalid."]
    check_url("webhook", sent.webhook, problems)
    if not isinstance(sent.tags, str | list | None):
        problems["tags"] = ["The tags must be an array."]
    problems |= tag_problems(work, _tags(sent))
    named = sent.owners
    count = len(named.users or []) + len(named.guests or [])
    if sent.max_assignable and count > sent.max_assignable:
        problems["owners"] = [f"At most {sent.max_assignable} people can be assigned."]
    if problems:
        raise Invalid(problems)


def _add(work: Work, process: Process | None, sent: TaskIn, owners: People) -> str:
    task_id = new_id()
    position = 0 if process is None else tasks.last_position(work, process.id) + 1
    (number,) = accounts.take_task_numbers(work, 1)
    (assignees,) = admit(work, [_with_a_member(work, owners, process)])
    tasks.add_tasks(
        work,
        [
            tasks.NewTask(
                id=task_id,
                number=number,
                process_id=process.id if process else None,
                template_id=process.template_id if process else None,
                task_type=sent.task_type,
                title=plain_line(sent.title) or sent.title,
                summary=clean_html(sent.summary or sent.description),
                is_oneoff=True,
                position=position,
                started_at=sent.started_at,
                is_soft_start_date=sent.started_at is None
                if sent.is_soft_start_date is None
                else sent.is_soft_start_date,
                deadline_at=sent.deadline,
                deadline_is_pinned=True,
                created_by=work.caller.person_id,
                everyone_must_complete=bool(sent.everyone_must_complete)
                and sent.task_type in (TaskType.TASK, TaskType.APPROVAL),
                can_complete_only_assignees=bool(sent.can_complete_only_assignees),
                prevent_guest_comment=bool(sent.prevent_guest_comment),
                top_secret=bool(sent.top_secret),
                max_assignable=sent.max_assignable or 0,
                webhook=sent.webhook,
                assignees=assignees,
            )
        ],
    )
    return task_id


def _with_a_member(work: Work, owners: People, process: Process | None) -> People:
    """A task of guests only also gets a member: the process's owner, else who made it."""
    if not owners.guests or owners.users or owners.groups:
        return owners
    member = work.caller.person_id if process is None else process.owner_id
    if member not in people.active_users_among(work, [member]):
        member = people.get_first_admin(work)
    return People(users=(member,), guests=owners.guests)


def archive_oneoff(caller: Caller, task_id: str) -> None:
    """Its own mark; archiving what is archived changes nothing."""
    with writing(caller) as work:
        reached = _reach_archivable(work, task_id)
        archiving.require_oneoff(reached.task)
        if reached.task.archived_at is None:
            archiving.archive(work, reached.task)
            settle(work, reached)


def unarchive_oneoff(caller: Caller, task_id: str) -> Task:
    with writing(caller) as work:
        reached = _reach_archivable(work, task_id)
        if reached.task.archived_at is not None:
            archiving.unarchive(work, reached.task)
            settle(work, reached)
        return tasks.get_visible(work, task_id)


def purge_oneoff(caller: Caller, task_id: str) -> None:
    with writing(caller) as work:
        reached = _reach_archivable(work, task_id)
        archiving.require_oneoff(reached.task)
        purging.purge(work, reached.task)
        settle(work, reached)


def _reach_archivable(work: Work, task_id: str) -> Reached:
    reached = reach(work, task_id)
    if not policy.can_archive(work.caller, reached.task):
        raise Forbidden
    if reached.process is not None:
        require_tasks_open_to_change(reached.process)
    return reached
