"""Write single answers: by the id of a value, or of a field and what it is in (31, 10; 40, 4.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import UNSET

from procession.domains.answers.content.containers import Sent
from procession.domains.answers.content.keys import Owner, resolve
from procession.domains.answers.types import read_value_id, value_id
from procession.domains.answers.wire import (
    AnsweredFieldOut,
    CapturesIn,
    CaptureValueIn,
    FormValueIn,
)
from procession.domains.people import store as people
from procession.domains.processes import policy as process_policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task, TaskFilter
from procession.flows.forms.answering import write_task_answers
from procession.flows.forms.kickoff import read_kickoff_answers, store_kickoff_answers
from procession.flows.forms.rendering import Forms, forms_of
from procession.flows.forms.showing import show_forms
from procession.flows.reaching.tasks import Reached, reach, require_open_to_change, settle
from procession.flows.rules.cascading import follow
from procession.kit.binding import required_sentence
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.paging import PageRequest
from procession.kit.work import Work, writing

_NO_VALUE = (
    "No capture value has this id; send its unique_id, or the field id with task_id "
    "(kick-off field: run_id)."
)
_MOST_TASKS = 1000


@dataclass(frozen=True)
class _Place:
    """A field, and the task or (kick-off form) the process that it is to be answered in."""

    field_id: str
    task_id: str | None = None
    process_id: str | None = None


# --- One value ---


def write_value(caller: Caller, sent: FormValueIn) -> AnsweredFieldOut:
    """Of any field that the caller may answer (contract 31, 10.1)."""
    with writing(caller) as work:
        place = _find_place(work, sent)
        if place is None:
            raise invalid("id", _NO_VALUE)
        return _write(work, place, sent.form_value)


def write_value_of_guest(caller: Caller, name: str, sent: FormValueIn) -> AnsweredFieldOut:
    """Of a field of the guest's own: by the guest, or by a member in the guest's name (10.2)."""
    with writing(caller) as work:
        guest = caller if caller.is_guest else _guest_named(work, name)
        work.act_as(guest)
        place = _find_place(work, sent) or _place_among_own(work, sent)
        if place is None:
            raise invalid("id", _NO_VALUE)
        if place.task_id is not None:
            _require_own(work, caller, place.task_id)
        else:
            _require_own_form(work, caller, place.process_id or "")
        return _write(work, place, sent.form_value)


def _guest_named(work: Work, name: str) -> Caller:
    """The guest whom a member writes for."""
    guest = people.find_linked_guest(work, name)
    if guest is None:
        raise NotFound
    if guest.disabled_at is not None:
        raise Forbidden("This guest is disabled.")
    return replace(work.caller, kind=CallerKind.GUEST, person_id=guest.id, role=None)


def _require_own(work: Work, caller: Caller, task_id: str) -> None:
    """The task is the guest's; a member who writes for the guest may write in it, too."""
    if not tasks.get_visible(work, task_id).is_callers:
        raise NotFound
    if caller.is_guest:
        return
    guest = work.caller
    work.act_as(caller)
    if not policy.can_complete(caller, tasks.get_visible(work, task_id)):
        raise Forbidden
    work.act_as(guest)


def _require_own_form(work: Work, caller: Caller, process_id: str) -> None:
    """The guest filled in the kick-off form; a member who writes for them may change it, too."""
    process = processes.get_visible(work, process_id)
    if process.submitted_by_guest != work.caller.person_id:
        raise NotFound
    if caller.is_guest:
        return
    guest = work.caller
    work.act_as(caller)
    if not process_policy.can_answer_kickoff(caller, processes.get_visible(work, process_id)):
        raise Forbidden
    work.act_as(guest)


def _write(work: Work, place: _Place, value: Any) -> AnsweredFieldOut:
    sent = {place.field_id: value}
    try:
        if place.task_id is None:
            _write_in_kickoff(work, place.process_id or "", sent, "form_value")
        else:
            _write_in_task(work, reach(work, place.task_id), sent, "form_value")
    except Invalid as wrong:
        wrong.problems = _as_one_value(wrong.problems)
        raise
    return _shown(work, place)


def _write_in_kickoff(work: Work, process_id: str, sent: Any, at: str) -> None:
    """Also while the form is complete; it keeps what it requires (contract 31, 11)."""
    process = processes.get_visible(work, process_id, lock=True)
    if not process_policy.can_answer_kickoff(work.caller, process):
        raise Forbidden
    require_live(process)
    merged = read_kickoff_answers(work, process, sent, at)
    if merged.problems:
        raise Invalid(merged.problems)
    store_kickoff_answers(work, process, merged)


def _write_in_task(work: Work, reached: Reached, sent: Any, at: str) -> None:
    if not policy.can_complete(work.caller, reached.task):
        raise Forbidden
    require_open_to_change(reached)
    events = write_task_answers(work, reached, sent, at)
    if events is not None:
        follow(work, reached.process, events)
        settle(work, reached)


