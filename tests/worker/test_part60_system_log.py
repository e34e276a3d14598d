"""The system log (contract 60, 8; row 49)."""

from typing import Any

from cast import GUS, Cast
from factories import complete, launch, made, make_oneoff, make_template
from letters import address_of, announce
from procession.core.times import DAY
from procession.flows.telling import logged
from procession.worker.post import PostOffice, Refused, WaitingMail
from receivers import Receiver
from worker.webhooks import Sender, hooks, people, sender, standing

__all__ = ["hooks", "people", "sender", "standing"]


def log_of(people: Cast, query: str = "") -> list[Any]:
    return list(made(people.olga.get(f"/system-logs{query}"), 200))


def test_60_49_administrators_read_what_the_server_did_and_no_secret(
    people: Cast, hooks: Receiver, sender: Sender
) -> None:
    assert people.mia.get("/system-logs").status_code == 403
    task = make_oneoff(people.olga, webhook=hooks.url("/404"), owners={"guests": [GUS]})
    complete(people.olga, task)
    secret = made(people.olga.put("/webhook-secret"), 200)["secret"]
    sender.send()
    (failed,) = log_of(people, "?category=webhook&event=webhook_failed")
    assert (failed["severity"], failed["detail"]["status"]) == ("warning", 404)
    assert failed["detail"]["host"] == "127.0.0.1"
    assert failed["subject"] == {"type": "Task", "id": task["id"]}
    text = people.olga.get("/system-logs").text
    for hidden in (secret, people.guest_of(task).code, people.olga.token, str(hooks.port)):
        assert hidden not in text
    assert "system_log_viewed" in text


def test_60_8_rights_and_accounts_are_told_and_filters_narrow(people: Cast) -> None:
    made(people.olga.put(f"/users/{people.mia.user_id}/role", {"role": "light"}), 200)
    template = make_template(people.olga, 1)
    made(people.olga.put(f"/checklists/{template['id']}", {"title": "T", "is_public": True}), 200)
    token = made(people.mia.client.post("/me/tokens", {"name": "Robot"}))
    people.mia.client.delete(f"/me/tokens/{token['id']}")
    events = {each["event"]: each for each in log_of(people)}
    assert {"role_changed", "blueprint_made_public", "token_made", "token_revoked"} <= set(events)
    assert events["token_made"]["actor"]["id"] == people.mia.user_id
    assert events["role_changed"]["actor"]["id"] == people.olga.user_id
    assert "@" in events["role_changed"]["actor"]["email"]
    of_mia = log_of(people, f"?actor={people.mia.user_id}")
    assert {each["event"] for each in of_mia} == {"token_made", "token_revoked"}
    assert [each["event"] for each in log_of(people, "?search=PUBLIC&severity=warning")] == [
        "blueprint_made_public"
    ]
    assert log_of(people, "?created_before=2020-01-01") == []
    for wrong in ("category=x", "severity=x", "format=xml", "created_after=yesterday"):
        assert people.olga.get(f"/system-logs?{wrong}").status_code == 422


def test_60_8_all_rows_come_as_csv_and_go_after_ninety_days(people: Cast, sender: Sender) -> None:
    launch(people.olga, make_template(people.olga, 1))
    log_of(people)
    answer = people.olga.get("/system-logs?format=csv")
    head, *rows = answer.text.strip().split("\r\n")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert head.startswith("id,created_at,event,category,severity,message,actor_type")
    assert [row.split(",")[2] for row in rows] == ["export_made", "system_log_viewed"]
    sender.clock.now += 91 * DAY
    logged.forget_old(sender.server)
    assert [each["event"] for each in log_of(people)] == ["system_log_viewed"]


def test_60_8_what_became_of_each_mail_is_there_and_not_what_it_says(people: Cast) -> None:
    task = make_oneoff(people.olga, owners={"users": [people.mia.user_id], "guests": [GUS]})
    announce(people)
    made(people.olga.post(f"/tasks/{task['id']}/remind"), 200)
    fates: dict[str, Exception | None] = {
        GUS: Refused(550, is_address=True),
        address_of(people.mia): ConnectionResetError(),
    }

    def carry(mail: WaitingMail) -> None:
        fate = fates.pop(mail.address, None)
        if fate is not None:
            raise fate

    office = PostOffice(people.server.storage, carry)
    while office.send_one():
        pass
    told = {each["event"]: each for each in log_of(people, "?category=email")}
    assert told["email_sent"]["severity"] == "info"
    assert told["email_send_failed"]["message"] == (
        f'"Your task: Order a desk" to {GUS}: refused (550)'
    )
    assert told["smtp_send_failed"]["message"].endswith(": ConnectionResetError")
    assert told["smtp_send_failed"]["severity"] == "warning"
    code = people.guest_of(task).code
    assert code not in people.olga.get("/system-logs").text
