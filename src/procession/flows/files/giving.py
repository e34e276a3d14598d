"""Give files out: what is said about them, and their bytes (contract 45, 8)."""

import hmac

import structlog

from procession.domains.files import policy, store
from procession.domains.files.events import FileDownloaded, about_file
from procession.domains.files.types import FileFilter, StoredFile
from procession.flows.reaching.bots import bot_beside
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.file_store import store_of
from procession.kit.object_store import Given, NotKept, key_of
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import looking, reading, writing

_log = structlog.get_logger("procession.files")


def get_file(caller: Caller, file_id: str) -> StoredFile:
    """Raises NotFound for archived ones, too."""
    file = store.find_visible(looking(caller), file_id)
    if file is None or file.archived_at is not None:
        raise NotFound(kind="File")
    return file


def get_archived(caller: Caller, file_id: str) -> StoredFile:
    """What is archived is there for administrators alone."""
    if not policy.can_see_archived(caller):
        raise Forbidden("Only administrators see archived files.")
    file = store.find_visible(looking(caller), file_id)
    if file is None or file.archived_at is None:
        raise NotFound(kind="File")
    return file


def list_files(caller: Caller, request: PageRequest, wanted: FileFilter) -> Page[StoredFile]:
    """Newest first; archived ones are for administrators."""
    if wanted.is_archived and not policy.can_see_archived(caller):
        raise Forbidden
    with reading(caller) as work:
        page = store.list_visible(work, request, wanted)
        check_everything_fits(page)
        return page


def get_to_open(caller: Caller, file_id: str, token: str | None) -> StoredFile:
    """`token`: of the file's own link, for who is nobody we know."""
    if caller.person_id:
        return get_file(caller, file_id)
    file = store.find_any(looking(caller), file_id)
    if file is None or not hmac.compare_digest(file.link_token.encode(), (token or "").encode()):
        raise NotFound
    if file.archived_at is not None:
        raise NotFound
    return file


def give(caller: Caller, file: StoredFile, start: int, length: int, *, is_download: bool) -> Given:
    """Its bytes from `start`. Who fetches the rest of what they have begun has downloaded it
    once."""
    given = open_bytes(caller, file, start, length)
    try:
        if is_download and start == 0:
            note_download(caller, file)
    except BaseException:
        given.close()
        raise
    return given


def open_bytes(caller: Caller, file: StoredFile, start: int, length: int) -> Given:
    """No transaction is open meanwhile, and nothing of the database is held by what comes of it."""
    key = key_of(caller.organization_id, file.id)
    try:
        return store_of(caller.server.settings).read(key, start, length)
    except NotKept:
        _log.error("bytes are missing", key=key)
        raise NotFound(kind="File") from None


def note_download(caller: Caller, file: StoredFile) -> None:
    """The one read that is told (ruling 6). Of who comes by a link nobody knows more.

    Nobody waits for the disk: when the power goes within the second, the entry may go along.
    """
    with writing(caller, survives_power_cut=False) as work:
        if not caller.person_id:
            work.act_as(bot_beside(work))
        work.record(FileDownloaded(**about_file(file, caller.organization_id)))
