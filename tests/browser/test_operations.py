"""Part 70, 2 and 3 in a browser: an operation is watched and cancelled, approved or refused."""

from typing import Any

import pytest

from kept import confirmed, days, finished, now_of, pass_at, state_of
from many import select, start_here
from procession.core.times import DAY
from procession.flows.archive import operating
from stage import Stage, expect, findings


def test_70_2_a_long_operation_is_watched_and_cancelled(
    told: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = told.cast
    for name in ("One", "Two", "Three"):
        told.launched(name)
    number = start_here(cast, cast.mia, select(cast.mia), monkeypatch, _MOST_IN_A_TURN=1)
    page = told.page("S")
    page.goto(f"/app/archive/operations/{number}?next=/app/tracker")
    main = page.get_by_role("main")
    for done in range(3):
        # Without reload: it asks for itself.
        expect(main.get_by_role("status")).to_contain_text(f"{done} of 3")
        expect(page.get_by_role("progressbar")).to_have_js_property("value", done)
        if done < 2:
            assert operating.take_turn(cast.server.storage, cast.organization_id, number)
    assert findings(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Archived 2 of 3 processes")).to_be_visible()
    expect(page.get_by_role("row", name="Left when it was cancelled")).to_have_count(1)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.get_by_role("link", name="Go back to the list").click()
    expect(page.get_by_role("article")).to_have_count(1)


def test_70_3_what_a_rule_would_do_is_approved_or_refused(told: Stage) -> None:
    cast = told.cast
    runs = [finished(cast, ago=100)]
    asks: dict[str, Any] = {"archive": "required"}
    confirmed(cast.olga, archive_after=days(30), enabled={"archive": True}, approval=asks)
    (first,) = pass_at(cast, now_of(cast))
    page = told.page("A")
    page.goto(f"/app/archive/operations/{first}")
    expect(page.get_by_role("heading", name="waits for an administrator")).to_be_visible()
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("heading", name="Archive 1 process: refused")).to_be_visible()
    assert state_of(cast, runs) == ["live"]

    runs.append(finished(cast, ago=100))
    (second,) = pass_at(cast, now_of(cast) + 31 * DAY)
    page.goto("/app/archive/operations")
    page.get_by_role("row", name="Waits for approval").get_by_role("link").first.click()
    assert findings(page) == []
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Archived 2 processes")).to_be_visible()
    assert page.url.endswith(f"/app/archive/operations/{second}")
    assert state_of(cast, runs) == ["archived", "archived"]
