"""Part 10, 6: groups of members and guests."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backdoor import set_membership
from cast import GUS, Cast, Guest, Person
from factories import complete, launch, made, make_oneoff, make_template, read, tasks_of
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.tables import group_members
from procession.domains.processes import store as processes
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Role
from procession.kit.db import Statement
from procession.kit.work import writing
from wire import check_pagination, check_problem, ids


def make_group(by: Person, **fields: Any) -> Any:
    return made(by.post("/groups", {"name": "Movers", **fields}))


def group_of(by: Person, group: Any) -> Any:
    return made(by.get(f"/groups/{group['id']}"), 200)


def own_tasks(by: Person) -> list[str]:
    return [task["id"] for task in made(by.get("/me/tasks"), 200)]


def of_group(group: Any) -> dict[str, Any]:
    return {"users": [], "guests": [], "groups": [group["id"]]}


def set_group_setting(cast: Cast, is_allowed: bool) -> None:
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        settings = {"allow_manage_groups": is_allowed}
        accounts.set_organization(work, "Cast & Co", "UTC", settings)


def feed(by: Person, group: Any) -> list[Any]:
    path = "/activity-feeds?type=group&sort=created_at&without_pagination=true"
    entries = made(by.get(path), 200)
    return [entry for entry in entries if group["name"] in entry["description"][0]]


# --- Creating ---


def test_10_45_a_name_is_enough(cast: Cast) -> None:
    group = make_group(cast.mia, name="  Movers ")
    assert group == {
        **group,
        "name": "Movers",
        "description": None,
        "logo": None,
        "members": [],
        "guests": [],
        "members_count": 0,
        "guests_count": 0,
        "deleted_at": None,
    }
    assert group["last_updated"] == group["updated_at"] == group["created_at"]
    assert group_of(cast.leo, group) == group


def test_10_45_names_are_unique_whatever_their_case(cast: Cast) -> None:
    group = make_group(cast.olga)
    answer = check_problem(cast.olga.post("/groups", {"name": "MOVERS"}), 422)
    assert answer["errors"] == {"name": ["The name has already been taken."]}
    other = make_group(cast.olga, name="Packers")
    taken = check_problem(cast.olga.put(f"/groups/{other['id']}", {"name": "movers"}), 422)
    assert "name" in taken["errors"]
    assert made(cast.olga.put(f"/groups/{group['id']}", {"name": "MOVERS"}))["name"] == "MOVERS"


def test_10_45_of_several_at_once_one_gets_the_name(cast: Cast) -> None:
    with ThreadPoolExecutor(6) as pool:
        callers = [cast.olga.again() for _ in range(6)]
        answers = list(pool.map(lambda by: by.post("/groups", {"name": "Movers"}), callers))
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 5]


@pytest.mark.parametrize("name", ["x" * 201, "", "   ", None])
def test_10_45_a_name_has_1_to_200_characters(cast: Cast, name: str | None) -> None:
    assert "name" in check_problem(cast.olga.post("/groups", {"name": name}), 422)["errors"]
    assert make_group(cast.olga, name="x" * 200)["name"] == "x" * 200


def test_10_46_members_may_be_sent_as_text(cast: Cast) -> None:
    mia, leo = cast.mia.user_id, cast.leo.user_id
    group = make_group(cast.olga, members=[str(leo), mia, mia])
    assert (group["members"], group["members_count"]) == (sorted([mia, leo]), 2)


def test_10_46_who_is_no_member_cannot_be_in_a_group(cast: Cast) -> None:
    bot = next(user for user in made(cast.olga.get("/users"), 200) if user["is_bot"])
    set_membership(cast, cast.leo, disabled_at=1)
    people = [cast.mia.user_id, 999_999_999, bot["id"], cast.leo.user_id]
    answer = check_problem(cast.olga.post("/groups", {"name": "A", "members": people}), 422)
    assert set(answer["errors"]) == {"members.1", "members.2", "members.3"}
    assert ids(cast.olga.get("/groups")) == []


def test_10_6_addresses_are_those_of_guests(cast: Cast) -> None:
    group = make_group(cast.olga, guests=["zoe@guests.test", GUS, "ZOE@guests.test"])
    assert [guest.lower() for guest in group["guests"]] == [GUS, "zoe@guests.test"]
    assert group["guests_count"] == 2
    me = made(cast.mia.get("/me"), 200)
    body = {"name": "A", "guests": [me["email"].upper(), "nobody", "a@b.test"]}
    answer = check_problem(cast.olga.post("/groups", body), 422)
    assert set(answer["errors"]) == {"guests.0", "guests.1"}


# --- Changing ---


def test_10_47_what_is_not_sent_stays(cast: Cast) -> None:
    people = {"members": [cast.mia.user_id], "guests": [GUS]}
    group = make_group(cast.olga, description="They carry", **people)
    path = f"/groups/{group['id']}"
    changed = made(cast.olga.put(path, {"description": "They lift"}))
    assert changed["description"] == "They lift"
    assert {key: changed[key] for key in people} == people
    emptied = made(cast.olga.patch(path, {"members": []}))
    assert (emptied["members"], emptied["guests"]) == ([], [GUS])
    assert emptied["description"] == "They lift"
    for nothing in (None, ""):
        assert made(cast.olga.put(path, {"description": nothing}))["description"] is None
    assert made(cast.olga.put(path, {})) == group_of(cast.olga, group)


def test_10_47_a_group_can_be_sent_back_as_it_was_read(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.mia.user_id], guests=[GUS])
    seen = group_of(cast.olga, group)
    answer = cast.olga.put(f"/groups/{group['id']}", seen)
    assert made(answer) == seen
    assert "X-Ignored-Fields" not in answer.headers
    assert [entry["verb"] for entry in feed(cast.olga, group)] == [["created"]]


def test_10_6_what_changed_is_told_with_the_value_before(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.mia.user_id])
    changes = {"description": "They carry", "members": [cast.leo.user_id]}
    made(cast.olga.put(f"/groups/{group['id']}", changes))
    cast.olga.delete(f"/groups/{group['id']}")
    told = feed(cast.olga, group)
    assert [entry["verb"] for entry in told] == [["created"], ["updated"], ["updated"], ["deleted"]]
    assert all(entry["type"] == ["Group"] for entry in told)


def test_10_6_disabled_members_are_left_out_until_they_are_back(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.mia.user_id, cast.leo.user_id])
    set_membership(cast, cast.leo, disabled_at=1)
    assert group_of(cast.olga, group)["members"] == [cast.mia.user_id]
    assert group_of(cast.olga, group)["members_count"] == 1
    set_membership(cast, cast.leo, disabled_at=None)
    assert group_of(cast.olga, group)["members"] == group["members"]


# --- Reading ---


def test_10_6_groups_are_listed_searched_and_sorted(cast: Cast) -> None:
    first = make_group(cast.olga, name="Movers", description="100% careful")
    second = make_group(cast.olga, name="Accounts")
    assert ids(cast.leo.get("/groups")) == [first["id"], second["id"]]
    assert ids(cast.leo.get("/groups?sort=-created_at")) == [second["id"], first["id"]]
    assert ids(cast.leo.get("/groups?sort_by=name&sort=asc")) == [second["id"], first["id"]]
    assert ids(cast.leo.get("/groups?q=MOVE")) == [first["id"]]
    assert ids(cast.leo.get("/groups?q=100%25")) == [first["id"]]
    assert check_pagination(cast.leo.get("/groups?per_page=500"))["per_page"] == 100
    assert check_pagination(cast.leo.get("/groups"))["per_page"] == 10
    assert ids(cast.leo.get("/groups?page=2&limit=1")) == [second["id"]]


def test_10_6_a_group_shows_its_users_when_asked(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.mia.user_id])
    shown = made(cast.leo.get(f"/groups/{group['id']}?with=users,assets"), 200)
    assert [user["id"] for user in shown["users"]["data"]] == [cast.mia.user_id]
    assert shown["assets"] == {"data": []}
    (listed,) = made(cast.leo.get("/groups?with=users"), 200)
    assert listed["users"] == shown["users"]


def test_10_48_guests_stay_addresses_and_their_details_come_beside(cast: Cast) -> None:
    group = make_group(cast.olga, guests=[GUS])
    (listed,) = made(cast.mia.get("/groups?with=guests"), 200)
    assert listed["guests"] == [GUS]
    (detail,) = listed["guest_details"]["data"]
    assert (detail["email"], detail["details"]["digest_enabled"]) == (GUS, True)
    assert "/guest/" in detail["link"]
    assert "guest_details" not in group_of(cast.mia, group)
    for_light = made(cast.leo.get(f"/groups/{group['id']}?with=guests"), 200)
    assert (for_light["guests"], for_light["guest_details"]) == ([GUS], {"data": []})


def test_10_6_another_organizations_groups_are_not_there(cast: Cast) -> None:
    group = make_group(cast.olga)
    stan = cast.stranger()
    for call in (stan.get, stan.put, stan.delete):
        check_problem(call(f"/groups/{group['id']}"), 404)
    check_problem(cast.olga.get(f"/groups/{'0' * 32}"), 404)
    check_problem(cast.olga.put("/groups/nonsense", {"name": "A"}), 404)
    assert group_of(cast.olga, group) == group


# --- Who may ---


def test_10_50_a_setting_lets_standard_members_change_groups(cast: Cast) -> None:
    group = make_group(cast.mia)
    set_group_setting(cast, False)
    path = f"/groups/{group['id']}"
    for by in (cast.mia, cast.leo):
        check_problem(by.post("/groups", {"name": "B"}), 403)
        check_problem(by.put(path, {"name": "B"}), 403)
        check_problem(by.delete(path), 403)
        assert ids(by.get("/groups")) == [group["id"]]
    made(cast.olga.put(path, {"name": "B"}))
    set_group_setting(cast, True)
    check_problem(cast.leo.post("/groups", {"name": 7, "members": "x"}), 403)
    check_problem(cast.leo.delete(path), 403)
    assert cast.mia.delete(path).status_code == 204


# --- What a group is assigned to ---


def test_10_53_who_joins_the_group_finds_its_task(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.olga.user_id])
    task = make_oneoff(cast.olga, owners=of_group(group))
    assert own_tasks(cast.leo) == []
    everybody = [cast.olga.user_id, cast.leo.user_id]
    made(cast.olga.put(f"/groups/{group['id']}", {"members": everybody}))
    assert own_tasks(cast.leo) == [task["id"]]
    made(cast.olga.put(f"/groups/{group['id']}", {"members": [cast.olga.user_id]}))
    assert own_tasks(cast.leo) == []
    check_problem(cast.leo.get(f"/tasks/{task['id']}"), 404)


def test_10_53_guests_of_the_group_see_and_complete_its_task(cast: Cast) -> None:
    group = make_group(cast.olga)
    gus = cast.guest_of(make_oneoff(cast.olga, title="Own", owners={"guests": [GUS]}))
    process = launch(cast.olga, make_template(cast.olga, [{"title": "A", "groups": [group["id"]]}]))
    (task,) = tasks_of(cast.olga, process)
    check_problem(gus.get(f"/tasks/{task['id']}"), 404)
    made(cast.olga.put(f"/groups/{group['id']}", {"guests": [GUS]}))
    assert task["id"] in ids(gus.get("/tasks"))
    assert made(gus.get(f"/tasks/{task['id']}"), 200)["id"] == task["id"]
    by_address = ids(cast.olga.get(f"/guests/{GUS}/tasks"))
    assert task["id"] in by_address
    assert task["id"] in ids(cast.olga.get(f"/tasks?guests={GUS}"))
    done = made(gus.post("/completed-tasks", {"task_id": task["id"]}), 200)
    assert done["status"] == "completed"
    assert read(cast.olga, process)["status"] == "complete"


def test_10_49_deleting_a_group_leaves_its_people_on_its_tasks(cast: Cast) -> None:
    members = sorted([cast.mia.user_id, cast.leo.user_id])
    group = make_group(cast.olga, members=members, guests=[GUS])
    task = make_oneoff(
        cast.olga, owners={"users": [cast.leo.user_id], "guests": [], "groups": [group["id"]]}
    )
    answer = cast.mia.delete(f"/groups/{group['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(cast.mia.delete(f"/groups/{group['id']}"), 404)
    owners = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]
    assert (owners["users"], owners["guests"], owners["groups"]) == (members, [GUS], [])
    gus: Guest = cast.guest_of({"owners": owners})
    assert ids(gus.get("/tasks")) == own_tasks(cast.mia) == [task["id"]]
    check_problem(cast.olga.get(f"/groups/{group['id']}"), 404)


def test_10_49_who_completed_a_task_of_the_group_still_sees_it(cast: Cast) -> None:
    group = make_group(cast.olga, members=[cast.leo.user_id])
    process = launch(cast.olga, make_template(cast.olga, [{"title": "A", "groups": [group["id"]]}]))
    complete(cast.leo, tasks_of(cast.olga, process)[0])
    cast.olga.delete(f"/groups/{group['id']}")
    assert [task["owners"]["users"] for task in tasks_of(cast.leo, process)] == [[cast.leo.user_id]]


def test_10_49_a_task_left_to_guests_also_gets_a_member(cast: Cast) -> None:
    group = make_group(cast.olga, guests=[GUS])
    alone = make_oneoff(cast.mia, owners=of_group(group))
    process = launch(cast.olga)
    inside = make_oneoff(cast.mia, owners=of_group(group), run_id=process["id"])
    cast.olga.delete(f"/groups/{group['id']}")
    for task, member in ((alone, cast.mia), (inside, cast.olga)):
        owners = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]
        assert (owners["users"], owners["guests"]) == ([member.user_id], [GUS])


def test_10_49_steps_permissions_and_processes_lose_the_group(cast: Cast) -> None:
    light = cast.add(Role.LIGHT)
    group = make_group(cast.olga, members=[light.user_id])
    steps = [{"title": "A", "groups": [group["id"]], "assignees": [cast.mia.user_id]}]
    template = make_template(cast.olga, steps)
    path = f"/checklists/{template['id']}"
    grant = {"checklist_read": {"all_members": False, "users": [], "groups": [group["id"]]}}
    made(cast.olga.put(f"{path}/permissions", grant), 200)
    process = launch(cast.olga)
    made(cast.olga.put(f"/runs/{process['id']}", {"groups": [group["id"]]}), 200)
    assert light.get(path).status_code == light.get(f"/runs/{process['id']}").status_code == 200
    cast.olga.delete(f"/groups/{group['id']}")
    (step,) = made(cast.olga.get(f"{path}/steps"), 200)
    assert (step["groups"], step["assignees"]) == ([], [cast.mia.user_id])
    assert made(cast.olga.get(f"{path}/permissions"), 200)["checklist_read"]["groups"] == []
    assert read(cast.olga, process)["groups"] == []
    check_problem(light.get(path), 404)
    check_problem(light.get(f"/runs/{process['id']}"), 404)
    assert tasks_of(cast.olga, launch(cast.olga, template))[0]["owners"]["groups"] == []


# --- At the same time ---


def test_10_48_nobody_who_is_leaving_stays_in_a_group(cast: Cast) -> None:
    """Invisible while they are away, they would be back with their rights when invited again."""
    group = make_group(cast.olga, members=[cast.leo.user_id])
    wanted = {"members": [cast.leo.user_id, cast.mia.user_id]}
    with ThreadPoolExecutor(1) as pool:
        with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
            people.lock_member(work, cast.mia.user_id)
            people.delete_membership(work, cast.mia.user_id)
            asked = pool.submit(cast.olga.again().put, f"/groups/{group['id']}", wanted)
            time.sleep(0.4)  # So that it looked at the members before this is committed.
        answer = asked.result()

    assert list(check_problem(answer, 422)["errors"]) == ["members.1"]
    its_rows = group_members.c.group_id == group["id"]
    rows = cast.server.storage.database.connection().fetch(
        Statement(group_members.select().where(its_rows)), {}
    )
    assert [row[2] for row in rows] == [cast.leo.user_id]


@pytest.mark.parametrize("gone", ["group", "guest"])
def test_10_49_who_goes_waits_for_whoever_works_on_a_process(cast: Cast, gone: str) -> None:
    """Assignees of a process change under its lock alone, as all of it does (30, 10.6)."""
    group = make_group(cast.olga, members=[cast.mia.user_id])
    who = {"groups": [group["id"]]} if gone == "group" else {"guests": [GUS]}
    steps = [{"title": "Sign", "assignees": [], **who}, {"title": "Plain"}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    (task,) = [task for task in tasks_of(cast.olga, process) if task["title"] == "Sign"]
    complete(cast.olga, task)
    path = f"/groups/{group['id']}" if gone == "group" else f"/guests/{GUS}"
    with ThreadPoolExecutor(1) as pool:
        with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
            processes.lock_any(work, process["id"])
            asked = pool.submit(cast.olga.again().delete, path)
            time.sleep(0.4)
            is_waiting = not asked.done()
        answer = asked.result()

    assert is_waiting
    assert answer.ok
    (after,) = [one for one in tasks_of(cast.olga, process) if one["id"] == task["id"]]
    assert after["owners"]["groups"] == after["owners"]["guests"] == []
    assert after["owners"]["users"]


@pytest.mark.parametrize("include", ["", "?with=tasks"])
def test_00_5_8_guests_of_a_group_have_links_to_its_tasks(cast: Cast, include: str) -> None:
    """After those of the guests who are named: link i is that of guest i (40, 2.1)."""
    group = make_group(cast.olga, guests=["b@guests.test", GUS, "a@guests.test", "off@guests.test"])
    made(cast.olga.delete("/guests/off@guests.test/disable"), 200)
    steps = [{"title": "Sign", "guests": [GUS], "groups": [group["id"]]}, {"title": "Plain"}]
    process = launch(cast.olga, make_template(cast.olga, steps), users=[cast.leo.user_id])

    def of(by: Person) -> list[str]:
        shown = read(by, process, include)["tasks"]["data"] if include else tasks_of(by, process)
        (task,) = [task for task in shown if task["title"] == "Sign"]
        assert task["owners"]["guests"] == [GUS]
        return list(task["owners"]["taskUrls"])

    links = of(cast.olga)
    (task,) = [task for task in tasks_of(cast.olga, process) if task["title"] == "Sign"]
    codes = [
        made(cast.olga.get(f"/guests/{address}"), 200)["guest_code"]
        for address in (GUS, "a@guests.test", "b@guests.test")
    ]
    ends = [f"/{cast.organization_id}/guest/{code}/tasks/{task['id']}" for code in codes]
    assert [link.removeprefix(cast.server.base_url) for link in links] == ends
    assert of(cast.mia) == links
    assert of(cast.leo) == []
    as_guest = cast.nobody.get(cast.olga.path(f"/guests/{codes[1]}/tasks/{task['id']}"))
    assert made(as_guest, 200)["owners"]["taskUrls"] == []
    oneoff = make_oneoff(cast.olga, owners=of_group(group))
    assert len(oneoff["owners"]["taskUrls"]) == 3
