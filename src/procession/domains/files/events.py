"""What happens to files."""

from typing import Any, ClassVar

from procession.domains.files.types import StoredFile, SubjectKind
from procession.kit.facts import Fact, Subject

#: The category of what is told, by what the file belongs to.
_CATEGORIES = {
    SubjectKind.TASK: "Task",
    SubjectKind.PROCESS: "Process",
    SubjectKind.TEMPLATE: "Blueprint",
    SubjectKind.ORGANIZATION: "Organization",
}


class FileFact(Fact, frozen=True, kw_only=True):
    #: Of a task's file; others are told among what they belong to.
    category: ClassVar[str] = "Task"
    organization_id: str
    id: str
    filename: str
    subject_kind: str
    subject_id: str
    #: The process that it belongs to, itself or by its task.
    run_id: str | None

    @property
    def subject(self) -> Subject:
        return Subject("Asset", self.id)

    @property
    def told_among(self) -> str:
        return _CATEGORIES[SubjectKind(self.subject_kind)]

    @property
    def parent(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def text(self) -> str:
        return self.filename


class FileUploaded(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.uploaded"
    verb: ClassVar[str] = "uploaded"

    def sentence(self) -> str:
        return f'uploaded the file "{self.filename}"'


class FileDownloaded(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.downloaded"
    verb: ClassVar[str] = "emitted"

    def sentence(self) -> str:
        return f'File downloaded: "{self.filename}"'


class FileArchived(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.archived"
    verb: ClassVar[str] = "archived"

    def sentence(self) -> str:
        return f'archived the file "{self.filename}"'


class FileRestored(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.restored"
    verb: ClassVar[str] = "unarchived"

    def sentence(self) -> str:
        return f'restored the file "{self.filename}"'


class FileDeleted(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the file "{self.filename}"'


class FileLinkRenewed(FileFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "file.link_renewed"
    verb: ClassVar[str] = "updated"

    def sentence(self) -> str:
        return f'made the links to the file "{self.filename}" that were handed out void'


def about_file(file: StoredFile, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a file carries."""
    subject = file.subject
    kind = SubjectKind.ORGANIZATION if subject is None else subject.kind
    return {
        "organization_id": organization_id,
        "id": file.id,
        "filename": file.filename,
        "subject_kind": kind.value,
        "subject_id": organization_id if subject is None else subject.id,
        "run_id": file.process_id or file.process_of_task,
    }
