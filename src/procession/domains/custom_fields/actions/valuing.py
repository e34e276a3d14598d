"""The values of one record: replace them all, set one, clear one (contract 21, 9.2).

Who may, and what the record is, is looked up by who calls (`flows/organizing/describing.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.domains.custom_fields import store
from procession.domains.custom_fields.actions.checking import WrongValue, clean
from procession.domains.custom_fields.events import value_changed
from procession.domains.custom_fields.types import KeyRow, Record, RecordKind, Values
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.work import Work

_REQUIRED = "The {} field is required."


def replace_values(work: Work, record: Record, sent: Mapping[str, Any]) -> Values:
    """What is left out is cleared; values of the server's own keys stay."""
    keys = store.keys_for(work, record.kind)
    own = {key.key: key for key in keys if key.is_active and not key.is_system}
    problems: dict[str, list[str]] = {}
    wanted: Values = {}
    for name, value in sent.items():
        path = f"custom_fields.{name}"
        if name not in own:
            problems[path] = ["The selected custom field is invalid."]
            continue
        try:
            cleaned = clean(own[name], value)
        except WrongValue as wrong:
            problems[path] = [f"The {name.replace('_', ' ')} {wrong}"]
            continue
        if cleaned is not None:
            wanted[name] = cleaned
    for name, key in own.items():
        if key.is_required and name not in wanted:
            problems.setdefault(f"custom_fields.{name}", [_REQUIRED.format(name)])
    if problems:
        raise Invalid(problems)
    return _store(work, record, own.values(), wanted)


def set_value(work: Work, record: Record, name: str, value: Any) -> Values:
    """One value, the others stay; whether others are required does not matter."""
    key = get_key(work, record, name)
    if not key.is_active:
        raise invalid("value", "This custom field is not active.")
    try:
        cleaned = clean(key, value)
    except WrongValue as wrong:
        raise invalid("value", f"The value {wrong}") from None
    if cleaned is None and key.is_required:
        raise invalid("value", _REQUIRED.format("value"))
    return _store(work, record, [key], {} if cleaned is None else {name: cleaned})


def clear_value(work: Work, record: Record, name: str) -> Values:
    key = get_key(work, record, name)
    if key.is_required and key.is_active:
        raise invalid("custom_fields", f'The custom field "{name}" is required.')
    return _store(work, record, [key], {})


def get_key(work: Work, record: Record, name: str) -> KeyRow:
    """One that administrators made."""
    found = [key for key in store.keys_for(work, record.kind) if key.key == name]
    if not found:
        raise NotFound(kind="Custom field")
    if found[0].is_system:
        raise Forbidden("This custom field is kept by the server.")
    return found[0]


def _store(work: Work, record: Record, keys: Any, wanted: Mapping[str, Any]) -> Values:
    """Of these keys, what is wanted and nothing else; only what differs is written and told."""
    had = store.values_of(work, [record.id]).get(record.id, {})
    new: list[tuple[Record, str, Any]] = []
    for key in keys:
        before, now = had.get(key.key), wanted.get(key.key)
        if now == before and type(now) is type(before):
            continue
        store.clear_value(work, record.id, key.id)
        if now is not None:
            new.append((record, key.id, now))
        if before is not None or now is not None:
            work.record(value_changed(record, work.caller.organization_id, key.key, before))
    store.add_values(work, new)
    return store.values_of(work, [record.id]).get(record.id, {})


def inherit(work: Work, pairs: Sequence[tuple[str, Record]], template_id: str) -> None:
    """New records take over values: (id of the template or step, the process or task made of it).

    Only keys that have the same name and type on both sides (contract 21, 9.2).
    """
    values = store.values_of_templates(work, [template_id])
    if not values:
        return
    keys = store.keys_for(work, "template", "step", "process", "task")
    known = {(key.applies_to, key.key): key for key in keys if key.is_active}
    taken: list[tuple[Record, str, Any]] = []
    for original, record in pairs:
        source = "template" if record.kind == "process" else "step"
        for name, value in values.get(original, {}).items():
            mine, theirs = known.get((record.kind, name)), known.get((source, name))
            if mine and theirs and mine.field_type == theirs.field_type and fits(mine, value):
                taken.append((record, mine.id, value))
    store.add_values(work, taken)


def copy_of_template(work: Work, template_id: str, copy_id: str, parts: Mapping[str, str]) -> None:
    """A copy has the values of its original. `parts`: the copies of its steps and fields."""
    copy_parts(work, template_id, copy_id, {template_id: copy_id, **parts})


def copy_parts(work: Work, template_id: str, copy_id: str, copies: Mapping[str, str]) -> None:
    """Values of these records of a template, for their copies in the template `copy_id`."""
    store.add_values(
        work,
        [
            (
                Record(kind=RecordKind.TEMPLATE, id=copies[record_id], template_id=copy_id),
                key_id,
                value,
            )
            for record_id, key_id, value in store.stored_of_template(work, template_id)
            if record_id in copies
        ],
    )


def fits(key: KeyRow, value: Any) -> bool:
    """The options may be others."""
    try:
        clean(key, value)
    except WrongValue:
        return False
    return True
