"""Forms with a file in them (RFC 7578): the fields as texts, of the file where its bytes are.

Falcon's reader copies what it reads; here 100 MB are looked through once, and copied only into the
store. The body is whole and can be read from any place (decision 0020).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

import falcon

from procession.core.texts import is_whole
from procession.kit.errors import MalformedBody
from procession.kit.sent_files import SentFile

#: What a client may call the part that is the file (contract 45, 7).
_FILE_NAMES = ("name", "file")
#: What a page calls the file of one field of many, by the field's id.
_FILE_OF_FIELD = re.compile(r"file-[0-9a-f]{32}", re.A)
_UNREADABLE = "The form cannot be read."
_MOST_PARTS = 100
_MOST_HEAD = 8 * 1024
_MOST_FIELD = 64 * 1024
_PIECE = 256 * 1024
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{1,70}", re.A)
_CHARSETS = ("utf-8", "iso-8859-1", "us-ascii")


@dataclass(frozen=True)
class Form:
    fields: list[tuple[str, str]]
    file: SentFile | None
    #: By the names of their parts.
    files: Mapping[str, SentFile]


def read_form(body: BinaryIO, content_type: str) -> Form:
    """Raises MalformedBody."""
    try:
        return _read(body, _delimiter(content_type))
    except (UnicodeDecodeError, ValueError, LookupError):
        raise MalformedBody(_UNREADABLE) from None


def _delimiter(content_type: str) -> bytes:
    _, parameters = falcon.parse_header(content_type)
    boundary = parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError(boundary)
    return b"\r\n--" + boundary.encode("ascii")


def _read(body: BinaryIO, delimiter: bytes) -> Form:
    fields: list[tuple[str, str]] = []
    files: dict[str, SentFile] = {}
    at = _first_part(body, delimiter)
    for _ in range(_MOST_PARTS):
        start = _after_line(body, at)
        if start is None:
            first = next((files[name] for name in _FILE_NAMES if name in files), None)
            return Form(fields, first, files)
        name, filename, start = _head(body, start)
        end = _find(body, delimiter, start)
        if filename is None:
            fields.append((name, _text(body, start, end)))
        elif _is_of_file(name) and (filename or end > start):
            if name in files:
                raise ValueError("two files")
            files[name] = SentFile(body, start, end - start, filename)
        at = end + len(delimiter)
    raise ValueError("too many parts")


def _is_of_file(name: str) -> bool:
    return name in _FILE_NAMES or _FILE_OF_FIELD.fullmatch(name) is not None


def _at(body: BinaryIO, start: int, size: int) -> bytes:
    body.seek(start)
    return body.read(size)


def _first_part(body: BinaryIO, delimiter: bytes) -> int:
    """Behind the first delimiter; a line break before it is left out where it is the beginning."""
    first = delimiter[2:]
    if _at(body, 0, len(first)) == first:
        return len(first)
    return _find(body, delimiter, 0) + len(delimiter)


def _after_line(body: BinaryIO, at: int) -> int | None:
    """Where the part begins whose delimiter ends here; None behind the last one."""
    rest = _at(body, at, 256)
    if rest.startswith(b"--"):
        return None
    padding = len(rest) - len(rest.lstrip(b" \t"))
    if rest[padding : padding + 2] != b"\r\n":
        raise ValueError("no line break")
    return at + padding + 2


def _find(body: BinaryIO, delimiter: bytes, start: int) -> int:
    """Where the next delimiter begins: raises ValueError when there is none."""
    at, kept = start, b""
    body.seek(at)
    while piece := body.read(_PIECE):
        seen = kept + piece
        found = seen.find(delimiter)
        while found >= 0:
            place = at - len(kept) + found
            if _ends_line(body, place + len(delimiter)):
                return place
            found = seen.find(delimiter, found + 1)
        at += len(piece)
        kept = seen[-len(delimiter) + 1 :]
        body.seek(at)
    raise ValueError("a part without an end")


def _ends_line(body: BinaryIO, at: int) -> bool:
    """Whether what was found is a delimiter, and no text that begins like one."""
    rest = _at(body, at, 256).lstrip(b" \t")
    return rest.startswith((b"\r\n", b"--"))


def _head(body: BinaryIO, start: int) -> tuple[str, str | None, int]:
    """The part's name, that of its file where it is one, and where its content begins."""
    head, end, _ = _at(body, start, _MOST_HEAD).partition(b"\r\n\r\n")
    if not end:
        raise ValueError("a head without an end")
    for line in head.decode("utf-8").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            _, said = falcon.parse_header(value)
            return said.get("name", ""), _filename(said), start + len(head) + len(end)
    raise ValueError("a part without a name")


def _filename(said: dict[str, str]) -> str | None:
    if "filename*" not in said:
        name = said.get("filename")
        # As browsers write the one sign that would end it.
        return None if name is None else name.replace("%22", '"')
    charset, _, encoded = said["filename*"].split("'", 2)
    if charset.lower() not in _CHARSETS:
        raise ValueError(charset)
    return unquote(encoded, charset, "strict")


def _text(body: BinaryIO, start: int, end: int) -> str:
    if end - start > _MOST_FIELD:
        raise ValueError("a field is too long")
    text = _at(body, start, end - start).decode("utf-8")
    if not is_whole(text):
        raise ValueError("no text")
    return text
