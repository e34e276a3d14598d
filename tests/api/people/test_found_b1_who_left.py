"""Found B1 and F8, ruling 17: who left never gets new work, and nothing waits for them."""

from typing import Any

import pytest

from backdoor import set_guest_links
from cast import Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_template,
    read,
    read_template,
    tasks_of,
)
from procession.kit.caller import Role
from wire import check_problem


def shut_out(cast: Cast, person: Person) -> None:
    made(cast.olga.delete(f"/users/{person.user_id}/disable"), 200)


def delete_for_ever(cast: Cast, person: Person) -> None:
    shut_out(cast, person)
    made(cast.olga.delete(f"/users/{person.user_id}/delete"), 200)


def withdraw(cast: Cast, person: Person) -> None:
    made(cast.olga.delete(f"/users/{person.user_id}/withdraw-invite"), 200)


def shared_template(cast: Cast, steps: list[Any] | int = 1, **fields: Any) -> Any:
    """That everybody may launch."""
    template = make_template(cast.olga, steps, **fields)
    let_all_launch(cast.olga, template)
    return template


def two_steps(cast: Cast, m: Person, n: Person) -> Any:
    """Step A is m's alone; step B is for both of them."""
    return shared_template(
        cast,
        [
            {"title": "A", "assignees": [m.user_id], "can_complete_only_assignees": True},
            {
                "title": "B",
                "assignees": [m.user_id, n.user_id],
                "everyone_must_complete": True,
                "can_complete_only_assignees": True,
            },
        ],
    )


def launched_by(person: Person, template: Any, **fields: Any) -> tuple[list[Any], list[str]]:
    """The tasks, and what the answer warns of."""
    answer = person.post("/runs", {"checklist_id": template["id"], "name": "Run", **fields})
    return tasks_of(person, made(answer)), answer.json().get("meta", {}).get("warnings", [])


def owners_of(tasks: list[Any]) -> list[list[int]]:
    return [task["owners"]["users"] for task in tasks]


def steps_of(cast: Cast, template: Any) -> list[Any]:
    return list(made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200))


def test_found_b1_a_launch_leaves_out_who_is_disabled(cast: Cast) -> None:
    m, n = cast.add(Role.STANDARD), cast.mia
    made(cast.olga.put(f"/users/{m.user_id}", {"first_name": "Max", "last_name": "Moss"}), 200)
    template = two_steps(cast, m, n)
    shut_out(cast, m)

    tasks, warnings = launched_by(n, template)

    assert owners_of(tasks) == [[n.user_id], [n.user_id]]
    assert [warning.partition(":")[0] for warning in warnings] == [
        "steps.0.assignees",
        "steps.1.assignees",
    ]
    assert all("Max Moss" in warning for warning in warnings)
    assert '"A"' in warnings[0]
    assert '"B"' in warnings[1]
    # n is let in to A, and B does not stay at half.
    assert complete(n, tasks[0])["status"] == "completed"
    assert complete(n, tasks[1])["status"] == "completed"
    # The template still names him, for the day he comes back.
    assert steps_of(cast, template)[0]["assignees"] == [m.user_id]
    made(cast.olga.put(f"/users/{m.user_id}/enable"), 200)
    tasks, warnings = launched_by(n, template)
    assert (owners_of(tasks)[0], warnings) == ([m.user_id], [])


def test_found_b1_a_launch_after_deletion_for_ever(cast: Cast) -> None:
    m, n = cast.add(Role.STANDARD), cast.mia
    template = two_steps(cast, m, n)
    delete_for_ever(cast, m)

    assert [step["assignees"] for step in steps_of(cast, template)] == [[], [n.user_id]]
    tasks, warnings = launched_by(n, template)

    assert owners_of(tasks) == [[n.user_id], [n.user_id]]
    assert warnings == []
    assert [complete(n, task)["status"] for task in tasks] == ["completed", "completed"]


def test_found_b1_a_step_without_the_starter_is_nobodys(cast: Cast) -> None:
    """30, 3.4 (4)."""
    step = {"title": "A", "assignees": [cast.leo.user_id], "assign_run_starter": False}
    template = shared_template(cast, [step])
    shut_out(cast, cast.leo)
    tasks, warnings = launched_by(cast.mia, template)
    assert (owners_of(tasks), len(warnings)) == ([[]], 1)


