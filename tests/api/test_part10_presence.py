"""Part 10, 1.1 and 1.3; 00, 5.6: when somebody was last here, to five minutes."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

from backdoor import change, guest_task, set_guest_links, set_membership
from cast import GUS, Cast
from factories import launch, made, make_oneoff
from procession.core.times import MINUTE, parse_instant
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.tables import tokens
from procession.domains.people import store as people
from procession.domains.people.tables import memberships
from procession.flows.reaching.bots import as_bot
from procession.kit.db import Statement
from procession.kit.work import writing
from robots import granted, trusted, with_password


def member(cast: Cast, person: Any) -> Any:
    return made(cast.olga.get(f"/users/{person.user_id}"), 200)


def token_of(cast: Cast) -> Any:
    (token,) = cast.mia.client.get("/me/tokens").json()["data"]
    return token


def is_recent(text: str | None) -> bool:
    return text is not None and abs(parse_instant(text) / 1e6 - time.time()) < 60


def stored_access(cast: Cast) -> Any:
    find = Statement(
        sa.select(memberships.c.last_accessed_at, tokens.c.last_used_at)
        .select_from(memberships.join(tokens, tokens.c.user_id == memberships.c.user_id))
        .where(tokens.c.digest == token_digest(cast.mia.token))
    )
    ((access, use),) = cast.server.storage.database.connection().fetch(find, {})
    return access, use


def set_access(cast: Cast, instant: int) -> None:
    set_membership(cast, cast.mia, last_accessed_at=instant)
    its = tokens.c.digest == token_digest(cast.mia.token)
    change(cast, tokens.update().where(its).values(last_used_at=instant))


def test_10_1_1_a_members_last_access_is_noted(cast: Cast) -> None:
    assert member(cast, cast.mia)["last_accessed_at"] is None
    assert stored_access(cast) == (None, None)
    updated = member(cast, cast.mia)["updated_at"]

    assert cast.mia.get("/runs").status_code == 200

    seen = member(cast, cast.mia)
    assert is_recent(seen["last_accessed_at"])
    assert seen["updated_at"] == updated
    assert is_recent(token_of(cast)["last_used_at"])
    listed = made(cast.olga.get("/users"), 200)
    assert [one["last_accessed_at"] for one in listed if one["id"] == cast.leo.user_id] == [None]
    (organization,) = cast.mia.client.get("/me/organizations").json()["data"]
    assert is_recent(organization["last_accessed"])


def test_10_1_1_to_five_minutes_and_no_finer(cast: Cast) -> None:
    now = cast.server.storage.clock()
    for age, is_noted in ((4 * MINUTE, False), (6 * MINUTE, True)):
        set_access(cast, now - age)
        launch(cast.mia)
        assert all((at > now - MINUTE) == is_noted for at in stored_access(cast))


def test_10_1_1_what_was_refused_at_the_door_is_no_access(cast: Cast) -> None:
    set_membership(cast, cast.mia, disabled_at=1)
    assert cast.mia.get("/runs").status_code == 403
    assert stored_access(cast) == (None, None)


def test_10_1_1_noting_waits_for_nobody(cast: Cast) -> None:
    """Not for a flow that holds the member: a read would wait for a write then."""
    if cast.server.name == "sqlite":
        return  # One writer after the other, by design (decision 0004).
    with ThreadPoolExecutor(1) as pool:
        with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
            people.lock_member(work, cast.mia.user_id)
            answer = pool.submit(cast.mia.get, "/runs").result(timeout=10)
        assert answer.status_code == 200
    access, use = stored_access(cast)
    assert access is None
    assert use is not None
    assert cast.mia.get("/runs").status_code == 200
    assert stored_access(cast)[0] is not None


def test_10_1_1_the_last_sign_in_is_noted(cast: Cast) -> None:
    asking, email = trusted(cast), with_password(cast, cast.mia)
    assert asking.by_password(email, "wrong").status_code == 400
    assert member(cast, cast.mia)["last_login_at"] is None

    granted(asking.by_password(email))

    assert is_recent(member(cast, cast.mia)["last_login_at"])
    assert is_recent(made(cast.mia.client.get("/me"), 200)["last_login_at"])
    newest = made(cast.olga.get("/users?sort=-last_login_at"), 200)
    assert newest[0]["id"] == cast.mia.user_id
    granted(asking.by_password(email))


def test_10_1_3_a_guests_last_access_is_noted(cast: Cast) -> None:
    _, code = guest_task(cast)
    make_oneoff(cast.olga, owners={"guests": ["other@guests.test"]})
    guest = made(cast.olga.get(f"/guests/{GUS}"), 200)
    assert guest["last_accessed_at"] is guest["details"]["last_accessed_at"] is None

    assert cast.nobody.get(cast.olga.path(f"/guests/{code}/tasks")).status_code == 200

    guest = made(cast.olga.get(f"/guests/{GUS}"), 200)
    assert is_recent(guest["last_accessed_at"])
    assert guest["details"]["last_accessed_at"] == guest["last_accessed_at"]
    by_access = made(cast.olga.get("/guests?sort=-last_accessed_at"), 200)
    assert [one["email"] for one in by_access] == [GUS, "other@guests.test"]
    set_guest_links(cast, last_accessed_at=1)
    assert cast.nobody.get(cast.olga.path(""), headers={"X-Guest-Code": code}).ok
    assert is_recent(made(cast.olga.get(f"/guests/{GUS}"), 200)["last_accessed_at"])
