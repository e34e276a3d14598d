"""Files, as frozen values. On the wire they are assets (contract 45, 6)."""

from enum import StrEnum

import msgspec

from procession.core.times import Instant


class FileSource(StrEnum):
    #: Its bytes are kept here.
    LOCAL = "local"
    #: A link; the server never fetches it.
    LINK = "url"


class SubjectKind(StrEnum):
    """What a file belongs to, by the contract's word."""

    PROCESS = "Run"
    TEMPLATE = "Checklist"
    TASK = "Task"
    ORGANIZATION = "Organization"


class FileSubject(msgspec.Struct, frozen=True):
    kind: SubjectKind
    id: str


#: `uploaded_from` of a file of a kick-off form.
KICKOFF = "ko_field"
#: `uploaded_from` of a picture that was pasted into a text (ruling 19): whoever reads the text sees
#: it.
PASTED = "pasted"
#: The same of a picture in a comment, which goes with the comment: before the comment's id.
SAID = "comment:"


class StoredFile(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Everything that is kept of one file but its bytes; field order is the store's column order.

    One of `process_id`, `template_id` and `task_id` says what it belongs to; without any it is the
    organization's own.
    """

    id: str
    process_id: str | None
    template_id: str | None
    task_id: str | None
    filename: str
    #: From 1, counted for each name and place of the same subject.
    version: int
    #: A field's id, KICKOFF, or whatever else the client calls the place.
    uploaded_from: str | None
    step_id: str | None
    #: Of a process's file: the template that it was launched from.
    checklist_id: str | None
    system: str | None
    source: str
    #: Of a link.
    link: str | None
    #: None for a link.
    mimetype: str | None
    size: int | None
    #: Opens it without anything else (ruling 33).
    link_token: str
    uploaded_at: Instant
    uploaded_by_user: int | None
    uploaded_by_guest: int | None
    archived_at: Instant | None
    guest_email: str | None
    #: The process that its task is in.
    process_of_task: str | None

    @property
    def subject(self) -> FileSubject | None:
        """None: the organization."""
        if self.task_id is not None:
            return FileSubject(SubjectKind.TASK, self.task_id)
        if self.process_id is not None:
            return FileSubject(SubjectKind.PROCESS, self.process_id)
        if self.template_id is not None:
            return FileSubject(SubjectKind.TEMPLATE, self.template_id)
        return None

    @property
    def is_link(self) -> bool:
        return self.source == FileSource.LINK


class FileFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of files is narrowed to."""

    subject: FileSubject | None = None
    uploaded_from: str = ""
    #: Only those that are archived, in the stead of those that are not.
    is_archived: bool = False


def place_of_thread(thread_id: str) -> str:
    return f"{SAID}{thread_id}"


class NewPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was pasted into a text, and whose bytes are in the store."""

    id: str
    mimetype: str
    size: int
    #: `png`
    ending: str


class FileUse(msgspec.Struct, array_like=True, frozen=True):
    """An answer that names a file: of a task, or of a process's kick-off form."""

    file_id: str
    process_id: str | None
    task_id: str | None
