"""JSON shape of a field with its answer, in one process or task (contract 31, 8)."""

from typing import Annotated, Any, ClassVar, NamedTuple

import msgspec
from msgspec import UNSET, Meta

from procession.core.times import wire_time
from procession.domains.answers.types import Answer, Answers, value_id
from procession.domains.templates.types import Field
from procession.domains.templates.wire.fields import field_out


class AnsweredFieldOut(msgspec.Struct, kw_only=True):
    """A form field as it is defined, and its answer; keys that only a task's field has are null in
    the kick-off form."""

    id: str
    timeline_id: str
    #: This field in this process or task: what its answer is written by.
    unique_id: str
    capture_value_id: str
    alias: str
    label: str
    field_type: str
    required: bool
    guidance: str | None
    position: int
    options: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    field_validation: list[str]
    collect_time: bool
    use_wysiwyg_editor: bool
    prefix: str | None
    suffix: str | None
    default_value_enabled: bool
    default_value: Any
    settings: dict[str, Any]
    list_id: str | None = msgspec.field(name="list")
    #: Null for the form of a task that belongs to no template.
    checklist_id: str | None
    run_id: str | None
    step_id: str | None
    step_title: str | None
    task_id: str | None
    task_status: str | None
    value: Any
    field_value: Any
    last_updated: str | None
    custom_fields: dict[str, Any] | None


class ProcessFormsOut(msgspec.Struct, kw_only=True):
    """Everything that a process asks; both lists are bare."""

    id: str
    name: str
    checklist_id: str
    form_fields: list[AnsweredFieldOut]
    ko_form_fields: list[AnsweredFieldOut]


class Asking(NamedTuple):
    """What a form belongs to: a process (its kick-off form) or a task."""

    number: int
    is_process: bool
    answers: Answers
    template_id: str | None
    process_id: str | None
    step_id: str | None = None
    step_title: str | None = None
    task_id: str | None = None
    task_state: str | None = None

    def value_id(self, field: Field) -> str:
        return value_id(self.number, field.id, is_of_process=self.is_process)


def answered_field_out(
    field: Field,
    position: int,
    asking: Asking,
    *,
    guidance: str | None,
    default_value: Any,
    custom_fields: dict[str, Any] | None,
) -> AnsweredFieldOut:
    """`guidance`, `default_value`: with their variables filled in."""
    defined = field_out(field, position, template_id="", custom_fields=None)
    unique_id = asking.value_id(field)
    answer: Answer | None = asking.answers.get(field.id)
    value = None if answer is None else answer.value
    return AnsweredFieldOut(
        id=field.id,
        timeline_id=field.id,
        unique_id=unique_id,
        capture_value_id=unique_id,
        alias=field.alias,
        label=field.label,
        field_type=field.field_type,
        required=field.required,
        guidance=guidance,
        position=position,
        options=defined.options,
        columns=defined.columns,
        field_validation=defined.field_validation,
        collect_time=field.collect_time,
        use_wysiwyg_editor=field.use_wysiwyg_editor,
        prefix=field.prefix,
        suffix=field.suffix,
        default_value_enabled=field.default_value_enabled,
        default_value=default_value,
        settings=field.settings,
        list_id=field.list_id,
        checklist_id=asking.template_id,
        run_id=asking.process_id,
        step_id=asking.step_id,
        step_title=asking.step_title,
        task_id=asking.task_id,
        task_status=asking.task_state,
        value=value,
        field_value=value,
        last_updated=None if answer is None else wire_time(answer.at),
        custom_fields=custom_fields,
    )


# --- Single values (contract 31, 10; 40, 4.4) ---


class FormValueIn(msgspec.Struct, kw_only=True):
    """One answer; `id` is a value's, or a field's together with `task_id` or `run_id`."""

    FIRST: ClassVar[tuple[str, ...]] = ("id", "task_id", "run_id")

    id: str
    form_value: Any
    task_id: str | None = None
    run_id: str | None = None


class CaptureValueIn(msgspec.Struct, kw_only=True):
    """One answer in a task: `id` is the field's id or alias, or the value's id."""

    id: str
    value: Any


class CapturesIn(msgspec.Struct, kw_only=True):
    """One answer, or a list of them as the whole body."""

    id: str | None = None
    value: Any = UNSET
    #: A form has 200 fields at most; what is sent for one field twice is counted twice.
    captures: Annotated[list[CaptureValueIn], Meta(max_length=1_000)] | None = None


# --- Export (contract 31, 9) ---


class ExportIn(msgspec.Struct, kw_only=True):
    """How a process is exported; all of it may stand in the query, too."""

    format: str | None = None
    safe: bool | None = None


class ExportRowOut(msgspec.Struct, kw_only=True):
    """One row: a question of the kick-off form, a task, a question of a task, or a comment.

    The keys are the columns of the CSV form, in their order.
    """

    blueprint_id: str
    blueprint_name: str
    blueprint_version: int
    process_id: str
    process_name: str
    process_tag: str
    process_owner: str
    process_owner_id: int
    total_tasks_in_process: int
    tasks_completed: int
    process_status: str
    process_last_modified: str
    process_completed_at: str | None
    type: str
    has_form_fields: str = "Yes"
    kick_off_task_id: str | None = None
    kick_off_task_name: str | None = None
    process_task_id: str | None = None
    process_task_status: str | None = None
    process_task_name: str | None = None
    process_task_alias: str | None = None
    process_task_data_id: str | None = None
    process_task_data_name: str | None = None
    process_task_comment_id: str | None = None
    process_task_comment_name: str | None = None
    milestone_id: str | None = None
    milestone_name: str | None = None
    milestone_position: int | None = None
    user_assigned: str | None = None
    assigned_user_id: str | None = None
    guest_assigned: str | None = None
    total_users_assigned: int | None = None
    total_guests_assigned: int | None = None
    total_assignees: int | None = None
    #: A member's number, a guest's address, or 0 while it is open.
    completed_by: int | str | None = None
    assigned_or_shown_on: str | None = None
    due_by: str | None = None
    completed_on: str | None = None
    no_of_form_fields: int | None = None
    form_field_type: str | None = None
    question_in_form_field: str | None = None
    answer_in_form_field: str | None = None
    issue_reported: str | None = None
    no_of_issue_reported: int | None = None
    issue_resolved: str | None = None
    no_of_issue_resolved: int | None = None
    total_comments: int | None = None
    comment: str | None = None
    last_modified: str | None = None


class ExportOut(msgspec.Struct, kw_only=True):
    """A process and everything in it, as rows."""

    run: Any
    rows: list[ExportRowOut]


# --- For anybody who has the public link (contract 30, 13.1) ---


class PublicAnswerOut(msgspec.Struct, kw_only=True):
    """A form field and what was answered, without anything that tells who people are but names."""

    id: str
    alias: str
    label: str
    field_type: str
    guidance: str | None
    position: int
    required: bool
    options: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    collect_time: bool
    prefix: str | None
    suffix: str | None
    value: Any


def public_answer_out(
    field: Field, position: int, *, guidance: str | None, value: Any
) -> PublicAnswerOut:
    """`value`: as anybody may see it."""
    defined = field_out(field, position, template_id="", custom_fields=None)
    return PublicAnswerOut(
        id=field.id,
        alias=field.alias,
        label=field.label,
        field_type=field.field_type,
        guidance=guidance,
        position=position,
        required=field.required,
        options=defined.options,
        columns=defined.columns,
        collect_time=field.collect_time,
        prefix=field.prefix,
        suffix=field.suffix,
        value=value,
    )
