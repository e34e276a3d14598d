"""Part 40, section 6 (and 7.6): completing tasks, everyone's part, reopening, what follows."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from backdoor import set_answers, stored
from cast import GUS, Cast, Guest, Person
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
)
from forms import OPTIONS, asked, field_ids, template_with
from letters import mails_of
from procession.kit.caller import Role
from procession.kit.db import Statement
from procession.kit.journal import outbox

_EVENTS = Statement(
    sa.select(outbox.c.event).where(outbox.c.organization_id == sa.bindparam("organization_id"))
)


def events(cast: Cast) -> list[str]:
    """Those that wait to be delivered; nothing delivers them on the tests' servers."""
    connection = cast.server.storage.database.connection()
    return [row[0] for row in connection.fetch(_EVENTS, {"organization_id": cast.organization_id})]


def one_task(by: Person, **step: Any) -> Any:
    """A process's only task, made from a step."""
    process = launch(by, make_template(by, [{"title": "Sign", **step}]))
    return tasks_of(by, process)[0]


def read_task(by: Person, task: Any, query: str = "") -> Any:
    return made(by.get(f"/tasks/{task['id']}{query}"), 200)


def problems(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.text
    return dict(answer.json()["errors"])


def try_completing(by: Person, task: Any, **fields: Any) -> Any:
    return by.post("/completed-tasks", {"task_id": task["id"], **fields})


def task_facts(by: Person, task: Any) -> list[Any]:
    """What happened to a task, oldest first."""
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}&sort=created_at"
    return list(made(by.get(path), 200))


def completions(by: Person, task: Any) -> int:
    return [entry["verb"][0] for entry in task_facts(by, task)].count("completed")


def comments_of(by: Person, task: Any) -> list[Any]:
    return list(read_task(by, task, "?with=threads")["threads"]["data"])


# --- Checks, in the contract's order ---


def test_40_35_required_fields_are_answered_first(cast: Cast) -> None:
    fields = [
        asked("Name", required=True),
        asked("Mail", "email"),
        asked("Plan", "dropdown", required=True),
        asked(
            "Kit",
            "multiselect",
            options=[{"id": 1, "text": "Badge", "required": True}, {"id": 2, "text": "Mug"}],
        ),
    ]
    template = template_with(cast.olga, [{"title": "Sign", "captures": fields}])
    ids = field_ids(cast.olga, template)
    (task,) = tasks_of(cast.olga, launch(cast.olga, template))
    refused = problems(try_completing(cast.olga, task))
    assert refused == {
        f"taskdata.{ids['Name']}": ["Name is required"],
        f"taskdata.{ids['Plan']}": ["Plan is required"],
        f"taskdata.{ids['Kit']}": ["Kit is required"],
    }
    assert read_task(cast.olga, task)["status"] == "not-started"
    kit = [
        {"id": 1, "text": "Badge", "selected": False},
        {"id": 2, "text": "Mug", "selected": True},
    ]
    answers = {ids["Name"]: "Ann", ids["Plan"]: {"id": 2, "text": "Gold"}, ids["Kit"]: kit}
    set_answers(cast, task, answers)
    # An item that must be checked is not.
    assert set(problems(try_completing(cast.olga, task))) == {f"taskdata.{ids['Kit']}"}
    kit[0]["selected"] = True
    set_answers(cast, task, answers)
    assert complete(cast.olga, task)["status"] == "completed"


def test_31_37_defaults_are_stored_by_completing_and_satisfy(cast: Cast) -> None:
    gold = {"default_value_enabled": True, "default_value": {"id": 2, "text": "Gold"}}
    fields = [
        asked("Plan", "dropdown", required=True, options=OPTIONS, **gold),
        asked("Site", default_value_enabled=True, default_value="Berlin of {{TEMPLATE_NAME}}"),
        asked("Note", default_value_enabled=True, default_value="none"),
    ]
    template = template_with(cast.olga, [{"title": "Sign", "captures": fields}])
    ids = field_ids(cast.olga, template)
    (task,) = tasks_of(cast.olga, launch(cast.olga, template))
    assert read_task(cast.olga, task)["taskdata"] == {}
    # Cleared by hand: it stays empty, and would be required in vain.
    set_answers(cast, task, {ids["Note"]: None})
    answer = complete(cast.olga, task)
    stored = {ids["Plan"]: {"id": 2, "text": "Gold"}, ids["Site"]: "Berlin of Onboarding"}
    assert answer["taskdata"] == stored
    reopened = made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    assert reopened["taskdata"] == stored
    set_answers(cast, task, {ids["Plan"]: None})
    assert set(problems(try_completing(cast.olga, task))) == {f"taskdata.{ids['Plan']}"}


