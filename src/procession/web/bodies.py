"""Reading request bodies: JSON or forms, one object in the end (contract 00, 3)."""

import codecs
import io
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

import falcon
from falcon.media.multipart import MultipartForm, MultipartFormHandler, MultipartParseError

from procession.core.nesting import DEEPEST
from procession.core.texts import is_whole
from procession.kit.errors import MalformedBody, Refusal, TooLarge, UnsupportedType
from procession.kit.reading import NotJson, TooDeep, may_hold_nul, read_body, repeated_key
from procession.kit.sent_files import SentFile
from procession.web.multipart import read_form

_JSON_TYPES = re.compile(
    r"(application/json|application/[\w.+-]+\+json|text/json|text/plain)?", re.A
)
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
#: ASCII is UTF-8, too.
_CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii", "")
#: Of a key, in a sentence.
_LONGEST_SHOWN = 100
_PARTS = re.compile(r"\[([^\]]*)\]")


def read_bytes(request: falcon.Request, limit: int) -> bytes:
    """The whole body; TooLarge beyond `limit` bytes, however it is sent."""
    check_size(request)
    length = request.content_length
    if length is not None and length > limit:
        raise _too_large(limit)
    body = bytes(request.env["wsgi.input"].read(limit + 1)) if length != 0 else b""
    if len(body) > limit:
        raise _too_large(limit)
    return body.removeprefix(codecs.BOM_UTF8)


def check_size(request: falcon.Request) -> None:
    """Raises TooLarge where the door has found the body too large, and received none of it."""
    limit = request.env.get("procession.too_large")
    if limit is not None:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body may not be larger than {limit} bytes.")


def parse_upload(
    body: BinaryIO, content_type: str | None, limit: int, *, encoding: str | None = None
) -> tuple[dict[str, Any], SentFile | None, Mapping[str, SentFile]]:
    """Fields, the file that came with them, and all files by their names. `limit`: of a body that
    holds no file."""
    if _kind(content_type or "") == _MULTIPART:
        _check_encoding("", encoding or "")
        form = read_form(body, content_type or "")
        return nested(form.fields), form.file, form.files
    sent = body.read(limit + 1)
    if len(sent) > limit:
        raise _too_large(limit)
    return parse(sent, content_type, encoding=encoding, is_lenient=False), None, {}


def parse(
    body: bytes,
    content_type: str | None,
    *,
    encoding: str | None = None,
    is_lenient: bool,
    list_key: str | None = None,
) -> dict[str, Any]:
    """`is_lenient`: what cannot be read counts as nothing (bodies of DELETE).

    `encoding`: its Content-Encoding. `list_key`: where a list may be sent, the key it stands for.
    """
    if not body.strip():
        return {}
    try:
        _check_encoding(content_type or "", encoding or "")
        return _parse(body, content_type or "", list_key)
    except Refusal:
        if is_lenient:
            return {}
        raise


def _check_encoding(content_type: str, encoding: str) -> None:
    """All text is UTF-8 as it is (ruling 23)."""
    if encoding.strip().lower() not in ("", "identity"):
        raise UnsupportedType("The request body must be sent without a content encoding.")
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \t\"'").lower() not in _CHARSETS:
            raise UnsupportedType("The request body must be in UTF-8.")


def _parse(body: bytes, content_type: str, list_key: str | None) -> dict[str, Any]:
    kind = _kind(content_type)
    if kind == _FORM:
        return nested(_pairs(body))
    if kind == _MULTIPART:
        return nested(_multipart_pairs(body, content_type))
    if not _JSON_TYPES.fullmatch(kind):
        raise UnsupportedType
    try:
        decoded = read_body(body)
    except TooDeep:
        raise MalformedBody("The request body is nested too deeply.") from None
    except NotJson:
        raise MalformedBody("The request body is not valid JSON.") from None
    repeated = repeated_key(body, decoded)
    if repeated is not None:
        raise MalformedBody(f'The key "{repeated[:_LONGEST_SHOWN]}" is there twice.')
    if list_key is not None and isinstance(decoded, list):
        return {list_key: decoded}
    if not isinstance(decoded, dict):
        raise MalformedBody("The request body must be one JSON object.")
    return decoded


def looks_like_json(body: bytes, content_type: str | None) -> bool:
    """It was sent as a form, but is an object or a list of JSON: what `curl -d` does by itself."""
    if _kind(content_type or "") != _FORM or body.strip()[:1] not in (b"{", b"["):
        return False
    try:
        read_body(body)
    except NotJson:
        return False
    return True


def holds_nul(body: bytes, content_type: str | None) -> bool:
    """Whether it may; only then is it worth looking through what was read from it."""
    is_form = _kind(content_type or "") in (_FORM, _MULTIPART)
    return is_form or may_hold_nul(body)


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def repeated_fields(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Plain fields that a form holds more than once; the last counts."""
    if not body or _kind(content_type or "") != _FORM:
        return ()
    times = Counter(name for name, _ in _pairs(body) if not name.endswith("]"))
    return tuple(name for name, count in times.items() if count > 1)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except ValueError:
        raise MalformedBody("The form cannot be read.") from None


def _multipart_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Plain fields of a multipart form; files belong to the upload endpoints."""
    try:
        form: MultipartForm = MultipartFormHandler().deserialize(
            io.BytesIO(body), content_type, len(body)
        )
        pairs = [(part.name or "", part.get_text() or "") for part in form if part.filename is None]
        if not all(is_whole(text) for pair in pairs for text in pair):
            raise ValueError  # Other encodings than UTF-8 can write halves of signs.
        return pairs
    except (MultipartParseError, falcon.HTTPError, UnicodeDecodeError, ValueError):
        raise MalformedBody("The form cannot be read.") from None


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1`, `a[]=1` and `a[0][x]=1` as objects and lists."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        head, *parts = name.split("[", DEEPEST)
        if len(parts) == DEEPEST:
            raise MalformedBody("The form is nested too deeply.")
        keys = [head, *_PARTS.findall(name[len(head) :])]
        _place(root, keys, value)
    return {key: _with_lists(value) for key, value in root.items()}


def _place(node: dict[str, Any], keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        inside = node.setdefault(key or str(len(node)), {})
        if not isinstance(inside, dict):
            raise MalformedBody("The form uses one name for a value and for a group of values.")
        node = inside
    node[keys[-1] or str(len(node))] = value


def _with_lists(node: Any) -> Any:
    """A group whose keys are 0, 1, 2... is a list."""
    if not isinstance(node, dict):
        return node
    values = [_with_lists(value) for value in node.values()]
    if list(node) == [str(place) for place in range(len(node))]:
        return values
    return dict(zip(node, values, strict=True))
