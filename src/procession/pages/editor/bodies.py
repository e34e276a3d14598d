"""What the forms of the editor send: texts, of which only those that were sent are to change.

They are read into the shapes of the API (`wanted`), so what is wrong is told in the same words.
"""

from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from procession.kit.binding import bind_whole
from procession.pages.forms import ActionForm

T = TypeVar("T")


class TemplateForm(ActionForm, kw_only=True):
    """What a template says of itself."""

    title: Any = UNSET
    status: Any = UNSET
    summary: Any = UNSET
    kickoff_title: Any = UNSET
    kickoff_description: Any = UNSET


class TemplateSettingsForm(ActionForm, kw_only=True):
    """How a template is launched and shared, by the names of the API."""

    guidance: Any = UNSET
    explanation_video: Any = UNSET
    default_process_name_format: Any = UNSET
    auto_naming: Any = UNSET
    allow_launcher_change_name: Any = UNSET
    default_folder: Any = UNSET
    folder_changeable_by_launcher: Any = UNSET
    folderize_process: Any = UNSET
    tag_process: Any = UNSET
    can_add_oot: Any = UNSET
    is_public: Any = UNSET
    is_public_kickoff: Any = UNSET
    owner_id: Any = UNSET
    alias: Any = UNSET
    webhook: Any = UNSET
    dual_version_enabled: Any = UNSET
    replace_state_conditionally: Any = UNSET


class PermissionForm(ActionForm, kw_only=True):
    """What is to change of who may do one thing; each alone."""

    #: `1` or `0`.
    everyone: str | None = None
    #: A member or a group, by what they are called.
    who: str | None = None
    #: As lists store it: `u:7` or `g:<id>`.
    leave_out: str | None = None


class PrefillForm(ActionForm, kw_only=True):
    """Answers that a link brings along, by field."""

    answers: Any = None


class NewStepForm(ActionForm, kw_only=True):
    """A step to add; without a position it is the last one."""

    title: str | None = None
    position: int | None = None


class StepForm(ActionForm, kw_only=True):
    """What is to change of a step."""

    title: Any = UNSET
    summary: Any = UNSET
    step_type: Any = UNSET
    #: `value`, `unit`, `option` and `step`; without a value there is none.
    deadline: Any = UNSET
    start_date: Any = UNSET
    #: Id of a milestone; blank: it is in none.
    stage_id: Any = UNSET
    assign_run_starter: Any = UNSET
    can_complete_only_assignees: Any = UNSET
    everyone_must_complete: Any = UNSET
    prevent_guest_comment: Any = UNSET
    max_assignable: Any = UNSET
    webhook: Any = UNSET
    is_soft_start_date: Any = UNSET
    #: Whoever is typed: a name, a group, a job title or an address.
    assign: str | None = None
    #: A key of `people.Assigned`.
    unassign: str | None = None


class MilestoneForm(ActionForm, kw_only=True):
    """A milestone to add, or what is to change of one."""

    name: Any = UNSET
    position: Any = UNSET


class OrderForm(ActionForm, kw_only=True):
    """A step or a field, and the place where it goes."""

    part: str | None = None
    position: int | None = None


class FieldMoveForm(ActionForm, kw_only=True):
    """Id of the step whose form a field goes into."""

    step: str | None = None


class FieldForm(ActionForm, kw_only=True):
    """A field to add, or what is to change of one."""

    label: Any = UNSET
    field_type: Any = UNSET
    required: Any = UNSET
    guidance: Any = UNSET
    #: One a line.
    options: Any = UNSET
    columns: Any = UNSET
    #: One of the words of `fields.CHECKS`.
    check: Any = UNSET
    default_value: Any = UNSET


class RuleForm(ActionForm, kw_only=True):
    """A rule: when it is so, what happens to which steps."""

    name: str | None = None
    #: A list of groups with the names of `rules.Row`.
    conditions: Any = None
    #: One of `rule_effects.VERBS_IN_WORDS`, and the ids of the steps.
    verb: str | None = None
    steps: list[str] | None = None
    #: What the verb needs besides, by the names of `rule_effects.Effect`.
    effect: Any = None
    #: Another rule does the opposite when the condition is not met.
    both: str | None = None


class TryForm(ActionForm, kw_only=True):
    """What to try: answers by field, and what is done by step."""

    answers: Any = None
    done: Any = None


def sent_of(form: msgspec.Struct, *names: str) -> dict[str, Any]:
    """By name, what was sent of these; it is what stands in the form when that is refused."""
    found = {name: getattr(form, name) for name in names}
    return {name: value for name, value in found.items() if value is not UNSET}


def wanted(sent: dict[str, Any], shape: type[T]) -> T:
    """As a program would have sent it. Raises Invalid."""
    return bind_whole(sent, shape)
