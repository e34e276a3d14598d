"""Change a process: only the keys that were sent (contract 30, 6)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from procession.domains.templates import store as templates
from procession.domains.watchers.types import Watched
from procession.flows.forms.answering import Merged
from procession.flows.forms.kickoff import read_kickoff_answers, store_kickoff_answers
from procession.flows.launching.starting import hidden_field_problems
from procession.flows.processes.sorting import Sorting
from procession.flows.reaching.people import check_people
from procession.flows.telling.starring import follow_star
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, gathering, raise_if_any
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import new_id
from procession.kit.reading import read_stored
from procession.kit.work import Work, writing

_NEEDS_ARRANGING = {"name", "owner_id", "assign_someone_else", "users", "groups"}
_NEEDS_PUBLISHING = {"summary", "is_public", "publicly_hidden_fields"}
_FOR_GUESTS = {"prerun", "prerun_data"}
_ABOUT_PEOPLE = ("owner_id", "users", "groups")


@dataclass(frozen=True)
class _Changes:
    """What would have another value than it has: clients send back whole objects."""

    #: As it is.
    process: Process
    #: New values by column name.
    columns: Mapping[str, Any]
    users: tuple[int, ...] | None
    groups: tuple[str, ...] | None
    is_starred: bool | None

    @property
    def keys(self) -> list[str]:
        """Everything that changes, except the star, which is the caller's own mark."""
        people = {"users": self.users, "groups": self.groups}
        return [*self.columns, *(key for key, value in people.items() if value is not None)]


def update_process(caller: Caller, process_id: str, sent: ProcessChangesIn) -> Process:
    with writing(caller) as work:
        process = processes.get_visible(work, process_id, lock=True)
        _check_keys(caller, sent)
        changes = _changes(process, sent)
        _check_rights(caller, process, changes)
        kickoff = _kickoff(work, process, sent)
        changes_kickoff = kickoff.problems or kickoff.answers != process.kickoff_answers
        if changes_kickoff and not policy.can_answer_kickoff(caller, process):
            raise Forbidden
        sorting = Sorting.read(work, process, sent)
        if sorting.is_change and not policy.can_arrange(caller):
            raise Forbidden
        require_live(process)
        problems = {**_archive_words(sent), **sorting.problems(work), **kickoff.problems}
        _check_values(work, changes, problems)
        _apply(work, process, changes)
        store_kickoff_answers(work, process, kickoff)
        sorting.apply(work)
        # Who gives a process away may no longer see it, and still gets to see what they did.
        return processes.find_visible(work, process_id) or processes.lock_any(work, process_id)


def _changes(process: Process, sent: ProcessChangesIn) -> _Changes:
    wanted = {
        "name": UNSET if sent.name is UNSET else plain_line(sent.name),
        "summary": UNSET if sent.summary is UNSET else clean_html(sent.summary),
        "owner_id": sent.owner_id,
        "assign_someone_else": sent.assign_someone_else,
        "is_public": sent.is_public,
        "publicly_hidden_fields": UNSET
        if sent.publicly_hidden_fields is UNSET
        else json.dumps(sent.publicly_hidden_fields),
    }
    users = sent.users if isinstance(sent.users, list) else process.users
    groups = sent.groups if isinstance(sent.groups, list) else process.groups
    is_starred = process.is_starred if sent.starred is UNSET else sent.starred
    return _Changes(
        process=process,
        columns={
            key: value
            for key, value in wanted.items()
            if value is not UNSET and value != getattr(process, key)
        },
        users=None if sorted(users) == process.users else tuple(users),
        groups=None if sorted(groups) == process.groups else tuple(groups),
        is_starred=None if is_starred == process.is_starred else is_starred,
    )


def _check_keys(caller: Caller, sent: ProcessChangesIn) -> None:
    """Guests who launched it by the public form may correct what they said, and nothing else."""
    named = {name for name in sent.__struct_fields__ if getattr(sent, name) is not UNSET}
    if caller.is_guest and named - _FOR_GUESTS:
        raise Forbidden


