"""Watchers (contract 60, 3): who may watch what, and what addresses are told."""

from typing import Any

import pytest
import requests

from cast import GUS, Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from letters import Letter, address_of, bells_of, mails_of
from procession.core.times import HOUR, MINUTE
from procession.flows.webhooks import bundling
from receivers import Receiver
from worker.webhooks import Sender, hooks, people, sender, standing

__all__ = ["hooks", "people", "sender", "standing"]

#: What an organization's webhook hears, and nothing else.
SEVEN = {
    "process.launched", "process.completed", "task.completed", "task.assigned",
    "task.comment_added", "task.issue_raised", "task.issue_resolved",
}  # fmt: skip


def of_organization(people: Cast, hooks: Receiver, path: str = "/ok") -> Any:
    return {
        "object_type": "organization",
        "object_id": people.organization_id,
        "notification_type": "webhook",
        "frequency": "electric",
        "webhook": hooks.url(path),
    }


def test_60_19_and_20_a_webhook_of_the_organization_is_for_administrators(
    people: Cast, hooks: Receiver
) -> None:
    sent = of_organization(people, hooks)
    own = f"/users/{people.olga.user_id}/add-watcher"
    watcher = made(people.olga.post(own, sent))
    assert isinstance(watcher["id"], int)
    assert watcher["webhook"] == watcher["webhook_url"] == watcher["url"] == hooks.url()
    again = people.olga.post(own, sent)
    assert (again.status_code, again.json()["data"]["id"]) == (200, watcher["id"])
    refused = people.mia.post(f"/users/{people.mia.user_id}/add-watcher", sent)
    assert refused.status_code == 403
    (found,) = made(people.olga.get("/watchers?notification=webhook"), 200)
    assert (found["id"], found["webhook"]) == (watcher["id"], hooks.url())
    assert made(people.mia.get("/watchers"), 200) == []
    assert people.mia.delete(f"/remove-watcher/{watcher['id']}").status_code == 404
    assert made(people.olga.delete(f"/remove-watcher/{watcher['id']}"), 200)["id"] == watcher["id"]
    assert people.olga.delete(f"/remove-watcher/{watcher['id']}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"object_type": "planet"}, 422),
        ({"notification_type": "pigeon"}, 422),
        ({"frequency": "sometimes"}, 422),
        ({"webhook": None}, 422),
        ({"webhook": "ftp://hooks.test/"}, 422),
        ({"notification_type": "email"}, 422),
        ({"object_id": "0" * 32}, 403),
        ({"object_type": "run", "object_id": "0" * 32}, 403),
        ({"object_type": "user", "object_id": "x"}, 403),
    ],
)
def test_60_3_what_is_wrong_is_said(people: Cast, hooks: Receiver, wrong: Any, status: int) -> None:
    sent = {**of_organization(people, hooks), **wrong}
    assert people.olga.post("/users/me/add-watcher", sent).status_code == status
    assert made(people.olga.get("/watchers"), 200) == []


def test_60_3_who_may_not_read_it_may_not_watch_it(people: Cast) -> None:
    process = launch(people.olga, make_template(people.olga, 1))
    body = {"object_type": "process", "object_id": process["id"], "frequency": "mindful"}
    assert people.leo.post("/users/me/add-watcher", body).status_code == 403
    watcher = made(people.olga.post("/users/me/add-watcher", body))
    assert (watcher["object_type"], watcher["frequency"]) == ("run", "mindful")
    assert watcher["webhook"] is None
    other = people.mia.post(f"/users/{people.olga.user_id}/add-watcher", body)
    assert other.status_code == 403
    # With what is watched the watcher goes.
    assert people.olga.delete(f"/runs/{process['id']}").status_code == 200
    assert people.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    assert made(people.olga.get("/watchers"), 200) == []


def test_60_3_a_guest_watches_a_task_of_theirs(people: Cast) -> None:
    task = make_oneoff(people.olga, owners={"guests": [GUS]})
    guest = people.guest_of(task)
    body = {"object_type": "task", "object_id": task["id"]}
    watcher = made(guest.client.post(guest.path("/add-watcher"), body))
    assert (watcher["guest_email"], watcher["user_id"]) == (GUS, None)
    wrong = {"object_type": "checklist", "object_id": task["id"]}
    assert guest.client.post(guest.path("/add-watcher"), wrong).status_code == 422
    assert people.mia.post(f"/guests/{GUS}/add-watcher", body).status_code == 403


