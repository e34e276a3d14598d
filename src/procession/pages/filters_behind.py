"""What the list at an address finds, for who means all of it and not what is ticked."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from procession.core.times import wire_time
from procession.domains.processes.types import ProcessFilter
from procession.flows.telling import addresses
from procession.kit.paging import AUTOMATIC
from procession.kit.querying import bind_query
from procession.pages.archive_filters import ArchiveQuery, Shelf
from procession.pages.tracker_filters import Narrowing, TrackerQuery

#: By the names of the filter, those of the list's parameters.
_PARAMETERS = {
    "q": "q", "statuses": "status", "template_ids": "checklist_id", "tags": "tag",
    "assignees": "assignees", "groups": "groups", "folder_ids": "folder",
    "started_by": "started_by", "owned_by": "owned_by", "is_mine": "me",
    "is_starred": "starred", "is_untagged": "untagged",
}  # fmt: skip


def filter_behind(address: str, zone: str) -> ProcessFilter | None:
    """Of the tracker, or of archived processes; None: of no list of processes."""
    parts = urlsplit(address)
    sent = parse_qs(parts.query)
    if parts.path == addresses.TRACKER:
        return Narrowing(bind_query(sent, TrackerQuery).value).wanted
    if parts.path == addresses.ARCHIVE:
        shelf = Shelf(bind_query(sent, ArchiveQuery).value, zone, has_files=False)
        return shelf.processes if shelf.tab == "processes" else None
    return None


def as_sent(wanted: ProcessFilter) -> dict[str, Any]:
    """As a program would have sent it to the API: the operation keeps it in these words."""
    said: dict[str, Any] = {
        parameter: _plain(value)
        for name, parameter in _PARAMETERS.items()
        if (value := getattr(wanted, name))
    }
    if wanted.since.archived is not None:
        said["archived_after"] = wire_time(wanted.since.archived)
    if wanted.until.archived is not None:
        said["archived_before"] = wire_time(wanted.until.archived)
    if wanted.archived_by.is_automatic:
        said["archived_by"] = AUTOMATIC
    elif wanted.archived_by.user_id is not None:
        said["archived_by"] = str(wanted.archived_by.user_id)
    return said or {"all": True}


def _plain(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, tuple) else value
