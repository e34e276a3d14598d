"""Keep the records of pictures that were pasted into texts, and whose bytes are there (ruling 19).

What the text's own change tells is all that is told of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from procession.core.times import Instant
from procession.domains.files import store
from procession.domains.files.actions.adding import new_link_token
from procession.domains.files.types import (
    PASTED,
    FileSource,
    FileSubject,
    NewPicture,
    StoredFile,
    SubjectKind,
    place_of_thread,
)
from procession.kit.caller import Caller
from procession.kit.db import Connection


@dataclass(frozen=True)
class Text:
    """What pictures are pasted into."""

    organization_id: str
    #: What it belongs to; None: the organization.
    subject: FileSubject | None
    #: Who wrote it; None where nobody knows any more.
    by: Caller | None = None
    #: Of a comment.
    thread_id: str | None = None

    @property
    def place(self) -> str:
        """`uploaded_from` of its pictures."""
        return PASTED if self.thread_id is None else place_of_thread(self.thread_id)


def add_pictures(
    connection: Connection, text: Text, pictures: Iterable[NewPicture], now: Instant
) -> None:
    """In the transaction that writes the text."""
    by, subject = text.by, text.subject
    is_guest = by is not None and by.is_guest
    person_id = (by.person_id or None) if by is not None else None
    rows = [
        StoredFile(
            id=picture.id,
            process_id=_id_of(subject, SubjectKind.PROCESS),
            template_id=_id_of(subject, SubjectKind.TEMPLATE),
            task_id=_id_of(subject, SubjectKind.TASK),
            filename=f"picture-{picture.id[:8]}.{picture.ending}",
            version=1,
            uploaded_from=text.place,
            step_id=None,
            checklist_id=None,
            system=None,
            source=FileSource.LOCAL.value,
            link=None,
            mimetype=picture.mimetype,
            size=picture.size,
            link_token=new_link_token(),
            uploaded_at=now,
            uploaded_by_user=None if is_guest else person_id,
            uploaded_by_guest=person_id if is_guest else None,
            archived_at=None,
            guest_email=None,
            process_of_task=None,
        )
        for picture in pictures
    ]
    store.add_rows(connection, text.organization_id, rows)


def _id_of(subject: FileSubject | None, kind: SubjectKind) -> str | None:
    return subject.id if subject is not None and subject.kind is kind else None
