"""Pictures that stand in stored texts as `data:` become files (ruling 19): what was pasted before
there were files, and what came by another way than the API.

The worker does it. Of each row the bytes are stored first, then its texts are replaced as they were
read, together with the rows of the files; whoever wrote a text meanwhile wins, and the row comes up
again. A worker that is killed leaves bytes that are swept after a day, and nothing half done.
Nobody is told: nothing that anybody says has changed.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from procession.domains.files.actions.pasting import Text, add_pictures
from procession.domains.files.types import FileSubject, SubjectKind
from procession.domains.templates import store as templates
from procession.flows.files.pasting import Pictures
from procession.kit import pasting
from procession.kit.db import Connection
from procession.kit.reading import read_stored
from procession.kit.server import Server

_log = structlog.get_logger("procession.files")
_AT_ONCE = 20
_encode = msgspec.json.Encoder().encode
#: By table: the column that says what its texts belong to. Others are the organization's.
_SUBJECTS = {
    "processes": {"id": SubjectKind.PROCESS},
    "process_snippets": {"process_id": SubjectKind.PROCESS},
    "tasks": {"id": SubjectKind.TASK},
    "templates": {"id": SubjectKind.TEMPLATE},
    "template_versions": {"template_id": SubjectKind.TEMPLATE},
    "threads": {
        "process_id": SubjectKind.PROCESS,
        "task_id": SubjectKind.TASK,
        "template_id": SubjectKind.TEMPLATE,
    },
}


class PastedPictures:
    """A step that goes through all texts that may hold one, table by table."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._begin()

    def _begin(self) -> None:
        self._tables = pasting.tables_with_texts()
        self._after: dict[str, Any] | None = None

    def turn_some(self) -> bool:
        """False when it has gone through all of them: after a rest it begins anew. Texts that only
        speak of such an address are looked at each time; there are hardly any."""
        connection = self._server.database.connection()
        while self._tables:
            table = self._tables[0]
            rows = pasting.list_some(connection, table, self._after, _AT_ONCE)
            if rows:
                self._after = rows[-1]
                self._turn(table, rows)
                return True
            self._tables.pop(0)
            self._after = None
        self._begin()
        return False

    def _turn(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        turned = sum(_turn_row(self._server, table, row) for row in rows)
        if turned:
            left = pasting.count_left(self._server.database.connection(), table)
            _log.info("pasted pictures made files", table=table.name, rows=turned, left=left)


def _turn_row(server: Server, table: sa.Table, row: dict[str, Any]) -> bool:
    organization_id = row["organization_id" if "organization_id" in row else "id"]
    pictures = Pictures(organization_id)
    texts = {
        name: new
        for name in pasting.texts_of(table)
        if (was := row[name]) is not None
        and (new := _without_pictures(pictures, was, pasting.is_document(table, name))) != was
    }
    if not pictures:
        return False
    with pictures.bytes_kept(server), server.database.writing() as connection:
        is_turned = pasting.replace_texts(connection, table, row, texts)
        if is_turned:
            thread_id = row["id"] if table.name == "threads" else None
            subject = _subject_of(connection, table, row)
            text = Text(organization_id, subject, thread_id=thread_id)
            add_pictures(connection, text, pictures.rows, server.clock())
    return is_turned


def _without_pictures(pictures: Pictures, text: str, is_document: bool) -> str:
    if not is_document:
        return str(pictures.taken_from(text))
    value = read_stored(text)
    known = len(pictures.rows)
    value = pictures.taken_from(value)
    return _encode(value).decode() if len(pictures.rows) > known else text


def _subject_of(connection: Connection, table: sa.Table, row: dict[str, Any]) -> FileSubject | None:
    """A version may have outlived its template."""
    for name, kind in _SUBJECTS.get(table.name, {}).items():
        if row[name] is not None:
            is_left = kind is SubjectKind.TEMPLATE and not templates.is_there(
                connection, row["organization_id"], row[name]
            )
            return None if is_left else FileSubject(kind, row[name])
    return None
