"""JSON shape of a template that anybody may read: what is listed here and nothing else (20, 3.13).

Never people, webhooks, rules, comments, custom fields or anything of a process.
"""

from typing import Any, ClassVar

import msgspec

from procession.core.times import wire_time
from procession.domains.templates.types import Content, Field, Step, Template
from procession.domains.templates.wire.fields import field_out
from procession.domains.templates.wire.steps import deadline_out

#: Settings of a field that who fills the form has to know; others may hold anything.
_SETTINGS = ("must_check_all", "default_to_guest")


class PublicFieldOut(msgspec.Struct, kw_only=True):
    """A form field as it is defined."""

    id: str
    alias: str
    label: str
    field_type: str
    guidance: str | None
    position: int
    required: bool
    options: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    default_value_enabled: bool
    default_value: Any
    collect_time: bool
    use_wysiwyg_editor: bool
    field_validation: list[str]
    prefix: str | None
    suffix: str | None
    settings: dict[str, Any]


class PublicStepOut(msgspec.Struct, kw_only=True):
    """What is to be done."""

    id: str
    title: str
    summary: str | None
    step_type: str
    position: int
    stage_id: str | None
    deadline: dict[str, Any] | None
    captures: list[PublicFieldOut]


class PublicStageOut(msgspec.Struct, kw_only=True):
    """A milestone."""

    id: str
    name: str
    position: int


class PublicTemplateOut(msgspec.Struct, kw_only=True):
    """A template as it was published, for anybody."""

    id: str
    title: str
    summary: str | None
    guidance: str | None
    type: str
    icon: str | None
    alias: str
    public_cover: str | None
    explanation_video: str | None
    last_updated: str
    kickoff_title: str | None
    kickoff_description: str | None
    prerun: list[PublicFieldOut]
    stages: list[PublicStageOut]
    steps: list[PublicStepOut]


class FormAccessIn(msgspec.Struct, kw_only=True):
    """Who wants to fill in a public kick-off form."""

    FIRST: ClassVar[tuple[str, ...]] = ("email",)

    email: str


class FormAccessOut(msgspec.Struct):
    """The same whoever has the address."""

    sent: bool = True


class PublicFormOut(msgspec.Struct, kw_only=True):
    """A public kick-off form: what it is about, and what it asks."""

    title: str
    description: str | None
    fields: list[PublicFieldOut]


def public_form_out(title: str, template: Template, content: Content) -> PublicFormOut:
    return PublicFormOut(
        title=title,
        description=template.kickoff_description,
        fields=_fields_out(content.kickoff),
    )


def public_template_out(template: Template, content: Content) -> PublicTemplateOut:
    return PublicTemplateOut(
        id=template.id,
        title=template.title,
        summary=template.summary,
        guidance=template.guidance,
        type=template.type,
        icon=template.icon,
        alias=template.alias,
        public_cover=template.public_cover,
        explanation_video=template.explanation_video,
        last_updated=wire_time(template.updated_at),
        kickoff_title=template.kickoff_title,
        kickoff_description=template.kickoff_description,
        prerun=_fields_out(content.kickoff),
        stages=[
            PublicStageOut(id=stage.id, name=stage.name, position=position)
            for position, stage in enumerate(content.stages, start=1)
        ],
        steps=[_step_out(step, position) for position, step in enumerate(content.steps, start=1)],
    )


def _step_out(step: Step, position: int) -> PublicStepOut:
    return PublicStepOut(
        id=step.id,
        title=step.title,
        summary=step.summary,
        step_type=step.step_type,
        position=position,
        stage_id=step.stage_id,
        deadline=deadline_out(step),
        captures=_fields_out(step.fields),
    )


def _fields_out(fields: tuple[Field, ...]) -> list[PublicFieldOut]:
    return [_field_out(field, position) for position, field in enumerate(fields, start=1)]


def _field_out(field: Field, position: int) -> PublicFieldOut:
    whole = field_out(field, position, template_id="", custom_fields=None)
    shown = {name: getattr(whole, name) for name in PublicFieldOut.__struct_fields__}
    known = {name: value for name, value in field.settings.items() if name in _SETTINGS}
    return PublicFieldOut(**{**shown, "settings": known})
