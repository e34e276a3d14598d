"""Hand what a member has to do, and what belongs to them, to another (contract 10, 4.7).

Completed and archived work stays as it is: the one is history, the other comes back as it was.
"""

from collections.abc import Sequence

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.types import Member, user_key
from procession.domains.processes import store as processes
from procession.domains.processes.events import ProcessPeopleChanged
from procession.domains.processes.events import about as about_process
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskReassigned
from procession.domains.templates import store as templates
from procession.domains.templates.events import TemplateOwnerChanged
from procession.flows.telling import letters
from procession.kit.mail import post
from procession.kit.work import Work


def reassign(work: Work, member: Member, heir: Member) -> None:
    lock_work_of(work, user_key(member.id), member.id)
    counts = {
        "tasks": _move_tasks(work, member, heir),
        "steps of templates": templates.replace_step_assignee(work, member.id, heir.id),
        "processes": _move_processes(work, member, heir),
        "templates": _move_templates(work, member, heir),
    }
    if any(counts.values()):
        organization = accounts.get_organization(work).name
        post(work, letters.handed_over(heir, member, organization, counts))


def move_possessions(work: Work, member: Member, heir: Member) -> None:
    """Every process and template of a member who goes for good, archived ones too."""
    _move_processes(work, member, heir)
    _move_templates(work, member, heir, archived_too=True)


def pass_on_possessions(work: Work, member: Member) -> None:
    """As `move_possessions`: a process to who started it, the rest to an administrator.

    To who takes the member away, who knows of it. Nobody who left is given anything.
    """
    administrator = _administrator(work)
    owned = [processes.lock_any(work, each) for each in processes.list_owned(work, member.id)]
    starters = {process.started_by for process in owned} - {member.id}
    active = people.active_users_among(work, sorted(starters))
    for process in owned:
        to = process.started_by if process.started_by in active else administrator.id
        _set_process_owner(work, process, to)
    _move_templates(work, member, administrator, archived_too=True)


def _administrator(work: Work) -> Member:
    caller = people.find_member(work, work.caller.person_id)
    if caller is None or caller.is_bot or not caller.is_active or caller.role != "admin":
        caller = people.find_member(work, people.get_first_admin(work))
    assert caller is not None
    return caller


def lock_work_of(work: Work, person: str, owner_id: int | None = None) -> None:
    """The open tasks of a person, and the processes of an owner."""
    open_tasks = tasks.list_open_tasks_of(work, person)
    owned = [] if owner_id is None else processes.list_owned(work, owner_id)
    _lock(work, open_tasks, owned)


def lock_everything_of(work: Work, person: str, owner_id: int | None = None) -> None:
    """Also completed and archived tasks of a person or group, and processes that name them.

    Before whatever takes their place is written, as everybody does who changes a process.
    """
    owned = [] if owner_id is None else processes.list_owned(work, owner_id)
    _lock(work, tasks.list_tasks_of(work, person), [*owned, *processes.list_naming(work, person)])


def lock_begun_tasks_of(work: Work, group: str) -> list[str]:
    """Ids of those that everyone must complete and somebody has begun to; see `_lock`."""
    begun = tasks.list_begun_tasks_of(work, group)
    _lock(work, begun, [])
    return [task.id for task in begun]


def _lock(
    work: Work,
    found: Sequence[tasks.OpenTask] | Sequence[tasks.AssignedTask],
    process_ids: Sequence[str],
) -> None:
    """Processes first, as everybody else does."""
    its = {task.process_id for task in found if task.process_id is not None}
    processes.lock_all(work, its | set(process_ids))
    tasks.lock_all_standalone(work, {task.id for task in found if task.process_id is None})


def _move_tasks(work: Work, member: Member, heir: Member) -> int:
    person = user_key(member.id)
    moving = tasks.list_open_tasks_of(work, person)
    ids = [task.id for task in moving]
    tasks.move_assignments(work, ids, person, user_key(heir.id), str(heir.id))
    tasks.forget_parts_of_others(work, ids)
    for task in moving:
        work.record(
            TaskReassigned(
                organization_id=work.caller.organization_id,
                id=task.id,
                number=task.number,
                title=task.title,
                run_id=task.process_id,
                from_name=member.full_name,
                to_name=heir.full_name,
            )
        )
    return len(moving)


def _move_processes(work: Work, member: Member, heir: Member) -> int:
    owned = processes.list_owned(work, member.id)
    for process_id in owned:
        _set_process_owner(work, processes.lock_any(work, process_id), heir.id)
    return len(owned)


def _set_process_owner(work: Work, process: Process, owner_id: int) -> None:
    processes.set_columns(work, process.id, {"owner_id": owner_id})
    told = about_process(process)
    work.record(ProcessPeopleChanged(**told, field="owner_id", before=process.owner_id))


def _move_templates(work: Work, member: Member, heir: Member, *, archived_too: bool = False) -> int:
    owned = templates.lock_owned_templates(work, member.id, archived_too=archived_too)
    for template in owned:
        templates.set_template_owner(work, template.id, heir.id)
        if not template.is_system:
            work.record(
                TemplateOwnerChanged(
                    organization_id=work.caller.organization_id,
                    template_id=template.id,
                    title=template.title,
                    before=member.id,
                )
            )
    return sum(not template.is_system for template in owned)
