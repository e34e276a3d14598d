"""The journal of sums is folded without changing a sum (decision 0015)."""

import threading

import sqlalchemy as sa

from backdoor import check_sums
from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.actions.folding import fold_sums
from procession.domains.processes.store.sums import FOLDED_FROM
from procession.domains.processes.tables import process_sums
from procession.kit.db import Statement
from procession.worker.loop import steps_of

_ROWS = Statement(
    sa.select(sa.func.count()).where(process_sums.c.organization_id == ORGANIZATION_ID)
)


def rows_of(cast: Cast) -> int:
    connection = cast.server.storage.database.connection()
    return int(connection.fetch(_ROWS, {"organization_id": cast.organization_id})[0][0])


def fold_all(cast: Cast) -> None:
    while fold_sums(cast.server.storage):
        pass


def test_many_rows_become_one_a_class(cast: Cast) -> None:
    process = launch(cast.olga)
    launch(cast.olga)
    for _ in range(FOLDED_FROM // 4 + 1):
        made(cast.olga.delete(f"/runs/{process['id']}"), 200)
        made(cast.olga.put(f"/runs/{process['id']}/activate"), 200)
    assert rows_of(cast) > FOLDED_FROM

    fold_all(cast)

    assert rows_of(cast) == 1
    check_sums(cast)
    assert cast.olga.get("/runs").json()["meta"]["pagination"]["total"] == 2


def test_folding_beside_writers_and_other_folders_loses_nothing(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(2)]
    problems: list[BaseException] = []

    def write(run: str) -> None:
        by = cast.olga.again()
        for _ in range(40):
            made(by.delete(f"/runs/{run}"), 200)
            made(by.put(f"/runs/{run}/activate"), 200)

    def fold() -> None:
        try:
            for _ in range(60):
                fold_sums(cast.server.storage)
        except BaseException as problem:
            problems.append(problem)
        finally:
            cast.server.storage.database.close()

    threads = [threading.Thread(target=write, args=(run,)) for run in runs]
    threads += [threading.Thread(target=fold) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    check_sums(cast)
    fold_all(cast)
    check_sums(cast)
    assert cast.olga.get("/runs").json()["meta"]["pagination"]["total"] == 2


def test_every_verb_keeps_the_sums(cast: Cast) -> None:
    """Those that the model of archiving does not know."""
    steps = [{"title": "A"}, {"title": "B", "top_secret": True}, {"title": "C"}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    run = f"/runs/{process['id']}"
    check_sums(cast)
    secret = tasks_of(cast.olga, process)[1]
    complete(cast.olga, secret)
    check_sums(cast)
    for body in ({"process_read": {"all_members": False}}, {"process_read": {"all_members": True}}):
        made(cast.olga.put(f"{run}/permissions", body), 200)
        check_sums(cast)
    made(cast.olga.post(f"{run}/comment", {"content": "x", "label": "problem"}))
    check_sums(cast)
    made(cast.olga.delete(run), 200)
    made(cast.olga.put(f"{run}/activate"), 200)
    check_sums(cast)
    oneoff = make_oneoff(cast.olga, run_id=launch(cast.olga)["id"])
    check_sums(cast)
    assert cast.olga.delete(f"/tasks/{oneoff['id']}").status_code == 204
    check_sums(cast)
    assert cast.olga.delete(f"/tasks/{oneoff['id']}/delete").status_code == 204
    check_sums(cast)


def test_the_worker_folds(cast: Cast) -> None:
    process = launch(cast.olga)
    for _ in range(FOLDED_FROM // 4 + 1):
        made(cast.olga.delete(f"/runs/{process['id']}"), 200)
        made(cast.olga.put(f"/runs/{process['id']}/activate"), 200)
    for step in steps_of(cast.server.storage):
        # Tests before this one may have left work for it.
        for _ in range(50):
            step()
    assert rows_of(cast) <= FOLDED_FROM
    check_sums(cast)