def _as_one_value(problems: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is wrong with the one field is wrong with `form_value`."""
    found: dict[str, list[str]] = {}
    for path, sentences in problems.items():
        short = "form_value" if path.startswith("form_value.") else path
        found.setdefault(short, []).extend(sentences)
    return found


def _shown(work: Work, place: _Place) -> AnsweredFieldOut:
    """The field as it is after the write."""
    if place.task_id is None:
        process_id = place.process_id or ""
        fields = show_forms(work, [], [process_id]).of_kickoff[process_id]
    else:
        task = tasks.get_visible(work, place.task_id)
        fields = show_forms(work, [task]).of_tasks[task.id]
    return next(each for each in fields if each.id == place.field_id)


# --- Which field is meant ---


def _find_place(work: Work, sent: FormValueIn) -> _Place | None:
    """Raises NotFound for a task or process that the caller cannot see."""
    name = find_id(sent.id)
    if sent.task_id is not None:
        task = _task(work, sent.task_id)
        return None if name is None else _in_task(work, task, name)
    if sent.run_id is not None:
        process_id = _process_id(work, sent.run_id)
        return None if name is None else _in_process(work, process_id, name)
    return None if name is None else _of_value_id(work, name)


def _task(work: Work, sent: str) -> Task:
    task_id = find_id(sent)
    if task_id is None:
        raise NotFound
    return tasks.get_visible(work, task_id)


def _process_id(work: Work, sent: str) -> str:
    process_id = find_id(sent)
    if process_id is None:
        raise NotFound
    return processes.get_visible(work, process_id).id


def _in_task(work: Work, task: Task, name: str) -> _Place | None:
    """A field of the task by its id, or by that of its value."""
    return _among(forms_of(work, [task.process_id]), [task], name)


def _among(forms: Forms, found: Iterable[Task], name: str) -> _Place | None:
    for task in found:
        for each in forms.fields_of(task):
            if name in (each.id, value_id(task.number, each.id, is_of_process=False)):
                return _Place(each.id, task_id=task.id)
    return None


def _in_process(work: Work, process_id: str, name: str) -> _Place | None:
    """A field of the kick-off form, or of any of its tasks that the caller sees."""
    forms = forms_of(work, [process_id])
    in_form = _in_kickoff(forms, process_id, name)
    if in_form is not None:
        return in_form
    return _among(forms, tasks.of_whole_processes(work, [process_id])[process_id], name)


def _in_kickoff(forms: Forms, process_id: str, name: str) -> _Place | None:
    number = forms.sources[process_id].number
    for each in forms.content(process_id).kickoff:
        if name in (each.id, value_id(number, each.id, is_of_process=True)):
            return _Place(each.id, process_id=process_id)
    return None


def _of_value_id(work: Work, name: str) -> _Place | None:
    """What the caller cannot see has no value for them."""
    named = read_value_id(name)
    if not named.is_of_process:
        task = tasks.find_numbered(work, named.number)
        if task is None:
            tasks.require_numbered_not_away(work, named.number)
            return None
        place = _in_task(work, task, name)
    else:
        process_id = processes.find_id_of_number(work, named.number)
        if process_id is None:
            return None
        if processes.find_visible(work, process_id) is None:
            processes.require_not_away(work, process_id)
            return None
        place = _in_kickoff(forms_of(work, [process_id]), process_id, name)
    # An id of a field may look like that of a value; then it names no value.
    return None if place is None or place.field_id == name else place


def _place_among_own(work: Work, sent: FormValueIn) -> _Place | None:
    """A guest may name a field alone, where exactly one open task of theirs has it."""
    name = find_id(sent.id)
    if name is None or sent.task_id is not None or sent.run_id is not None:
        return None
    wanted = TaskFilter(status="active", assigned_to_guest=_address(work))
    own = tasks.list_visible(work, PageRequest(1, _MOST_TASKS), wanted).rows
    forms = forms_of(work, {task.process_id for task in own})
    places = [_among(forms, [task], name) for task in own]
    found = [place for place in places if place is not None]
    return found[0] if len(found) == 1 else None


def _address(work: Work) -> str:
    guest = people.find_linked_guest(work, str(work.caller.person_id))
    return "" if guest is None else guest.email


# --- Several at once, of one task ---


def capture(caller: Caller, task_id: str, sent: CapturesIn) -> list[AnsweredFieldOut]:
    """The same as a write of `taskdata` (contract 40, 4.4); the fields in the order sent."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        task = reached.task
        if not policy.can_complete(caller, task):
            raise Forbidden
        entries = _entries(sent)
        values = [{"id": each.id, "value": each.value} for each in entries]
        _write_in_task(work, reached, values, "taskdata")
        fields = forms_of(work, [task.process_id]).fields_of(task)
        owner = Owner(task.number, is_of_process=False)
        meant = resolve([Sent(each.id, each.value) for each in entries], fields, owner).meant
        shown = show_forms(work, [tasks.get_visible(work, task_id)]).of_tasks[task_id]
        by_id = {each.id: each for each in shown}
        return [by_id[field.id] for field, _ in meant]


def _entries(sent: CapturesIn) -> list[CaptureValueIn]:
    if sent.captures is not None:
        return sent.captures
    missing = [name for name in ("id", "value") if getattr(sent, name) in (None, UNSET)]
    if sent.value is None:  # It clears the answer.
        missing = [name for name in missing if name != "value"]
    if missing or sent.id is None:
        raise Invalid({name: [required_sentence(name)] for name in missing})
    return [CaptureValueIn(id=sent.id, value=sent.value)]
