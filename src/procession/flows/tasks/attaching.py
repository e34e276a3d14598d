"""A file that is sent for a field of a task: kept, and added to what stands in its answer."""

from procession.domains.files.types import SubjectKind
from procession.domains.files.wire import UploadIn
from procession.flows.files import uploading
from procession.flows.tasks.updating import add_to_answer
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, TooLarge
from procession.kit.sent_files import SentFile
from procession.kit.work import writing


def attach_file(caller: Caller, task_id: str, field_id: str, file: SentFile) -> str:
    """Its id. File and answer are one change: neither is there without the other, and what others
    add at the same time stays. Raises Invalid at `taskdata.<field_id>` for what is not taken."""
    sent = UploadIn(subject_type=SubjectKind.TASK.value, subject_id=task_id, uploaded_from=field_id)
    try:
        upload = uploading.prepare(caller, sent, file)
    except TooLarge as refusal:
        raise Invalid({f"taskdata.{field_id}": [refusal.message]}) from None
    except Invalid as wrong:
        if "name" not in wrong.problems:
            raise
        raise Invalid({f"taskdata.{field_id}": wrong.problems["name"]}) from None
    with upload.kept(caller):
        with writing(caller) as work:
            kept = uploading.add(work, upload)
            add_to_answer(work, task_id, field_id, {"id": kept.id})
        upload.is_recorded = True
    return kept.id
