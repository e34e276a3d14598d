"""Uploaded files in answers: which of them there are, and which answers name which (45, 6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procession.domains.answers.content.uploads import is_there, uploads_named
from procession.domains.answers.types import Answers
from procession.domains.files import store as files
from procession.domains.files.wire import file_value_out
from procession.domains.templates.types import Field, FieldType
from procession.kit.work import Work


def entries_of(work: Work, file_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Those that the caller may read, each as an entry of an answer; no archived ones."""
    settings = work.caller.server.settings
    public_url = settings.public_url or settings.local_url
    found = files.visible_among(work, file_ids).values()
    return {
        file.id: file_value_out(file, work.caller.organization_id, public_url)
        for file in found
        if file.archived_at is None
    }


def name_files(fields: Iterable[Field]) -> bool:
    """Whether answers to any of them may name uploads."""
    return any(field.field_type == FieldType.FILE for field in fields)


def keep_uses(
    work: Work,
    fields: Iterable[Field],
    answers: Answers,
    *,
    process_id: str | None = None,
    task_id: str | None = None,
) -> None:
    """Note which uploads the answers of this task, or of this process's kick-off form, name now."""
    named = [
        file_id
        for field in fields
        if field.field_type == FieldType.FILE and field.id in answers
        for entry in answers[field.id].value or ()
        if is_there(entry)
        for file_id in uploads_named(entry)
    ]
    files.set_uses(work, named, process_id=process_id, task_id=task_id)
