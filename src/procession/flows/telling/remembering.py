"""Reading the activity feed: who names an entity must be able to read it (contract 60, 1.4)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from procession.domains.activity import store
from procession.domains.activity.types import ActivityFilter, Entry, Origin
from procession.domains.activity.wire import EntryOut, entry_out
from procession.domains.comments import store as threads
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.spreadsheets import csv_pieces
from procession.kit.system_log import Category, log
from procession.kit.work import Work, looking, reading, writing

_NOT_YOURS = "You do not have the right to read this activity."


class ActivityPage(NamedTuple):
    """Entries, what the things they are about are called now, and where launches come from."""

    page: Page[Entry]
    names: dict[tuple[str, str], str]
    origins: dict[str, Origin]


def list_activity(caller: Caller, request: PageRequest, wanted: ActivityFilter) -> ActivityPage:
    with reading(caller) as work:
        for kind, named in (
            (wanted.entity_type, wanted.entity_id), (wanted.origin_type, wanted.origin_id),
        ):  # fmt: skip
            if named is not None and not caller.is_admin and not _is_readable(work, kind, named):
                raise Forbidden(_NOT_YOURS)
        page = store.list_entries(work, request, wanted)
        check_everything_fits(page)
        names = store.names_now(work, page.rows) if page.rows else {}
        return ActivityPage(page, names, store.origins_now(work, page.rows))


#: Entries read at a time; nothing is open in between.
_MOST_AT_ONCE = 500


def stream_activity(caller: Caller, wanted: ActivityFilter) -> Iterator[EntryOut]:
    """For auditors: everything that fits, the oldest first, however much it is. That somebody took
    it along is in the system log."""
    if not caller.is_admin:
        raise Forbidden(_NOT_YOURS)
    with writing(caller) as work:
        log(work, "export_made", Category.SECURITY, "exported the activity feed")
    return _streamed(caller, wanted)


def _streamed(caller: Caller, wanted: ActivityFilter) -> Iterator[EntryOut]:
    after = 0
    while entries := store.list_following(looking(caller), wanted, after, _MOST_AT_ONCE):
        names = store.names_now(looking(caller), entries)
        origins = store.origins_now(looking(caller), entries)
        yield from (entry_out(each, caller.organization_id, names, origins) for each in entries)
        after = entries[-1].id


#: Columns of the CSV form. What is JSON in an entry is JSON in its cell.
EXPORT_COLUMNS = (
    "id", "created_at", "verb", "type", "source", "actor_type", "actor_id", "actor_email",
    "auditable_type", "auditable_id", "parentable_type", "parentable_id", "description", "field",
    "old_value", "text", "audit_state",
)  # fmt: skip


def cells_of(entry: EntryOut) -> list[object]:
    """Of one row."""
    return [
        entry.id, entry.created_at, entry.verb[0], entry.type[0], entry.source[0],
        entry.actor_type[0], entry.actor_id[0], entry.actor[0]["email"], entry.auditable_type,
        entry.auditable_id, entry.parentable_type, entry.parentable_id, entry.description[0],
        entry.field and entry.field[0], entry.old_value and bytes(entry.old_value[0]).decode(),
        entry.text and entry.text[0], entry.audit_state and bytes(entry.audit_state).decode(),
    ]  # fmt: skip


def as_lines(entries: Iterable[EntryOut]) -> Iterator[bytes]:
    """One JSON object a line, as the feed answers it."""
    encode = msgspec.json.Encoder().encode
    return (encode(entry) + b"\n" for entry in entries)


def as_csv(entries: Iterable[EntryOut]) -> Iterator[bytes]:
    return csv_pieces(EXPORT_COLUMNS, map(cells_of, entries))


def _is_readable(work: Work, kind: str | None, entity_id: str) -> bool:
    if kind == "run":
        return processes.find_visible(work, entity_id) is not None
    if kind == "checklist":
        return templates.find_visible(work, entity_id) is not None
    if kind == "step":
        # Steps are as readable as their template.
        template_id = templates.find_template_of_step(work, entity_id)
        return template_id is not None and templates.find_visible(work, template_id) is not None
    if kind == "thread":
        return _is_thread_readable(work, entity_id)
    return tasks.find_visible(work, entity_id) is not None


def _is_thread_readable(work: Work, thread_id: str) -> bool:
    thread = threads.find_thread(work, thread_id)
    if thread is None:
        return False
    if thread.task_id is not None:
        return tasks.find_visible(work, thread.task_id) is not None
    if thread.template_id is not None:
        return templates.find_visible(work, thread.template_id) is not None
    return processes.find_visible(work, thread.process_id or "") is not None
