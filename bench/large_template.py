"""A template of 200 steps with 10 fields each: reading, cloning and launching it.

The base is what the rows alone cost where each step and each field is a row: the bare driver in
this process, no HTTP, no JSON, no typing, nothing checked. Ours is the whole request over HTTP.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any
from uuid import uuid4

import msgspec

from bench.floor import Floor
from bench.load import Connection, request_bytes, time_of
from bench.results import Bench, Result
from bench.sides import ours
from procession.core.times import DAY
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.templates import store as templates
from procession.domains.templates.actions.creating import NewTemplateDraft
from procession.domains.templates.types import (
    Content,
    Field,
    Option,
    Step,
    StepDeadline,
)
from procession.flows.access.opening import open_server
from procession.flows.templates import authoring
from procession.kit.settings import Settings
from procession.kit.work import writing

STEPS, FIELDS_OF_STEP = 200, 10
_KINDS = ("text", "textarea", "dropdown", "date", "radio")


def measure_large_template(bench: Bench) -> list[Result]:
    url = bench.databases.copy(bench.seeded, "large")
    template_id = _make(url, bench)
    bare = BareRows(url, bench, template_id)
    data = bench.data
    path = data.path(f"/checklists/{template_id}")
    launch = b'{"checklist_id":"%s","name":"Large"}' % template_id.encode()
    asks: list[tuple[str, Callable[[], object], bytes]] = [
        ("get", bare.read, request_bytes("GET", f"{path}?with=steps", data.token)),
        ("clone", bare.clone, request_bytes("POST", f"{path}/clone", data.token, b"{}")),
        (
            "launch",
            lambda: bare.launch(launch),
            request_bytes("POST", data.path("/runs"), data.token, launch),
        ),
    ]
    repeats = max(bench.plan.repeats // 5, 8)
    with ours(url, bench.first_request()) as running:
        connection = Connection(running.port)
        return [_compared(bench, connection, *ask, repeats) for ask in asks]


def _compared(
    bench: Bench,
    connection: Connection,
    verb: str,
    base: Callable[[], object],
    request: bytes,
    repeats: int,
) -> Result:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 2):
        spent = (_time(base), time_of(connection, request))
        if number > 1:  # The first ones only warm up.
            for side, each in zip(times, spent, strict=True):
                side.append(each)
    own, bare = median(times[1]) * 1000, median(times[0]) * 1000
    title = f"{verb} a template of {STEPS} steps with {FIELDS_OF_STEP} fields each"
    ratio = own / bare
    return Result(title, bench.kind, bare, own, ratio, "<= 3 times the rows", ratio <= 3, "ms")


def _time(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


# --- The template ---


def _make(url: str, bench: Bench) -> str:
    server = open_server(Settings(database_url=url, sqlite_synchronous="NORMAL"))
    caller = authenticate_member(server, bench.data.token, bench.data.organization_id, "bench")
    with writing(caller) as work:
        template = templates.get_visible(work, bench.data.template_id, lock=True)
        draft = NewTemplateDraft(
            columns={"title": "Large", "type": template.type, "owner_id": caller.person_id},
            created_by=caller.person_id,
            content=content(work.now),
        )
        made = authoring.create(work, draft, is_restricted=False)
    server.database.close()
    return made


def content(now: int) -> Content:
    return Content(steps=tuple(_step(number, now) for number in range(1, STEPS + 1)))


def _step(number: int, now: int) -> Step:
    return Step(
        id=uuid4().hex,
        alias="",
        title=f"Step {number} of the procedure",
        summary=f"<p>What to do in step {number}, and why.</p>",
        deadline=StepDeadline(number % 30 + 2, "days"),
        fields=tuple(_field(place, now) for place in range(FIELDS_OF_STEP)),
        created_at=now - DAY,
        updated_at=now,
    )


def _field(place: int, now: int) -> Field:
    kind = _KINDS[place % len(_KINDS)]
    texts = ("Yes", "No", "Perhaps") if kind in ("dropdown", "radio") else ()
    return Field(
        id=uuid4().hex,
        alias="",
        label=f"Question {place}",
        field_type=kind,
        required=place % 2 == 0,
        guidance="<p>Say it in one sentence.</p>",
        options=tuple(Option(id=at, text=text) for at, text in enumerate(texts, start=1)),
        created_at=now - DAY,
        updated_at=now,
    )


# --- The base ---


class BareRows:
    """The same steps and fields as rows of two plain tables with a key and an order."""

    def __init__(self, url: str, bench: Bench, template_id: str) -> None:
        self._floor = Floor(url)
        self._cursor = self._floor.cursor()
        self._organization_id, self._token = bench.data.organization_id, bench.data.token
        self._template_id = template_id
        self._mark = "?" if bench.kind == "sqlite" else "%s"
        made = content(0)
        self._steps = [_cells(template_id, at, step) for at, step in enumerate(made.steps)]
        self._fields = [
            _cells(step.id, at, field)
            for step in made.steps
            for at, field in enumerate(step.fields)
        ]
        self._create("bare_steps", self._steps[0])
        self._create("bare_fields", self._fields[0])
        self._insert(template_id)

    def _create(self, name: str, row: Sequence[Any]) -> None:
        columns = ", ".join(f"c{place} TEXT" for place in range(len(row)))
        self._cursor.execute(f"CREATE TABLE {name} (template TEXT, {columns})")
        self._cursor.execute(f"CREATE INDEX {name}_of ON {name} (template, c0, c1)")

    def read(self) -> int:
        found = 0
        for name in ("bare_steps", "bare_fields"):
            sql = f"SELECT * FROM {name} WHERE template = {self._mark} ORDER BY c0, c1"
            found += len(self._cursor.execute(sql, [self._template_id]).fetchall())
        assert found == STEPS * (1 + FIELDS_OF_STEP), found
        return found

    def clone(self) -> None:
        self._cursor.execute("BEGIN")
        self.read()
        self._rows(uuid4().hex)
        self._cursor.execute("COMMIT")

    def _insert(self, template_id: str) -> None:
        self._cursor.execute("BEGIN")
        self._rows(template_id)
        self._cursor.execute("COMMIT")

    def _rows(self, template_id: str) -> None:
        for name, rows in (("bare_steps", self._steps), ("bare_fields", self._fields)):
            marks = ", ".join([self._mark] * (len(rows[0]) + 1))
            sql = f"INSERT INTO {name} VALUES ({marks})"
            self._cursor.executemany(sql, [(template_id, *row) for row in rows])

    def launch(self, body: bytes) -> None:
        """Reads and inserts of the floor's launch: the process, its tasks, assignees and facts."""
        self._floor.launch(self._token, self._organization_id, body)


def _cells(parent: str, place: int, value: msgspec.Struct) -> tuple[str, ...]:
    """One column for each attribute; what is no text is written as one."""
    own = [_cell(getattr(value, name)) for name in value.__struct_fields__ if name != "fields"]
    return (parent, f"{place:04}", *own)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
