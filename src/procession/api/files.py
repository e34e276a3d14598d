"""Endpoints of files: taking them in, giving them out, taking them away (contract 45, 7 and 8)."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from procession.domains.files.types import FileFilter, FileSubject, StoredFile, SubjectKind
from procession.domains.files.wire import FileOut, UploadIn, file_out
from procession.flows.files import giving, removing
from procession.flows.files.uploading import Upload, prepare, record
from procession.flows.tasks.showing import get_guest_address
from procession.kit.errors import invalid
from procession.kit.given_files import file_answer
from procession.kit.http import (
    GIVING,
    GUEST,
    TAKING,
    Answer,
    Request,
    Routes,
    item,
    listing,
    nothing,
)
from procession.kit.ids import find_id
from procession.kit.paging import Archived, IncludeQuery, PageQuery

routes = Routes("Files")

_ORGANIZATION = "/organizations/{org}"
_ASSETS = f"{_ORGANIZATION}/assets"
_ASSET = f"{_ASSETS}/{{file}}"
_FILE = f"{_ORGANIZATION}/file"
_GUEST_FILE = f"{_ORGANIZATION}/guests/{{guest}}/file"


class FilesQuery(PageQuery, kw_only=True):
    subject_type: Annotated[
        str | None, Meta(description="`Run`, `Checklist`, `Task` or `Organization`.")
    ] = None
    subject_id: Annotated[str | None, Meta(description="Id of the process, template or task.")] = (
        None
    )
    uploaded_from: Annotated[
        str | None, Meta(description="Id of a field, or `ko_field`: the kick-off form.")
    ] = None
    archived: Archived = None


class OpeningQuery(IncludeQuery, kw_only=True):
    token: Annotated[
        str | None, Meta(description="Of the file's public link: opens it without anything else.")
    ] = None


# --- In ---


def upload(request: Request) -> Answer:
    """Upload a file, or record a link.

    As `multipart/form-data`, the bytes in a part called `name` or `file`. It is attached to
    nothing: write the answer of its field afterwards. With an Idempotency-Key a repeated call
    answers the file of the first one.
    """
    if request.brought is None:
        # Something could not be read: told with what else is wrong.
        _bring(request)
        return nothing(200)
    return _answer(request, record(request.caller, request.brought))


def _bring(request: Request) -> Upload:
    return prepare(request.caller, request.body, request.file)


def _bring_as_guest(request: Request) -> Upload:
    get_guest_address(request.caller, request.path["guest"])
    return _bring(request)


for _path in (_FILE, _ASSETS, f"{_ORGANIZATION}/files", f"{_ORGANIZATION}/upload"):
    routes.post(
        _path, policy="visible", answers=FileOut, body=UploadIn, raises=(403, 413, 415, 422),
        takes_upload=True, place=TAKING, lets_guests_in=True, brings=_bring,
        is_alias=_path != _FILE,
    )(upload)  # fmt: skip


@routes.post(
    _GUEST_FILE, door=GUEST, policy="visible", answers=FileOut, body=UploadIn,
    raises=(403, 413, 415, 422), takes_upload=True, place=TAKING, brings=_bring_as_guest,
)  # fmt: skip
def upload_as_guest(request: Request) -> Answer:
    """Upload a file for a field of an open task of the guest's, by guest code."""
    return upload(request)


# --- Out ---


@routes.get(_ASSETS, policy="visible", answers=FileOut, query=FilesQuery, is_list=True,
            raises=(403, 422))  # fmt: skip
def list_files(request: Request) -> Answer:
    """List files, the newest first.

    `archived=only`: those that are archived, for administrators.
    """
    query: FilesQuery = request.query
    wanted = FileFilter(
        subject=_subject(request, query),
        uploaded_from=query.uploaded_from or "",
        is_archived=query.archived == "only",
    )
    page = giving.list_files(request.caller, request.page(query), wanted)
    return listing(request, page, [_out(request, file) for file in page.rows])


def _subject(request: Request, query: FilesQuery) -> FileSubject | None:
    if not query.subject_type and not query.subject_id:
        return None
    kinds = {kind.value.lower(): kind for kind in SubjectKind}
    kind = kinds.get((query.subject_type or "").lower())
    if kind is None:
        raise invalid("subject_type", "The selected subject type is invalid.")
    subject_id = find_id(query.subject_id or "")
    if kind is SubjectKind.ORGANIZATION:
        return FileSubject(kind, request.caller.organization_id)
    if subject_id is None:
        raise invalid("subject_id", "The selected subject id is invalid.")
    return FileSubject(kind, subject_id)


