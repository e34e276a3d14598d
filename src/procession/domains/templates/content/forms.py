"""Forms of a template: that of a step, or the kick-off form (contract 21, 1).

A form is named by the id of its step; None is the kick-off form.
"""

from collections.abc import Sequence

import msgspec

from procession.core.times import Instant
from procession.domains.templates.content.arranging import find, replaced
from procession.domains.templates.types import Content, Field


def fields_of(content: Content, step_id: str | None) -> tuple[Field, ...] | None:
    """None when there is no such step."""
    if step_id is None:
        return content.kickoff
    step = content.step(step_id)
    return None if step is None else step.fields


def with_fields(
    content: Content, step_id: str | None, fields: Sequence[Field], now: Instant
) -> Content:
    """The form's step is touched only when its fields are different."""
    if step_id is None:
        return msgspec.structs.replace(content, kickoff=tuple(fields))
    step = content.step(step_id)
    if step is None or step.fields == tuple(fields):
        return content
    touched = msgspec.structs.replace(step, fields=tuple(fields), updated_at=now)
    return msgspec.structs.replace(content, steps=replaced(content.steps, touched))


def form_of(content: Content, field_id: str) -> str | None:
    """The step whose form a field stands in; None: the kick-off form, or nowhere."""
    return next((step.id for step in content.steps if find(step.fields, field_id)), None)


def place_for_new(position: int | None, count: int) -> int | None:
    """Where a new field goes among `count`; None: last.

    One client sends position 1 with every new field whose caller gave none. Honouring it would
    store forms in reverse (contract 21, 5).
    """
    return position if position is not None and 2 <= position <= count else None
