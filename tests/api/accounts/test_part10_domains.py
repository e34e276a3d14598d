"""Part 10, 3: domains of mail addresses, and the proof of whose they are.

A real name server is asked; a server that asks it is started for these tests.
"""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from backdoor import change, stored
from cast import Cast, Person, assemble, found
from factories import made
from names import NameServer, name_server
from procession.domains.accounts.tables import organization_domains
from procession.kit.db import Statement
from procession.kit.environment import SettingError
from procession.kit.settings import read_settings
from server import RunningServer, running_server
from wire import check_pagination, check_problem, ids


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with name_server() as running:
        yield running


@pytest.fixture(scope="module")
def asking(
    new_database: Callable[[str], str], names: NameServer
) -> Iterator[Callable[[str], RunningServer]]:
    """A server on each database that asks this name server, started at first use."""
    with ExitStack() as stack:
        running: dict[str, RunningServer] = {}

        def get(kind: str) -> RunningServer:
            if kind not in running:
                opened = running_server(kind, new_database(kind), DNS_SERVER=names.address)
                running[kind] = stack.enter_context(opened)
            return running[kind]

        yield get


@pytest.fixture
def world(database_kind: str, asking: Callable[[str], RunningServer]) -> Iterator[Cast]:
    server = asking(database_kind)
    yield assemble(server)
    assert '"level": "error"' not in server.log_text()


def some_domain() -> str:
    return f"{secrets.token_hex(6)}.test"


def add(by: Person, domain: str | None = None) -> Any:
    return made(by.post("/domains", {"domain": domain or some_domain()}))


def verify(by: Person, domain: Any) -> Any:
    return by.post(f"/domains/{domain['id']}/verify")


def told(by: Person, domain: Any) -> list[str]:
    feed = "/activity-feeds?type=organization&sort=created_at&without_pagination=true"
    entries = made(by.get(feed), 200)
    return [entry["verb"][0] for entry in entries if entry["auditable_id"] == domain["id"]]


def test_10_3_a_domain_says_what_proves_whose_it_is(cast: Cast) -> None:
    name = some_domain()

    domain = add(cast.olga, f" {name.upper()}. ")

    assert set(domain) == {"id", "domain", "verified_at", "txt_name", "txt_value"}
    assert (domain["domain"], domain["verified_at"]) == (name, None)
    assert domain["txt_name"] == f"_procession-challenge.{name}"
    assert domain["txt_value"].startswith("procession-verification=")
    second = add(cast.olga, f"a.{name}")
    assert second["txt_value"] != domain["txt_value"]
    listed = cast.olga.get("/domains")
    assert sorted(ids(listed)) == sorted([domain["id"], second["id"]])
    assert check_pagination(listed)["per_page"] == 100
    assert ids(cast.olga.get("/domains?per_page=1&page=3")) == []
    answer = cast.olga.delete(f"/domains/{domain['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(cast.olga.delete(f"/domains/{domain['id']}"), 404)
    check_problem(verify(cast.olga, domain), 404)
    assert told(cast.olga, domain) == ["created", "deleted"]
    again = add(cast.olga, name)
    assert again["txt_value"] != domain["txt_value"]


@pytest.mark.parametrize(
    "wrong",
    [
        None, "", "test", "a b.test", "-a.test", "a..test", "10.0.0.1", "http://a.test", "a@b.test",
        "_a.test", "x" * 64 + ".test", ".".join(["x" * 60] * 4), 7, ["a.test"],
    ],
)  # fmt: skip
def test_10_3_what_is_no_domain(cast: Cast, wrong: Any) -> None:
    before = stored(cast)

    answer = check_problem(cast.olga.post("/domains", {"domain": wrong}), 422)

    assert list(answer["errors"]) == ["domain"]
    assert stored(cast) == before


def test_10_3_a_domain_is_there_once_whatever_its_spelling(cast: Cast) -> None:
    add(cast.olga, "münchen.test")

    for name in ("MÜNCHEN.test", "xn--mnchen-3ya.test."):
        answer = check_problem(cast.olga.post("/domains", {"domain": name}), 422)
        assert answer["errors"] == {"domain": ["The domain has already been taken."]}
    assert add(found(cast.server), "münchen.test")["domain"] == "xn--mnchen-3ya.test"


def test_10_3_domains_are_for_administrators(cast: Cast) -> None:
    domain = add(cast.olga)
    before = stored(cast)

    for by in (cast.mia, cast.leo):
        check_problem(by.get("/domains"), 403)
        check_problem(by.post("/domains", {"domain": []}), 403)
        check_problem(verify(by, domain), 403)
        check_problem(by.delete(f"/domains/{domain['id']}"), 403)
    check_problem(verify(found(cast.server), domain), 404)

    assert stored(cast) == before


def test_10_3_a_domain_is_verified_by_its_record(world: Cast, names: NameServer) -> None:
    domain = add(world.olga)
    before = stored(world)

    for texts in ((), ("something else",), (domain["txt_value"][:-1],)):
        if texts:
            names.write(domain["txt_name"], *texts)
        answer = check_problem(verify(world.olga, domain), 422, "DOMAIN_NOT_VERIFIED")
        assert domain["txt_value"] in answer["errors"]["domain"][0]
        assert domain["txt_name"] in answer["errors"]["domain"][0]
    assert stored(world) == before
    names.write(domain["txt_name"], "v=spf1 -all", "x" * 450, domain["txt_value"])

    verified = made(verify(world.olga, domain), 200)

    assert verified == {**domain, "verified_at": verified["verified_at"]}
    assert verified["verified_at"]
    asked = len(names.asked)
    names.write(domain["txt_name"], "gone")
    assert made(verify(world.olga, domain), 200) == verified
    assert len(names.asked) == asked
    assert made(world.olga.get("/domains"), 200) == [verified]
    assert told(world.olga, domain) == ["created", "updated"]


def test_10_3_a_domain_belongs_to_the_first_who_proves_it(world: Cast, names: NameServer) -> None:
    other, name = found(world.server), some_domain()
    first, second = add(world.olga, name), add(other, name)
    names.write(first["txt_name"], first["txt_value"], second["txt_value"])
    made(verify(world.olga, first), 200)

    answer = check_problem(verify(other, second), 422)

    assert answer["errors"] == {"domain": ["Another organization has verified this domain."]}
    assert made(other.get("/domains"), 200)[0]["verified_at"] is None
    assert world.olga.delete(f"/domains/{first['id']}").status_code == 204
    assert made(verify(other, second), 200)["verified_at"]


def test_10_3_of_several_who_prove_it_at_once_one_gets_it(world: Cast, names: NameServer) -> None:
    for _ in range(3):
        name = some_domain()
        people = [found(world.server) for _ in range(4)]
        added = [add(by, name) for by in people]
        names.write(added[0]["txt_name"], *(domain["txt_value"] for domain in added))
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(verify, people, added))
        assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]


