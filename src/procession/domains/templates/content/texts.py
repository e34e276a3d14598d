"""The texts of a template, changed by one function.

`with_texts`: every text where variables may stand (50, 7). `with_rich_texts`: those that are read
as a page, where other templates and snippets may stand (20, 3.12; 50, 8).
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types import Content, Face, Field, Step

Changed = Callable[[str], str]
#: Of rich text, of which nothing may be left.
ChangedRich = Callable[[str | None], str | None]
#: Texts of a version that people read as a page.
RICH_TEXTS = ("summary", "guidance", "kickoff_description")


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


# --- Rich texts ---


def rich_texts(content: Content) -> Iterator[str | None]:
    """Descriptions of steps, and guidance of the fields of every form."""
    for step in content.steps:
        yield step.summary
    for field in content.all_fields():
        yield field.guidance


def rich_texts_of_face(face: Face) -> Iterator[str | None]:
    return (getattr(face, name) for name in RICH_TEXTS)


def with_rich_face(face: Face, changed: ChangedRich) -> Face:
    return msgspec.structs.replace(
        face, **{name: changed(getattr(face, name)) for name in RICH_TEXTS}
    )


def with_rich_texts(content: Content, changed: ChangedRich, now: Instant | None = None) -> Content:
    """What changes is as new as `now`, None: as it was; everything else stays the same value."""
    return msgspec.structs.replace(
        content,
        kickoff=tuple(with_rich_field(field, changed, now) for field in content.kickoff),
        steps=tuple(with_rich_step(step, changed, now) for step in content.steps),
    )


def with_rich_field(field: Field, changed: ChangedRich, now: Instant | None = None) -> Field:
    guidance = changed(field.guidance)
    if guidance == field.guidance:
        return field
    return msgspec.structs.replace(
        field, guidance=guidance, updated_at=field.updated_at if now is None else now
    )


def with_rich_step(step: Step, changed: ChangedRich, now: Instant | None = None) -> Step:
    summary = changed(step.summary)
    fields = tuple(with_rich_field(field, changed, now) for field in step.fields)
    if summary == step.summary and all(map(_is, fields, step.fields)):
        return step
    return msgspec.structs.replace(
        step,
        summary=summary,
        fields=fields,
        updated_at=step.updated_at if now is None else now,
    )


def _is(one: Field, other: Field) -> bool:
    return one is other