def test_40_6_1_the_first_thing_that_is_wrong_is_told(cast: Cast) -> None:
    step = {"title": "Sign", "step_type": "approval", "captures": [asked("Name", required=True)]}
    template = template_with(cast.olga, [step])
    ids = field_ids(cast.olga, template)
    (task,) = tasks_of(cast.olga, launch(cast.olga, template))
    issue = made(cast.olga.post(f"/tasks/{task['id']}/problem", {"content": "Torn"}))
    wrong = {"override_user": 999_999_999}
    assert set(problems(try_completing(cast.olga, task, **wrong))) == {"task_id"}
    path = f"/tasks/{task['id']}/resolved-threads"
    made(cast.olga.post(path, {"thread_id": issue["id"], "content": "Mended"}))
    assert set(problems(try_completing(cast.olga, task, **wrong))) == {f"taskdata.{ids['Name']}"}
    set_answers(cast, task, {ids["Name"]: "Ann"})
    answer = try_completing(cast.olga, task, **wrong)
    assert problems(answer) == {"is_approved": ["The is approved field is required."]}
    assert answer.json()["message"] == "The is approved field is required."
    assert set(problems(try_completing(cast.olga, task, is_approved=True, **wrong))) == {
        "override_user"
    }
    assert try_completing(cast.mia, task, is_approved=True, **wrong).status_code == 403
    assert complete(cast.olga, task, is_approved=True)["is_approved"] is True
    # Completed: neither what is sent along nor what was refused before matters any more.
    assert try_completing(cast.mia, task, **wrong).status_code == 200
    assert set(problems(try_completing(cast.mia, task, is_approved=False))) == {"is_approved"}


def test_40_6_1_values_are_not_sent_with_a_completion(cast: Cast) -> None:
    task = one_task(cast.olga)
    answer = try_completing(cast.olga, task, taskdata={"x": 1})
    assert answer.status_code == 200
    assert "taskdata" in answer.headers["X-Ignored-Fields"]
    assert cast.olga.post("/completed-tasks", {}).status_code == 422


def test_40_37_an_expired_decision_is_no_clients_to_make(cast: Cast) -> None:
    task = one_task(cast.olga, step_type="expiring")
    assert set(problems(try_completing(cast.olga, task, is_approved=False))) == {"is_approved"}
    assert complete(cast.olga, task)["is_approved"] is True


def test_40_39_a_second_completion_leaves_no_trace(cast: Cast) -> None:
    task = one_task(cast.olga, step_type="email", assignees=[cast.mia.user_id])
    first = complete(cast.olga, task)
    second = complete(cast.mia, task, comment="Me too", override_user=cast.mia.user_id)
    assert {**second, "custom_fields": first["custom_fields"]} == first
    assert completions(cast.olga, task) == 1
    assert len(mails_of(cast)) == 1
    assert comments_of(cast.olga, task) == []


def test_40_40_at_once_it_happens_once(cast: Cast) -> None:
    task = one_task(cast.olga, step_type="email", assignees=[cast.mia.user_id])
    people = [cast.olga.again() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda person: try_completing(person, task), people))
    assert {answer.status_code for answer in answers} == {200}
    assert completions(cast.olga, task) == 1
    assert len(mails_of(cast)) == 1
    assert events(cast).count("task.completed") == 1
    assert events(cast).count("process.completed") == 1


# --- Everyone must complete ---


def for_everyone(cast: Cast, *people: Person, **step: Any) -> Any:
    owners = [person.user_id for person in people]
    return one_task(cast.olga, everyone_must_complete=True, assignees=owners, **step)


