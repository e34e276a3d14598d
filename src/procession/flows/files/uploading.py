"""Take a file in: first its bytes under a key that nobody has used, then its record (45, 7).

What goes wrong in between takes the bytes away again; what nobody can take away any more (the
server was ended, the store does not answer) the worker sweeps after a day.
"""

import contextlib

import structlog

from procession.core.file_kinds import HEAD_BYTES, FileKind, goes_with, kind_of
from procession.core.file_names import bare_name, ending_of, problem_of_name
from procession.core.urls import is_web_address
from procession.domains.files.actions.adding import add_file
from procession.domains.files.types import FileSource, StoredFile
from procession.domains.files.wire import UploadIn
from procession.flows.files.placing import find_place
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, OutcomeUnknown, TooLarge, invalid
from procession.kit.file_store import store_of
from procession.kit.ids import new_id
from procession.kit.object_store import ObjectStore, StoreAway, key_of
from procession.kit.sent_files import SentFile
from procession.kit.settings import Settings
from procession.kit.work import reading, writing

_log = structlog.get_logger("procession.files")
_LONGEST_URL = 2_048


def upload(caller: Caller, sent: UploadIn, file: SentFile | None) -> StoredFile:
    """Each call makes a new file. It is attached to nothing: that is a write of the answer."""
    with reading(caller) as work:
        find_place(work, sent)
    if _is_link(sent):
        return _add_link(caller, sent)
    if file is None:
        raise invalid("name", "The name field is required.")
    name = bare_name(file.filename)
    kind = check_file(file, name, caller.server.settings)
    file_id = new_id()
    with bytes_kept(caller, file_id, file), writing(caller) as work:
        place = find_place(work, sent, lock=True)
        return add_file(
            work,
            file_id,
            place.subject,
            filename=name,
            uploaded_from=place.uploaded_from,
            step_id=place.step_id,
            checklist_id=place.checklist_id,
            system=sent.system,
            mimetype=kind.mimetype,
            size=file.size,
        )


def _is_link(sent: UploadIn) -> bool:
    source = sent.source or FileSource.LOCAL
    if source not in (FileSource.LOCAL, FileSource.LINK):
        raise invalid("source", "The selected source is invalid.")
    return source == FileSource.LINK


def _add_link(caller: Caller, sent: UploadIn) -> StoredFile:
    """The server never fetches it."""
    name = bare_name(sent.filename or "")
    problems = {}
    if not sent.url or len(sent.url) > _LONGEST_URL or not is_web_address(sent.url):
        problems["url"] = ["The url must be a valid URL."]
    if wrong := problem_of_name(name):
        problems["filename"] = [f"The filename {wrong}"]
    if problems:
        raise Invalid(problems)
    with writing(caller) as work:
        place = find_place(work, sent, lock=True)
        return add_file(
            work,
            new_id(),
            place.subject,
            filename=name,
            uploaded_from=place.uploaded_from,
            step_id=place.step_id,
            checklist_id=place.checklist_id,
            system=sent.system,
            link=sent.url,
        )


def check_file(file: SentFile, name: str, settings: Settings) -> FileKind:
    """What it really is. Raises TooLarge, and Invalid for what is not taken."""
    if file.size > settings.max_upload_bytes:
        raise TooLarge(f"The file may not be larger than {settings.max_upload_bytes} bytes.")
    if wrong := problem_of_name(name):
        raise invalid("name", f"The name {wrong}")
    if not file.size:
        raise invalid("name", "The file is empty.")
    ending = ending_of(name)
    if ending not in settings.file_types:
        types = ", ".join(settings.file_types)
        raise invalid("name", f"The name must be a file of one of these types: {types}.")
    kind = kind_of(file.head(HEAD_BYTES), ending)
    if not goes_with(kind, ending):
        raise invalid("name", f"The file is not what its name says: it is no {ending} file.")
    return kind


@contextlib.contextmanager
def bytes_kept(caller: Caller, file_id: str, file: SentFile):  # type: ignore[no-untyped-def]
    """Before the transaction that makes the record; they go when that fails."""
    store, key = store_of(caller.server.settings), key_of(caller.organization_id, file_id)
    try:
        store.write(key, file.pieces())
        yield
    except OutcomeUnknown:
        # The record may be there.
        raise
    except BaseException:
        _take_back(store, key)
        raise


def _take_back(store: ObjectStore, key: str) -> None:
    try:
        store.remove(key)
    except StoreAway as error:
        _log.warning("bytes left behind", key=key, reason=str(error))