def test_60_21_the_organization_hears_exactly_the_seven_events(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    made(people.olga.post("/users/me/add-watcher", of_organization(people, hooks)))
    template = make_template(people.olga, 2)
    process = launch(people.olga, template)
    first, second = tasks_of(people.olga, process)
    path = f"/runs/{process['id']}"
    owners = {"users": [people.olga.user_id, people.mia.user_id]}
    made(people.olga.put(f"/tasks/{first['id']}", {"owners": owners}), 200)
    made(people.olga.put(f"/tasks/{first['id']}", {"owners": {"users": []}}), 200)
    made(people.mia.post(f"/tasks/{first['id']}/comment", {"content": "Soon"}))
    issue = {"content": "It is stuck", "label": "problem"}
    thread = made(people.mia.post(f"/tasks/{first['id']}/problem", issue))
    made(
        people.olga.post(
            f"/tasks/{first['id']}/resolved-threads", {"thread_id": thread["id"], "content": "Done"}
        )
    )
    complete(people.olga, first)
    made(people.olga.delete(f"{path}/completed-tasks/{first['id']}"), 200)
    complete(people.olga, first)
    complete(people.olga, second)
    made(people.olga.put(path, {"name": "Renamed"}), 200)
    assert people.olga.delete(path).status_code == 200
    sender.send()
    heard = hooks.events()
    assert set(heard) == SEVEN
    assert heard.count("task.assigned") == 3  # Two of the launch, and mia.
    added = [each.body for each in hooks.got if each.body["event"] == "task.assigned"][2]
    assert [each["id"] for each in added["assignees"]["users"]] == [people.mia.user_id]
    assert added["actor"]["id"] == people.olga.user_id
    assert added["task"]["id"] == first["id"]
    assert added["process"]["id"] == process["id"]
    assert added["template"] == {"id": template["id"], "title": template["title"]}
    said = next(each.body for each in hooks.got if each.body["event"] == "task.comment_added")
    assert said["comment"]["content"] == "Soon"
    assert said["organization_id"] == people.organization_id


def test_60_3_and_30_24_whoever_watches_one_thing_hears_of_that_alone(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    template = make_template(people.olga, 1)
    watched, other = launch(people.olga, template), launch(people.olga, template)
    task = tasks_of(people.olga, watched)[0]
    for kind, object_id in (
        ("run", watched["id"]), ("task", task["id"]), ("checklist", template["id"]),
        ("user", people.olga.user_id),
    ):  # fmt: skip
        sent = {"object_type": kind, "object_id": str(object_id), "notification_type": "webhook",
                "webhook": hooks.url(f"/20{len(kind)}")}  # fmt: skip
        made(people.olga.post("/users/me/add-watcher", sent))
    made(people.olga.put(f"/tasks/{task['id']}", {"owners": {"users": []}}), 200)
    for process in (watched, other):
        complete(people.olga, tasks_of(people.olga, process)[0])
        people.olga.delete(f"/runs/{process['id']}")
        made(people.olga.put(f"/runs/{process['id']}/activate"), 200)
    made(people.olga.post(f"/checklists/{template['id']}/steps", {"title": "More"}))
    sender.send()
    assert hooks.events("/203") == [  # run
        "task.completed", "process.completed", "process.archived", "process.unarchived",
    ]  # fmt: skip
    assert hooks.events("/209") == ["template.step_created"]  # checklist
    assert [each.path for each in hooks.got].count("/204") == 2 + 2  # task, and user
    on_task = [
        each.body["event"]
        for each in hooks.at("/204")
        if each.body["task"] and each.body["task"]["id"] == task["id"]
    ]
    assert sorted(on_task) == ["task.assigned", "task.completed", "task.completed"]


# --- By mail ---


def bundles(people: Cast, sender: Sender) -> list[str]:
    """Of mia, as they go now: the text of each."""
    while bundling.send_one_bundle(sender.server):
        pass
    address = made(people.mia.get("/me"), 200)["email"]
    return [each.text for each in mails_of(people, address) if each.subject.startswith("News of")]


def watch(people: Cast, frequency: str, **what: Any) -> Any:
    return made(people.mia.post("/users/me/add-watcher", {"frequency": frequency, **what}))


def test_60_23_a_mindful_watcher_gets_one_bundle_in_three_hours_and_none_of_nothing(
    people: Cast, sender: Sender
) -> None:
    process = launch(people.olga, make_template(people.olga, 2))
    watch(people, "mindful", object_type="run", object_id=process["id"])
    assert bundles(people, sender) == []
    for task in tasks_of(people.olga, process):
        complete(people.olga, task)
    sender.clock.now = sender.real() + 2 * HOUR
    assert bundles(people, sender) == []
    sender.clock.now += 2 * HOUR
    (text,) = bundles(people, sender)
    assert text.count("completed the task") == 2
    assert 'completed the process "Ann joins"' in text
    sender.clock.now += 6 * HOUR
    assert len(bundles(people, sender)) == 1


def test_95_3_16_the_bell_of_who_watches_tells_what_is_archived_and_restored(
    people: Cast,
) -> None:
    """And who watches is shown beside it: to administrators, and to themselves."""
    process = launch(people.olga, make_template(people.olga, 1))
    path = f"/runs/{process['id']}"
    watcher = watch(people, "chilled", object_type="run", object_id=process["id"])
    guests = {"object_type": "run", "object_id": process["id"], "frequency": "electric"}
    make_oneoff(people.olga, run_id=process["id"], owners={"guests": [GUS]})
    of_guest = made(people.olga.post(f"/guests/{GUS}/add-watcher", guests))
    shown = made(people.olga.get(f"{path}?with=member_watchers.watcher,guest_watchers"), 200)
    (seen,), (of_gus,) = shown["member_watchers"]["data"], shown["guest_watchers"]["data"]
    assert (seen["id"], seen["frequency"]) == (watcher["id"], "chilled")
    assert seen["watcher"]["data"]["id"] == people.mia.user_id
    assert (of_gus["id"], of_gus["watcher"]["data"]["email"]) == (of_guest["id"], GUS)
    (row,) = made(people.mia.get("/runs?with=member_watchers,guest_watchers"), 200)
    assert [len(row[f"{kind}_watchers"]["data"]) for kind in ("member", "guest")] == [1, 0]
    assert made(people.mia.get(path), 200).keys().isdisjoint(("member_watchers", "guest_watchers"))
    for by in (people.olga, people.mia):
        for method, address in (("DELETE", path), ("PUT", f"{path}/activate")):
            assert by.call(method, address).ok
    bells = [(each["kind"], each["text"], each["subject_id"]) for each in bells_of(people.mia)]
    assert bells == [
        ("process_restored", "Process restored: Ann joins", process["id"]),
        ("process_archived", "Process archived: Ann joins", process["id"]),
    ]
    # Who may no longer read it is told nothing.
    closed = {"process_read": {"all_members": False, "users": [], "groups": []}}
    made(people.olga.put(f"{path}/permissions", closed), 200)
    assert people.olga.delete(path).ok
    assert len(bells_of(people.mia)) == 2


def test_60_3_mails_go_at_once_or_daily_never_of_ones_own_deeds_nor_of_what_is_hidden(
    people: Cast, sender: Sender
) -> None:
    template = make_template(people.olga, 1)
    process = launch(people.olga, template)
    task = tasks_of(people.olga, process)[0]
    watch(people, "electric", object_type="task", object_id=task["id"])
    watch(people, "chilled", object_type="checklist", object_id=template["id"])
    complete(people.mia, task)
    sender.clock.now = sender.real()
    assert bundles(people, sender) == []
    made(people.olga.delete(f"/runs/{process['id']}/completed-tasks/{task['id']}"), 200)
    launch(people.olga, template)
    sender.clock.now = sender.real() + MINUTE
    (reopened,) = bundles(people, sender)
    assert "reopened the task" in reopened
    sender.clock.now += 25 * HOUR
    _, daily = bundles(people, sender)
    assert daily.count("launched the process") == 1
    # Who may no longer read it is told nothing.
    complete(people.olga, task)
    closed = {"process_read": {"all_members": False, "users": [], "groups": []}}
    made(people.olga.put(f"/runs/{process['id']}/permissions", closed), 200)
    sender.clock.now += 25 * HOUR
    assert len(bundles(people, sender)) == 2


def letters_of(people: Cast, sender: Sender) -> list[Letter]:
    """The mails to mia that tell what she watches, as they go now."""
    while bundling.send_one_bundle(sender.server):
        pass
    return [each for each in mails_of(people, address_of(people.mia)) if "News" in each.subject]


def test_60_3_a_bundle_looks_like_other_mails_and_one_click_ends_it(
    people: Cast, sender: Sender
) -> None:
    process = launch(people.olga, make_template(people.olga, 2), name="Ann <joins> & stays")
    first, second = tasks_of(people.olga, process)
    watch(people, "electric", object_type="run", object_id=process["id"])
    complete(people.olga, first)
    sender.clock.now = sender.real() + MINUTE
    (letter,) = letters_of(people, sender)
    assert letter.subject == f"News of {process['name']}"
    assert f"/app/processes/{process['id']}" in letter.html
    assert "completed the task" in letter.html
    assert "<joins>" not in letter.html
    assert "/app/settings/notifications" in letter.text
    link = people.server.base_url + "/public/" + letter.unsubscribe.partition("/public/")[2]
    page = requests.get(link, headers={"Sec-Fetch-Mode": "navigate"})
    assert "you watch it no more" in page.text
    assert requests.post(link[:-1] + "?").status_code in (404, 405)
    for _ in range(2):
        assert requests.post(link, data="List-Unsubscribe=One-Click").status_code == 204
    assert made(people.mia.get("/watchers"), 200) == []
    complete(people.olga, second)
    sender.clock.now = sender.real() + HOUR
    assert len(letters_of(people, sender)) == 1


def test_60_7_whoever_wants_no_mail_at_all_is_mailed_nothing_they_watch(
    people: Cast, sender: Sender
) -> None:
    made(people.mia.put("/me", {"mail_enabled": False}), 200)
    process = launch(people.olga, make_template(people.olga, 1))
    watch(people, "electric", object_type="run", object_id=process["id"])
    complete(people.olga, tasks_of(people.olga, process)[0])
    sender.clock.now = sender.real() + MINUTE
    assert letters_of(people, sender) == []
    # Nor later what has happened meanwhile.
    made(people.mia.put("/me", {"mail_enabled": True, "locale": "de"}), 200)
    assert letters_of(people, sender) == []
    made(people.olga.delete(f"/runs/{process['id']}"), 200)
    sender.clock.now = sender.real() + MINUTE
    (letter,) = letters_of(people, sender) or [
        each for each in mails_of(people, address_of(people.mia)) if "Neues" in each.subject
    ]
    assert letter.subject == "Neues von Ann joins"


def test_60_3_a_star_is_a_watcher_who_hears_every_three_hours(people: Cast) -> None:
    template = make_template(people.olga, 1)
    path = f"/checklists/{template['id']}"
    process = launch(people.olga, template, starred=True)

    def watched() -> list[tuple[str, str, str]]:
        found = made(people.olga.get("/watchers"), 200)
        return [(each["object_type"], each["object_id"], each["frequency"]) for each in found]

    assert watched() == [("run", process["id"], "mindful")]
    for _ in range(2):
        made(people.olga.put(f"{path}/star", {"starred": True}), 200)
    assert watched()[1:] == [("checklist", template["id"], "mindful")]
    made(people.olga.put(f"/runs/{process['id']}", {"starred": False}), 200)
    made(people.olga.put(path, {"title": template["title"], "starred": False}), 200)
    assert watched() == []
    # Whoever watches by themselves goes on as they chose.
    own = {"object_type": "run", "object_id": process["id"], "frequency": "electric"}
    made(people.olga.post("/users/me/add-watcher", own))
    for starred in (True, False):
        made(people.olga.put(f"/runs/{process['id']}", {"starred": starred}), 200)
        assert watched() == [("run", process["id"], "electric")]


def test_60_3_who_watches_a_document_hears_of_a_change_once_and_of_other_templates_none(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    document = make_template(people.olga, 1, type="document")
    procedure = make_template(people.olga, 1)
    for template in (document, procedure):
        sent = {"object_type": "checklist", "object_id": template["id"],
                "notification_type": "webhook", "webhook": hooks.url("/document")}  # fmt: skip
        made(people.olga.post("/users/me/add-watcher", sent))
        changes = {"title": "Fire drill", "summary": "Leave by the back door."}
        made(people.olga.put(f"/checklists/{template['id']}", changes), 200)
    sender.send()
    assert hooks.events("/document") == ["template.document_updated"]
    assert hooks.at("/document")[0].body["template"]["id"] == document["id"]
