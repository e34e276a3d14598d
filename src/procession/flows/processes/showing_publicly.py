"""A process for anybody who has its public link (contract 30, 13.1).

Never addresses, numbers of people, custom fields, secret or hidden tasks; nor what its people hide,
neither by itself nor by a variable in some title.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import UNSET, UnsetType

from procession.core.progress import progress
from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.accounts import store as accounts
from procession.domains.answers.content.rendering import Known, in_title
from procession.domains.answers.types import Answers, values_of
from procession.domains.answers.wire import PublicAnswerOut, public_answer_out
from procession.domains.comments import store as comments
from procession.domains.comments.types import Thread, ThreadState
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.processes.wire import (
    ProgressOut,
    PublicCommentOut,
    PublicMilestoneOut,
    PublicProcessOut,
    PublicTaskOut,
)
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates.types import Content, Field, FieldType
from procession.flows.forms.rendering import (
    Concealment,
    Forms,
    Texts,
    Variables,
    forms_of,
    known_in,
    texts_of,
    variables_in,
)
from procession.flows.processes.showing import as_public
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.reading import read_stored
from procession.kit.work import Work, reading

#: What can be hidden as a whole; besides, ids of single fields.
COMMENTS, FORM_FIELDS, ASSIGNEES = "comments", "form_fields", "assignees"
#: What a guest is called who never gave a name.
_NAMELESS = "Guest"


@dataclass(frozen=True)
class _Hidden:
    """What the people of a process do not want to be public."""

    names: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def hides(self, asked: Field) -> bool:
        """Answers that are addresses are nobody's business, whatever else is."""
        is_address = asked.field_type == FieldType.EMAIL
        return is_address or FORM_FIELDS in self.names or asked.id in self.names


@dataclass(frozen=True)
class _Public:
    """Everything that is shown, and how it is put into words."""

    hidden: _Hidden
    forms: Forms
    texts: Texts
    #: Of what stands beside the fields.
    variables: Variables
    known: Known
    comments: Mapping[str, Sequence[Thread]]


@dataclass(frozen=True)
class PublicView:
    """A public process, and what a page says beside it."""

    process: PublicProcessOut
    organization: str
    #: Whose clocks times are told by.
    zone: str


def get_public_process(caller: Caller, word: str) -> PublicProcessOut:
    """While it is public and not archived. `word`: what its link carries."""
    with reading(caller) as work:
        return _read(work, word)


def look_at_public_process(caller: Caller, word: str) -> PublicView:
    """The same, with the organization it is of."""
    with reading(caller) as work:
        process = _read(work, word)
        return PublicView(process, accounts.get_face(work).name, work.caller.timezone)


def _read(work: Work, word: str) -> PublicProcessOut:
    address = processes.find_public(work, word)
    if address is None:
        raise NotFound
    work.act_as(as_public(work.caller, address.organization_id))
    work.act_as(replace(work.caller, timezone=accounts.get_timezone(work)))
    process = processes.get_visible(work, address.process_id)
    found = tasks.of_processes(work, [process.id])[process.id]
    shown = [task for task in found if not task.top_secret and task.archived_at is None]
    return _process_out(process, shown, _load(work, process, shown))


def _load(work: Work, process: Process, shown: Sequence[Task]) -> _Public:
    hidden = _Hidden(frozenset(read_stored(process.publicly_hidden_fields)))
    concealed = Concealment(hidden.hides)
    forms = forms_of(work, [process.id])
    asked = [each for fields, _ in _asked(process, shown, forms) for each in fields]
    guidance = [each.guidance for each in asked if not hidden.hides(each)]
    in_talk = [task.id for task in shown] if COMMENTS not in hidden else []
    talk = comments.of_tasks(work, in_talk)
    return _Public(
        hidden,
        forms,
        texts_of(work, shown, concealed=concealed),
        variables_in(work, guidance, shown, [process.id], concealed=concealed),
        _known(work, process, shown, forms, talk),
        talk,
    )


def _asked(
    process: Process, shown: Sequence[Task], forms: Forms
) -> Iterator[tuple[Sequence[Field], Answers]]:
    yield forms.content(process.id).kickoff, process.kickoff_answers
    for task in shown:
        yield forms.fields_of(task), task.form_answers


def _known(
    work: Work,
    process: Process,
    shown: Sequence[Task],
    forms: Forms,
    talk: Mapping[str, Sequence[Thread]],
) -> Known:
    """Names of everybody who is named anywhere in it."""
    answered = [
        (each, values_of(answers).get(each.id))
        for fields, answers in _asked(process, shown, forms)
        for each in fields
        if each.field_type == FieldType.PEOPLE
    ]
    in_answers = known_in(work, answered, hides_addresses=True)
    users = {user for task in shown for user in [*task.users, task.completed_by] if user}
    guests = {address for task in shown for address in [*task.guests, task.completing_guest]}
    guests |= {
        thread.author_email
        for threads in talk.values()
        for thread in threads
        if thread.author_kind == "guest"
    }
    groups = {group for task in shown for group in task.groups}
    addresses = [address for address in guests if address]
    return replace(
        in_answers,
        users={**in_answers.users, **people.names_of_users(work, users)},
        groups={**in_answers.groups, **people.names_of_groups(work, groups)},
        guests={**in_answers.guests, **people.names_of_guests(work, addresses)},
    )


