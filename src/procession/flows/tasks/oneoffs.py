"""One-off tasks: create, archive, restore, delete; alone or in a process (contract 40, 5.2, 8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from procession.core.addresses import once
from procession.core.launching import LONGEST_NAME, People
from procession.domains.accounts import store as accounts
from procession.domains.answers.types import write_form
from procession.domains.files.actions.removing import delete_all_of
from procession.domains.files.types import FileSubject, SubjectKind
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.types import Scope
from procession.domains.organizing.types import subject_of_task
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.types import Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions import archiving, purging
from procession.domains.tasks.events import TaskCreated, TaskLinked, TaskOwnersChanged, about
from procession.domains.tasks.types import AssignedPeople, Task, TaskType
from procession.domains.tasks.wire import TaskIn
from procession.domains.templates import store as templates
from procession.domains.templates.content.aliases import UNNAMED, named_field
from procession.domains.templates.content.fields import new_fields
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.steps import check_url
from procession.domains.templates.types import Field
from procession.flows.deadlines.setting import into_working_time
from procession.flows.launching.starting import launch
from procession.flows.organizing.tagging import add_tags, tag_problems
from procession.flows.reaching.people import admit, answers_for, check_people, people_of
from procession.flows.reaching.tasks import Reached, reach, settle
from procession.flows.tasks.linking import process_to_join
from procession.flows.tasks.ordering import make_room
from procession.flows.templates.fields import lists_named
from procession.kit.caller import Caller
from procession.kit.destroying import Clearance
from procession.kit.errors import Forbidden, gathering
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import find_id, new_id
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Created:
    """The task, the first where there are several, and what its creator should know."""

    task: Task
    #: The process that holds one task for each assignee.
    process: Process | None
    found: Findings


@dataclass(frozen=True)
class _Place:
    """Where tasks are put, and what they have to do with."""

    process: Process | None
    template_id: str | None
    linked_step_id: str | None
    #: In the process; None: at its end.
    position: int | None


def create_oneoff(caller: Caller, sent: TaskIn) -> Created:
    owners = people_of(sent.owners) or People()
    is_split = bool(sent.separate_task_for_each_assignee)
    if not policy.can_create_oneoff(caller, names_guests=bool(owners.guests)):
        raise Forbidden
    if is_split and not policy.can_split(caller):
        raise Forbidden
    with writing(caller) as work:
        lists = lists_named(work, sent.form_fields or [])
        found = Findings()
        process = None
        with gathering(found.problems):
            process = None if sent.run_id is None else process_to_join(work, sent.run_id)
        fields = new_fields(sent.form_fields or [], "form_fields", found, work.now, lists=lists)
        place = _place(work, sent, process, found)
        _check(work, sent, owners, found)
        each = people_one_by_one(work, owners) if is_split else [owners]
        if not each:
            found.refuse("owners", "Name at least one assignee.")
        found.refuse_problems()
        if is_split and process is None:
            process = _process_for(work, sent)
            place = replace(place, process=process, template_id=process.template_id)
        task_ids = _add(work, place, sent, each, fields)
        _tell(work, task_ids, is_linked=sent.run_id is not None)
        first = tasks.get_visible(work, task_ids[0])
        settle(work, Reached(first, process))
        shown = None
        if is_split and process is not None:
            shown = processes.get_visible(work, process.id)
        return Created(tasks.get_visible(work, first.id), shown, found)


def _place(work: Work, sent: TaskIn, process: Process | None, found: Findings) -> _Place:
    """A template is named for good by the process; otherwise by its id or by that of its step."""
    template_id = find_id(sent.checklist_id) if sent.checklist_id else None
    step_id = find_id(sent.linked_step_id) if sent.linked_step_id else None
    if process is not None:
        if sent.checklist_id and template_id != process.template_id:
            found.refuse("checklist_id", "The selected checklist id is invalid.")
        template_id = process.template_id
    elif sent.checklist_id and (
        template_id is None or templates.find_visible(work, template_id) is None
    ):
        found.refuse("checklist_id", "The selected checklist id is invalid.")
        template_id = None
    if sent.linked_step_id:
        holders = templates.templates_holding(work, step_id) if step_id else []
        seen = templates.visible_among(work, [one for one in holders if template_id in (None, one)])
        if step_id is None or not seen:
            found.refuse("linked_step_id", "The selected linked step id is invalid.")
        else:
            template_id = template_id or next(iter(seen))
    if sent.position is not None and sent.position < 1 and process is not None:
        found.refuse("position", "The selected position is invalid.")
    return _Place(process, template_id, step_id, sent.position)


def _process_for(work: Work, sent: TaskIn) -> Process:
    """The process of tasks that are one person's each; it has no template."""
    wanted = LaunchIn(name=(plain_line(sent.title) or sent.title)[:LONGEST_NAME])
    process = launch(work, templates.get_system_template(work), wanted).process
    return processes.get_visible(work, process.id, lock=True)


def people_one_by_one(work: Work, owners: People) -> list[People]:
    """Each user and guest, and everybody in the groups, once."""
    inside = people.groups_with_ids(work, owners.groups)
    users = [*owners.users, *(user for group in inside for user in group.members)]
    guests = [*owners.guests, *(address for group in inside for address in group.addresses)]
    members = people.members_by_email(work, guests) if guests else {}
    users += [members[address.lower()] for address in guests if address.lower() in members]
    strangers = once([address for address in guests if address.lower() not in members])
    return [
        *(People(users=(user,)) for user in dict.fromkeys(users)),
        *(People(guests=(address,)) for address in strangers),
    ]


