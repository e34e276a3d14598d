"""Take a file in: first its bytes under a key that nobody has used, then its record (45, 7).

What goes wrong in between takes the bytes away again; what nobody can take away any more (the
server was ended, the store does not answer) the worker sweeps after a day.
"""

import contextlib
import hashlib
from collections.abc import Iterator

import msgspec
import structlog

from procession.core.file_kinds import HEAD_BYTES, FileKind, goes_with, kind_of
from procession.core.file_names import bare_name, ending_of, problem_of_name
from procession.core.urls import is_web_address
from procession.domains.files.actions.adding import add_file
from procession.domains.files.types import KICKOFF, FileSource, StoredFile, SubjectKind
from procession.domains.files.wire import UploadIn
from procession.flows.files.placing import find_place
from procession.kit.caller import Caller
from procession.kit.content import Removable
from procession.kit.errors import Invalid, OutcomeUnknown, TooLarge, invalid
from procession.kit.file_store import store_of
from procession.kit.ids import new_id
from procession.kit.object_store import ObjectStore, StoreAway, key_of
from procession.kit.sent_files import SentFile
from procession.kit.settings import Settings
from procession.kit.work import Work, reading, writing

_log = structlog.get_logger("procession.files")
_LONGEST_URL = 2_048


class Upload:
    """What was sent, looked at as far as that needs no transaction; its record is not there."""

    def __init__(self, sent: UploadIn, file: SentFile | None = None) -> None:
        """`file`: None for a link."""
        self.sent = sent
        self.file = file
        self.file_id = new_id()
        self.kind: FileKind | None = None
        self.name = ""
        self.is_recorded = False

    def __bool__(self) -> bool:
        return self.file is not None

    @contextlib.contextmanager
    def kept(self, caller: Caller) -> Iterator[Caller]:
        """Its bytes are there meanwhile; who repeats a call that was answered keeps none."""
        assert self.file is not None
        with bytes_kept(caller, self.file_id, self.file):
            yield caller
        if not self.is_recorded:
            take_back(
                store_of(caller.server.settings), key_of(caller.organization_id, self.file_id)
            )

    def digest(self) -> bytes:
        """Of what was sent, read a piece at a time: each attempt of a client has other marks
        between the parts of its form."""
        told = hashlib.sha256(msgspec.json.encode(self.sent))
        if self.file is not None:
            told.update(self.file.filename.encode("utf-8", "replace") + b"\n")
            for piece in self.file.pieces():
                told.update(piece)
        return told.digest()


def prepare(caller: Caller, sent: UploadIn, file: SentFile | None) -> Upload:
    """Raises what is wrong with it."""
    with reading(caller) as work:
        find_place(work, sent)
    if _is_link(sent):
        return Upload(sent)
    if file is None:
        raise invalid("name", "The name field is required.")
    upload = Upload(sent, file)
    upload.name = bare_name(file.filename)
    upload.kind = check_file(file, upload.name, caller.server.settings)
    return upload


def record(caller: Caller, upload: Upload) -> StoredFile:
    """Each makes a new file. It is attached to nothing: that is a write of the answer."""
    if upload.file is None:
        return _add_link(caller, upload.sent)
    with writing(caller) as work:
        added = add(work, upload)
    upload.is_recorded = True
    return added


def add(work: Work, upload: Upload) -> StoredFile:
    """The record of a file that was sent, as a part of what else is written. Its bytes are there
    already (`Upload.kept`); who calls says when it is done (`is_recorded`)."""
    sent, file, kind = upload.sent, upload.file, upload.kind
    assert file is not None
    assert kind is not None
    place = find_place(work, sent, lock=True)
    return add_file(
        work,
        upload.file_id,
        place.subject,
        filename=upload.name,
        uploaded_from=place.uploaded_from,
        step_id=place.step_id,
        checklist_id=place.checklist_id,
        system=sent.system,
        mimetype=kind.mimetype,
        size=file.size,
    )


def keep_for_kickoff(caller: Caller, template_id: str, file: SentFile) -> StoredFile:
    """For a kick-off form that the caller sends afterwards: the template's until then. Raises
    Invalid and TooLarge."""
    sent = UploadIn(
        subject_type=SubjectKind.TEMPLATE.value, subject_id=template_id, uploaded_from=KICKOFF
    )
    upload = prepare(caller, sent, file)
    with upload.kept(caller):
        return record(caller, upload)


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
        take_back(store, key)
        raise


def take_back(store: ObjectStore, key: str) -> None:
    try:
        store.remove(key, Removable.UNDONE)
    except StoreAway as error:
        _log.warning("bytes left behind", key=key, reason=str(error))
