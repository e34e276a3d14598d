"""One task as its page shows it: to read, to fill in, and to see who has yet to do what.

Nothing that a caller could not read of the task and of its process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procession.domains.answers.wire import AnsweredFieldOut
from procession.domains.comments import store as comments
from procession.domains.comments.types import Thread
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task, TaskPerson
from procession.domains.templates.types import Field, FieldType
from procession.flows.forms.answering import missing_answers
from procession.flows.forms.rendering import Texts, texts_of
from procession.flows.forms.showing import ShownForms, show_forms
from procession.flows.processes.surveying import (
    Names,
    Reading,
    answered_people,
    names_on,
    read_process_in,
)
from procession.flows.tasks.partaking import needs_everyone
from procession.kit.caller import Caller
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class OpenTask:
    """A task with all that stands on its page."""

    task: Task
    #: None: it stands by itself, or the caller may not read its process.
    process: Process | None
    names: Names
    texts: Texts
    asked: Sequence[Field] = ()
    #: The same fields, with their answers.
    fields: Sequence[AnsweredFieldOut] = ()
    kickoff: Sequence[AnsweredFieldOut] = ()
    threads: Sequence[Thread] = ()
    #: Who has to complete it, each for themselves; empty where one is enough.
    everyone: Sequence[TaskPerson] = ()
    #: Of fields that have to be answered before it is completed, and are not.
    missing: frozenset[str] = frozenset()
    #: Addresses of members whom its answers name, by number.
    emails: Mapping[int, str] = field(default_factory=dict)


def read_task(caller: Caller, task_id: str) -> OpenTask:
    """By itself. Raises NotFound for what the caller cannot see."""
    with reading(caller, by_key=True) as work:
        task = tasks.get_visible(work, task_id)
        found = processes.visible_among(work, [task.process_id] if task.process_id else [])
        process = found.get(task.process_id or "")
        forms = show_forms(work, [task], [] if process is None else [process.id])
        named = answered_people(forms)
        return _open(
            work,
            task,
            process,
            names_on(work, [process] if process else [], [task], named=named),
            texts_of(work, [task]),
            forms,
            comments.of_tasks(work, [task.id])[task.id],
        )


def read_task_within(caller: Caller, process_id: str, task_id: str) -> tuple[Reading, OpenTask]:
    """With the whole process that it is in."""
    with reading(caller, by_key=True) as work:
        seen = read_process_in(work, process_id)
        view = seen.view
        task = next((each for each in view.tasks or [] if each.id == task_id), None)
        if task is not None:
            threads = view.threads_of_tasks.get(task.id, [])
            return seen, _open(
                work, task, view.process, seen.names, view.texts, view.forms, threads
            )
        # Hidden ones are not among those that the process shows.
        hidden = tasks.get_visible(work, task_id, process_id)
        return seen, _open(
            work,
            hidden,
            view.process,
            names_on(work, [view.process], [hidden]),
            texts_of(work, [hidden]),
            show_forms(work, [hidden]),
            [],
        )


def _open(  # noqa: PLR0917  # in the order in which they are read
    work: Work,
    task: Task,
    process: Process | None,
    names: Names,
    texts: Texts,
    forms: ShownForms,
    threads: Sequence[Thread],
) -> OpenTask:
    fields = forms.of_tasks.get(task.id, ())
    cards = people.cards_of_users(work, _members_in(fields))
    return OpenTask(
        task=task,
        process=process,
        names=names,
        texts=texts,
        asked=forms.asked_of_tasks.get(task.id, ()),
        fields=fields,
        kickoff=forms.of_kickoff.get(task.process_id or "", ()),
        threads=threads,
        everyone=tasks.people_of(work, task.id) if needs_everyone(task) else (),
        missing=_missing(forms.asked_of_tasks.get(task.id, ()), task),
        emails={number: card.email for number, card in cards.items()},
    )


def _missing(asked: Sequence[Field], task: Task) -> frozenset[str]:
    """A default fills in where nobody has answered, unless somebody has cleared it."""
    answers = task.form_answers
    defaulted = {
        each.id
        for each in asked
        if each.default_value_enabled and each.default_value and each.id not in answers
    }
    found = missing_answers(asked, answers, "")
    return frozenset(path.removeprefix(".") for path in found) - defaulted


def _members_in(fields: Sequence[AnsweredFieldOut]) -> set[int]:
    return {
        user
        for each in fields
        if each.field_type == FieldType.PEOPLE and isinstance(each.value, dict)
        for user in each.value.get("users") or []
    }
