"""Pictures that people paste into texts become files of what the text belongs to (ruling 19).

A request's pictures are taken out of what was sent before anything reads it; addresses take their
place. Their bytes are stored before the transaction begins, and their rows are written with the
change, when all of it is done. What was not written takes the bytes back.
"""

import binascii
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from procession.core.file_kinds import HEAD_BYTES, goes_with, kind_of
from procession.core.markup import LARGEST_PICTURE, with_pictures_at
from procession.domains.comments.events import ThreadFact
from procession.domains.files import store
from procession.domains.files.actions.pasting import Text, add_pictures
from procession.domains.files.types import FileSubject, NewPicture, SubjectKind
from procession.domains.files.wire import picture_url
from procession.flows.files.uploading import take_back
from procession.kit.caller import Caller
from procession.kit.db import away_errors
from procession.kit.errors import OutcomeUnknown
from procession.kit.facts import Fact, Subject
from procession.kit.file_store import store_of
from procession.kit.ids import new_id
from procession.kit.object_store import ObjectStore, key_of
from procession.kit.server import Server
from procession.kit.work import Work

#: What texts belong to, by the contract's word.
_SUBJECTS = {kind.value: kind for kind in SubjectKind if kind is not SubjectKind.ORGANIZATION}


class Pictures:
    """Those of one organization that are on their way into its texts."""

    def __init__(self, organization_id: str) -> None:
        self.organization_id = organization_id
        self._bytes: dict[str, bytes] = {}
        self.rows: list[NewPicture] = []

    def __bool__(self) -> bool:
        return bool(self.rows)

    def taken_from(self, value: Any) -> Any:
        """`value` (text, list or object) with addresses in the place of its pictures. What is too
        large, or not what it says, stays."""
        if isinstance(value, str):
            return with_pictures_at(value, self._taken)
        if isinstance(value, list):
            return [self.taken_from(each) for each in value]
        if isinstance(value, dict):
            return {key: self.taken_from(each) for key, each in value.items()}
        return value

    def _taken(self, ending: str, base64: str) -> str | None:
        try:
            content = binascii.a2b_base64(base64, strict_mode=True)
        except binascii.Error:
            return None
        if not 0 < len(content) <= LARGEST_PICTURE:
            return None
        kind = kind_of(content[:HEAD_BYTES], ending)
        if not (kind.mimetype.startswith("image/") and goes_with(kind, ending)):
            return None
        return picture_url(self.organization_id, self.add(content, kind.mimetype, ending))

    def digest(self) -> bytes:
        """They were in the body."""
        return b""

    def add(self, content: bytes, mimetype: str, ending: str) -> str:
        """Its new id."""
        file_id = new_id()
        self._bytes[file_id] = content
        self.rows.append(
            NewPicture(id=file_id, mimetype=mimetype, size=len(content), ending=ending)
        )
        return file_id

    @contextlib.contextmanager
    def kept(self, caller: Caller) -> Iterator[Caller]:
        """Who writes as this caller writes their rows, too. No transaction is open before."""
        server = caller.server

        def hear(work: Work, told: Sequence[tuple[Caller, Fact]]) -> None:
            known = store.known_among(work.connection, self.organization_id, self._bytes)
            if not known and work.caller.organization_id == self.organization_id:
                text = _written(self.organization_id, [fact for _, fact in told], caller)
                add_pictures(work.connection, text, self.rows, work.now)

        with self.bytes_kept(server):
            yield replace(caller, server=replace(server, hearers=(hear, *server.hearers)))

    @contextlib.contextmanager
    def bytes_kept(self, server: Server) -> Iterator[None]:
        """Before their rows; those that no row was written of go afterwards."""
        objects = store_of(server.settings)
        try:
            for file_id, content in self._bytes.items():
                objects.write(key_of(self.organization_id, file_id), (content,))
            yield
        except OutcomeUnknown:
            # The rows may be there.
            raise
        except BaseException:
            self._take_back(server, objects)
            raise
        else:
            self._take_back(server, objects)

    def _take_back(self, server: Server, objects: ObjectStore) -> None:
        """A request may have changed several things, one after the other: what is known stays. Of
        what nobody can ask now the worker sweeps what is left over."""
        with contextlib.suppress(*away_errors()):
            connection = server.database.connection()
            known = store.known_among(connection, self.organization_id, self._bytes)
            for file_id in self._bytes.keys() - known:
                take_back(objects, key_of(self.organization_id, file_id))


def _written(organization_id: str, facts: Sequence[Fact], by: Caller) -> Text:
    """What was written is said by the first fact about something that has texts."""
    for fact in facts:
        thread_id = None
        subjects = [fact.subject, fact.parent]
        if isinstance(fact, ThreadFact):
            thread_id = fact.id
            # Those of a step are the template's.
            subjects = [Subject("Checklist", fact.checklist_id)] if fact.checklist_id else subjects
        for subject in subjects:
            if (found := _as_subject(subject)) is not None:
                return Text(organization_id, found, by, thread_id)
    return Text(organization_id, None, by)


def _as_subject(subject: Subject | None) -> FileSubject | None:
    kind = None if subject is None else _SUBJECTS.get(subject.kind)
    return None if subject is None or kind is None else FileSubject(kind, subject.id)
