"""The keys of an organization (contract 21, 9.1)."""

import re
from typing import Any

import msgspec
from msgspec import UNSET

from procession.core.texts import is_blank, is_storable
from procession.domains.custom_fields import policy, store
from procession.domains.custom_fields.events import KeyChanged, KeyCreated, KeyDeleted, about_key
from procession.domains.custom_fields.types import (
    CHOICES,
    KIND_WORDS,
    KeyFilter,
    KeyRow,
    ValueType,
)
from procession.domains.custom_fields.wire import KeyChangesIn, KeyIn
from procession.kit.caller import Caller
from procession.kit.destroying import Clearance
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.ids import new_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_MOST_OPTIONS = 1_000
_LONGEST = {"text": 500, "label": 255}

Problems = dict[str, list[str]]


def list_keys(caller: Caller, request: PageRequest, wanted: KeyFilter) -> Page[KeyRow]:
    with reading(caller) as work:
        page = store.list_keys(work, request, wanted)
        check_everything_fits(page)
        return page


def get_key(caller: Caller, key_id: str) -> KeyRow:
    with reading(caller) as work:
        return _get(work, key_id)


def create_key(caller: Caller, sent: KeyIn) -> KeyRow:
    with writing(caller) as work:
        _check_right(caller)
        store.lock_keys(work)
        problems: Problems = {}
        kind = KIND_WORDS.get(sent.applies_to.lower())
        if not _NAME.fullmatch(sent.key):
            problems["key"] = ["The key must be lowercase letters, digits and underscores."]
        if kind is None:
            problems["applies_to"] = ["The selected applies to is invalid."]
        if sent.field_type not in tuple(ValueType):
            problems["field_type"] = ["The selected field type is invalid."]
        if sent.key_type not in (UNSET, "org"):
            problems["key_type"] = ["The selected key type is invalid."]
        beside = store.keys_for(work, kind.value) if kind else []
        if sent.key in {key.key for key in beside}:
            problems["key"] = ["The key has already been taken."]
        options, columns = _lists(sent, sent.field_type, problems)
        if problems or kind is None:
            raise Invalid(problems)
        last = max((key.position for key in beside), default=0)
        key = KeyRow(
            id=new_id(),
            key=sent.key,
            label=sent.label if isinstance(sent.label, str) else sent.key,
            applies_to=kind.value,
            field_type=sent.field_type,
            is_system=False,
            is_required=sent.is_required is True,
            is_active=sent.is_active is not False,
            options=options or "[]",
            columns=columns or "[]",
            position=sent.position if isinstance(sent.position, int) else last + 1,
            created_at=work.now,
            updated_at=work.now,
        )
        store.add_key(work, key)
        work.record(KeyCreated(**about_key(key, caller.organization_id)))
        return key


def update_key(caller: Caller, key_id: str, sent: KeyChangesIn) -> KeyRow:
    with writing(caller) as work:
        store.lock_keys(work)
        key = _get(work, key_id)
        _check_right(caller)
        problems = _fixed_problems(key, sent)
        options, columns = _lists(sent, key.field_type, problems, is_new=False)
        if problems:
            raise Invalid(problems)
        wanted: dict[str, Any] = {
            name: getattr(sent, name)
            for name in ("label", "is_required", "is_active", "position")
            if getattr(sent, name) is not UNSET
        }
        wanted |= {} if options is None else {"options": options}
        wanted |= {} if columns is None else {"columns": columns}
        changes = {name: value for name, value in wanted.items() if value != getattr(key, name)}
        if not changes:
            return key
        store.set_key_columns(work, key.id, {**changes, "updated_at": work.now})
        for name in changes:
            before = getattr(key, name)
            told = about_key(key, caller.organization_id)
            work.record(KeyChanged(**told, field=name, before=before))
        return msgspec.structs.replace(key, **changes, updated_at=work.now)


def lock_deletable(work: Work, key_id: str) -> KeyRow:
    """The caller may delete it, and nobody changes it meanwhile."""
    store.lock_keys(work)
    key = _get(work, key_id)
    _check_right(work.caller)
    if key.is_system:
        raise Forbidden("This custom field is kept by the server.")
    return key


def delete_key(work: Work, clearance: Clearance, key: KeyRow) -> None:
    """With all its values. `key`: locked."""
    store.delete_key(work, clearance, key.id)
    work.record(KeyDeleted(**about_key(key, work.caller.organization_id)))


def _get(work: Work, key_id: str) -> KeyRow:
    key = store.find_key(work, key_id)
    if key is None:
        raise NotFound(kind="Custom field")
    return key


def _check_right(caller: Caller) -> None:
    if not policy.can_change_keys(caller):
        raise Forbidden


def _fixed_problems(key: KeyRow, sent: KeyChangesIn) -> Problems:
    """What never changes may be sent back as it is."""
    kind = KIND_WORDS.get(sent.applies_to.lower()) if isinstance(sent.applies_to, str) else UNSET
    was = {
        "key": (sent.key, key.key),
        "applies_to": (kind, key.applies_to),
        "field_type": (sent.field_type, key.field_type),
        "key_type": (sent.key_type, "system" if key.is_system else "org"),
    }
    return {
        name: [f"The {name.replace('_', ' ')} cannot be changed."]
        for name, (now, before) in was.items()
        if now is not UNSET and now != before
    }


def _lists(
    sent: KeyChangesIn, field_type: str, problems: Problems, *, is_new: bool = True
) -> tuple[str | None, str | None]:
    """Options and columns as JSON; None: not sent, or nothing that this type has."""
    found: list[str | None] = []
    for name, text_key, has_them in (
        ("options", "text", field_type in CHOICES),
        ("columns", "label", field_type == ValueType.TABLE),
    ):
        entries = getattr(sent, name)
        if not has_them or (entries is UNSET and not is_new):
            found.append(None)
            continue
        listed = entries if isinstance(entries, list) else []
        if not listed:
            problems[name] = [f"The {name} field is required."]
        found.append(_entries(listed, name, text_key, problems))
    return found[0], found[1]


def _entries(sent: list[Any], name: str, text_key: str, problems: Problems) -> str:
    """In the shape of the contract: numbered, each with its text."""
    if len(sent) > _MOST_OPTIONS:
        problems[name] = [f"There may not be more than {_MOST_OPTIONS} {name}."]
    entries: list[dict[str, Any]] = []
    for place, entry in enumerate(sent[:_MOST_OPTIONS]):
        text = entry.get(text_key) if isinstance(entry, dict) else entry
        path = f"{name}.{place}.{text_key}"
        if not isinstance(text, str) or is_blank(text) or not is_storable(text):
            problems[path] = [f"The {path} field is required."]
        elif len(text) > _LONGEST[text_key]:
            limit = _LONGEST[text_key]
            problems[path] = [f"The {path} may not be greater than {limit} characters."]
        else:
            number = entry.get("id") if isinstance(entry, dict) else None
            entries.append({"id": number if type(number) is int else None, text_key: text})
    taken = {entry["id"] for entry in entries} - {None}
    if len(taken) < sum(entry["id"] is not None for entry in entries):
        problems[name] = [f"The {name} have duplicate ids."]
    following = max(taken, default=0)
    for entry in entries:
        if entry["id"] is None:
            following += 1
            entry["id"] = following
    if text_key == "text":
        entries = [{**entry, "value": None, "required": False} for entry in entries]
    return msgspec.json.encode(entries).decode()
