"""Forms with their answers: of processes, their tasks, and one-off tasks (contract 31, 8)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procession.domains.answers.types import values_of
from procession.domains.answers.wire import (
    AnsweredFieldOut,
    Asking,
    ProcessFormsOut,
    answered_field_out,
)
from procession.domains.custom_fields import store as custom_fields
from procession.domains.processes import store as processes
from procession.domains.processes.types import FormSource, Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates.types import Field, FieldType
from procession.flows.forms.rendering import Forms, Variables, forms_of, variables_in
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, reading

#: Names of the includes.
STEP_FIELDS = "form_fields"
KICKOFF_FIELDS = frozenset({"ko_form_fields", "ko-form-fields"})
#: The parameter of the same name, where processes are shown.
VALUES = "form_fields_values"


@dataclass(frozen=True)
class _Form:
    """The fields of one form, and what it belongs to."""

    asking: Asking
    fields: tuple[Field, ...]
    task: Task | None = None


@dataclass(frozen=True)
class ShownForms:
    """The forms of one page."""

    of_tasks: Mapping[str, list[AnsweredFieldOut]] = field(default_factory=dict)
    #: Their questions as their authors defined them.
    asked_of_tasks: Mapping[str, Sequence[Field]] = field(default_factory=dict)
    #: The kick-off forms, by process.
    of_kickoff: Mapping[str, list[AnsweredFieldOut]] = field(default_factory=dict)

    def of_tasks_in(self, shown: Sequence[Task]) -> list[AnsweredFieldOut]:
        return [each for task in shown for each in self.of_tasks.get(task.id, ())]


def show_forms(work: Work, shown: Sequence[Task], kickoff_of: Collection[str] = ()) -> ShownForms:
    """Of these tasks, which the caller may see, and the kick-off forms of these processes."""
    if not shown and not kickoff_of:
        return ShownForms()
    forms = forms_of(work, {*kickoff_of, *(task.process_id for task in shown)})
    of_tasks = {task.id: _task_form(forms, task) for task in shown}
    of_kickoff = {
        process_id: _kickoff_form(forms, forms.sources[process_id])
        for process_id in kickoff_of
        if process_id in forms.sources
    }
    every = [*of_tasks.values(), *of_kickoff.values()]
    variables = variables_in(work, _texts(every), shown, kickoff_of)
    values = _custom_values(work, every)
    return ShownForms(
        {task_id: list(_fields_out(form, variables, values)) for task_id, form in of_tasks.items()},
        {task_id: form.fields for task_id, form in of_tasks.items()},
        {each: list(_fields_out(form, variables, values)) for each, form in of_kickoff.items()},
    )


def _task_form(forms: Forms, task: Task) -> _Form:
    step = forms.content(task.process_id).step(task.step_id or "")
    asking = Asking(
        number=task.number,
        is_process=False,
        answers=task.form_answers,
        template_id=task.template_id,
        process_id=task.process_id,
        step_id=task.step_id,
        step_title=None if step is None else step.title,
        task_id=task.id,
        task_state=task.state,
    )
    return _Form(asking, forms.fields_of(task), task)


def _kickoff_form(forms: Forms, source: FormSource) -> _Form:
    asking = Asking(
        number=source.number,
        is_process=True,
        answers=source.kickoff_answers,
        template_id=source.template_id,
        process_id=source.id,
    )
    return _Form(asking, forms.content(source.id).kickoff)


def _texts(forms: Sequence[_Form]) -> Iterator[str | None]:
    """Everything of them that may hold variables."""
    for form in forms:
        yield form.asking.step_title if form.fields else None
        for each in form.fields:
            yield each.guidance
            yield each.default_value if _has_text_default(each) else None


def _has_text_default(asked: Field) -> bool:
    is_text = asked.field_type in (FieldType.TEXT, FieldType.TEXTAREA)
    return is_text and isinstance(asked.default_value, str)


def _custom_values(work: Work, forms: Sequence[_Form]) -> dict[str, dict[str, Any]] | None:
    """Of the fields; guests learn of none."""
    if work.caller.is_guest:
        return None
    return custom_fields.shown_values_of(work, {each.id for form in forms for each in form.fields})


def _fields_out(
    form: _Form, variables: Variables, values: Mapping[str, dict[str, Any]] | None
) -> Iterator[AnsweredFieldOut]:
    process_id, task = form.asking.process_id, form.task
    title = form.asking.step_title
    if title is not None and form.fields:
        title = variables.title(title, process_id, task)
    asking = form.asking._replace(step_title=title)
    for position, asked in enumerate(form.fields, start=1):
        default = asked.default_value
        if _has_text_default(asked):
            render = variables.rich if asked.use_wysiwyg_editor else variables.line
            default = render(default, process_id, task)
        yield answered_field_out(
            asked,
            position,
            asking,
            guidance=variables.rich(asked.guidance, process_id, task),
            default_value=default,
            custom_fields=None if values is None else values.get(asked.id, {}),
        )


def values_in(shown: Sequence[Task]) -> dict[str, Any]:
    """The answers of tasks, by field."""
    return {
        field_id: value
        for task in shown
        for field_id, value in values_of(task.form_answers).items()
    }


def get_forms(caller: Caller, process_id: str) -> ProcessFormsOut:
    """Everything that a process asks. The guest who filled in its kick-off form reads that one."""
    with reading(caller) as work:
        process = processes.get_visible(work, process_id)
        if not caller.is_guest:
            shown = tasks.of_whole_processes(work, [process.id])[process.id]
            return _forms_out(work, process, shown)
        if process.submitted_by_guest != caller.person_id:
            raise Forbidden
        return _forms_out(work, process, [])


def _forms_out(work: Work, process: Process, shown: Sequence[Task]) -> ProcessFormsOut:
    forms = show_forms(work, shown, [process.id])
    return ProcessFormsOut(
        id=process.id,
        name=process.name,
        checklist_id=process.template_id,
        form_fields=forms.of_tasks_in(shown),
        ko_form_fields=forms.of_kickoff[process.id],
    )
