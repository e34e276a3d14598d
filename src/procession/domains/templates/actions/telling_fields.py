"""Record what an edit did to form fields: one entry per attribute that is different."""

from typing import Any

from procession.domains.templates.content.changes import changed_attributes
from procession.domains.templates.content.comparing_forms import form_changes
from procession.domains.templates.events import (
    FieldAdded,
    FieldChanged,
    FieldDeleted,
    FieldMoved,
    about,
)
from procession.domains.templates.types import Content, Field, Template
from procession.kit.work import Work

#: Attributes whose name on the wire is another one.
_ON_THE_WIRE = {"list_id": "list"}


def tell_field_changes(
    work: Work, template: Template, was: Content, now: Content, *, mover: str | None = None
) -> None:
    """`mover`: the field that was asked to move."""
    changes = form_changes(was, now, mover)
    for kind, fields in (
        (FieldAdded, changes.added),
        (FieldDeleted, changes.deleted),
        (FieldMoved, changes.moved),
    ):
        for step_id, field in fields:
            work.record(kind(**_about(work, template, step_id, field)))
    for step_id, before, after in changes.changed:
        for name, value in changed_attributes(before, after).items():
            work.record(
                FieldChanged(
                    **_about(work, template, step_id, after),
                    attribute=_ON_THE_WIRE.get(name, name),
                    before=value,
                )
            )


def _about(work: Work, template: Template, step_id: str | None, field: Field) -> dict[str, Any]:
    return {
        **about(template, work.caller.organization_id),
        "step_id": step_id,
        "part_id": field.id,
        "part_title": field.label,
    }