def _kickoff(work: Work, process: Process, sent: ProcessChangesIn) -> Merged:
    """What was sent for the kick-off form; the answers there are, when nothing was."""
    answers = sent.prerun_data if sent.prerun in (UNSET, None) else sent.prerun
    if answers is UNSET:
        return Merged(process.kickoff_answers, {})
    return read_kickoff_answers(work, process, answers, "prerun")


def _check_rights(caller: Caller, process: Process, changes: _Changes) -> None:
    """One key not allowed: nothing is applied. A key sent back unchanged needs no right."""
    changed = set(changes.keys)
    if changed & _NEEDS_ARRANGING and not policy.can_arrange(caller):
        raise Forbidden
    if changed & _NEEDS_PUBLISHING and not policy.can_publish(caller, process):
        raise Forbidden


def _archive_words(sent: ProcessChangesIn) -> dict[str, list[str]]:
    """Who means to archive must not believe that this did it."""
    wishes = {
        "status": sent.status == "archived",
        "archived_at": sent.archived_at not in (UNSET, None),
    }
    return {name: ["Use DELETE to archive a process."] for name, is_one in wishes.items() if is_one}


def _check_values(work: Work, changes: _Changes, problems: dict[str, list[str]]) -> None:
    name, owner = changes.columns.get("name", "-"), changes.columns.get("owner_id")
    if not name:
        problems["name"] = ["The name field is required."]
    elif len(name) > LONGEST_NAME:
        problems["name"] = [f"The name may not be greater than {LONGEST_NAME} characters."]
    if owner is not None and owner not in people.active_users_among(work, [owner]):
        problems["owner_id"] = ["The selected owner id is invalid."]
    problems |= _hidden_field_problems(work, changes)
    named = People(users=changes.users or (), groups=changes.groups or ())
    with gathering(problems):
        check_people(work, {"": named})
    raise_if_any(problems)


def _hidden_field_problems(work: Work, changes: _Changes) -> dict[str, list[str]]:
    """Fields of the version that was launched can be hidden one by one."""
    hidden = changes.columns.get("publicly_hidden_fields")
    if hidden is None:
        return {}
    process = changes.process
    content = templates.launched_content(work, process.template_id, process.template_version)
    return hidden_field_problems(read_stored(hidden), content)


def _apply(work: Work, process: Process, changes: _Changes) -> None:
    if changes.keys:
        columns = dict(changes.columns)
        if columns.get("is_public") and process.public_key is None:
            columns["public_key"] = new_id()
        processes.set_columns(work, process.id, columns)
    if changes.users is not None or changes.groups is not None:
        processes.set_people(work, process.id, "member", _members(process, changes))
    if changes.is_starred is True:
        processes.set_star(work, process.id, work.caller.person_id)
    if changes.is_starred is False:
        processes.clear_star(work, process.id)
    if changes.is_starred is not None:
        follow_star(work, Watched.PROCESS, process.id, is_starred=changes.is_starred)
    _tell(work, process, changes)


def _members(process: Process, changes: _Changes) -> list[str]:
    users = process.users if changes.users is None else changes.users
    groups = process.groups if changes.groups is None else changes.groups
    return [*map(user_key, users), *map(group_key, groups)]


def _tell(work: Work, process: Process, changes: _Changes) -> None:
    """One fact for each key, with the value it had before."""
    name = changes.columns.get("name", process.name)
    told = about(msgspec.structs.replace(process, name=name))
    is_handed_on = any(key in _ABOUT_PEOPLE for key in changes.keys)
    among = None if is_handed_on else process.concerned
    for key in changes.keys:
        fact = ProcessPeopleChanged if key in _ABOUT_PEOPLE else ProcessChanged
        work.record(fact(**told, field=key, before=getattr(process, key)), among=among)