# --- What is shown ---


def _process_out(process: Process, shown: Sequence[Task], public: _Public) -> PublicProcessOut:
    done = sum(task.is_completed for task in shown)
    content = public.forms.content(process.id)
    return PublicProcessOut(
        name=process.name,
        summary=process.summary,
        status=process.status,
        progress=ProgressOut(*progress(done, len(shown), is_done=process.is_done)),
        checklist_title=process.template_title,
        started_at=wire_time(process.started_at),
        completed_at=optional_wire_time(process.completed_at),
        due_date=optional_wire_time(_due_at(shown)),
        stages=_stages_out(content),
        tasks=[_task_out(task, public) for task in shown],
        ko_form_fields=_fields_out(
            content.kickoff, process.kickoff_answers, public, process_id=process.id
        ),
    )


def _due_at(shown: Sequence[Task]) -> Instant | None:
    """Of what is shown: the deadline of a secret task says something about it."""
    due = [task.deadline_at for task in shown if task.is_open and not task.waits_for_anchor]
    return min((each for each in due if each is not None), default=None)


def _stages_out(content: Content) -> list[PublicMilestoneOut]:
    return [
        PublicMilestoneOut(id=stage.id, name=stage.name, position=position)
        for position, stage in enumerate(content.stages, start=1)
    ]


def _task_out(task: Task, public: _Public) -> PublicTaskOut:
    shows_people = ASSIGNEES not in public.hidden
    return PublicTaskOut(
        title=public.texts.title(task),
        summary=public.texts.summary(task),
        status=task.state,
        position=task.position,
        deadline=optional_wire_time(task.deadline_at),
        completed_at=optional_wire_time(task.completed_at),
        stage_id=task.stage_id,
        owners=_owners(task, public.known) if shows_people else UNSET,
        completed_by=_completer(task, public.known) if shows_people else UNSET,
        form_fields=_fields_out(
            public.forms.fields_of(task),
            task.form_answers,
            public,
            process_id=task.process_id,
            task=task,
        ),
        comments=UNSET
        if COMMENTS in public.hidden
        else [
            _comment_out(thread, public.known)
            for thread in public.comments.get(task.id, ())
            if thread.state == ThreadState.OPEN
        ],
    )


def _owners(task: Task, known: Known) -> list[str]:
    users, guests, groups = task.people
    return [
        *(known.users[user] for user in users if user in known.users),
        *(_guest_name(address, known) for address in guests),
        *(known.groups[group] for group in groups if group in known.groups),
    ]


def _completer(task: Task, known: Known) -> str | None:
    if task.completing_guest is not None:
        return _guest_name(task.completing_guest, known)
    return known.users.get(task.completed_by or 0)


def _guest_name(address: str, known: Known) -> str:
    return known.guests.get(address.lower(), _NAMELESS)


def _comment_out(thread: Thread, known: Known) -> PublicCommentOut:
    if thread.author_kind == "guest":
        author: str | None = _guest_name(thread.author_email or "", known)
    else:
        names = f"{thread.author_first_name or ''} {thread.author_last_name or ''}"
        author = names.strip() or None
    return PublicCommentOut(
        content=thread.shown,
        label=thread.label,
        author=author,
        created_at=wire_time(thread.created_at),
    )


def _fields_out(
    fields: Sequence[Field],
    answers: Answers,
    public: _Public,
    *,
    process_id: str | None,
    task: Task | None = None,
) -> list[PublicAnswerOut] | UnsetType:
    if FORM_FIELDS in public.hidden:
        return UNSET
    values = values_of(answers)
    return [
        public_answer_out(
            asked,
            position,
            guidance=public.variables.rich(asked.guidance, process_id, task),
            value=_public_value(asked, values.get(asked.id), public.known),
        )
        for position, asked in enumerate(fields, start=1)
        if not public.hidden.hides(asked)
    ]


def _public_value(asked: Field, value: Any, known: Known) -> Any:
    """People are names, and of files only those on the web have a link that is not a key."""
    if value is None:
        return None
    if asked.field_type == FieldType.PEOPLE:
        return in_title(asked, value, known)
    if asked.field_type == FieldType.FILE:
        return [_public_file(each) for each in value if isinstance(each, dict)]
    return value


def _public_file(file: Mapping[str, Any]) -> dict[str, Any]:
    is_on_the_web = file.get("source") == "url"
    return {
        "filename": file.get("filename"),
        "url": file.get("url") or file.get("full_url") if is_on_the_web else None,
    }
