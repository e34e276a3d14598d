"""Files of the tests: small ones of each kind, and how they are uploaded."""

import zlib
from typing import Any

import requests

from cast import Person
from factories import make_template

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
_HEAD = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    whole = kind + body
    return len(body).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")


#: One grey dot.
PNG = (
    _HEAD
    + _chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + _chunk(b"IEND", b"")
)

FILE_FIELD = {"label": "Scan", "field_type": "file", "required": False}


def send_file(
    by: Person, content: bytes = PDF, name: str = "permit.pdf", *, path: str = "/file",
    part: str = "name", **fields: Any,
) -> requests.Response:  # fmt: skip
    """As browsers and clients do: a form with the fields before the file."""
    sent = {key: str(value) for key, value in fields.items() if value is not None}
    return by.call("POST", path, data=sent, files={part: (name, content, "application/x-lie")})


def upload(by: Person, content: bytes = PDF, name: str = "permit.pdf", **fields: Any) -> Any:
    answer = send_file(by, content, name, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def make_asking_template(by: Person, **fields: Any) -> Any:
    """One step that asks for a file, and a kick-off form that asks for one."""
    steps = [{"title": "Hand in", "captures": [FILE_FIELD]}]
    return make_template(by, steps, prerun=[FILE_FIELD], **fields)
