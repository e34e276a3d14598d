"""JSON shape of activity entries (contract 60, 1.2)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from procession.core.times import wire_time
from procession.domains.activity.types import BY_WEBHOOKS, LAUNCHES, Entry, Origin
from procession.kit.reading import read_stored


class EntryOut(msgspec.Struct, kw_only=True):
    """One entry. Array-valued fields stay arrays because clients index them."""

    id: int
    organization_id: str
    verb: list[str]
    source: list[str]
    actor_type: list[str]
    actor_id: list[int | None]
    actor: list[dict[str, Any]]
    auditable_type: str
    auditable_id: str
    parentable_type: str | None
    parentable_id: str | None
    type: list[str]
    description: list[str]
    field: list[str] | None
    old_value: list[msgspec.Raw] | None
    text: list[str] | None
    references: list[Any] | None = None
    created_at: str
    undoable: bool = False
    audit: dict[str, Any]
    parent: dict[str, Any]
    origin: dict[str, Any] | None = None
    audit_state: msgspec.Raw | None
    parent_state: None = None
    #: Ours: the number within its process, from 1 without gaps.
    process_entry: int | None


#: Under which key each kind of thing says what it is called.
_NAME_KEYS = {
    "Run": "name",
    "Task": "title",
    "Checklist": "title",
    "Thread": "content",
    "Tag": "title",
    "Folder": "name",
}


#: Nothing on the page was launched by itself, or nobody asks.
NO_ORIGINS: Mapping[str, Origin] = {}


def entry_out(
    entry: Entry,
    organization_id: str,
    names: Mapping[tuple[str, str], str],
    origins: Mapping[str, Origin] = NO_ORIGINS,
) -> EntryOut:
    """`names`: what things are called now, by kind and id; what is gone is missing. `origins`: by
    process, what launched it by itself."""
    first, last = entry.actor_first_name, entry.actor_last_name
    actor = {
        "email": entry.actor_email,
        "username": entry.actor_username,
        "first_name": first,
        "last_name": last,
        "full_name": f"{first or ''} {last or ''}".strip() or None,
        "profile_pic": None,
        "resize_profile_pic": None,
    }
    state = None if entry.subject_state is None else msgspec.Raw(entry.subject_state.encode())
    is_guest, is_webhook = entry.actor_kind == "guest", entry.event in BY_WEBHOOKS
    return EntryOut(
        id=entry.id,
        organization_id=organization_id,
        verb=[entry.verb],
        source=["Webhook" if is_webhook else "Guest" if is_guest else "Member"],
        actor_type=["Guest" if is_guest else "User"],
        actor_id=[entry.actor_id],
        actor=[actor],
        auditable_type=entry.subject_kind,
        auditable_id=entry.subject_id,
        parentable_type=entry.parent_kind,
        parentable_id=entry.parent_id,
        type=[entry.category],
        description=[entry.sentence],
        field=None if entry.field is None else [entry.field],
        old_value=None if entry.old_value is None else [msgspec.Raw(entry.old_value.encode())],
        text=None if entry.text is None else [entry.text],
        references=_of_webhook(entry) if is_webhook else _of_task(entry) or _of_operation(entry),
        created_at=wire_time(entry.occurred_at),
        audit={"data": _now(entry.subject_kind, entry.subject_id, names)},
        parent={"data": _now(entry.parent_kind, entry.parent_id, names)},
        origin=_origin(entry, origins),
        audit_state=state,
        process_entry=entry.process_entry,
    )


def _of_webhook(entry: Entry) -> list[Any]:
    """Of a webhook: whose machine was told, and what it answered."""
    state = read_stored(entry.subject_state or "{}")
    return [{"type": "Webhook", "host": state.get("host"), "status": state.get("status")}]


def _of_task(entry: Entry) -> list[dict[str, str]] | None:
    """Of a launch, or of tasks that were added: the task whose completion did it."""
    if entry.event not in ("process.linked", "process.extended"):
        return None
    state = read_stored(entry.subject_state or "{}")
    return [{"type": "Task", "id": state["task_id"], "name": state["task_title"]}]


def _origin(entry: Entry, origins: Mapping[str, Origin]) -> dict[str, Any] | None:
    found = origins.get(entry.process_id or "") if entry.event in LAUNCHES else None
    return None if found is None else {"data": {"type": "Run", "id": found.id, "name": found.name}}


def _of_operation(entry: Entry) -> list[dict[str, str]] | None:
    """The operation that it was a part of."""
    if entry.operation is None:
        return None
    return [{"type": "Operation", "id": str(entry.operation), "name": f"#{entry.operation}"}]


def _now(
    kind: str | None, thing_id: str | None, names: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """The thing as it is now; empty when it is gone."""
    if kind is None or thing_id is None:
        return {}
    if kind not in _NAME_KEYS:
        return {"id": thing_id}
    name = names.get((kind, thing_id))
    return {} if name is None else {"id": thing_id, _NAME_KEYS[kind]: name}
