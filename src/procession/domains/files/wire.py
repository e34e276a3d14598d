"""JSON shapes of files (contract 45, 6)."""

import re
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from procession.core.times import optional_wire_time, wire_time
from procession.domains.files.types import FileSource, StoredFile, SubjectKind

_PICTURE_URL = re.compile(r'src="/api/organizations/[0-9a-f]{32}/file/([0-9a-f]{32})"')


class UploadIn(msgspec.Struct, kw_only=True):
    """What comes with a file, or stands for one."""

    FIRST: ClassVar[tuple[str, ...]] = ("subject_type", "subject_id")

    subject_type: Annotated[str, Meta(description="`Run`, `Checklist` or `Task`.")]
    subject_id: str
    uploaded_from: Annotated[str, Meta(max_length=64)] | None = None
    source: str | None = None
    url: Annotated[str, Meta(max_length=2_048)] | None = None
    filename: str | None = None
    step_id: str | None = None
    checklist_id: str | None = None
    system: Annotated[str, Meta(max_length=64)] | None = None


class FormFileIn(msgspec.Struct, kw_only=True):
    """What comes with a file for a public form, as clients send it with every file: the form says
    all of it already."""

    subject_type: str | None = None
    subject_id: str | None = None
    uploaded_from: str | None = None
    source: str | None = None


class FileSubjectOut(msgspec.Struct, kw_only=True):
    id: str
    type: str


class FileOut(msgspec.Struct, kw_only=True):
    """The Asset object."""

    id: str
    filename: str
    version: int
    uploaded_from: str | None
    uploaded_at: str
    step_id: str | None
    source: str
    system: str | None
    uploaded_to_s3: bool
    subject: FileSubjectOut
    checklist_id: str | None
    mimetype: str | None
    size: int | None
    url: str
    full_url: str
    uploaded_by: int | None
    uploaded_by_guest: str | None
    archived_at: str | None


def file_out(file: StoredFile, organization_id: str, public_url: str) -> FileOut:
    """`public_url`: the origin that links of answers have."""
    subject = file.subject
    kind = SubjectKind.ORGANIZATION if subject is None else subject.kind
    return FileOut(
        id=file.id,
        filename=file.filename,
        version=file.version,
        uploaded_from=file.uploaded_from,
        uploaded_at=wire_time(file.uploaded_at),
        step_id=file.step_id,
        source=file.source,
        system=file.system,
        uploaded_to_s3=file.source == FileSource.LOCAL,
        subject=FileSubjectOut(
            id=organization_id if subject is None else subject.id, type=kind.value
        ),
        checklist_id=file.checklist_id,
        mimetype=file.mimetype,
        size=file.size,
        url=url_of(file, organization_id),
        full_url=full_url_of(file, organization_id, public_url),
        uploaded_by=file.uploaded_by_user,
        uploaded_by_guest=file.guest_email,
        archived_at=optional_wire_time(file.archived_at),
    )


def file_url(organization_id: str, file_id: str) -> str:
    """Where its bytes are, relative to the API."""
    return f"organizations/{organization_id}/file/{file_id}/dl"


def picture_url(organization_id: str, file_id: str) -> str:
    """Of a picture in a text: it holds on whatever host the server is."""
    return f"/api/organizations/{organization_id}/file/{file_id}"


def picture_ids_in(text: str) -> list[str]:
    """Of the files that a rich text shows by the addresses of `picture_url`, whosever they are."""
    return _PICTURE_URL.findall(text) if "/file/" in text else []


def url_of(file: StoredFile, organization_id: str) -> str:
    return file.link if file.link is not None else file_url(organization_id, file.id)


def full_url_of(file: StoredFile, organization_id: str, public_url: str) -> str:
    if file.link is not None:
        return file.link
    return f"{public_url}/api/{file_url(organization_id, file.id)}"


def public_link(file: StoredFile, organization_id: str, public_url: str) -> str:
    """Opens this file, and nothing else, for whoever has it (ruling 33); for what leaves the
    server alone. It dies with the file, and when the links of the file are renewed."""
    url = full_url_of(file, organization_id, public_url)
    return url if file.link is not None else f"{url}?token={file.link_token}"


_OF_THE_MOMENT = ("archived_at", "uploaded_by", "uploaded_by_guest")


def file_value_out(file: StoredFile, organization_id: str, public_url: str) -> dict[str, Any]:
    """As an entry of an answer: what stays so. Who uploaded it is told with the file alone."""
    entry: dict[str, Any] = msgspec.to_builtins(file_out(file, organization_id, public_url))
    return {key: value for key, value in entry.items() if key not in _OF_THE_MOMENT}
