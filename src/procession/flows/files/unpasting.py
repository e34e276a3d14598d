"""Pictures of texts inside of the texts again: for who cannot ask for them by their addresses.

Documents that leave the server carry them along (an import makes files of them), and so do pages
and public views: a browser that loads a picture shows no token.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager

import msgspec

from procession.domains.files import store
from procession.domains.files.types import PASTED, StoredFile
from procession.flows.files.pasting import Pictures
from procession.kit.caller import Caller
from procession.kit.file_store import store_of
from procession.kit.object_store import NotKept, StoreAway, key_of
from procession.kit.server import Server

#: In a text, or in JSON of it.
_ADDRESS = re.compile(
    rb'(?P<before>src=\\?")/api/organizations/(?P<organization>[0-9a-f]{32})'
    rb'/file/(?P<file>[0-9a-f]{32})(?=\\?")'
)


class Picture(msgspec.Struct, frozen=True):
    content: bytes
    mimetype: str


def with_pictures_inside(server: Server, body: bytes) -> bytes:
    """`body`: a page, or JSON. Who was shown the text may see what was pasted into it; no other
    file is opened by this. What is gone stays an address."""
    if b"/file/" not in body or not (named := _named_in(body)):
        return body
    inside = {
        (organization_id, file_id): _inlined(picture)
        for organization_id, file_ids in named.items()
        for file_id, picture in read_pictures(server, organization_id, file_ids).items()
    }

    def placed(found: re.Match[bytes]) -> bytes:
        address = inside.get((found["organization"].decode(), found["file"].decode()))
        return found[0] if address is None else found["before"] + address

    return _ADDRESS.sub(placed, body)


def _inlined(picture: Picture) -> bytes:
    return b"data:" + picture.mimetype.encode() + b";base64," + b64encode(picture.content)


def _named_in(body: bytes) -> dict[str, set[str]]:
    """Files by organization."""
    named: dict[str, set[str]] = {}
    for found in _ADDRESS.finditer(body):
        named.setdefault(found["organization"].decode(), set()).add(found["file"].decode())
    return named


def read_pictures(
    server: Server, organization_id: str, file_ids: Collection[str]
) -> dict[str, Picture]:
    """Those of them that were pasted into texts. No transaction is open."""
    rows = store.pasted_among(server.database.connection(), organization_id, file_ids)
    found = {}
    for row in rows:
        content = _content_of(server, organization_id, row)
        if content is not None:
            found[row.id] = Picture(content, row.mimetype or "")
    return found


def _content_of(server: Server, organization_id: str, row: StoredFile) -> bytes | None:
    assert row.uploaded_from == PASTED
    try:
        given = store_of(server.settings).read(key_of(organization_id, row.id), 0, row.size or 0)
    except (NotKept, StoreAway):
        return None
    try:
        return b"".join(given)
    finally:
        given.close()


class Copies:
    """Pictures of texts that are copied, as files of the copy: each has its own, which stay when
    the others go."""

    def __init__(self, caller: Caller, documents: Collection[bytes]) -> None:
        """`documents`: JSON of the texts. No transaction is open."""
        self.pictures = Pictures(caller.organization_id)
        #: By their addresses.
        self._copied: dict[bytes, bytes] = {}
        for document in documents:
            for organization_id, file_ids in _named_in(document).items():
                found = read_pictures(caller.server, organization_id, file_ids)
                self._copy(organization_id, found)

    def __bool__(self) -> bool:
        return bool(self.pictures)

    def kept(self, caller: Caller) -> AbstractContextManager[Caller]:
        return self.pictures.kept(caller)

    def digest(self) -> bytes:
        """Nothing of them was sent."""
        return b""

    def _copy(self, organization_id: str, found: Mapping[str, Picture]) -> None:
        for file_id, picture in found.items():
            ending = picture.mimetype.partition("/")[2]
            copy_id = self.pictures.add(picture.content, picture.mimetype, ending)
            was = f"/api/organizations/{organization_id}/file/{file_id}"
            now = f"/api/organizations/{self.pictures.organization_id}/file/{copy_id}"
            self._copied[was.encode()] = now.encode()

    def in_document(self, document: bytes) -> bytes:
        for was, now in self._copied.items():
            document = document.replace(was, now)
        return document

    def in_text(self, text: str | None) -> str | None:
        return None if text is None else self.in_document(text.encode()).decode()
