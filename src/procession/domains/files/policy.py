"""Who may do what with a file they can see (contract 00, 8.4; 45, 8)."""

from procession.domains.files.types import StoredFile
from procession.kit.caller import Caller


def is_uploader(caller: Caller, file: StoredFile) -> bool:
    theirs = file.uploaded_by_guest if caller.is_guest else file.uploaded_by_user
    return theirs is not None and theirs == caller.person_id


def can_delete(caller: Caller, file: StoredFile, *, may_edit_subject: bool) -> bool:
    """Archiving it, restoring it and making its links void are the same right."""
    if caller.is_standard:
        return may_edit_subject or is_uploader(caller, file)
    return caller.is_admin or is_uploader(caller, file)


def can_see_archived(caller: Caller) -> bool:
    """The list of what is archived."""
    return caller.is_admin