def test_found_b1_guests_who_are_kept_out_get_no_new_work(cast: Cast) -> None:
    guest = f"gus-{cast.organization_id}@guests.test"
    made(cast.olga.post("/guests", {"email": guest}))
    template = shared_template(cast, [{"title": "A", "guests": [guest]}])
    made(cast.olga.delete(f"/guests/{guest}/disable"), 200)

    tasks, (warning,) = launched_by(cast.mia, template)

    assert tasks[0]["owners"]["guests"] == []
    assert owners_of(tasks) == [[cast.mia.user_id]]
    assert warning.startswith("steps.0.guests: ")
    assert guest in warning


def test_found_b1_what_the_launch_says_itself_needs_no_warning(cast: Cast) -> None:
    template = two_steps(cast, cast.leo, cast.mia)
    shut_out(cast, cast.leo)
    wished = {
        step["id"]: {"owners": {"users": [cast.mia.user_id]}} for step in steps_of(cast, template)
    }
    tasks, warnings = launched_by(cast.olga, template, tasks=wished)
    assert (owners_of(tasks), warnings) == ([[cast.mia.user_id]] * 2, [])


def test_found_b1_clones_leave_out_who_left(cast: Cast) -> None:
    m, n = cast.add(Role.STANDARD), cast.mia
    template = two_steps(cast, m, n)
    shut_out(cast, m)

    answer = cast.olga.post(f"/checklists/{template['id']}/clone", {"title": "Again"})

    copy = made(answer)
    assert [step["assignees"] for step in steps_of(cast, copy)] == [[], [n.user_id]]
    warnings = answer.json()["meta"]["warnings"]
    assert [warning.partition(":")[0] for warning in warnings] == [
        "steps.0.assignees",
        "steps.1.assignees",
    ]
    assert '"A"' in warnings[0]


