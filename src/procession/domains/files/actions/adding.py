"""Keep the record of a file whose bytes are there, or of a link."""

import secrets
from collections.abc import Sequence

from procession.domains.files import store
from procession.domains.files.events import FileUploaded, about_file
from procession.domains.files.types import FileSource, FileSubject, StoredFile, SubjectKind
from procession.kit.work import Work

_TOKEN_BYTES = 24


def new_link_token() -> str:
    """192 random bits: whoever has it was given it."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def add_file(
    work: Work,
    file_id: str,
    subject: FileSubject | None,
    *,
    filename: str,
    uploaded_from: str | None = None,
    step_id: str | None = None,
    checklist_id: str | None = None,
    system: str | None = None,
    link: str | None = None,
    mimetype: str | None = None,
    size: int | None = None,
    is_told: bool = True,
) -> StoredFile:
    """Whoever calls holds the subject (None: the organization). `is_told`: not of what is handed on
    at once (`hand_to_launched`)."""
    caller = work.caller
    ids = {} if subject is None else {subject.kind: subject.id}
    file = StoredFile(
        id=file_id,
        process_id=ids.get(SubjectKind.PROCESS),
        template_id=ids.get(SubjectKind.TEMPLATE),
        task_id=ids.get(SubjectKind.TASK),
        filename=filename,
        version=store.newest_version(work, subject, uploaded_from, filename) + 1,
        uploaded_from=uploaded_from,
        step_id=step_id,
        checklist_id=checklist_id,
        system=system,
        source=(FileSource.LOCAL if link is None else FileSource.LINK).value,
        link=link,
        mimetype=mimetype,
        size=size,
        link_token=new_link_token(),
        uploaded_at=work.now,
        uploaded_by_user=None if caller.is_guest else caller.person_id,
        uploaded_by_guest=caller.person_id if caller.is_guest else None,
        archived_at=None,
        guest_email=None,
        process_of_task=None,
    )
    store.add_file(work, file)
    added = store.find_any(work, file.id)
    assert added is not None
    if is_told:
        _tell(work, added)
    return added


def _tell(work: Work, added: StoredFile) -> None:
    work.record(FileUploaded(**about_file(added, work.caller.organization_id)))


def hand_to_launched(
    work: Work, file_ids: Sequence[str], process_id: str, template_id: str
) -> None:
    """What a launch was given becomes its process's, and is told there. Until then it was the
    organization's, and nobody was told."""
    store.hand_to_process(work, file_ids, process_id, template_id)
    for file_id in file_ids:
        file = store.find_any(work, file_id)
        assert file is not None
        _tell(work, file)
