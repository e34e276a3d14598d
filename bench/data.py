"""The measured data: made by our own use cases, and a million archived processes in bulk."""

from dataclasses import dataclass

import sqlalchemy as sa

from procession.core.times import DAY, HOUR
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.accounts.actions.tokens import create_own_token
from procession.domains.accounts.wire import NewTokenIn
from procession.domains.processes.actions import archiving
from procession.domains.processes.tables import processes as process_table
from procession.domains.processes.wire import LaunchIn
from procession.domains.tasks.tables import tasks
from procession.domains.templates import store as templates
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.access import founding
from procession.flows.access.opening import open_server
from procession.flows.launching import starting
from procession.flows.templates import authoring
from procession.kit.binding import bind
from procession.kit.caller import Caller, Role
from procession.kit.migrating import engine_for, migrate
from procession.kit.settings import Settings
from procession.kit.work import writing

TASKS = 20


@dataclass(frozen=True)
class Data:
    """What was made, and the tokens to ask for it."""

    organization_id: str
    token: str
    #: Of a standard member, who did not launch anything.
    member_token: str
    member_id: int
    #: Of a light member, who has no part in anything.
    light_token: str
    light_id: int
    template_id: str
    #: Each with `TASKS` tasks.
    process_ids: list[str]
    #: Of each of these processes, its first task.
    first_task_ids: list[str]
    #: Of the same kind, archived.
    archived_ids: list[str]
    with_10_tasks: str
    with_1000_tasks: str

    def path(self, rest: str) -> str:
        return f"/organizations/{self.organization_id}{rest}"


def make(url: str, *, process_count: int, archived_count: int = 0) -> Data:
    """An organization with live processes, on an empty database."""
    migrate(url)
    server = open_server(Settings(database_url=url, sqlite_synchronous="NORMAL"))
    made = founding.found_organization(server, name="Bench", email="olga@bench.test")
    member = founding.add_member(
        server, made.organization_id, email="mia@bench.test", role=Role.STANDARD
    )
    light = founding.add_member(
        server, made.organization_id, email="leo@bench.test", role=Role.LIGHT
    )
    olga = authenticate_member(server, made.access_token, made.organization_id, "bench")
    template_id = _template(olga, TASKS)
    # The unusual ones first, so that they are not on the first page of the list.
    with_10 = _launch(olga, _template(olga, 10), 1)[0]
    with_1000 = _launch(olga, _template(olga, 1000), 1)[0]
    launched = _launch(olga, template_id, process_count)
    archived = _launch(olga, template_id, archived_count)
    for process_id in archived:
        archiving.archive_process(olga, process_id)
    let_time_pass(url)
    data = Data(
        organization_id=made.organization_id,
        token=made.access_token,
        member_token=member.access_token,
        member_id=member.user_id,
        light_token=light.access_token,
        light_id=light.user_id,
        template_id=template_id,
        process_ids=launched,
        first_task_ids=_first_tasks(url, made.organization_id, launched),
        archived_ids=archived,
        with_10_tasks=with_10,
        with_1000_tasks=with_1000,
    )
    server.database.close()
    _analyze(url)
    return data


def _template(caller: Caller, step_count: int) -> str:
    steps = [
        {
            "title": f"Step {number} of the procedure",
            "summary": f"<p>What to do in step {number}, and why.</p>",
            "deadline": {"value": number % 30 + 2, "unit": "days"},
        }
        for number in range(1, step_count + 1)
    ]
    sent = {"title": f"Procedure of {step_count}", "type": "procedure", "steps": steps}
    return authoring.create_template(caller, bind(sent, TemplateIn).value).template_id


def _launch(caller: Caller, template_id: str, count: int) -> list[str]:
    """All in one transaction, which is what makes it quick."""
    with writing(caller) as work:
        template = templates.get_visible(work, template_id)
        return [
            starting.launch(work, template, LaunchIn(name=f"Customer {number} joins")).process.id
            for number in range(1, count + 1)
        ]


def _first_tasks(url: str, organization_id: str, process_ids: list[str]) -> list[str]:
    """In the order of the processes."""
    first = sa.select(tasks.c.process_id, tasks.c.id).where(
        tasks.c.organization_id == organization_id, tasks.c.position == 1
    )
    with engine_for(url).connect() as connection:
        of_process = {row[0]: row[1] for row in connection.execute(first)}
    return [of_process[process_id] for process_id in process_ids]


def let_time_pass(url: str) -> None:
    """Versions are remembered that were frozen a while ago, as in life nearly all were."""
    with engine_for(url).begin() as connection:
        connection.execute(sa.text(f"UPDATE template_versions SET frozen_at = frozen_at - {HOUR}"))


def add_archived(url: str, data: Data, count: int) -> None:
    """Copies of one process, archived and without tasks, by one statement inside the database."""
    engine = engine_for(url)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        connection.exec_driver_sql(_copies(data, count, is_sqlite=is_sqlite))
        connection.exec_driver_sql(
            f"UPDATE organizations SET process_count = process_count + {count}"
        )
        connection.commit()
    _analyze(url)


def _copies(data: Data, count: int, *, is_sqlite: bool) -> str:
    new = {
        "id": "lower(hex(randomblob(16)))" if is_sqlite else "md5(n.i::text || random()::text)",
        "number": "1000000 + n.i",
        "name": "'Archived process ' || n.i",
        "created_at": f"p.created_at - {DAY} * 30 - CAST(n.i AS BIGINT) * 1000000",
        "archived_at": f"p.created_at - {DAY} + n.i",
        "archived_by": "p.owner_id",
    }
    names = [column.name for column in process_table.c]
    values = ", ".join(new.get(name, f"p.{name}") for name in names)
    counted = (
        f"(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) "
        "SELECT i FROM s)"
        if is_sqlite
        else f"(SELECT generate_series(1, {count}) AS i)"
    )
    return (
        f"INSERT INTO processes ({', '.join(names)}) SELECT {values} FROM processes p, {counted} n "
        f"WHERE p.id = '{data.process_ids[0]}'"
    )


def _analyze(url: str) -> None:
    engine = engine_for(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def signed_token(url: str, data: Data) -> str:
    """One more token of the administrator: a long one, as people make them over HTTP."""
    server = open_server(Settings(database_url=url))
    olga = authenticate_member(server, data.token, data.organization_id, "bench")
    _, text = create_own_token(olga, NewTokenIn())
    server.database.close()
    return text