def test_found_b1_a_copied_task_is_not_for_who_left(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    both = make_oneoff(cast.olga, owners={"users": [m.user_id, cast.leo.user_id]})
    alone = make_oneoff(cast.olga, owners={"users": [m.user_id]})
    nobodys = make_oneoff(cast.olga)
    shut_out(cast, m)

    for task, users, count in (
        (both, [cast.leo.user_id], 1),
        (alone, [cast.mia.user_id], 1),
        (nobodys, [], 0),
    ):
        answer = cast.mia.post(f"/tasks/{task['id']}/clone")
        assert made(answer)["owners"]["users"] == users
        assert len(answer.json().get("meta", {}).get("warnings", [])) == count


def test_found_b1_open_tasks_let_go_of_who_is_deleted(cast: Cast) -> None:
    m, n = cast.add(Role.STANDARD), cast.mia
    process = launch(n, two_steps(cast, m, n))
    shared = make_oneoff(cast.olga, owners={"users": [m.user_id, n.user_id]})
    done = make_oneoff(cast.olga, owners={"users": [m.user_id]})
    complete(m, done)
    archived = make_oneoff(cast.olga, owners={"users": [m.user_id]})
    assert cast.olga.delete(f"/tasks/{archived['id']}").status_code == 204

    delete_for_ever(cast, m)

    # What would be nobody's goes to who answers for it; who is there besides stays alone.
    assert owners_of(tasks_of(cast.olga, process)) == [[n.user_id], [n.user_id]]
    assert made(cast.olga.get(f"/tasks/{shared['id']}"), 200)["owners"]["users"] == [n.user_id]
    # What is done tells who did it.
    kept = made(cast.olga.get(f"/tasks/{done['id']}"), 200)
    assert (kept["owners"]["users"], kept["completer_id"]) == ([m.user_id], m.user_id)
    # Opened again, it is open work, too.
    again = made(cast.olga.delete(f"/completed-tasks/{done['id']}"), 200)
    assert again["owners"]["users"] == [cast.olga.user_id]
    made(cast.olga.put(f"/tasks/{archived['id']}/restore"), 200)
    back = made(cast.olga.get(f"/tasks/{archived['id']}"), 200)
    assert back["owners"]["users"] == [cast.olga.user_id]


@pytest.mark.parametrize("leave", [shut_out, delete_for_ever])
def test_found_b1_the_last_who_is_in_completes_for_everyone(cast: Cast, leave: Any) -> None:
    m, n = cast.add(Role.STANDARD), cast.mia
    task = tasks_of(n, launch(n, two_steps(cast, m, n)))[1]
    leave(cast, m)

    assert made(n.get(f"/tasks/{task['id']}"), 200)["completion_progress"] == 0
    assert complete(n, task)["status"] == "completed"


@pytest.mark.parametrize("leave", [shut_out, delete_for_ever])
def test_found_b1_nothing_waits_for_who_left_last(cast: Cast, leave: Any) -> None:
    """40, 6.2: their going completes nothing; the next completion does."""
    m, n = cast.add(Role.STANDARD), cast.mia
    task = tasks_of(n, launch(n, two_steps(cast, m, n)))[1]
    assert complete(n, task)["status"] == "in-progress"
    leave(cast, m)

    seen = made(n.get(f"/tasks/{task['id']}"), 200)
    assert (seen["status"], seen["completion_progress"]) == ("in-progress", 100)
    assert complete(n, task)["status"] == "completed"


def test_found_b1_a_guest_who_is_kept_out_is_not_waited_for(cast: Cast) -> None:
    guest = f"gus-{cast.organization_id}@guests.test"
    task = make_oneoff(
        cast.olga,
        everyone_must_complete=True,
        owners={"users": [cast.mia.user_id], "guests": [guest]},
    )
    set_guest_links(cast, disabled_at=1)
    assert complete(cast.mia, task)["status"] == "completed"


def users_with_rights(cast: Cast, template: Any) -> set[int]:
    rights = made(cast.olga.get(f"/checklists/{template['id']}/permissions"), 200)
    return {user for right in rights.values() for user in right.get("users", [])}


def test_found_b1_permissions_and_people_of_processes_let_go(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    template = make_template(cast.olga, 1, users=[m.user_id, cast.mia.user_id])
    process = launch(cast.olga, template, users=[m.user_id, cast.mia.user_id])
    assert m.user_id in users_with_rights(cast, template)

    delete_for_ever(cast, m)

    assert m.user_id not in users_with_rights(cast, template)
    assert read(cast.olga, process)["users"] == [cast.mia.user_id]


def test_found_b1_guests_are_associated_with_nobody_who_is_deleted(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    guest = f"gus-{cast.organization_id}@guests.test"
    both = {"email": guest, "associated_members": [m.user_id, cast.mia.user_id]}
    made(cast.olga.post("/guests", both))
    assert made(cast.olga.get(f"/guests/{guest}"), 200)["details"]["associated_members"]
    delete_for_ever(cast, m)
    details = made(cast.olga.get(f"/guests/{guest}"), 200)["details"]
    assert details["associated_members"] == [cast.mia.user_id]


def test_found_b1_a_withdrawn_invitation_leaves_nothing_behind(cast: Cast) -> None:
    email = f"ines-{cast.organization_id}@cast.test"
    ines = made(cast.olga.post("/users/invite", {"email": email}), 200)["id"]
    invited = Person(ines, "", cast.nobody, cast.organization_id)
    template = two_steps(cast, invited, cast.mia)
    made(cast.olga.put(f"/checklists/{template['id']}", {"title": "T", "users": [ines]}), 200)
    withdraw(cast, invited)
    tasks, warnings = launched_by(cast.mia, template)
    assert (owners_of(tasks), warnings) == ([[cast.mia.user_id]] * 2, [])
    assert ines not in users_with_rights(cast, template)


# --- F8 ---


def test_found_f8_who_started_it_owns_what_was_a_deleted_members(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    template = shared_template(cast)
    started = launch(cast.mia, template, owner_id=m.user_id)
    archived = launch(cast.mia, template, owner_id=m.user_id)
    made(cast.olga.delete(f"/runs/{archived['id']}"), 200)
    own = launch(m, template)

    delete_for_ever(cast, m)

    for process, owner in ((started, cast.mia), (archived, cast.mia), (own, cast.olga)):
        assert read(cast.olga, process)["owner_id"] == owner.user_id
        told = activity_of(cast.olga, process)[0]
        assert told["verb"] == ["owners-updated"]


def test_found_f8_templates_go_to_an_administrator(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    live, archived = (make_template(cast.olga, 1, owner_id=m.user_id) for _ in range(2))
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)

    delete_for_ever(cast, m)

    for template in (live, archived):
        assert read_template(cast.olga, template, "?archived=1")["owner_id"] == cast.olga.user_id
        path = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}"
        told = made(cast.olga.get(path), 200)
        assert told[0]["verb"] == ["owners-updated"]


def test_found_f8_who_becomes_a_guest_owns_no_archived_template(cast: Cast) -> None:
    m = cast.add(Role.STANDARD)
    template = make_template(cast.olga, 1, owner_id=m.user_id)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    made(cast.olga.put(f"/users/{m.user_id}/to/guest"), 200)
    assert read_template(cast.olga, template, "?archived=1")["owner_id"] == cast.olga.user_id
    check_problem(cast.olga.get(f"/users/{m.user_id}"), 404)
