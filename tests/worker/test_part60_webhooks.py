"""Webhooks (contract 60, 2; ruling 32): what is sent, in which order, how often, to whom not."""

import base64
import hashlib
import hmac
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from cast import GUS, Cast
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_oneoff,
    make_rule,
    make_template,
    read,
    tasks_of,
)
from forms import OPTIONS, asked
from letters import mails_of
from procession.core.times import DAY, MINUTE, SECOND
from procession.domains.webhooks.tables import webhook_secrets
from procession.flows.webhooks import sending
from procession.kit.db import Statement
from procession.worker.calling import Calling
from receivers import Receiver
from sent import upload
from worker.webhooks import Sender, hooks, people, sender, standing

__all__ = ["hooks", "people", "sender", "standing"]

_SECRETS = Statement(webhook_secrets.select())


def hooked(people: Cast, hooks: Receiver, steps: Any = 2, path: str = "/ok", **more: Any) -> Any:
    """A template that calls a receiver."""
    template = make_template(people.olga, steps, **more)
    made(
        people.olga.put(
            f"/checklists/{template['id']}",
            {"title": template["title"], "webhook": hooks.url(path)},
        ),
        200,
    )
    hooks.got.clear()
    return template


def deliveries(people: Cast, query: str = "") -> list[Any]:
    return list(made(people.olga.get(f"/webhook-deliveries{query}"), 200))


def delivery(people: Cast, found: Any) -> Any:
    return made(people.olga.get(f"/webhook-deliveries/{found['id']}"), 200)


# --- What is sent ---


