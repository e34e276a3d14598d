"""Every text of a template where variables may stand, changed by one function (50, 7)."""

from collections.abc import Callable
from typing import Any

import msgspec

from procession.domains.templates.types import Content, Face, Field, Step

Changed = Callable[[str], str]


def with_texts(content: Content, changed: Changed) -> Content:
    return msgspec.structs.replace(
        content,
        kickoff=tuple(_field(field, changed) for field in content.kickoff),
        steps=tuple(_step(step, changed) for step in content.steps),
    )


def with_face_texts(face: Face, changed: Changed) -> Face:
    names = ("summary", "guidance", "kickoff_description", "process_name_format")
    return msgspec.structs.replace(
        face, **{name: _optional(getattr(face, name), changed) for name in names}
    )


def _step(step: Step, changed: Changed) -> Step:
    launched = step.sub_process
    return msgspec.structs.replace(
        step,
        title=changed(step.title),
        summary=_optional(step.summary, changed),
        sub_process=launched
        and msgspec.structs.replace(launched, name_format=_optional(launched.name_format, changed)),
        fields=tuple(_field(field, changed) for field in step.fields),
    )


def _field(field: Field, changed: Changed) -> Field:
    return msgspec.structs.replace(
        field,
        label=changed(field.label),
        guidance=_optional(field.guidance, changed),
        default_value=_default(field.default_value, changed),
    )


def _default(value: Any, changed: Changed) -> Any:
    """Options are chosen by their text, which is no place for variables."""
    return changed(value) if isinstance(value, str) else value


def _optional(text: str | None, changed: Changed) -> str | None:
    return None if text is None else changed(text)