def test_40_44_each_does_their_part_and_the_last_completes(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    assert (task["completion_progress"], task["completed_by_assignees"]) == (
        0,
        {"users": [], "guests": []},
    )
    first = complete(cast.mia, task)
    assert (first["status"], first["completion_progress"]) == ("in-progress", 50)
    assert first["completed_by_assignees"] == {"users": [cast.mia.user_id], "guests": []}
    assert (first["completed_at"], first["completer_id"]) == (None, None)
    (said,) = comments_of(cast.olga, task)
    assert (said["author_type"], said["state"]) == ("bot", "hide-for-guests")
    assert "1 of 2" in said["content"]
    # The same person again changes nothing.
    again = complete(cast.mia, task, comment="Again")
    assert again == first
    assert len(comments_of(cast.olga, task)) == 1
    second = complete(cast.leo, task)
    assert (second["status"], second["completer_id"]) == ("completed", cast.leo.user_id)
    assert second["completion_progress"] == 100
    assert completions(cast.olga, task) == 1
    assert read(cast.olga, {"id": task["run_id"]})["status"] == "complete"


def test_40_6_2_groups_are_taken_apart_and_counted_in_lists(cast: Cast) -> None:
    ann, bob = cast.add(Role.STANDARD), cast.add(Role.LIGHT)
    group = cast.group(ann, bob, cast.mia)
    task = for_everyone(cast, cast.mia, groups=[group])
    complete(cast.mia, task)
    listed = made(cast.olga.get(f"/runs/{task['run_id']}/tasks"), 200)
    assert [each["completion_progress"] for each in listed] == [33]
    # Bob is out; nobody misses him.
    made(cast.olga.client.delete(cast.olga.path(f"/users/{bob.user_id}/disable")), 200)
    assert read_task(cast.olga, task)["completion_progress"] == 50
    assert complete(ann, task)["status"] == "completed"


def test_40_6_2_administrators_complete_what_is_not_theirs_for_all(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    ann = cast.add(Role.STANDARD)
    assert try_completing(ann, task).status_code == 403
    stranger = try_completing(cast.olga, task, override_user=ann.user_id)
    assert set(problems(stranger)) == {"override_user"}
    part = complete(cast.olga, task, override_user=cast.leo.user_id)
    assert part["completed_by_assignees"]["users"] == [cast.leo.user_id]
    whole = complete(cast.olga, task)
    assert (whole["status"], whole["completer_id"]) == ("completed", cast.olga.user_id)


def test_40_6_2_all_must_approve(cast: Cast) -> None:
    approvals = [(True, True, True), (True, False, False), (False, True, False)]
    for first, second, together in approvals:
        task = for_everyone(cast, cast.mia, cast.leo, step_type="approval")
        assert set(problems(try_completing(cast.mia, task))) == {"is_approved"}
        part = complete(cast.mia, task, is_approved=first)
        assert (part["status"], part["is_approved"]) == ("in-progress", None)
        assert complete(cast.leo, task, is_approved=second)["is_approved"] is together


def test_ruling_20_another_decision_replaces_ones_first(cast: Cast) -> None:
    """Found B8."""
    task = for_everyone(cast, cast.mia, cast.leo, step_type="approval")
    before = complete(cast.mia, task, is_approved=True)
    path = f"/activity-feeds?entity_type=run&entity_id={task['run_id']}"
    told = len(made(cast.olga.get(path), 200))
    stored_before = stored(cast)
    assert complete(cast.mia, task, is_approved=True) == before
    assert stored(cast) == stored_before

    changed = complete(cast.mia, task, is_approved=False, comment="The sum is wrong.")

    assert (changed["status"], changed["completion_progress"]) == ("in-progress", 50)
    feed = made(cast.olga.get(path), 200)
    new = [entry for entry in feed[: len(feed) - told] if entry["verb"] == ["updated"]]
    assert ["rejected" in entry["description"][0] for entry in new] == [True]
    assert "The sum is wrong." in str(comments_of(cast.olga, task))
    done = complete(cast.leo, task, is_approved=True)
    assert (done["status"], done["is_approved"]) == ("completed", False)


def test_ruling_20_back_to_approved_and_for_another(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo, step_type="approval")
    complete(cast.mia, task, is_approved=False)
    complete(cast.olga, task, is_approved=True, override_user=cast.mia.user_id)
    assert complete(cast.leo, task, is_approved=True)["is_approved"] is True


def test_ruling_20_who_decides_anew_when_nobody_is_missing_decides(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo, step_type="approval")
    complete(cast.mia, task, is_approved=True)
    owners = {"owners": {"users": [cast.mia.user_id]}}
    made(cast.olga.put(f"/tasks/{task['id']}", owners), 200)
    done = complete(cast.mia, task, is_approved=False)
    assert (done["status"], done["is_approved"]) == ("completed", False)


def test_ruling_20_a_task_without_decisions_knows_no_other_one(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    complete(cast.mia, task)
    before = stored(cast)
    complete(cast.mia, task, is_approved=True)
    assert stored(cast) == before


def test_40_6_2_the_flag_means_nothing_for_other_types(cast: Cast) -> None:
    owners = {"users": [cast.mia.user_id, cast.leo.user_id]}
    task = make_oneoff(cast.olga, task_type="expiring", everyone_must_complete=True, owners=owners)
    assert (task["everyone_must_complete"], task["completion_progress"]) == (False, None)
    assert complete(cast.mia, task)["status"] == "completed"


def test_40_6_2_a_part_of_somebody_who_has_gone_counts_no_more(cast: Cast) -> None:
    group = cast.group(cast.mia, cast.leo)
    task = for_everyone(cast, groups=[group], assign_run_starter=False)
    complete(cast.mia, task)
    members = {"members": [cast.mia.user_id]}
    made(cast.olga.put(f"/groups/{group}", members))
    # Nobody is missing, and nothing is completed by that itself.
    assert read_task(cast.olga, task)["completion_progress"] == 100
    assert read_task(cast.olga, task)["status"] == "in-progress"
    assert complete(cast.mia, task)["status"] == "completed"


def test_40_6_2_who_is_taken_off_and_comes_back_does_their_part_again(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    complete(cast.mia, task)
    path = f"/tasks/{task['id']}"
    ann = cast.add(Role.STANDARD)
    # Who stays has done their part, whoever comes.
    both = {"owners": {"users": [cast.mia.user_id, ann.user_id]}}
    stayed = made(cast.olga.put(path, both), 200)
    assert stayed["completed_by_assignees"]["users"] == [cast.mia.user_id]
    assert stayed["completion_progress"] == 50
    gone = made(cast.olga.put(path, {"owners": {"users": [cast.leo.user_id]}}), 200)
    assert gone["completed_by_assignees"] == {"users": [], "guests": []}
    back = {"owners": {"users": [cast.mia.user_id, cast.leo.user_id]}}
    again = made(cast.olga.put(path, back), 200)
    assert (again["completed_by_assignees"]["users"], again["completion_progress"]) == ([], 0)
    assert complete(cast.leo, task)["status"] == "in-progress"
    assert complete(cast.mia, task)["status"] == "completed"


def test_40_6_2_named_and_in_a_group_is_taken_off_by_both(cast: Cast) -> None:
    group = cast.group(cast.mia, cast.leo)
    task = for_everyone(cast, cast.mia, groups=[group])
    other = for_everyone(cast, cast.mia, groups=[group])
    path = f"/tasks/{task['id']}"
    for each in (task, other):
        complete(cast.mia, each)
    by_group = made(cast.olga.put(path, {"owners": {"users": []}}), 200)
    assert by_group["completed_by_assignees"]["users"] == [cast.mia.user_id]
    members: list[list[Person]] = [[cast.leo], [cast.leo, cast.mia]]
    for people in members:
        ids = [person.user_id for person in people]
        made(cast.olga.put(f"/groups/{group}", {"members": ids}))
    assert read_task(cast.olga, task)["completed_by_assignees"]["users"] == []
    # Elsewhere she was assigned by name all the time.
    assert read_task(cast.olga, other)["completed_by_assignees"]["users"] == [cast.mia.user_id]
    assert complete(cast.leo, other)["status"] == "completed"
    # What is completed tells who did it, whoever is in the group now.
    made(cast.olga.put(f"/groups/{group}", {"members": []}))
    done = read_task(cast.olga, other)["completed_by_assignees"]["users"]
    assert sorted(done) == sorted([cast.mia.user_id, cast.leo.user_id])


def test_40_6_2_a_guest_of_a_group_does_their_part_again(cast: Cast) -> None:
    guest = f"gus-{cast.organization_id}@guests.test"
    body = {"name": "Movers", "members": [cast.mia.user_id], "guests": [guest]}
    group = made(cast.olga.post("/groups", body))["id"]
    task = for_everyone(cast, groups=[group], assign_run_starter=False)
    gus = cast.guest_of(read_task(cast.olga, task))
    made(try_completing(gus, task), 200)
    assert read_task(cast.olga, task)["completed_by_assignees"]["guests"] == [guest]
    guests: list[list[str]] = [[], [guest]]
    for addresses in guests:
        made(cast.olga.put(f"/groups/{group}", {"guests": addresses}))
    assert read_task(cast.olga, task)["completed_by_assignees"]["guests"] == []
    assert complete(cast.mia, task)["status"] == "in-progress"
    assert made(try_completing(gus, task), 200)["status"] == "completed"


def test_40_6_2_parts_of_who_is_shut_out(cast: Cast) -> None:
    """Handed over, it is the heir's to do; only out of the group for a while, it is still done."""
    ann = cast.add(Role.STANDARD)
    group = cast.group(ann, cast.leo)
    named, by_group = for_everyone(cast, ann, cast.leo), for_everyone(cast, groups=[group])
    for task in (named, by_group):
        complete(ann, task)
    disable = f"/users/{ann.user_id}/disable?with_reassignment=true&to={cast.mia.user_id}"
    made(cast.olga.delete(disable), 200)
    assert read_task(cast.olga, named)["completed_by_assignees"]["users"] == []
    made(cast.olga.put(f"/users/{ann.user_id}/enable"), 200)
    people = {"users": [ann.user_id, cast.leo.user_id, cast.mia.user_id]}
    again = made(cast.olga.put(f"/tasks/{named['id']}", {"owners": people}), 200)
    assert again["completed_by_assignees"]["users"] == []
    assert read_task(cast.olga, by_group)["completed_by_assignees"]["users"] == [ann.user_id]


def test_40_6_2_who_becomes_a_guest_has_done_their_part(cast: Cast) -> None:
    ann = cast.add(Role.STANDARD)
    task = for_everyone(cast, ann, cast.mia)
    complete(ann, task)
    address = cast_address(cast, ann)
    made(cast.olga.put(f"/users/{ann.user_id}/to/guest"), 200)
    now = read_task(cast.olga, task)
    assert now["completed_by_assignees"] == {"users": [], "guests": [address]}
    assert now["completion_progress"] == 50
    assert complete(cast.mia, task)["status"] == "completed"


def test_40_6_2_parts_at_once_complete_it_once(cast: Cast) -> None:
    people = [cast.mia, cast.leo, *(cast.add(Role.STANDARD) for _ in range(4))]
    task = for_everyone(cast, *people)
    everybody = [person.again() for person in people * 2]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda person: try_completing(person, task), everybody))
    assert {answer.status_code for answer in answers} == {200}
    assert read_task(cast.olga, task)["completion_progress"] == 100
    assert completions(cast.olga, task) == 1
    assert len(comments_of(cast.olga, task)) == 5


def test_found_b9_twelve_approvals_at_once_are_one_decision(cast: Cast) -> None:
    """One by each of twelve, who must all decide; and twelve for a task that one decides."""
    people = [cast.mia, cast.leo, *(cast.add(Role.LIGHT) for _ in range(10))]
    task = for_everyone(cast, *people, step_type="approval")
    owners = [person.user_id for person in people]
    alone = one_task(cast.olga, step_type="approval", assignees=owners)

    def decide(place: int) -> list[int]:
        person, is_approved = people[place].again(), place != 7
        answers = [try_completing(person, each, is_approved=is_approved) for each in (task, alone)]
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(decide, range(12)))

    assert {for_all for for_all, _ in statuses} == {200}
    done = read_task(cast.olga, task)
    assert (done["status"], done["is_approved"]) == ("completed", False)
    assert completions(cast.olga, task) == 1
    assert len(done["completed_by_assignees"]["users"]) == 12
    # Who decided otherwise than the first is told so.
    decided = read_task(cast.olga, alone)["is_approved"]
    refused = [place for place, (_, status) in enumerate(statuses) if status != 200]
    assert refused == ([7] if decided else [place for place in range(12) if place != 7])
    assert {status for _, status in statuses} <= {200, 422}
    assert completions(cast.olga, alone) == 1


def test_40_46_reopening_lets_everybody_begin_again(cast: Cast) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    complete(cast.mia, task)
    complete(cast.leo, task)
    reopened = made(cast.leo.delete(f"/completed-tasks/{task['id']}"), 200)
    assert (reopened["status"], reopened["completion_progress"]) == ("in-progress", 0)
    assert reopened["completed_by_assignees"] == {"users": [], "guests": []}
    # An issue on a completed task reopens it, and asks everybody again too.
    complete(cast.mia, task)
    complete(cast.leo, task)
    made(cast.olga.post(f"/tasks/{task['id']}/problem", {"content": "Wrong form"}))
    assert read_task(cast.olga, task)["completion_progress"] == 0


def test_40_55_a_guest_completes_by_code(cast: Cast) -> None:
    task = one_task(
        cast.olga,
        everyone_must_complete=True,
        assignees=[cast.mia.user_id],
        guests=[GUS],
        captures=[asked("Name", required=True)],
    )
    gus: Guest = cast.guest_of(task)
    assert set(problems(try_completing(gus, task))) == {
        f"taskdata.{field['id']}" for field in form_of(cast.olga, task)
    }
    (field,) = form_of(cast.olga, task)
    set_answers(cast, task, {field["id"]: "Gus"})
    part = made(try_completing(gus, task), 200)
    assert (part["status"], part["completion_progress"]) == ("in-progress", 50)
    assert read_task(cast.olga, task)["completed_by_assignees"] == {"users": [], "guests": [GUS]}
    complete(cast.mia, task)
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    complete(cast.mia, task)
    done = made(try_completing(gus, task), 200)
    assert (done["status"], done["completer_guest"], done["completer_id"]) == (
        "completed",
        GUS,
        None,
    )
    assert isinstance(done["completer_guest_id"], int)
    last = task_facts(cast.olga, task)[-1]
    assert (last["verb"][0], last["source"]) == ("completed", ["Guest"])
    other = one_task(cast.olga)
    assert try_completing(gus, other).status_code == 404
    assert gus.delete(f"/completed-tasks/{task['id']}").status_code == 403
    assert try_completing(gus, task, override_user=cast.mia.user_id).status_code == 200


def form_of(by: Person, task: Any) -> list[Any]:
    return list(read_task(by, task, "?with=form_fields")["form_fields"]["data"])


# --- E-mail tasks ---


def test_50_48_an_email_task_sends_one_mail_to_each(cast: Cast) -> None:
    ann = cast.add(Role.STANDARD)
    summary = '<p>Dear <b>{{who}}</b>,</p><p>see <a href="https://a.test/x">here</a>.</p>'
    step = {
        "title": "To {{who}}",
        "step_type": "email",
        "summary": summary,
        "assignees": [cast.mia.user_id, ann.user_id],
        "guests": [GUS],
        "groups": [cast.group(ann, cast.leo)],
    }
    template = template_with(cast.olga, [step])
    (task,) = tasks_of(cast.olga, launch(cast.olga, template))
    complete(cast.olga, task)
    sent = mails_of(cast)
    addresses = {cast_address(cast, person) for person in (cast.mia, ann, cast.leo)}
    assert sorted(mail.to for mail in sent) == sorted({*addresses, GUS})
    (mail,) = [mail for mail in sent if mail.to == GUS]
    # A variable that there is none of stays as it was typed.
    assert mail.subject == "To {{who}}"
    assert mail.text.startswith("Dear {{who}},\n\nsee here (https://a.test/x).")
    assert "Cast & Co" in mail.text
    (told,) = [fact for fact in task_facts(cast.olga, task) if fact["verb"][0] == "emitted"]
    assert "4 people" in str(told["description"])
    # Reopened and completed again: sent again.
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    complete(cast.olga, task)
    assert len(mails_of(cast)) == 8


def cast_address(cast: Cast, person: Person) -> str:
    users = made(cast.olga.get("/users?without_pagination=true"), 200)
    return next(str(user["email"]) for user in users if user["id"] == person.user_id)


def test_40_7_6_answers_stand_in_the_mail_and_chromeless_ones_are_bare(cast: Cast) -> None:
    steps = [
        {"title": "Ask", "captures": [asked("Who"), asked("Why")]},
        {
            "title": "Hello {{who}}",
            "step_type": "email",
            "summary": "<p>{{who}} &amp; co</p>",
            "send_chromeless": True,
        },
    ]
    template = template_with(cast.olga, steps)
    ids = field_ids(cast.olga, template)
    path = f"/checklists/{template['id']}/steps"
    ask, mail_step = made(cast.olga.get(path), 200)
    alias = next(each["alias"] for each in ask["captures"] if each["label"] == "Who")
    texts = {"title": f"Hello {{{{{alias}}}}}", "summary": f"<p>{{{{{alias}}}}} &amp; co</p>"}
    made(cast.olga.put(f"{path}/{mail_step['id']}", texts), 200)
    asking, mailing = tasks_of(cast.olga, launch(cast.olga, template))
    set_answers(cast, asking, {ids["Who"]: "<Ann>\nEve"})
    complete(cast.olga, mailing)
    (mail,) = mails_of(cast)
    assert mail.subject == "Hello <Ann> Eve"
    assert mail.text == "<Ann> Eve & co"


def test_50_10_without_recipients_it_completes_and_says_so(cast: Cast) -> None:
    task = make_oneoff(cast.olga, task_type="email")
    assert complete(cast.olga, task)["status"] == "completed"
    assert mails_of(cast) == []
    (told,) = [fact for fact in task_facts(cast.olga, task) if fact["verb"][0] == "emitted"]
    assert "no recipients" in str(told["description"])
    (line,) = [line for line in cast.server.log_text().splitlines() if task["id"] in line
               and "email_send_failed" in line]  # fmt: skip
    assert "no recipients" in line


def test_50_32_a_refused_completion_sends_nothing(cast: Cast) -> None:
    captures = [asked("Name", required=True)]
    task = one_task(cast.olga, step_type="email", captures=captures)
    assert try_completing(cast.olga, task).status_code == 422
    assert mails_of(cast) == []


# --- Deadlines and the process ---


def test_30_46_the_last_visible_task_completes_the_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    first, second = tasks_of(cast.olga, process)
    complete(cast.olga, first)
    assert read(cast.olga, process)["completed_at"] is None
    complete(cast.olga, second)
    done = read(cast.olga, process)
    assert (done["status"], done["completed_at"] is None) == ("complete", False)
    made(cast.olga.delete(f"/completed-tasks/{second['id']}"), 200)
    again = read(cast.olga, process)
    assert (again["status"], again["completed_at"]) == ("active", None)
    verbs = [entry["verb"][0] for entry in activity_of(cast.olga, process)]
    assert verbs.count("uncompleted") == 1


@pytest.mark.parametrize("state", ["archived", "frozen"])
def test_40_1_1_neither_archived_nor_frozen_work_is_completed(cast: Cast, state: str) -> None:
    task = for_everyone(cast, cast.mia, cast.leo)
    run = f"/runs/{task['run_id']}"
    if state == "archived":
        assert cast.olga.delete(run).status_code == 200
    else:
        made(cast.olga.post(f"{run}/problem", {"content": "Stop"}))
    assert try_completing(cast.mia, task).status_code == 422
    assert read_task(cast.olga, task)["completion_progress"] == 0
