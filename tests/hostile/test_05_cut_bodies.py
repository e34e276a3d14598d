"""Row 5: a body that is not whole is never acted on (RFC 9112, 8)."""

import json
import socket
import struct
import time

import pytest

from cast import Cast
from factories import make_template
from sockets import Raw, status_of

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
JSON = "Content-Type: application/json\r\n"


def cut(cast: Cast, kind: str, template_id: str) -> bytes:
    form = f"checklist_id={template_id}&name=Cut"
    sent = json.dumps({"checklist_id": template_id, "name": "Cut"})
    headers, body = {
        "form short of its length": (f"{FORM}Content-Length: {len(form) + 50}\r\n", form),
        "form without its last chunk": (
            f"{FORM}Transfer-Encoding: chunked\r\n", f"{len(form):x}\r\n{form}\r\n",
        ),
        "form within a chunk": (f"{FORM}Transfer-Encoding: chunked\r\n", f"fff\r\n{form}"),
        "form with a broken chunk": (
            f"{FORM}Transfer-Encoding: chunked\r\n", f"{len(form):x}\r\n{form}\r\nzz\r\n",
        ),
        "JSON short of its length": (f"{JSON}Content-Length: {len(sent) + 50}\r\n", sent),
    }[kind]  # fmt: skip
    return (
        f"POST {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {cast.olga.token}\r\n{headers}\r\n{body}"
    ).encode()


KINDS = (
    "form short of its length", "form without its last chunk", "form within a chunk",
    "form with a broken chunk", "JSON short of its length",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["half-closed", "closed", "reset"])
def test_11_5_nothing_is_launched_from_a_cut_body(cast: Cast, kind: str, end: str) -> None:
    template = make_template(cast.olga)
    raw = Raw(cast.server).send(cut(cast, kind, template["id"]))
    time.sleep(0.1)
    if end == "half-closed":
        raw.socket.shutdown(socket.SHUT_WR)
        assert status_of(raw.read()) == 400
    elif end == "reset":
        no_goodbye = struct.pack("ii", 1, 0)
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_goodbye)
    raw.close()
    time.sleep(0.2)
    assert cast.olga.get("/runs").json()["data"] == []


def test_11_5_who_sends_a_whole_request_and_ends_is_answered(cast: Cast) -> None:
    template = make_template(cast.olga)
    whole = cut(cast, "JSON short of its length", template["id"])
    length = len(whole.partition(b"\r\n\r\n")[2])
    raw = Raw(cast.server).send(whole.replace(b": %d\r" % (length + 50), b": %d\r" % length))
    raw.socket.shutdown(socket.SHUT_WR)
    assert status_of(raw.read()) == 201
