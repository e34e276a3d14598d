"""Files beside what they belong to, in answers."""

from collections.abc import Iterable
from typing import Any

from procession.domains.files.types import StoredFile
from procession.domains.files.wire import file_out
from procession.kit.http import Request


def files_shown(request: Request, files: Iterable[StoredFile]) -> dict[str, Any]:
    """What `with=assets` asks for."""
    organization_id, public_url = request.caller.organization_id, request.public_url
    return {"data": [file_out(file, organization_id, public_url) for file in files]}
