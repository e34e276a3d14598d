"""A server without an organization: the code in its log makes the first one, once (5.5)."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from browsers import Browser, check_page, leads_to
from cast import Cast, Person
from procession.domains.accounts.actions.reading import has_organizations
from procession.flows.access import beginning
from procession.flows.access.beginning import First
from procession.flows.demo.making import find_demo
from procession.flows.telling import addresses
from procession.kit.db import Statement
from procession.kit.errors import NotFound
from procession.kit.journal import notices
from server import Client, RunningServer, running_server

FILLED = {
    "name": "Mill & Daughters",
    "timezone": "Europe/London",
    "first_name": "Ann",
    "last_name": "Miller",
    "email": "ann@mill.test",
    "password": "Barley-mow-77",
    "password_confirmation": "Barley-mow-77",
}


@pytest.fixture
def fresh(database_kind: str, new_database: Callable[[str], str]) -> Iterator[RunningServer]:
    with running_server(database_kind, new_database(database_kind)) as server:
        yield server


def test_5_5_the_first_organization_is_made_with_the_code_from_the_log(
    fresh: RunningServer,
) -> None:
    nobody = Person(0, "", Client(fresh.base_url, None), "")
    browser = Browser(Cast(fresh, "", nobody, nobody, nobody))
    (link,) = re.findall(r"^http\S+/app/begin\?code=\S+$", fresh.log_text(), re.MULTILINE)
    assert link.startswith(fresh.base_url)
    assert browser.get(link.removeprefix(fresh.base_url)).status_code == 200
    # Without the code.
    assert leads_to(browser.get("/", headers={"Accept": "text/html"})) == "/app/begin"
    told = browser.get("/app/begin")
    check_page(told)
    assert "procession bootstrap" in told.text
    assert "<form" not in told.text
    assert browser.get("/app/begin?code=guessed").status_code == 404
    # One that has run out, and one that another has come after.
    fresh.clock.stop_at("2026-11-30T09:00:00Z")
    first = beginning.offer(fresh.storage)
    second = beginning.offer(fresh.storage)
    assert browser.get(f"/app/begin?code={first}").status_code == 404
    assert browser.get(f"/app/begin?code={second}").status_code == 200
    fresh.clock.move(minutes=16)
    assert browser.get(f"/app/begin?code={second}").status_code == 404
    fresh.clock.let_go()
    # With it.
    path = addresses.begin_link("", beginning.offer(fresh.storage) or "")
    asked = browser.get(path)
    check_page(asked)
    refused = browser.press(asked, **FILLED | {"password": "ann", "timezone": "Mars/Phobos"})
    check_page(refused, 422)
    assert "does not match" in refused.text
    refused = browser.press(refused, **FILLED | {"password": "ann", "password_confirmation": "ann"})
    check_page(refused, 422)
    assert "6 to 127 characters" in refused.text
    assert 'value="Mill &amp; Daughters"' in refused.text
    begun = browser.press(refused, **FILLED)
    assert leads_to(begun) == "/app/home"
    assert browser.is_signed_in()
    home = browser.get("/app/home").text
    assert "Mill &amp; Daughters" in home
    # The code was good once.
    other = Browser(Cast(fresh, "", nobody, nobody, nobody))
    assert leads_to(other.get(path)) == "/app/sign-in"
    assert leads_to(other.get("/", headers={"Accept": "text/html"})) == "/app/sign-in"
    again = First("Mill", "UTC", "eve@mill.test", "Eve", "", "Barley-mow-77")
    with pytest.raises(NotFound):
        beginning.begin(fresh.storage, path.partition("=")[2], again)
    assert path.partition("=")[2] not in fresh.log_text()
    assert beginning.offer(fresh.storage) is None


def test_5_5_the_demo_is_made_with_the_code_from_the_log(fresh: RunningServer) -> None:
    nobody = Person(0, "", Client(fresh.base_url, None), "")
    browser = Browser(Cast(fresh, "", nobody, nobody, nobody))
    asked = browser.get(addresses.begin_link("", beginning.offer(fresh.storage) or ""))
    refused = browser.press(asked, action=addresses.BEGIN_DEMO, code="guessed")
    check_page(refused, 404)
    assert not has_organizations(fresh.storage.database)
    assert leads_to(browser.press(asked, action=addresses.BEGIN_DEMO)) == "/app/home"
    assert browser.is_signed_in()
    assert "Ferngate Bakery" in browser.get("/app/home").text
    demo = find_demo(fresh.storage)
    assert demo is not None
    assert demo.is_whole
    count = Statement(sa.select(sa.func.count()).select_from(notices))
    assert fresh.storage.database.connection().fetch(count, {}) == [(0,)]
    assert beginning.offer(fresh.storage) is None
