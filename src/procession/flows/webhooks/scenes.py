"""A process with everything that payloads say of it, read once in the transaction of the change.

Read as the bot, who sees all: what a webhook is told does not depend on who made the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from procession.core.times import parse_moment, to_instant, wire_time
from procession.domains.accounts import store as accounts
from procession.domains.answers.types import Answers, values_of
from procession.domains.custom_fields import store as custom_fields
from procession.domains.files import store as files
from procession.domains.files.types import StoredFile, SubjectKind
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import TagLink
from procession.domains.people import store as people
from procession.domains.people.store import GuestKey, PersonCard
from procession.domains.people.types import Group
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Field, FieldType, Template
from procession.flows.forms.rendering import AS_STORED, Forms, Texts, forms_of, texts_of
from procession.kit.work import Work

#: What an organization may choose for the answers of date fields, besides the usual form.
_AS_PEOPLE_WRITE = "d/m/Y h:i A T"
_DAY_LENGTH = len("2026-03-04")


@dataclass(frozen=True)
class Dates:
    """How answers of date fields are written (contract 60, 2.4)."""

    zone: str = "UTC"
    format: str = ""

    def written(self, asked: Field, value: Any) -> Any:
        """What is no date stays as it is."""
        text = str(value).strip()
        if not asked.collect_time:
            text = text[:_DAY_LENGTH]
        zone = ZoneInfo(self.zone)
        try:
            moment = parse_moment(text)
        except (ValueError, OverflowError):
            return value
        if len(text) <= _DAY_LENGTH:
            moment = moment.replace(tzinfo=zone)
        try:
            if self.format == _AS_PEOPLE_WRITE:
                return moment.astimezone(zone).strftime("%d/%m/%Y %I:%M %p %Z")
            return wire_time(to_instant(moment))
        except OverflowError:
            return value


@dataclass(frozen=True)
class Scene:
    """A process and its tasks, or one task without a process."""

    organization_id: str
    #: Address of the web pages.
    base_url: str
    process: Process | None
    #: By position, hidden ones too.
    tasks: Sequence[Task]
    template: Template | None = None
    forms: Forms = field(default_factory=Forms)
    texts: Texts = AS_STORED
    tags: Sequence[TagLink] = ()
    cards: Mapping[int, PersonCard] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    guests: Sequence[GuestKey] = ()
    custom_values: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)

    @cached_property
    def by_id(self) -> Mapping[str, Task]:
        return {task.id: task for task in self.tasks}

    @property
    def kickoff(self) -> Sequence[Field]:
        return () if self.process is None else self.forms.content(self.process.id).kickoff

    def fields_of(self, task: Task) -> Sequence[Field]:
        return self.forms.fields_of(task)

    # --- People ---

    def person(self, user_id: int | None) -> dict[str, Any] | None:
        card = self.cards.get(user_id or 0)
        if card is None:
            return None
        return {"id": card.id, "email": card.email, "full_name": card.full_name}

    def owners(self, task: Task) -> dict[str, list[Any]]:
        """Who works on it; the members and guests of groups are listed for themselves."""
        users, guests = dict.fromkeys(task.users), dict.fromkeys(task.guests)
        for group_id in task.groups:
            group = self.groups.get(group_id)
            if group is not None:
                users.update(dict.fromkeys(group.members))
                guests.update(dict.fromkeys(guest.email for guest in group.guests))
        known = [self.person(user_id) for user_id in users]
        return {"users": [each for each in known if each], "guests": list(guests)}

    def completer(self, task: Task) -> dict[str, Any] | None:
        if task.completed_by_guest is not None and task.completing_guest:
            address = task.completing_guest
            return {"id": None, "email": address, "full_name": address}
        return self.person(task.completed_by)

    # --- Answers ---

    def value(self, asked: Field, stored: Any) -> Any:
        """In the shape that it is kept in, but for dates and files."""
        if stored is None:
            return None
        if asked.field_type == FieldType.DATE:
            return self.dates.written(asked, stored)
        if asked.field_type == FieldType.FILE:
            return [_file(each) for each in stored] if isinstance(stored, list) else stored
        return stored

    def flat_value(self, asked: Field, stored: Any) -> Any:
        """For programs that want no more than the answer: of choices, their texts."""
        if asked.field_type in (FieldType.DROPDOWN, FieldType.RADIO) and isinstance(stored, dict):
            return stored.get("text")
        if asked.field_type == FieldType.MULTISELECT and isinstance(stored, list):
            chosen = (each for each in stored if isinstance(each, dict) and each.get("selected"))
            return ", ".join(str(each.get("text", "")) for each in chosen)
        return self.value(asked, stored)

    def answers(self, asked: Sequence[Field], given: Answers) -> Iterator[tuple[Field, Any]]:
        values = values_of(given)
        return ((each, values.get(each.id)) for each in asked)


def _file(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {
        "filename": entry.get("filename"),
        "full_url": entry.get("full_url") or entry.get("url"),
    }


def scene_of_process(work: Work, process_id: str) -> Scene | None:
    """None when it has gone within the same transaction."""
    process = processes.find_visible(work, process_id)
    if process is None:
        return None
    inside = tasks.of_whole_processes(work, [process.id])[process.id]
    return _scene(work, process, inside)


def scene_of_task(work: Work, task_id: str) -> Scene | None:
    """Of a task without a process."""
    task = tasks.find_visible(work, task_id)
    return None if task is None else _scene(work, None, [task])


def assets_of(work: Work, scene: Scene, task: Task) -> list[StoredFile]:
    """On the task, and in its answers; each once."""
    found = {
        each.id: each for each in files.of_subjects(work, SubjectKind.TASK, [task.id])[task.id]
    }
    named = {
        str(entry["id"])
        for asked, value in scene.answers(scene.fields_of(task), task.form_answers)
        if asked.field_type == FieldType.FILE and isinstance(value, list)
        for entry in value
        if isinstance(entry, dict) and entry.get("id")
    }
    found |= files.visible_among(work, named - found.keys())
    return [each for each in found.values() if each.archived_at is None]


def _scene(work: Work, process: Process | None, inside: Sequence[Task]) -> Scene:
    ids = [task.id for task in inside] + ([] if process is None else [process.id])
    forms = forms_of(work, [] if process is None else [process.id])
    group_ids = {group for task in inside for group in task.groups}
    group_ids.update(() if process is None else process.groups)
    groups = {group.id: group for group in people.groups_with_ids(work, group_ids)}
    settings = work.caller.server.settings
    return Scene(
        organization_id=work.caller.organization_id,
        base_url=settings.public_url or settings.local_url,
        process=process,
        tasks=inside,
        template=None if process is None else _template_of(work, process),
        forms=forms,
        texts=texts_of(work, inside),
        tags=() if process is None else organizing.links_of(work, ids).get(process.id, ()),
        cards=people.cards_of_users(work, _user_ids(process, inside, groups)),
        groups=groups,
        guests=people.guest_keys(work, _addresses(inside, groups)),
        custom_values=custom_fields.shown_values_of(work, ids),
        dates=_dates(work, forms, process, inside),
    )


def _template_of(work: Work, process: Process) -> Template | None:
    found = templates.visible_among(work, {process.template_id}).get(process.template_id)
    return None if found is None or found.is_system else found


def _user_ids(
    process: Process | None, inside: Sequence[Task], groups: Mapping[str, Group]
) -> set[int]:
    found = {user_id for task in inside for user_id in task.users}
    found.update(task.completed_by for task in inside if task.completed_by is not None)
    found.update(task.created_by for task in inside)
    found.update(user_id for group in groups.values() for user_id in group.members)
    if process is not None:
        found.update((process.started_by, process.owner_id, *process.users))
    return found


def _addresses(inside: Sequence[Task], groups: Mapping[str, Group]) -> set[str]:
    found = {address for task in inside for address in task.guests}
    of_tasks = {group for task in inside for group in task.groups}
    found.update(
        guest.email for group_id in of_tasks & groups.keys() for guest in groups[group_id].guests
    )
    return found


def _dates(work: Work, forms: Forms, process: Process | None, inside: Sequence[Task]) -> Dates:
    """Nobody asks for the organization's way where there is no date to write."""
    asked = [each for task in inside for each in forms.fields_of(task)]
    asked += [] if process is None else forms.content(process.id).kickoff
    if not any(each.field_type == FieldType.DATE for each in asked):
        return Dates()
    chosen = accounts.get_settings(work).get("webhook_date_field_format", "")
    return Dates(work.caller.timezone, str(chosen))
