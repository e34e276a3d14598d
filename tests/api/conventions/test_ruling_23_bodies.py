"""Ruling 23: how a body may be encoded. That one which is not whole is never acted on, stands in
tests/hostile/test_05_cut_bodies.py."""

import gzip
import json

import pytest

from backdoor import stored
from cast import Cast
from factories import launch, made
from wire import check_problem

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BOM = b"\xef\xbb\xbf"


def test_ruling_23_a_byte_order_mark_is_ignored(cast: Cast) -> None:
    for kind, body in ((JSON, b'{"name": "Marked"}'), (FORM, b"name=Marked"), (None, b"{}")):
        headers = {} if kind is None else {"Content-Type": kind}
        path = f"/runs/{launch(cast.olga, name='Marked')['id']}"
        changed = cast.olga.call("PUT", path, data=BOM + body, headers=headers)
        assert made(changed, 200)["name"] == "Marked"
        assert "X-Ignored-Fields" not in changed.headers
    check_problem(cast.olga.call("POST", "/runs", data=BOM), 422)  # It is no body.


@pytest.mark.parametrize("kind", ["utf-16", '"UTF-16LE"', "latin-1", "iso-8859-1", "utf-7"])
def test_ruling_23_another_charset_is_415(cast: Cast, kind: str) -> None:
    before = stored(cast)
    name = kind.strip('"')
    for media, text in ((JSON, '{"name": "Mühle"}'), (FORM, "name=M%FChle")):
        headers = {"Content-Type": f"{media}; charset={kind}"}
        answer = cast.olga.call("POST", "/runs", data=text.encode(name), headers=headers)
        told = check_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
        assert told["message"] == "The request body must be in UTF-8."
    assert stored(cast) == before


def test_ruling_23_a_content_encoding_is_415(cast: Cast) -> None:
    before, body = stored(cast), json.dumps({"name": "Small"}).encode()
    for encoding, sent in (("gzip", gzip.compress(body)), ("br", body), ("identity, gzip", body)):
        headers = {"Content-Type": JSON, "Content-Encoding": encoding}
        answer = cast.olga.call("POST", "/runs", data=sent, headers=headers)
        check_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert stored(cast) == before
    headers = {"Content-Type": f'{JSON}; charset="UTF-8"', "Content-Encoding": "identity"}
    made(cast.olga.call("POST", "/runs", data=body, headers=headers))
    # What cannot be read of a DELETE counts as nothing (00, 3.3).
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    group = cast.group(cast.mia)
    answer = cast.olga.call(
        "DELETE", f"/groups/{group}", data=gzip.compress(b"{}"), headers=headers
    )
    assert answer.status_code == 204