def test_60_08_and_11_a_launch_tells_the_templates_webhook(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    kickoff = [asked("Client"), asked("Metal", "dropdown")]
    template = hooked(people, hooks, prerun=kickoff)
    ids = {each["label"]: each["id"] for each in template["prerun"]}
    names = {each["label"]: each["alias"] for each in template["prerun"]}
    process = launch(
        people.olga, template, prerun={ids["Client"]: "Acme", ids["Metal"]: OPTIONS[0]}
    )
    sender.send()
    (got,) = hooks.at("/ok")
    body = got.body
    assert (body["event"], body["id"]) == ("process.launched", process["id"])
    assert body["prerun"][ids["Client"]] == "Acme"
    assert body["ko-form-fields"][names["Client"]] == "Acme"
    assert body["prerun"][ids["Metal"]]["text"] == "Silver"
    assert set(body["process-tasks"].values()) == {
        task["id"] for task in tasks_of(people.olga, process)
    }
    assert body["launcher"]["id"] == people.olga.user_id
    # All that the API says of the process, but for whose lists are written out, and for holds,
    # which are nobody's outside (70, 4).
    said = read(people.olga, process)
    theirs = [key for key in said if key not in ("starred", "users", "groups", "held")]
    assert {key: body[key] for key in theirs} == {key: said[key] for key in theirs}
    assert "held" not in body
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["X-Tallyfy-orgID"] == people.organization_id
    assert got.headers["X-Tallyfy-Delivery"] == body["delivery_id"]
    assert got.headers["X-Tallyfy-Event"] == "process.launched"
    assert "X-Tallyfy-Signature" not in got.headers


def test_60_09_12_and_22_each_completion_is_told_once_and_the_end(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    template = hooked(people, hooks, 2)
    process = launch(people.olga, template)
    first, second = tasks_of(people.olga, process)
    complete(people.olga, first)
    complete(people.olga, first)
    complete(people.mia, second)
    sender.send()
    assert hooks.events() == [
        "process.launched", "task.completed", "task.completed", "process.completed",
    ]  # fmt: skip
    _, one, two, _ = (each.body for each in hooks.at("/ok"))
    assert one["this_task"]["id"] == first["id"]
    assert one["this_task"]["status"] == "completed"
    assert one["next_task"]["id"] == second["id"]
    assert one["process"]["progress"] == {"complete": 1, "total": 2, "percent": 50}
    assert one["process"]["ClientURL"].endswith(f"/tracker/{process['id']}")
    assert one["template"]["id"] == template["id"]
    assert "version" not in one["template"]
    assert two["completer"]["id"] == people.mia.user_id
    assert two["this_task"]["completed_by"] == two["completer"]
    assert two["next_task"] == []
    # Completed again after a reopening: told again.
    made(people.olga.delete(f"/runs/{process['id']}/completed-tasks/{second['id']}"), 200)
    complete(people.olga, second)
    sender.send()
    assert hooks.events()[4:] == ["task.completed", "process.completed"]


def test_60_10_a_steps_webhook_stands_in_the_stead_of_the_templates(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    steps = [{"title": "Own", "webhook": hooks.url("/200")}, {"title": "Shared"}]
    process = launch(people.olga, hooked(people, hooks, steps))
    for task in tasks_of(people.olga, process):
        complete(people.olga, task)
    alone = make_oneoff(people.olga, webhook=hooks.url("/201"))
    complete(people.olga, alone)
    sender.send()
    assert hooks.events("/200") == ["task.completed"]
    assert hooks.events() == ["process.launched", "task.completed", "process.completed"]
    (told,) = hooks.at("/201")
    assert told.body["this_task"]["title"] == "Order a desk"
    assert (told.body["process"], told.body["template"]) == (None, None)
    assert told.body["next_task"] == []


def test_60_13_guest_links_let_in_and_are_kept_nowhere(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    template = hooked(people, hooks, [{"title": "Sign", "guests": [GUS]}, {"title": "File"}])
    launch(people.olga, template)
    sender.send()
    (got,) = hooks.at("/ok")
    links = got.body["guest-links"]
    assert list(links) == [GUS]
    link = links[GUS]["link_for_guest"]
    code = link.rsplit("/", 1)[1]
    assert f"/guest-all-task/{people.organization_id}/" in link
    seen = people.nobody.get(f"/organizations/{people.organization_id}/guests/{code}/tasks")
    assert seen.status_code == 200
    kept = delivery(people, deliveries(people)[0])
    assert kept["body"]["guest-links"][GUS]["link_for_guest"].endswith("/***")
    assert code not in str(people.olga.get("/activity-feeds").json())


def test_60_14_dates_of_fields_are_written_as_the_organization_likes(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    fields = [asked("Day", "date"), asked("Note")]
    template = hooked(people, hooks, [{"title": "Sign", "captures": fields}], prerun=fields)
    names = {each["label"]: each["id"] for each in template["prerun"]}
    made(people.olga.put("", {"timezone": "Europe/Berlin"}), 200)
    told = []
    for form in ("yyyy-MM-ddTHH:mm:ssZ", "d/m/Y h:i A T"):
        made(people.olga.put("", {"webhook_date_field_format": form}), 200)
        hooks.got.clear()
        launch(people.olga, template, prerun={names["Day"]: "2026-04-20", names["Note"]: "x"})
        sender.send()
        told.append(hooks.at("/ok")[0].body)
    assert told[0]["prerun"][names["Day"]] == "2026-04-19T22:00:00Z"
    assert told[1]["prerun"][names["Day"]] == "20/04/2026 12:00 AM CEST"
    for each in told:
        assert each["prerun"][names["Note"]] == "x"
        assert each["created_at"].endswith("Z")


def test_60_2_4_a_task_is_told_with_every_answer(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    fields = [
        asked("Sum"), asked("Metal", "dropdown"), asked("Metals", "multiselect"),
        asked("Left out"),
    ]  # fmt: skip
    kickoff = [asked("Client")]
    steps = [{"title": "Check", "captures": fields}, {"title": "Pay"}]
    template = hooked(people, hooks, steps, prerun=kickoff)
    process = launch(people.olga, template, prerun={template["prerun"][0]["id"]: "Acme"})
    task = tasks_of(people.olga, process)[0]
    form = made(people.olga.get(f"/tasks/{task['id']}?with=form_fields"), 200)["form_fields"]
    ids = {each["label"]: each["id"] for each in form["data"]}
    names = {each["label"]: each["alias"] for each in form["data"]}
    both = [{**each, "selected": True} for each in OPTIONS]
    given = {ids["Sum"]: "120.50", ids["Metal"]: OPTIONS[1], ids["Metals"]: both}
    made(people.olga.put(f"/tasks/{task['id']}", {"taskdata": given}), 200)
    complete(people.olga, task)
    sender.send()
    told = hooks.at("/ok")[1].body
    captures = told["this_task"]["captures"]
    assert captures[ids["Sum"]] == {"alias": names["Sum"], "label": "Sum", "value": "120.50"}
    assert captures[ids["Left out"]]["value"] is None
    assert captures[ids["Metal"]]["value"]["text"] == "Gold"
    assert told["form-fields"] == {
        template["prerun"][0]["alias"]: "Acme",
        names["Sum"]: "120.50",
        names["Metal"]: "Gold",
        names["Metals"]: "Silver, Gold",
        names["Left out"]: None,
    }
    assert told["process"]["prerun"] == {template["prerun"][0]["id"]: "Acme"}
    (inside,) = told["process"]["process_forms"].values()
    assert inside == captures
    assert told["this_task"]["owners"]["users"][0]["id"] == people.olga.user_id
    assert told["this_task"]["assets"] == []


def test_50_32_and_60_18_a_rule_calls_its_webhook_and_what_fails_calls_none(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    template = hooked(people, hooks, 2, path="/204")
    steps = made(people.olga.get(f"/checklists/{template['id']}/steps"), 200)
    make_rule(
        people.olga,
        template,
        then_actions=[
            {
                "action_type": "webhook", "action_verb": "emit_webhook", "alias_name": "Ledger",
                "webhook_url": hooks.url("/rule"), "target_step_id": steps[1]["id"],
            }
        ],
    )  # fmt: skip
    hooks.got.clear()
    process = launch(people.olga, template)
    first, second = tasks_of(people.olga, process)
    refused = people.olga.post("/completed-tasks", {"task_id": first["id"], "is_approved": 7})
    assert refused.status_code == 422
    complete(people.mia, first)
    sender.send()
    told = [each.body for each in hooks.got if each.body["event"] == "automation.webhook"]
    assert [each["this_task"]["id"] for each in told] == [second["id"]]
    assert told[0]["automation"]["alias_name"] == "Ledger"
    assert told[0]["completer"]["id"] == people.mia.user_id
    assert [each["event"] for each in deliveries(people)].count("task.completed") == 1


# --- How it is sent ---


def test_60_15_and_16_what_fails_is_tried_again_and_what_is_refused_is_not(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    for path in ("/500,200", "/404", "/redirect", "/reset"):
        complete(people.olga, make_oneoff(people.olga, webhook=hooks.url(path)))
    private = replace(sender.server, settings=people.server.storage.settings)
    hooks.got.clear()
    sender.send()
    assert [len(hooks.at(path)) for path in ("/500,200", "/404", "/redirect")] == [1, 1, 1]
    sender.later(9 * SECOND)
    assert len(hooks.at("/500,200")) == 1
    sender.later(2 * SECOND)
    first, second = hooks.at("/500,200")
    assert first.headers["X-Tallyfy-Delivery"] == second.headers["X-Tallyfy-Delivery"]
    assert first.raw == second.raw
    assert (len(hooks.at("/404")), len(hooks.at("/redirect")), len(hooks.at("/ok"))) == (1, 1, 0)
    assert len(hooks.at("/reset")) == 2
    found = {each["url"].rsplit("/", 1)[1]: each for each in deliveries(people)}
    assert [found[name]["status"] for name in ("500,200", "404", "redirect", "reset")] == [
        "ok", "failed", "failed", "pending",
    ]  # fmt: skip
    assert [each["status"] for each in delivery(people, found["500,200"])["log"]] == [500, 200]

    complete(people.olga, make_oneoff(people.olga, webhook=hooks.url("/ok")))
    Calling(private).finish()
    (refused,) = deliveries(people, f"?url={hooks.url('/ok')}")
    assert (refused["status"], refused["attempts"]) == ("failed", 1)
    assert refused["last_error"] == "the address is not public"
    assert hooks.at("/ok") == []


def test_60_17_a_replay_sends_the_same_once_more(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    complete(people.olga, make_oneoff(people.olga, webhook=hooks.url("/404,200")))
    sender.send()
    (failed,) = deliveries(people)
    again = people.olga.post(f"/webhook-deliveries/{failed['id']}/replay")
    assert (again.status_code, again.json()["data"]["status"]) == (202, "pending")
    sender.send()
    first, second = hooks.at("/404,200")
    assert first.raw == second.raw
    assert first.headers["X-Tallyfy-Delivery"] == second.headers["X-Tallyfy-Delivery"]
    found = delivery(people, failed)
    assert (found["status"], found["attempts"]) == ("ok", 2)
    assert people.mia.post(f"/webhook-deliveries/{failed['id']}/replay").status_code == 403
    assert people.olga.get("/webhook-deliveries/unknown").status_code == 404
    assert people.olga.get("/webhook-deliveries?status=lost").status_code == 422
    assert [each["id"] for each in deliveries(people, "?status=ok&event=task.completed")] == [
        failed["id"]
    ]


def test_60_1_3_what_became_of_it_stands_in_the_feed(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    process = launch(people.olga, hooked(people, hooks, path="/404"))
    sender.send()
    entry = activity_of(people.olga, process)[0]
    assert (entry["verb"], entry["source"]) == (["emitted"], ["Webhook"])
    assert entry["references"] == [{"type": "Webhook", "host": "127.0.0.1", "status": 404}]
    assert (entry["auditable_type"], entry["parentable_type"]) == ("Run", "Checklist")
    feed = made(people.olga.get("/activity-feeds?source=Webhook"), 200)
    assert [each["id"] for each in feed] == [entry["id"]]
    assert str(hooks.port) not in str(entry["description"])


def test_32_secrets_sign_and_the_one_before_is_good_for_a_day(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    def told() -> Any:
        hooks.got.clear()
        complete(people.olga, make_oneoff(people.olga, webhook=hooks.url()))
        sender.send()
        (got,) = hooks.at("/ok")
        return got

    def ours(secret: str, got: Any) -> str:
        at = got.headers["X-Tallyfy-Signature"].partition(",")[0].removeprefix("t=")
        signed = f"{at}.".encode() + got.raw
        return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"

    def standard(secret: str, got: Any) -> str:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        heads = got.headers
        signed = f"{heads['webhook-id']}.{heads['webhook-timestamp']}.".encode() + got.raw
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        return f"v1,{base64.b64encode(digest).decode()}"

    assert people.mia.put("/webhook-secret").status_code == 403
    first = made(people.olga.put("/webhook-secret"), 200)["secret"]
    got = told()
    assert got.headers["X-Tallyfy-Signature"].split(",")[1:] == [ours(first, got)]
    assert got.headers["webhook-signature"] == standard(first, got)
    second = made(people.olga.put("/webhook-secret"), 200)["secret"]
    sender.clock.now = people.server.storage.clock()
    got = told()
    assert got.headers["X-Tallyfy-Signature"].split(",")[1:] == [
        ours(second, got), ours(first, got),
    ]  # fmt: skip
    assert got.headers["webhook-signature"].split(" ") == [
        standard(second, got), standard(first, got),
    ]  # fmt: skip
    sender.clock.now += DAY + MINUTE
    got = told()
    assert got.headers["X-Tallyfy-Signature"].split(",")[1:] == [ours(second, got)]
    kept = str(people.server.storage.database.connection().fetch(_SECRETS, {}))
    assert first not in kept
    assert second not in kept


def test_32_a_process_is_told_in_its_order_and_holds_up_no_other(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    template = hooked(people, hooks, 1, path="/503,200")
    first = launch(people.olga, template)
    complete(people.olga, tasks_of(people.olga, first)[0])
    sender.send()
    assert hooks.events("/503,200") == ["process.launched"]
    launch(people.olga, template)
    sender.send()
    assert hooks.events("/503,200") == ["process.launched", "process.launched"]
    sender.later(11 * SECOND)
    assert [
        each.body["event"]
        for each in hooks.at("/503,200")
        if first["id"] in (each.body.get("id"), (each.body.get("process") or {}).get("id"))
    ] == ["process.launched", "process.launched", "task.completed", "process.completed"]


def test_32_what_fails_twenty_times_is_paused_told_of_once_and_resumed(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    path = "/" + "500," * 20 + "200"
    for _ in range(3):
        complete(people.olga, make_oneoff(people.olga, webhook=hooks.url(path)))
    hooks.got.clear()
    for pause in [0, *[DAY] * 9]:
        sender.later(pause)
    assert len(hooks.got) == 20
    sender.later(DAY)
    assert len(hooks.got) == 20
    (endpoint,) = made(people.olga.get("/webhook-endpoints"), 200)
    assert endpoint["paused_at"] is not None
    waiting = deliveries(people, "?status=pending")
    assert endpoint["pending"] == len(waiting) > 0
    letters = [each for each in mails_of(people) if each.subject == "Webhook paused: 127.0.0.1"]
    assert len(letters) == 1
    (bell,) = made(people.olga.get("/me/notifications"), 200)
    assert (bell["kind"], bell["text"]) == ("webhook_paused", "Webhook paused: 127.0.0.1")
    assert (bell["subject_type"], bell["subject_id"]) == ("Organization", people.organization_id)
    assert people.mia.post(f"/webhook-endpoints/{endpoint['id']}/resume").status_code == 403
    resumed = made(people.olga.post(f"/webhook-endpoints/{endpoint['id']}/resume"), 200)
    assert (resumed["paused_at"], resumed["failures"]) == (None, 0)
    sender.later(SECOND)
    assert deliveries(people, "?status=pending") == []
    # By hand, too.
    for _ in range(2):
        paused = made(people.olga.post(f"/webhook-endpoints/{endpoint['id']}/pause"), 200)
    complete(people.olga, make_oneoff(people.olga, webhook=endpoint["url"]))
    sender.later(SECOND)
    assert paused["paused_at"] is not None
    assert len(deliveries(people, "?status=pending")) == 1
    made(people.olga.post(f"/webhook-endpoints/{endpoint['id']}/resume"), 200)
    sender.later(SECOND)
    assert deliveries(people, "?status=pending") == []
    told = [each["description"][0] for each in made(people.olga.get("/activity-feeds"), 200)]
    assert sum("paused the webhook to 127.0.0.1" in each for each in told) == 2


def test_32_it_is_kept_for_thirty_days_and_the_log_for_ninety(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    complete(people.olga, make_oneoff(people.olga, webhook=hooks.url("/hold")))
    sender.clock.now += 29 * DAY
    sending.forget_old(sender.server)
    assert [each["status"] for each in deliveries(people)] == ["pending"]
    sender.clock.now += 2 * DAY
    sending.forget_old(sender.server)
    assert [each["status"] for each in deliveries(people)] == ["failed"]
    sender.clock.now += 60 * DAY
    sending.forget_old(sender.server)
    assert deliveries(people) == []


def test_60_2_one_that_hangs_holds_up_no_other(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    for _ in range(8):
        complete(people.olga, make_oneoff(people.olga, webhook=hooks.url("/hang")))
    for _ in range(3):
        complete(people.olga, make_oneoff(people.olga, webhook=hooks.url("/ok")))
    calling, give_up = Calling(sender.server), time.monotonic() + 5
    while len(hooks.at("/ok")) < 3 and time.monotonic() < give_up:
        calling.round()
        time.sleep(0.01)
    assert len(hooks.at("/ok")) == 3
    assert len(hooks.at("/hang")) <= 4


def test_60_17_the_test_waits_for_its_receiver_without_a_thread(
    people: Cast, hooks: Receiver
) -> None:
    path = "/webhooks/test"
    assert people.mia.post(path, {"url": hooks.url()}).status_code == 403
    assert people.olga.post(path, {"url": "nowhere"}).status_code == 422
    assert people.olga.post(path, {"url": hooks.url(), "kind": "planet"}).status_code == 422
    for kind in ("process", "task", "event"):
        found = made(people.olga.post(path, {"url": hooks.url("/202"), "kind": kind}), 200)
        assert (found["status"], found["error"]) == (202, None)
    assert all(each.body["test"] is True for each in hooks.at("/202"))
    assert {each.headers["X-Tallyfy-orgID"] for each in hooks.got} == {people.organization_id}
    refused = made(people.olga.post(path, {"url": "http://10.255.255.1/"}), 200)
    assert (refused["status"], refused["error"]) == (None, "the address is not public")


def test_11_3_fifty_tests_that_wait_hold_up_nobody(people: Cast, hooks: Receiver) -> None:
    hooks.release.clear()
    body = {"url": hooks.url("/wait")}
    with ThreadPoolExecutor(50) as pool:
        waiting = [pool.submit(people.olga.again().post, "/webhooks/test", body) for _ in range(50)]
        give_up = time.monotonic() + 8
        while len(hooks.at("/wait")) < 50 and time.monotonic() < give_up:
            time.sleep(0.02)
        for path in (people.olga.path("/runs"), "/health"):
            began = time.monotonic()
            assert people.olga.client.get(path).status_code == 200
            assert time.monotonic() - began < 1
        assert not any(each.done() for each in waiting)
        hooks.release.set()
        answers = [made(each.result(), 200) for each in waiting]
    assert [each["status"] for each in answers] == [200] * 50


def test_45_50_files_come_with_links_that_open_them_and_the_log_hides_what_opens(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    fields = [asked("Scan", "file")]
    template = hooked(people, hooks, [{"title": "Hand in", "captures": fields}])
    task = tasks_of(people.olga, launch(people.olga, template))[0]
    field = made(people.olga.get(f"/tasks/{task['id']}?with=form_fields"), 200)["form_fields"]
    field_id = field["data"][0]["id"]
    about = {"subject_type": "Task", "subject_id": task["id"]}
    beside = upload(people.olga, name="b.pdf", **about)
    given = {"taskdata": {field_id: [{"url": "https://files.test/a.pdf", "filename": "a.pdf"}]}}
    made(people.olga.put(f"/tasks/{task['id']}", given), 200)
    complete(people.olga, task)
    sender.send()
    told = next(each.body for each in hooks.got if each.body["event"] == "task.completed")
    (asset,) = told["this_task"]["assets"]
    assert (asset["id"], asset["filename"], asset["version"]) == (beside["id"], "b.pdf", "1")
    (value,) = told["this_task"]["captures"][field_id]["value"]
    assert set(value) == {"filename", "full_url"}
    link = asset["public_link"]
    path = link.partition("/api")[2]
    assert people.nobody.get(path).status_code == 200
    assert people.nobody.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    kept = delivery(people, deliveries(people, "?event=task.completed")[0])
    assert link.partition("token=")[2] not in str(kept)
