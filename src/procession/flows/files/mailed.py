"""Files that come with a mail: which are kept, and why others are not (contract 60, 7)."""

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from procession.core.file_names import bare_name
from procession.core.inbound_mail import Attachment, InboundMail
from procession.flows.files.uploading import bytes_kept, check_file
from procession.kit.caller import Caller
from procession.kit.errors import Refusal, sentences_of
from procession.kit.ids import new_id
from procession.kit.sent_files import SentFile

_MOST_FILES = 20


class MailedFile:
    """One that may be kept; neither its bytes nor its record are there yet."""

    def __init__(self, name: str, mimetype: str, sent: SentFile) -> None:
        self.id, self.name, self.mimetype, self.sent = new_id(), name, mimetype, sent


def sorted_out(caller: Caller, mail: InboundMail, words: str) -> tuple[list[MailedFile], list[str]]:
    """Those that are kept, and why others are not: sentences. `words`: what its author wrote."""
    kept: list[MailedFile] = []
    left = ["Its files were not kept: the mail is too large."] if mail.is_cut else []
    for each in mail.attachments:
        if each.is_in_text and not _is_shown(each, words):
            # In what was cut: the logo of a signature, a picture of the mail that was answered.
            continue
        name = bare_name(each.filename) or "file"
        sent = SentFile(io.BytesIO(each.content), 0, len(each.content), name)
        try:
            kind = check_file(sent, name, caller.server.settings)
        except Refusal as refusal:
            left.append(f"{name} was not kept: {' '.join(sentences_of(refusal))}")
            continue
        if len(kept) == _MOST_FILES:
            left.append(f"{name} was not kept: a mail brings no more than {_MOST_FILES} files.")
            continue
        kept.append(MailedFile(name, kind.mimetype, sent))
    return kept, left


def _is_shown(picture: Attachment, words: str) -> bool:
    """Programs write where a picture stands: by its number, or by its name."""
    marks = (f"cid:{picture.content_id}", f"image: {picture.filename}")
    return any(mark in words for mark in marks)


@contextmanager
def all_bytes_kept(caller: Caller, files: Sequence[MailedFile]) -> Iterator[None]:
    """Around the transaction that makes their records; they go when that fails."""
    with ExitStack() as stack:
        for file in files:
            stack.enter_context(bytes_kept(caller, file.id, file.sent))
        yield