@routes.get(_ASSET, policy="visible", answers=FileOut, lets_guests_in=True)
def get(request: Request) -> Answer:
    """Read what is known of a file."""
    return _answer(request, giving.get_file(request.caller, request.id("file")))


def download(request: Request) -> Answer:
    """Download a file. That is told in the activity feed."""
    return _give(request, is_for_keeping=True)


def show(request: Request) -> Answer:
    """Give a file out with its own type; what a browser can show safely, it may show."""
    return _give(request, is_for_keeping=False)


for _path in (f"{_FILE}/{{file}}/dl", f"{_ORGANIZATION}/download-files/{{file}}"):
    routes.get(
        _path, policy="visible", query=OpeningQuery, gives_file=True, opens_by_link=True,
        place=GIVING, lets_guests_in=True, is_alias=_path.endswith("/{file}"),
    )(download)  # fmt: skip
routes.get(
    f"{_FILE}/{{file}}", policy="visible", query=OpeningQuery, gives_file=True,
    opens_by_link=True, place=GIVING, lets_guests_in=True,
)(show)  # fmt: skip


@routes.get(f"{_GUEST_FILE}/{{file}}/dl", door=GUEST, policy="visible", gives_file=True,
            place=GIVING)  # fmt: skip
def download_as_guest(request: Request) -> Answer:
    """Download a file of a guest's task, by guest code."""
    return download(request)


@routes.get(f"{_GUEST_FILE}/{{file}}", door=GUEST, policy="visible", gives_file=True,
            place=GIVING)  # fmt: skip
def show_as_guest(request: Request) -> Answer:
    """Give out a file of a guest's task with its own type, by guest code."""
    return show(request)


def _give(request: Request, *, is_for_keeping: bool) -> Answer:
    caller = request.caller
    token = request.query.token if isinstance(request.query, OpeningQuery) else None
    file = giving.get_to_open(caller, request.id("file"), token)
    if file.link is not None:
        return Answer(302, headers=(("Location", file.link),))
    assert request.wanted is not None
    answer, start = file_answer(
        request.wanted,
        file.id,
        file.filename,
        file.mimetype,
        file.size or 0,
        is_for_keeping=is_for_keeping,
    )
    if start is None:
        return answer
    length = answer.length or 0
    given = giving.give(caller, file, start, length, is_download=is_for_keeping)
    return replace(answer, pieces=given)


# --- Away ---


@routes.delete(f"{_FILE}/{{file}}", policy="can_delete", reads_body=False, raises=(403, 409, 422),
               lets_guests_in=True)  # fmt: skip
def delete(request: Request) -> Answer:
    """Delete a file for ever; answers that name it say so."""
    removing.delete_file(request.caller, request.id("file"))
    return nothing(200)


@routes.delete(f"{_GUEST_FILE}/{{file}}", door=GUEST, policy="can_delete", reads_body=False,
               raises=(403, 409, 422))  # fmt: skip
def delete_as_guest(request: Request) -> Answer:
    """Delete a file that the guest uploaded, while its task is open."""
    removing.delete_file(request.caller, request.id("file"))
    return nothing(200)


@routes.delete(_ASSET, policy="can_delete", status=204, reads_body=False, raises=(403, 422))
def archive(request: Request) -> Answer:
    """Archive a file: nobody can read it until it is restored."""
    removing.archive_file(request.caller, request.id("file"))
    return nothing()


@routes.post(f"{_ASSET}/restore", policy="can_delete", answers=FileOut, reads_body=False,
             raises=(403, 422))  # fmt: skip
def restore(request: Request) -> Answer:
    """Restore an archived file."""
    return _answer(request, removing.restore_file(request.caller, request.id("file")))


@routes.delete(f"{_ASSET}/delete", policy="can_delete", status=204, reads_body=False,
               raises=(403, 409, 422))  # fmt: skip
def purge(request: Request) -> Answer:
    """Delete an archived file for ever."""
    removing.purge_file(request.caller, request.id("file"))
    return nothing()


@routes.post(f"{_ASSET}/renew-link", policy="can_delete", answers=FileOut, reads_body=False,
             raises=(403, 422))  # fmt: skip
def renew_link(request: Request) -> Answer:
    """Make the public links void that were handed out; webhooks carry a new one from now on."""
    return _answer(request, removing.renew_link(request.caller, request.id("file")))


def _answer(request: Request, file: StoredFile) -> Answer:
    return item(_out(request, file))


def _out(request: Request, file: StoredFile) -> FileOut:
    return file_out(file, request.caller.organization_id, request.public_url)
