"""A comment with a file (contract 45, 3 and 7; 95, 3.3)."""

from html import escape

from msgspec import structs

from procession.domains.comments.types import Place, Thread
from procession.domains.comments.wire import ThreadIn
from procession.domains.files.types import StoredFile, SubjectKind
from procession.domains.files.wire import UploadIn, picture_url
from procession.flows.discussing.saying import say
from procession.flows.files import uploading
from procession.kit.caller import Caller
from procession.kit.sent_files import SentFile
from procession.kit.work import writing

#: Where files of comments say that they come from: it is no field.
_FROM = "comment"


def comment_with_file(caller: Caller, place: Place, sent: ThreadIn, file: SentFile) -> Thread:
    """The file belongs to the process or task that is spoken of, and stands below the words; a
    picture is shown. Neither is there without the other.

    Raises Invalid and TooLarge for a file that is not taken.
    """
    upload = uploading.prepare(caller, _upload_in(place), file)
    with upload.kept(caller):
        with writing(caller) as work:
            kept = uploading.add(work, upload)
            content = f"{sent.content or ''}{_shown(kept, caller.organization_id)}"
            thread = say(work, place, structs.replace(sent, content=content))
        upload.is_recorded = True
    return thread


def _upload_in(place: Place) -> UploadIn:
    if place.task_id is not None:
        kind, subject_id = SubjectKind.TASK, place.task_id
    else:
        kind, subject_id = SubjectKind.PROCESS, place.process_id or ""
    return UploadIn(subject_type=kind.value, subject_id=subject_id, uploaded_from=_FROM)


def _shown(file: StoredFile, organization_id: str) -> str:
    address = picture_url(organization_id, file.id)
    name = escape(file.filename)
    if (file.mimetype or "").startswith("image/"):
        return f'<p><a href="{address}"><img src="{address}" alt="{name}"></a></p>'
    return f'<p><a href="{address}">{name}</a></p>'
