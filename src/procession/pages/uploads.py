"""Files that the forms of pages send along, each for one field (contract 31, 3; 45, 7).

The part of the form is called `file-` and the field's id (`web/multipart.py`); the answer of the
field holds what is there already (`file_answers.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from procession.domains.files.types import StoredFile
from procession.domains.templates.types import Field, FieldType
from procession.flows.tasks.attaching import attach_file
from procession.flows.tasks.opening import OpenTask
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, TooLarge
from procession.kit.sent_files import SentFile

_OF_FILE = "file-"


def sent_files(asked: Iterable[Field], files: Mapping[str, SentFile]) -> dict[str, SentFile]:
    """By field; what is sent for anything else is left out."""
    known = {each.id for each in asked if each.field_type == FieldType.FILE}
    named = {name.removeprefix(_OF_FILE): file for name, file in files.items()}
    return {field_id: file for field_id, file in named.items() if field_id in known}


def keep_files(
    caller: Caller, opened: OpenTask, given: Mapping[str, Any], files: Mapping[str, SentFile]
) -> dict[str, Any]:
    """Kept at once in the answers of their fields: whatever else is wrong with what was sent, they
    need not be sent again. What is to be written besides: `given` with them."""
    told = dict(given)
    for field_id, file in sent_files(opened.asked, files).items():
        file_id = attach_file(caller, opened.task.id, field_id, file)
        if field_id in told:
            told[field_id] = [*(told[field_id] or []), {"id": file_id}]
    return told


class Kept(NamedTuple):
    """A kick-off form with the files that came with it."""

    answers: dict[str, Any]
    #: Of files that are not taken, by the path of their field.
    wrong: dict[str, list[str]]
    #: The same for each time that the form is sent: ids of files are not.
    typed: object


def keep_for_form(
    asked: Iterable[Field],
    given: Mapping[str, Any],
    files: Mapping[str, SentFile],
    keep: Callable[[SentFile], StoredFile],
) -> Kept:
    """`given`: its answers. What is kept need not be sent again when the form is refused."""
    told, wrong = dict(given), {}
    named = [(name, file.filename, file.size) for name, file in sorted(files.items())]
    for field_id, file in sent_files(asked, files).items():
        try:
            kept = keep(file)
        except TooLarge as refusal:
            wrong[f"prerun.{field_id}"] = [refusal.message]
        except Invalid as refusal:
            wrong[f"prerun.{field_id}"] = refusal.problems.get("name", [refusal.message])
        else:
            entry = {"id": kept.id, "filename": kept.filename}
            told[field_id] = [*(told.get(field_id) or []), entry]
    return Kept(told, wrong, (dict(given), named) if named else None)
