"""Change a process: only the keys that were sent (contract 30, 6)."""

import json
from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from procession.core.launching import LONGEST_NAME, People
from procession.domains.people import store as people
from procession.domains.people.types import group_key, user_key
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.events import ProcessChanged, ProcessPeopleChanged, about
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProcessChangesIn
from procession.flows.assigning import check_people
from procession.flows.starting import hidden_field_problems
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, invalid
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import new_id
from procession.kit.work import Work, writing

_ARRANGING = ("name", "owner_id", "assign_someone_else", "users", "groups")
_PUBLISHING = ("summary", "is_public", "publicly_hidden_fields")


def update_process(caller: Caller, process_id: str, sent: ProcessChangesIn) -> Process:
    with writing(caller) as work:
        process = processes.get_visible(work, process_id, lock=True)
        wanted = _wanted(process, sent)
        _check_rights(caller, process, sent)
        require_live(process)
        _check_archive_words(sent)
        _check_values(work, wanted)
        _apply(work, process, wanted)
        return processes.get_visible(work, process_id)


def _wanted(process: Process, sent: ProcessChangesIn) -> dict[str, object]:
    """The keys whose value would change; clients send back whole objects."""
    new: dict[str, object] = {}
    for key in ("name", "owner_id", "assign_someone_else", "is_public"):
        if getattr(sent, key) is not UNSET:
            new[key] = getattr(sent, key)
    if isinstance(new.get("name"), str):
        new["name"] = plain_line(str(new["name"]))
    if sent.summary is not UNSET:
        new["summary"] = clean_html(sent.summary)
    if sent.publicly_hidden_fields is not UNSET:
        new["publicly_hidden_fields"] = json.dumps(sent.publicly_hidden_fields)
    changed = {key: value for key, value in new.items() if getattr(process, key) != value}
    for key in ("users", "groups"):
        if getattr(sent, key) not in (UNSET, None) and sorted(getattr(sent, key)) != getattr(
            process, key
        ):
            changed[key] = getattr(sent, key)
    if sent.starred is not UNSET and sent.starred != process.is_starred:
        changed["starred"] = sent.starred
    return changed


def _check_rights(caller: Caller, process: Process, sent: ProcessChangesIn) -> None:
    """One key not allowed: nothing is applied. A key sent back unchanged needs no right."""
    changed = _wanted(process, sent)
    if any(key in changed for key in _ARRANGING) and not policy.can_arrange(caller):
        raise Forbidden
    if any(key in changed for key in _PUBLISHING) and not policy.can_publish(caller, process):
        raise Forbidden


def _check_archive_words(sent: ProcessChangesIn) -> None:
    if sent.status == "archived":
        raise invalid("status", "Use DELETE to archive a process.")
    if sent.archived_at not in (UNSET, None):
        raise invalid("archived_at", "Use DELETE to archive a process.")


def _check_values(work: Work, wanted: dict[str, object]) -> None:
    problems: dict[str, list[str]] = {}
    name = wanted.get("name", "-")
    if not name:
        problems["name"] = ["The name field is required."]
    elif len(str(name)) > LONGEST_NAME:
        problems["name"] = [f"The name may not be greater than {LONGEST_NAME} characters."]
    owner = wanted.get("owner_id")
    if isinstance(owner, int) and owner not in people.active_users_among(work, [owner]):
        problems["owner_id"] = ["The selected owner id is invalid."]
    hidden = wanted.get("publicly_hidden_fields")
    if isinstance(hidden, str):
        problems |= hidden_field_problems(json.loads(hidden))
    if problems:
        raise Invalid(problems)
    check_people(
        work,
        {"process": People(users=_tuple(wanted.get("users")), groups=_tuple(wanted.get("groups")))},
    )


def _tuple(values: object) -> tuple[object, ...]:
    return tuple(values) if isinstance(values, list) else ()


def _apply(work: Work, process: Process, wanted: dict[str, object]) -> None:
    columns = {
        key: value for key, value in wanted.items() if key not in ("users", "groups", "starred")
    }
    if columns.get("is_public") and process.public_key is None:
        columns["public_key"] = new_id()
    is_more_than_star = any(key != "starred" for key in wanted)
    if is_more_than_star:
        processes.set_columns(work, process.id, columns)
    if "users" in wanted or "groups" in wanted:
        processes.set_people(work, process.id, "member", _members(process, wanted))
    if "starred" in wanted:
        _set_star(work, process, is_starred=bool(wanted["starred"]))
    told = about(msgspec.structs.replace(process, name=str(wanted.get("name", process.name))))
    for key in wanted:
        if key in ("owner_id", "users", "groups"):
            work.record(ProcessPeopleChanged(**told, field=key, before=getattr(process, key)))
        elif key != "starred":
            work.record(ProcessChanged(**told, field=key, before=getattr(process, key)))


def _members(process: Process, wanted: dict[str, object]) -> list[str]:
    users = wanted.get("users", process.users)
    groups = wanted.get("groups", process.groups)
    return [*_keys(users, user_key), *_keys(groups, group_key)]


def _keys(ids: object, key: object) -> Sequence[str]:
    return [key(each) for each in ids] if isinstance(ids, list) and callable(key) else []


def _set_star(work: Work, process: Process, *, is_starred: bool) -> None:
    """A star is the caller's own mark: it changes nothing about the process."""
    if is_starred:
        processes.set_star(work, process.id, work.caller.person_id)
    else:
        processes.clear_star(work, process.id)
