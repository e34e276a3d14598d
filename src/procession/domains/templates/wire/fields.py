"""JSON shape of form fields: on a step (Capture) and on the kick-off form (contract 21, 1)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.templates.types import Column, Content, Field, Option
from procession.kit.binding import RichText

_Label = Annotated[str, Meta(min_length=1, max_length=600)]
_Affix = Annotated[str, Meta(max_length=32)]
_Position = Annotated[int, Meta(ge=1, le=9999)]
#: Keys of the object that a body may carry along and nobody reads.
_READ_ONLY = frozenset(("step_id", "checklist_id", "created_at", "last_updated"))


class FieldIn(msgspec.Struct, kw_only=True):
    """A form field, or some of its attributes; what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = _READ_ONLY

    #: What an entry of a list is matched by; nowhere else read.
    id: Any = UNSET
    timeline_id: Any = UNSET
    alias: Any = UNSET
    label: _Label | UnsetType = UNSET
    field_type: str | UnsetType = UNSET
    guidance: RichText | UnsetType | None = UNSET
    position: _Position | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    #: Objects with `id` and `text`, or bare texts.
    options: list[Any] | UnsetType | None = UNSET
    #: Objects with `id` and `label`, or bare labels.
    columns: list[Any] | UnsetType | None = UNSET
    default_value_enabled: bool | UnsetType = UNSET
    default_value: Any = UNSET
    collect_time: bool | UnsetType = UNSET
    use_wysiwyg_editor: bool | UnsetType = UNSET
    #: A list, or one text separated by `|`.
    field_validation: Any = UNSET
    prefix: _Affix | UnsetType | None = UNSET
    suffix: _Affix | UnsetType | None = UNSET
    settings: dict[str, Any] | UnsetType | None = UNSET
    list_id: str | UnsetType | None = msgspec.field(name="list", default=UNSET)
    #: Other names of `guidance`.
    description: RichText | UnsetType | None = UNSET
    help_text: RichText | UnsetType | None = UNSET
    instructions: RichText | UnsetType | None = UNSET
    #: Other names of `label`.
    name: _Label | UnsetType = UNSET
    title: _Label | UnsetType = UNSET
    #: Other names of `field_type`, `required` and `field_validation`.
    type: str | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET
    validation: Any = UNSET
    #: Read in documents alone: values by key.
    custom_fields: Any = UNSET
    #: Read in documents alone: `guidance` with the tokens of its snippets.
    original_guidance: RichText | UnsetType | None = UNSET


class FieldOrderIn(msgspec.Struct, kw_only=True):
    """One field and its new position, or the ids of all in their new order."""

    FIRST: ClassVar[tuple[str, ...]] = ("order",)

    capture_id: str | None = None
    #: The same, of a kick-off form.
    prerun_id: str | None = None
    position: _Position | None = None
    order: list[str] | None = None


class MoveOutIn(msgspec.Struct, kw_only=True):
    """The step that a field moves to, and its place there."""

    target_step_id: str
    position: _Position = 1


class FieldOut(msgspec.Struct, kw_only=True):
    """A form field as it is defined. Only a step's field has `step_id`."""

    id: str
    step_id: str | msgspec.UnsetType = msgspec.UNSET
    checklist_id: str
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
    list_id: str | None = msgspec.field(name="list")
    custom_fields: dict[str, Any] | None
    created_at: str
    last_updated: str
    #: As stored, where the guidance shows snippets (50, 8).
    original_guidance: str | UnsetType = UNSET


#: Values of custom fields by the id of what they are about.
CustomValues = Mapping[str, dict[str, Any]]


class FormFieldsOut(msgspec.Struct, kw_only=True):
    """All fields of a template: one object, not a list (contract 21, 7)."""

    id: str
    title: str
    form_fields: list[dict[str, Any]]
    ko_form_fields: list[FieldOut]


def fields_out(
    fields: Sequence[Field],
    *,
    template_id: str,
    step_id: str | None = None,
    custom_fields: CustomValues | None = None,
) -> list[FieldOut]:
    """The fields of one form, by position."""
    return [
        field_out(
            field,
            position,
            template_id=template_id,
            step_id=step_id,
            custom_fields=None if custom_fields is None else custom_fields.get(field.id, {}),
        )
        for position, field in enumerate(fields, start=1)
    ]


def form_fields_out(
    content: Content, *, template_id: str, title: str, custom_fields: CustomValues | None = None
) -> FormFieldsOut:
    return FormFieldsOut(
        id=template_id,
        title=title,
        form_fields=[
            {
                **msgspec.to_builtins(out),
                "step_title": step.title,
                "step_position": position,
            }
            for position, step in enumerate(content.steps, start=1)
            for out in fields_out(
                step.fields,
                template_id=template_id,
                step_id=step.id,
                custom_fields=custom_fields,
            )
        ],
        ko_form_fields=fields_out(
            content.kickoff, template_id=template_id, custom_fields=custom_fields
        ),
    )


def field_out(
    field: Field,
    position: int,
    *,
    template_id: str,
    step_id: str | None = None,
    custom_fields: dict[str, Any] | None,
) -> FieldOut:
    return FieldOut(
        id=field.id,
        step_id=msgspec.UNSET if step_id is None else step_id,
        checklist_id=template_id,
        alias=field.alias,
        label=field.label,
        field_type=field.field_type,
        guidance=field.guidance,
        position=position,
        required=field.required,
        options=[_option_out(option) for option in field.options],
        columns=[_column_out(column) for column in field.columns],
        default_value_enabled=field.default_value_enabled,
        default_value=field.default_value,
        collect_time=field.collect_time,
        use_wysiwyg_editor=field.use_wysiwyg_editor,
        field_validation=list(field.field_validation),
        prefix=field.prefix,
        suffix=field.suffix,
        settings=field.settings,
        list_id=field.list_id,
        custom_fields=custom_fields,
        created_at=wire_time(field.created_at),
        last_updated=wire_time(field.updated_at),
    )


def _option_out(option: Option) -> dict[str, Any]:
    out = {"id": option.id, "text": option.text, "value": None, "required": option.required}
    return out if option.description is None else out | {"description": option.description}


def _column_out(column: Column) -> dict[str, Any]:
    return {"id": column.id, "label": column.label}