def test_10_3_a_name_server_that_fails_is_no_proof_and_holds_nothing_up(
    world: Cast, names: NameServer
) -> None:
    """Nor does any transaction stay open meanwhile: another write goes through at once."""
    broken, silent = add(world.olga), add(world.olga)
    names.broken.add(broken["txt_name"])
    names.silent.add(silent["txt_name"])
    answer = check_problem(verify(world.olga, broken), 422, "DOMAIN_NOT_VERIFIED")
    assert "no answer" in answer["errors"]["domain"][0]

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(verify, world.olga.again(), silent)
        while silent["txt_name"] not in names.asked:
            assert not waiting.done()
        made(world.olga.put("", {"name": "Meanwhile"}), 200)
        made(world.olga.post("/groups", {"name": "Meanwhile"}))
        assert not waiting.done()
        answer = check_problem(waiting.result(), 422, "DOMAIN_NOT_VERIFIED")

    assert "no answer" in answer["errors"]["domain"][0]
    assert made(world.olga.get("/domains"), 200)[0]["verified_at"] is None


def test_10_3_nobody_asks_the_name_system_without_end(world: Cast) -> None:
    domain = add(world.olga)

    statuses = [verify(world.olga, domain).status_code for _ in range(22)]

    assert statuses == [422] * 20 + [429] * 2
    assert int(verify(world.olga, domain).headers["Retry-After"]) >= 1
    other = found(world.server)
    assert verify(other, add(other)).status_code == 422


def test_10_3_an_organization_has_at_most_100_domains(cast: Cast) -> None:
    with cast.server.storage.database.writing() as connection:
        for number in range(100):
            row = {
                "organization_id": cast.organization_id,
                "id": secrets.token_hex(16),
                "domain": f"d{number}.test",
                "proof": secrets.token_hex(16),
                "created_at": 1,
                "verified_at": None,
            }
            connection.execute(Statement(organization_domains.insert().values(row)), {})

    check_problem(cast.olga.post("/domains", {"domain": "one-more.test"}), 422)
    assert len(ids(cast.olga.get("/domains"))) == 100


def test_10_1_6_joining_by_address_needs_a_verified_domain(cast: Cast) -> None:
    domain = add(cast.olga)
    wish = {"auto_join_signups": True}
    assert list(check_problem(cast.olga.put("", wish), 422)["errors"]) == ["auto_join_signups"]
    its_row = organization_domains.c.id == domain["id"]
    change(cast, organization_domains.update().where(its_row).values(verified_at=1))
    foreign = found(cast.server)
    check_problem(foreign.put("", wish), 422)

    assert made(cast.olga.put("", wish), 200)["auto_join_signups"] is True

    plain = add(cast.olga)
    assert cast.olga.delete(f"/domains/{plain['id']}").status_code == 204
    assert made(cast.olga.get(""), 200)["auto_join_signups"] is True
    assert cast.olga.delete(f"/domains/{domain['id']}").status_code == 204
    assert made(cast.olga.get(""), 200)["auto_join_signups"] is False
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["field"], entry["old_value"]) == (["auto_join_signups"], [True])


@pytest.mark.parametrize("wrong", ["names.test", "127.0.0.1:port", "127.0.0.1:99999", "::"])
def test_10_3_the_name_server_is_an_address(wrong: str) -> None:
    for right in ("127.0.0.1", "127.0.0.1:5353", "[::1]:53"):
        assert read_settings({"PROCESSION_DNS_SERVER": right}).dns_server == right
    with pytest.raises(SettingError, match="PROCESSION_DNS_SERVER"):
        read_settings({"PROCESSION_DNS_SERVER": wrong})
