"""A random organization, put into the database row by row, and who may see what of it in Python.

Lists are compared with it: `seen_processes` and `seen_tasks` look at every row, as the contract
words it, and know nothing of indexes, sums and sets.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from cast import Cast, Person
from procession.core.progress import Totals
from procession.domains.people.tables import group_guests
from procession.domains.processes.store import sums
from procession.domains.processes.store.totals import lifecycle_of
from procession.domains.processes.tables import (
    process_people,
    process_stars,
    process_sums,
    processes,
)
from procession.domains.tasks.tables import task_assignees, tasks
from procession.flows.reaching.bots import operator
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.db import Statement
from procession.kit.ids import new_id

NOW = 1_800_000_000_000_000
HOUR = 3_600_000_000
GUEST = 2_000_000_001


@dataclass
class Crowd:
    """Rows as they are stored."""

    cast: Cast
    mia_group: str
    leo_group: str
    guest_group: str
    processes: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    #: By process: (part, person).
    people: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    #: By task.
    assignees: dict[str, set[str]] = field(default_factory=dict)
    stars: set[tuple[str, int]] = field(default_factory=set)

    def callers(self) -> dict[str, Caller]:
        base = operator(self.cast.server.storage, self.cast.organization_id)

        def member(person: Person, role: Role) -> Caller:
            return replace(base, kind=CallerKind.MEMBER, person_id=person.user_id, role=role)

        return {
            "olga": member(self.cast.olga, Role.ADMIN),
            "mia": member(self.cast.mia, Role.STANDARD),
            "leo": member(self.cast.leo, Role.LIGHT),
            "gus": replace(base, kind=CallerKind.GUEST, person_id=GUEST, role=None),
        }

    def persons_of(self, caller: Caller) -> set[str]:
        groups = {
            f"u:{self.cast.olga.user_id}": {self.guest_group},
            f"u:{self.cast.mia.user_id}": {self.mia_group},
            f"u:{self.cast.leo.user_id}": {self.leo_group},
            f"e:{GUEST}": {self.guest_group},
        }
        return {caller.person, *(f"g:{group}" for group in groups.get(caller.person, ()))}

    # --- What the contract says ---

    def tasks_of(self, process_id: str) -> list[dict[str, Any]]:
        return [task for task in self.tasks if task["process_id"] == process_id]

    def is_assigned(self, caller: Caller, task: dict[str, Any]) -> bool:
        return bool(self.assignees.get(task["id"], set()) & self.persons_of(caller))

    def has_part(self, caller: Caller, process: dict[str, Any]) -> bool:
        me = caller.person_id
        named = {person for _, person in self.people.get(process["id"], set())}
        return (
            me in (process["owner_id"], process["started_by"])
            or bool(named & self.persons_of(caller))
            or any(self.is_assigned(caller, task) for task in self.tasks_of(process["id"]))
        )

    def sees_process(self, caller: Caller, process: dict[str, Any]) -> bool:
        if caller.is_admin:
            return True
        if caller.is_guest:
            assigned = any(self.is_assigned(caller, each) for each in self.tasks_of(process["id"]))
            return process["archived_at"] is None and assigned
        open_to_all = caller.is_standard and process["everyone_may_read"]
        return bool(open_to_all) or self.has_part(caller, process)

    def sees_task(self, caller: Caller, task: dict[str, Any]) -> bool:
        if caller.is_admin:
            return True
        process = next((each for each in self.processes if each["id"] == task["process_id"]), None)
        mine = self.is_assigned(caller, task)
        if caller.is_guest:
            open_run = process is not None and process["archived_at"] is None
            shown = task["archived_at"] is None and task["state"] != "auto-skipped"
            public = bool(
                process
                and process["is_public"]
                and not task["top_secret"]
                and self.sees_process(caller, process)
            )
            return shown and (process is None or open_run) and (mine or public)
        me = caller.person_id
        if process is None:
            readable = caller.is_standard or mine or task["created_by"] == me
        else:
            readable = self.sees_process(caller, process)
        owns = process is not None and process["owner_id"] == me
        return readable and (not task["top_secret"] or mine or task["created_by"] == me or owns)

    def is_archived(self, task: dict[str, Any]) -> bool:
        process = next((each for each in self.processes if each["id"] == task["process_id"]), None)
        return task["archived_at"] is not None or bool(process and process["archived_at"])


def make_crowd(
    cast: Cast, seed: int, *, process_count: int = 40, others: Sequence[int] = ()
) -> Crowd:
    """`others`: users whose everything is, instead of the cast's."""
    chance = random.Random(seed)
    crowd = Crowd(cast, cast.group(cast.mia), cast.group(cast.leo), cast.group(cast.olga))
    people = [cast.olga.user_id, cast.mia.user_id, cast.leo.user_id]
    persons = [
        *(f"u:{user}" for user in people),
        f"g:{crowd.mia_group}",
        f"g:{crowd.leo_group}",
        f"g:{crowd.guest_group}",
        f"e:{GUEST}",
    ]
    if others:
        people, persons = list(others), [f"u:{user}" for user in others]
    for number in range(1, process_count + 1):
        _add_process(crowd, chance, number, people, persons)
    for _ in range(process_count // 2):
        _add_task(crowd, chance, None, people, persons)
    _store(crowd)
    return crowd


def _add_process(
    crowd: Crowd, chance: random.Random, number: int, people: list[int], persons: list[str]
) -> None:
    process_id = new_id()
    owner, starter = (chance.choice([people[0], people[0], *people]) for _ in range(2))
    if chance.random() < 0.3:
        kinds = chance.sample(["member", "reader"], chance.randint(1, 2))
        crowd.people[process_id] = {(kind, chance.choice(persons)) for kind in kinds}
    made = [
        _add_task(crowd, chance, process_id, people, persons) for _ in range(chance.randint(0, 4))
    ]
    created = NOW - chance.randint(0, 5) * HOUR
    shown = [t for t in made if t["state"] != "auto-skipped" and t["archived_at"] is None]
    done = [t for t in shown if t["state"] == "completed"]
    still = [t["deadline_at"] for t in shown if t["state"] != "completed" and t["deadline_at"]]
    totals = Totals(
        visible=len(shown),
        completed=len(done),
        troubled=int(chance.random() < 0.15),
        secret=sum(t["top_secret"] for t in shown),
        secret_completed=sum(t["top_secret"] for t in done),
        open_issues=int(chance.random() < 0.15),
        first_open_deadline_at=min(still, default=None),
    )
    is_done = bool(shown) and len(shown) == len(done)
    crowd.processes.append(
        {
            "id": process_id,
            "number": number,
            "template_id": "0" * 32,
            "template_version": 1,
            "template_title": "T",
            "type": chance.choice(["procedure", "form"]),
            "name": chance.choice(["Ann", "ben", "Cleo", "ann"]),
            "owner_id": owner,
            "started_by": starter,
            "launched_via": "api",
            "is_public": chance.random() < 0.3,
            "publicly_hidden_fields": "[]",
            "everyone_may_read": chance.random() < 0.5,
            "created_at": created,
            "started_at": created,
            "updated_at": created + chance.randint(0, 3) * HOUR,
            "completed_at": NOW - chance.randint(0, 3) * HOUR if is_done else None,
            "archived_at": NOW - chance.randint(0, 3) * HOUR if chance.random() < 0.3 else None,
            "visible_task_count": totals.visible,
            "completed_task_count": totals.completed,
            "problem_task_count": totals.troubled,
            "secret_task_count": totals.secret,
            "secret_completed_task_count": totals.secret_completed,
            "open_issue_count": totals.open_issues,
            "first_open_deadline_at": totals.first_open_deadline_at,
            "lifecycle": lifecycle_of(totals, is_done=is_done),
        }
    )
    if chance.random() < 0.3:
        crowd.stars.add((process_id, chance.choice(people)))


def _add_task(
    crowd: Crowd,
    chance: random.Random,
    process_id: str | None,
    people: list[int],
    persons: list[str],
) -> dict[str, Any]:
    states = ["not-started", "in-progress", "completed"]
    state = chance.choice(states if process_id is None else [*states, "auto-skipped"])
    created = NOW - chance.randint(0, 5) * HOUR
    task: dict[str, Any] = {
        "id": new_id(),
        "number": len(crowd.tasks) + 1,
        "process_id": process_id,
        "task_type": "task",
        "title": chance.choice(["Dig", "eat", "Fly"]),
        "state": state,
        "is_oneoff": process_id is None,
        "position": chance.randint(1, 3),
        "deadline_at": chance.choice([None, NOW + chance.randint(-40, 40) * HOUR]),
        "created_by": chance.choice([people[0], people[0], *people]),
        "created_at": created,
        "updated_at": created,
        "completed_at": NOW - chance.randint(0, 3) * HOUR if state == "completed" else None,
        "archived_at": NOW if chance.random() < 0.15 else None,
        "top_secret": chance.random() < 0.25,
        "max_assignable": 0,
        "open_issue_count": int(chance.random() < 0.2),
        "waits_for_anchor": False,
    }
    crowd.tasks.append(task)
    if chance.random() < 0.5:
        crowd.assignees[task["id"]] = set(chance.sample(persons, chance.randint(1, 2)))
    return task


def _store(crowd: Crowd) -> None:
    organization_id = crowd.cast.organization_id
    named = [
        {"process_id": process_id, "part": part, "person": person}
        for process_id, found in crowd.people.items()
        for part, person in found
    ]
    process_of = {task["id"]: task["process_id"] for task in crowd.tasks}
    assigned = [
        {"task_id": task_id, "person": person, "process_id": process_of[task_id], "written": "x"}
        for task_id, found in crowd.assignees.items()
        for person in found
    ]
    stars = [{"process_id": process_id, "user_id": user} for process_id, user in crowd.stars]
    in_group = [{"group_id": crowd.guest_group, "guest_id": GUEST}]
    with crowd.cast.server.storage.database.writing() as connection:
        for table, rows in (
            (processes, crowd.processes),
            (tasks, crowd.tasks),
            (process_people, named),
            (task_assignees, assigned),
            (process_stars, stars),
            (group_guests, in_group),
        ):
            names = ["organization_id", *rows[0]]
            insert = Statement(table.insert().values({name: sa.bindparam(name) for name in names}))
            connection.execute_many(
                insert, [{**row, "organization_id": organization_id} for row in rows]
            )
        counted = connection.fetch(
            Statement(sums.counted_anew()), {"organization_id": organization_id}
        )
        names = [column.name for column in process_sums.c]
        insert = Statement(
            process_sums.insert().values({name: sa.bindparam(name) for name in names})
        )
        connection.execute_many(
            insert,
            [
                dict(
                    zip(
                        names,
                        (organization_id, new_id(), bool(row[0]), bool(row[1]), *row[2:]),
                        strict=True,
                    )
                )
                for row in counted
            ],
        )


def by_keys(rows: Sequence[dict[str, Any]], *keys: tuple[str, bool]) -> list[dict[str, Any]]:
    """Sorted by (column, is_descending), nulls last always."""
    found = list(rows)
    for name, is_descending in reversed(keys):
        there = [row for row in found if row[name] is not None]
        there.sort(key=lambda row: row[name], reverse=is_descending)
        found = there + [row for row in found if row[name] is None]
    return found