def _tags(sent: TaskIn) -> list[str]:
    """Sent as a list, or in one text with commas between."""
    words = sent.tags.split(",") if isinstance(sent.tags, str) else sent.tags
    return [str(word).strip() for word in words] if isinstance(words, list) else []


def _check(work: Work, sent: TaskIn, owners: People, found: Findings) -> None:
    """Find everything that is wrong with what was sent."""
    problems = found.problems
    if sent.task_type not in tuple(TaskType):
        problems["task_type"] = ["The selected task type is invalid."]
    check_url("webhook", sent.webhook, problems)
    if not isinstance(sent.tags, str | list | None):
        problems["tags"] = ["The tags must be an array."]
    problems |= tag_problems(work, _tags(sent))
    count = len(owners.users) + len(owners.guests)
    is_limited = sent.max_assignable and not sent.separate_task_for_each_assignee
    if is_limited and count > (sent.max_assignable or 0):
        problems["owners"] = [f"At most {sent.max_assignable} people can be assigned."]
    with gathering(problems):
        check_people(work, {"owners": owners})


def _add(
    work: Work, place: _Place, sent: TaskIn, each: Sequence[People], fields: Sequence[Field]
) -> list[str]:
    """One task for each of `each`, in a row."""
    positions = _positions(work, place, len(each))
    numbers = accounts.take_task_numbers(work, len(each))
    assignees = admit(work, [_with_a_member(work, one, place.process) for one in each])
    due_at = into_working_time(work, sent.deadline)
    new = [
        tasks.NewTask(
            id=new_id(),
            number=number,
            process_id=place.process.id if place.process else None,
            template_id=place.template_id,
            linked_step_id=place.linked_step_id,
            task_type=sent.task_type,
            title=plain_line(sent.title) or sent.title,
            summary=clean_html(sent.summary or sent.description),
            is_oneoff=True,
            position=position,
            started_at=sent.started_at,
            is_soft_start_date=sent.started_at is None
            if sent.is_soft_start_date is None
            else sent.is_soft_start_date,
            deadline_at=due_at,
            deadline_is_pinned=True,
            created_by=work.caller.person_id,
            everyone_must_complete=bool(sent.everyone_must_complete)
            and sent.task_type in (TaskType.TASK, TaskType.APPROVAL),
            can_complete_only_assignees=bool(sent.can_complete_only_assignees),
            prevent_guest_comment=bool(sent.prevent_guest_comment),
            top_secret=bool(sent.top_secret),
            max_assignable=sent.max_assignable or 0,
            webhook=sent.webhook,
            fields=write_form(own_form(work, fields)),
            assignees=assigned,
        )
        for position, number, assigned in zip(positions, numbers, assignees, strict=True)
    ]
    tasks.add_tasks(work, new)
    for task in new:
        add_tags(work, subject_of_task(task.id), _tags(sent))
    return [task.id for task in new]


def _positions(work: Work, place: _Place, count: int) -> list[int]:
    if place.process is None:
        return [0] * count
    last = tasks.last_position(work, place.process.id)
    first = last + 1 if place.position is None else min(place.position, last + 1)
    if first <= last:
        make_room(work, place.process.id, first, count)
    return list(range(first, first + count))


def own_form(work: Work, fields: Sequence[Field]) -> tuple[Field, ...]:
    """A copy of a form for one task alone, with ids and names of its own."""
    if not fields:
        return ()
    numbers = iter(accounts.take_alias_numbers(work, len(fields)))
    return tuple(
        named_field(msgspec.structs.replace(field, id=new_id(), alias=UNNAMED), numbers)
        for field in fields
    )


def _tell(work: Work, task_ids: Sequence[str], *, is_linked: bool) -> None:
    found = tasks.visible_among(work, task_ids)
    for task_id in task_ids:
        tell_of_new(work, found[task_id], is_linked=is_linked)


def tell_of_new(work: Work, task: Task, *, is_linked: bool) -> None:
    """Made, given to somebody, put into a process (contract 40, 5.2)."""
    told = about(task, work.caller.organization_id)
    work.record(TaskCreated(**told))
    if task.assigned:
        nobody = AssignedPeople([], [], [])._asdict()
        work.record(TaskOwnersChanged(**told, field="owners", before=nobody))
    if is_linked:
        work.record(TaskLinked(**told))


def _with_a_member(work: Work, owners: People, process: Process | None) -> People:
    """A task of guests only also gets a member: the process's owner, else who made it."""
    if not owners.guests or owners.users or owners.groups:
        return owners
    who = work.caller.person_id if process is None else process.owner_id
    return People(users=(answers_for(work, [who]),), guests=owners.guests)


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
        gate = HoldGate(work)
        reached = _reach_archivable(work, task_id)
        archiving.require_oneoff(reached.task)
        purge_reached(work, gate.clear(Scope.TASK, reached.task.id), reached.task)
        settle(work, reached)


def purge_reached(work: Work, clearance: Clearance, task: Task) -> None:
    """With its files. Whoever has it locked settles its process."""
    delete_all_of(work, clearance, FileSubject(SubjectKind.TASK, task.id))
    purging.purge(work, clearance, task)


def _reach_archivable(work: Work, task_id: str) -> Reached:
    reached = reach(work, task_id)
    if not policy.can_archive(work.caller, reached.task):
        raise Forbidden
    if reached.process is not None:
        require_tasks_open_to_change(reached.process)
    return reached
