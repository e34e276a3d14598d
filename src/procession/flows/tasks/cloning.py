"""Copy a task, as a one-off task beside it (contract 40, 8.2)."""

from procession.domains.accounts import store as accounts
from procession.domains.answers.types import read_form, write_form
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import subject_of_task
from procession.domains.people.types import user_key
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Field
from procession.flows.files.unpasting import Copies
from procession.flows.organizing.tagging import add_tags
from procession.flows.reaching.leavers import find_leavers
from procession.flows.reaching.tasks import Reached, reach, require_open_to_change, settle
from procession.flows.tasks.linking import NO_AD_HOC
from procession.flows.tasks.oneoffs import own_form, tell_of_new
from procession.flows.tasks.ordering import make_room
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.ids import new_id
from procession.kit.work import Work, reading, writing

_SUFFIX = " - Copy"
_LONGEST = 600
#: Taken over as they are; what was done, said and answered is not.
_COPIED = (
    "process_id", "template_id", "linked_step_id", "stage_id", "task_type", "started_at",
    "is_soft_start_date", "deadline_at", "everyone_must_complete",
    "can_complete_only_assignees", "allow_guest_owners", "prevent_guest_comment", "top_secret",
    "max_assignable", "webhook", "send_chromeless",
)  # fmt: skip


def bring_pictures(caller: Caller, task_id: str) -> Copies:
    """Of the texts that will be copied. No transaction is open."""
    with reading(caller) as work:
        task = tasks.get_visible(work, task_id)
    return Copies(caller, ((task.summary or "").encode(), (task.fields or "").encode()))


def clone_task(caller: Caller, task_id: str, pictures: Copies) -> tuple[Task, list[str]]:
    """The copy, and who could not come along. `pictures`: what `bring_pictures` brought."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        if not policy.can_clone(caller):
            raise Forbidden
        require_open_to_change(reached)
        if reached.process is not None and not reached.process.can_add_tasks:
            raise invalid("task", NO_AD_HOC)
        copy_id, warnings = _add_copy(work, reached, pictures)
        copy = tasks.get_any(work, copy_id)
        tell_of_new(work, copy, is_linked=copy.process_id is not None)
        settle(work, Reached(copy, reached.process))
        return tasks.get_any(work, copy_id), warnings


def _add_copy(work: Work, reached: Reached, pictures: Copies) -> tuple[str, list[str]]:
    original = reached.task
    position = 0
    if original.process_id is not None:
        position = original.position + 1
        make_room(work, original.process_id, position)
    (number,) = accounts.take_task_numbers(work, 1)
    copy = tasks.NewTask(
        id=new_id(),
        number=number,
        title=original.title[: _LONGEST - len(_SUFFIX)] + _SUFFIX,
        is_oneoff=True,
        position=position,
        deadline_is_pinned=True,
        created_by=work.caller.person_id,
        summary=pictures.in_text(original.summary),
        fields=pictures.in_text(write_form(own_form(work, _form_of(work, reached)))),
        **{name: getattr(original, name) for name in _COPIED},
    )
    tasks.add_tasks(work, [copy])
    assigned, warnings = _people_of(work, reached)
    tasks.change_assignees(work, tasks.get_any(work, copy.id), (), assigned)
    on_it = organizing.links_of(work, [original.id]).get(original.id, [])
    add_tags(work, subject_of_task(copy.id), [link.tag_id for link in on_it])
    return copy.id, warnings


def _people_of(work: Work, reached: Reached) -> tuple[dict[str, str], list[str]]:
    """Stored key -> text, of those who are there; where they all left, whoever copies it."""
    named, lines = reached.task.people, (reached.task.assigned or "").split("\n")
    assigned = dict(line.split(" ", 1) for line in lines if line)
    leavers = find_leavers(work, named.users, named.guests)
    if not leavers.is_somebody:
        return assigned, []
    gone = {user_key(user): leavers.word_for(user) for user in leavers.users}
    gone |= {key: text for key, text in assigned.items() if leavers.has_guest(text)}
    kept = {key: text for key, text in assigned.items() if key not in gone}
    if all(key.startswith("e:") for key in kept):
        member = work.caller.person_id
        kept[user_key(member)] = str(member)
    title = reached.task.title
    return kept, [
        f'owners: "{title}" leaves out {gone[key]}, who is not active here'
        for key in assigned
        if key in gone
    ]


def _form_of(work: Work, reached: Reached) -> tuple[Field, ...]:
    """Of a one-off task its own, else that of its step in the version that was launched."""
    task, process = reached.task, reached.process
    if task.step_id is None or process is None:
        return read_form(task.fields)
    content = templates.launched_content(work, process.template_id, process.template_version)
    step = content.step(task.step_id)
    return () if step is None else step.fields
