"""Every table of organizations lies in partitions with all its keys, and the API works on them."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from cast import assemble
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from homes import tables_of_organizations
from partitions import COUNT, make_partitioned
from postgres import Cluster
from procession.kit.db import metadata
from server import RunningServer, running_server
from wire import ids


@pytest.fixture(scope="module")
def url(postgres: Cluster, new_database: Callable[[str], str]) -> str:
    partitioned = postgres.create_database("partitioned")
    make_partitioned(partitioned, new_database("postgres"))
    return partitioned


@pytest.fixture(scope="module")
def partitioned(url: str) -> Iterator[RunningServer]:
    with running_server("partitioned", url, with_worker=True) as running:
        yield running


def test_every_key_and_index_is_there(url: str, new_database: Callable[[str], str]) -> None:
    """Nothing that is declared had to be left out: what stands there is what migrations make."""
    with psycopg.connect(url) as spread, psycopg.connect(new_database("postgres")) as whole:
        for table in metadata.sorted_tables:
            assert _keys_of(spread, table.name) == _keys_of(whole, table.name)
            found, made = _indexes_of(spread, table.name), _indexes_of(whole, table.name)
            # Declared nowhere: SQLite has nothing like it (decision 0048).
            assert found == [each for each in made if each[0] != "search_texts_terms_idx"]
        for table in tables_of_organizations():
            parts = spread.execute(
                "SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass", (table.name,)
            ).fetchone()
            assert parts == (COUNT,), table.name


_Connection = psycopg.Connection[tuple[object, ...]]


def _keys_of(connection: _Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') AND conparentid = 0 "
        "ORDER BY conname",
        (table,),
    ).fetchall()


def _indexes_of(connection: _Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT indexrelid::regclass::text, indisunique, replace(pg_get_indexdef(indexrelid), "
        "' ON ONLY ', ' ON ') FROM pg_index WHERE indrelid = %s::regclass ORDER BY 1",
        (table,),
    ).fetchall()


def test_a_process_lives_to_the_end_of_its_life(partitioned: RunningServer) -> None:
    for _ in range(3):
        cast = assemble(partitioned)
        olga, mia = cast.olga, cast.mia
        template = make_template(olga, 2)
        tag = made(olga.post("/tags", {"title": "Urgent"}))
        process = launch(olga, template, tags=[tag["id"]], users=[mia.user_id])
        path = f"/runs/{process['id']}"
        for task in tasks_of(olga, process):
            complete(olga, task)
        make_oneoff(olga, owners={"users": [], "guests": ["gus@guests.test"], "groups": []})
        assert made(olga.get(path), 200)["status"] == "complete"
        made(mia.post(f"{path}/comment", {"content": "Well done", "label": "comment"}))
        public = made(olga.put(path, {"is_public": True}), 200)["public_url"]
        assert cast.nobody.get(public.removeprefix(partitioned.base_url)).status_code == 200
        assert ids(olga.get("/runs")) == [process["id"]]
        made(olga.delete(path), 200)
        assert ids(olga.get("/runs")) == []
        assert ids(olga.get("/runs?status=archived")) == [process["id"]]
        restored = made(olga.put(f"{path}/activate"), 200)
        assert restored["status"] == "complete"
        assert len(ids(olga.get(f"/activity-feeds?entity_type=run&entity_id={process['id']}")))
        made(olga.delete(path), 200)
        assert olga.delete(f"{path}/delete").status_code in (200, 204)
        assert olga.get(path).status_code == 404
