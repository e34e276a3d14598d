"""Take files away: out of sight and back, or for ever.

Nothing else deletes files. Bytes are never touched here: what is to go is noted with the change,
and the worker takes it out of the store when that is committed.
"""

from procession.domains.files import store
from procession.domains.files.actions.adding import new_link_token
from procession.domains.files.events import (
    FileArchived,
    FileDeleted,
    FileLinkRenewed,
    FileRestored,
    about_file,
)
from procession.domains.files.types import FileSubject, StoredFile, SubjectKind, place_of_thread
from procession.domains.files.wire import picture_ids_in
from procession.kit.destroying import Clearance
from procession.kit.work import Work


def delete(work: Work, clearance: Clearance, home_id: str, file: StoredFile) -> None:
    """`home_id`: what it belongs to."""
    store.delete_file(work, clearance, home_id, file.id)
    if not file.is_link:
        store.add_removal(work, clearance, home_id, file.id)
    work.record(FileDeleted(**about_file(file, work.caller.organization_id)))


def delete_pasted_into(
    work: Work, clearance: Clearance, home_id: str, thread_id: str, content: str
) -> None:
    """Pictures of a comment that is deleted for ever, which tells of it. Other files that it only
    shows stay. `home_id`: what the comment is on."""
    for file in store.visible_among(work, picture_ids_in(content)).values():
        if file.uploaded_from == place_of_thread(thread_id):
            store.delete_file(work, clearance, home_id, file.id)
            store.add_removal(work, clearance, home_id, file.id)


def delete_all_of(work: Work, clearance: Clearance, subject: FileSubject) -> None:
    """Of what is about to be deleted itself, which tells of it; their rows go along with it.

    What processes were launched with stays when the template goes (contract 20, 3.7).
    """
    if subject.kind is SubjectKind.TEMPLATE:
        store.hand_to_users(work, subject.id)
    store.add_removals(work, clearance, subject)


def archive(work: Work, file: StoredFile) -> None:
    """Archiving what is archived changes nothing and tells nothing."""
    if file.archived_at is None:
        store.set_archived(work, file.id, work.now)
        work.record(FileArchived(**about_file(file, work.caller.organization_id)))


def restore(work: Work, file: StoredFile) -> None:
    if file.archived_at is not None:
        store.set_archived(work, file.id, None)
        work.record(FileRestored(**about_file(file, work.caller.organization_id)))


def renew_link(work: Work, file: StoredFile) -> None:
    """Links that were handed out open nothing any more."""
    store.set_link_token(work, file.id, new_link_token())
    work.record(FileLinkRenewed(**about_file(file, work.caller.organization_id)))
