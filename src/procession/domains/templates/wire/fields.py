"""JSON shape of form fields: on a step (Capture) and on the kick-off form (contract 21, 1)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from procession.core.times import wire_time
from procession.domains.templates.types import Column, Field, Option


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


#: Values of custom fields by the id of what they are about.
CustomValues = Mapping[str, dict[str, Any]]


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
