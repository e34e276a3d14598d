"""What is due is told in the morning (contract 60, 7)."""

from dataclasses import replace

from cast import GUS, Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from letters import Letter, address_of, mails_of
from procession.core.times import parse_instant
from procession.flows.announcing.digesting import tell_what_is_due


def digests(cast: Cast, at: str) -> list[Letter]:
    """What the clock tells at an instant."""
    server = replace(cast.server.storage, clock=lambda: parse_instant(at))
    before = len(mails_of(cast))
    count = tell_what_is_due(server, cast.organization_id)
    told = mails_of(cast)[before:]
    assert count == len(told)
    return told


def test_part60_45_at_six_by_their_own_clocks_on_their_days_and_never_empty(cast: Cast) -> None:
    made(cast.leo.put("/me", {"timezone": "Asia/Tokyo", "locale": "de"}), 200)
    owners = {"users": [cast.mia.user_id, cast.leo.user_id], "guests": []}
    make_oneoff(cast.olga, owners=owners, deadline="2031-05-15T14:30:00Z")
    assert digests(cast, "2031-05-19T05:59:00Z") == []
    (mia,) = digests(cast, "2031-05-19T06:00:00Z")
    assert (mia.to, mia.subject) == (address_of(cast.mia), "1 task is due")
    assert "Overdue since Thursday, 15 May 2031, 14:30 (UTC)" in mia.text
    assert mia.unsubscribe
    # Once a day; nobody on a Tuesday; each on Wednesday, in Tokyo nine hours earlier.
    assert digests(cast, "2031-05-19T07:00:00Z") == []
    assert digests(cast, "2031-05-20T06:10:00Z") == []
    (leo,) = digests(cast, "2031-05-20T21:10:00Z")
    assert (leo.to, leo.subject) == (address_of(cast.leo), "1 Aufgabe ist fällig")
    assert len(digests(cast, "2031-05-21T08:59:00Z")) == 1
    assert digests(cast, "2031-05-23T09:00:00Z") == []


def test_part60_a_digest_names_what_is_due_by_process_and_nothing_else(cast: Cast) -> None:
    made(cast.mia.put("/me", {"cadence_days": ["Tuesday"]}), 200)
    own = {"assignees": [cast.mia.user_id]}
    steps = [{"title": title, **own} for title in ("Late", "Done", "Hidden")]
    process = launch(cast.olga, make_template(cast.olga, steps), name="Ann joins")
    late, done, hidden = tasks_of(cast.olga, process)
    path = f"/runs/{process['id']}/tasks"
    for task in (late, done, hidden):
        body = {"deadline": "2031-05-19T14:30:00Z"}
        made(cast.olga.put(f"{path}/{task['id']}", body), 200)
    complete(cast.mia, done)
    made(cast.olga.put(f"{path}/{hidden['id']}/hide"), 200)
    owners = {"users": [cast.mia.user_id], "guests": [GUS]}
    far = {"deadline": "2031-06-19T14:30:00Z", "title": "Far"}
    make_oneoff(cast.olga, owners=owners, **far)
    make_oneoff(cast.olga, owners=owners, title="Soon", deadline="2031-05-20T18:00:00Z")
    (mia,) = digests(cast, "2031-05-20T06:30:00Z")
    assert mia.subject == "2 tasks are due"
    assert "Ann joins\n---------\n* Late" in mia.text
    assert "* Soon\n  Due Tuesday, 20 May 2031, 18:00 (UTC)" in mia.text
    assert not any(word in mia.text for word in ("Done", "Hidden", "Far"))
    # Guests on the organization's days for guests; what is archived is due for nobody.
    made(cast.olga.put("", {"guest_cadence_days": ["Tuesday"]}), 200)
    (gus,) = digests(cast, "2031-05-20T06:40:00Z")
    assert (gus.to, gus.subject) == (GUS, "1 task is due")
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert [one.subject for one in digests(cast, "2031-05-27T06:30:00Z")] == ["1 task is due"] * 2


def test_part60_whoever_wants_no_digest_gets_none(cast: Cast) -> None:
    users = [cast.mia.user_id, cast.leo.user_id]
    make_oneoff(cast.olga, owners={"users": users, "guests": []}, deadline="2031-05-15T14:30:00Z")
    made(cast.mia.put("/me", {"digest_enabled": False}), 200)
    made(cast.leo.put("/me", {"mail_enabled": False}), 200)
    assert digests(cast, "2031-05-19T06:30:00Z") == []
