"""Part 31, section 10, and 40, 4.4: answers written one by one."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import GUS, Cast, Guest, Person
from factories import activity_of, complete, launch, made, read, tasks_of
from forms import asked, by_label, field_ids, forms_of, process_asking, template_with

VALUE = "/form-field/value"


def put(by: Person, named: Any, value: Any, **more: Any) -> Any:
    """The answer of a write."""
    return by.put(VALUE, {"id": named, "form_value": value, **more})


def refused(answer: Any, field: str) -> str:
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    return str(answer.json()["errors"][field][0])


def shown(by: Person, process: Any, label: str) -> Any:
    forms = forms_of(by, process)
    return by_label([*forms["form_fields"], *forms["ko_form_fields"]])[label]


def check_archived(answer: Any) -> None:
    """What guests are told of a process that is archived (30, 10.2)."""
    assert answer.status_code == 404, answer.text
    assert answer.json()["message"] == "This process has been archived."


def task_of_guest(cast: Cast, *labels: str, guest: str = GUS, **step: Any) -> tuple[Any, Any, Any]:
    """A process, its task of a guest, and that guest."""
    process, task, _ = process_asking(cast, *labels, guests=[guest], **step)
    return process, task, cast.guest_of(task)


def test_31_24_by_the_id_of_the_value(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A", "B")
    field = shown(cast.olga, process, "A")
    written = made(put(cast.mia, field["unique_id"], "x"), 200)
    assert (written["id"], written["value"], written["task_id"]) == (ids["A"], "x", task["id"])
    assert written == shown(cast.olga, process, "A")
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"] == {ids["A"]: "x"}
    assert shown(cast.olga, process, "B")["value"] is None


def test_31_24_by_the_id_of_the_field_and_what_it_is_in(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A")
    assert made(put(cast.mia, ids["A"], "x", run_id=process["id"]), 200)["value"] == "x"
    assert made(put(cast.mia, ids["A"].upper(), "y", task_id=task["id"]), 200)["value"] == "y"
    assert shown(cast.olga, process, "A")["value"] == "y"
    unique = shown(cast.olga, process, "A")["unique_id"]
    assert made(put(cast.mia, unique, "z", task_id=task["id"]), 200)["value"] == "z"
    assert made(put(cast.mia, unique, "z", run_id=process["id"]), 200)["value"] == "z"


def test_31_24_and_40_56_a_field_alone_or_nonsense_names_no_value(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A")
    other, _, _ = process_asking(cast, "B")
    for name in (ids["A"], secrets.token_hex(16), "0" * 32, "f" * 32, "A", "x" * 5000, "\u0660"):
        assert "capture" in refused(put(cast.olga, name, "x"), "id")
    for more in ({"task_id": task["id"]}, {"run_id": process["id"]}):
        assert "capture" in refused(put(cast.olga, secrets.token_hex(16), "x", **more), "id")
    assert "capture" in refused(put(cast.olga, ids["A"], "x", run_id=other["id"]), "id")
    for more in ({"task_id": secrets.token_hex(16)}, {"run_id": "x"}):
        assert put(cast.olga, ids["A"], "x", **more).status_code in (404, 422)
    assert shown(cast.olga, process, "A")["value"] is None


def test_bodies_that_are_none(cast: Cast) -> None:
    _, task, ids = process_asking(cast, "A")
    assert refused(cast.olga.put(VALUE, {"id": ids["A"], "task_id": task["id"]}), "form_value")
    assert refused(cast.olga.put(VALUE, {"form_value": 1}), "id")
    wrong: list[Any] = [{"value": "x"}, ["x"], [[]]]
    for sent in wrong:
        answer = put(cast.olga, ids["A"], sent, task_id=task["id"])
        assert refused(answer, "form_value")
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"] == {}


def test_a_null_clears_and_writing_the_same_again_tells_nothing(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A")
    for value, count in (("x", 1), ("x", 1), (None, 2), ("", 2)):
        made(put(cast.olga, ids["A"], value, task_id=task["id"]), 200)
        told = [entry for entry in activity_of(cast.olga, process) if entry["verb"][0] == "updated"]
        assert len(told) == count, value
    assert shown(cast.olga, process, "A")["value"] is None


def test_31_25_completed_archived_and_frozen_ones_are_refused(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A")
    named = {"task_id": task["id"]}
    complete(cast.olga, task)
    answer = put(cast.olga, ids["A"], "x", **named)
    assert answer.status_code == 422
    sentence = "Completed tasks cannot be updated. Reopen the task first."
    assert answer.json()["message"] == sentence
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    issue = made(cast.olga.post(f"/runs/{process['id']}/problem", {"content": "No"}))
    answer = put(cast.olga, ids["A"], "x", **named)
    assert answer.status_code == 422
    assert "open issue" in answer.json()["message"]
    told = {"thread_id": issue["id"], "content": "Yes"}
    made(cast.olga.post(f"/runs/{process['id']}/resolved-threads", told))
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    answer = put(cast.olga, ids["A"], "x", **named)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Cannot update archived processes."
    made(cast.olga.put(f"/runs/{process['id']}/activate"), 200)
    assert made(put(cast.olga, ids["A"], "x", **named), 200)["value"] == "x"


def test_who_may_not(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A", can_complete_only_assignees=True)
    unique = shown(cast.olga, process, "A")["unique_id"]
    assert put(cast.mia, unique, "x").status_code == 403
    assert put(cast.mia, ids["A"], "x", task_id=task["id"]).status_code == 403
    # What somebody cannot see has no value for them.
    assert refused(put(cast.leo, unique, "x"), "id")
    assert put(cast.leo, ids["A"], "x", task_id=task["id"]).status_code == 404
    assert put(cast.leo, ids["A"], "x", run_id=process["id"]).status_code == 404
    assert put(cast.stranger(), ids["A"], "x", run_id=process["id"]).status_code == 404
    assert cast.nobody.put(cast.olga.path(VALUE), {}).status_code == 401


def test_31_26_a_guest_writes_their_own_fields(cast: Cast) -> None:
    process, task, guest = task_of_guest(cast, "A")
    field = shown(cast.olga, process, "A")
    for named in ({"id": field["unique_id"]}, {"id": field["id"], "task_id": task["id"]},
                  {"id": field["id"]}):  # fmt: skip
        value = secrets.token_hex(4)
        written = made(guest.post(VALUE, {**named, "form_value": value}), 200)
        assert (written["value"], written["custom_fields"]) == (value, None)
        assert shown(cast.olga, process, "A")["value"] == value
    told = next(e for e in activity_of(cast.olga, process) if e["verb"][0] == "updated")
    assert told["actor"][0]["email"] == GUS
    code = {"X-Guest-Code": guest.code}
    sent = {"id": field["unique_id"], "form_value": "by header"}
    answer = cast.nobody.put(cast.olga.path(VALUE), sent, headers=code)
    assert made(answer, 200)["value"] == "by header"


def test_31_26_nobody_elses_fields(cast: Cast) -> None:
    _, _, guest = task_of_guest(cast, "A")
    process, task, _ = task_of_guest(cast, "B", guest="other@guests.test")
    field = shown(cast.olga, process, "B")
    sent = {"id": field["unique_id"], "form_value": "x"}
    assert guest.post(VALUE, sent).status_code in (404, 422)
    sent = {"id": field["id"], "task_id": task["id"], "form_value": "x"}
    assert guest.post(VALUE, sent).status_code == 404
    assert guest.post(VALUE, {"id": field["id"], "form_value": "x"}).status_code == 422
    assert shown(cast.olga, process, "B")["value"] is None


def test_31_26_guests_of_a_public_process_write_in_no_task_but_their_own(cast: Cast) -> None:
    steps = [
        {"title": label, "captures": [asked(label)], "guests": [f"{label}@guests.test"]}
        for label in ("A", "B")
    ]
    process = launch(cast.olga, template_with(cast.olga, steps), is_public=True)
    first, second = tasks_of(cast.olga, process)
    guest, field = cast.guest_of(first), shown(cast.olga, process, "B")
    assert guest.get(f"/tasks/{second['id']}").status_code == 200
    for named in ({"id": field["unique_id"]}, {"id": field["id"], "task_id": second["id"]},
                  {"id": field["id"], "run_id": process["id"]}):  # fmt: skip
        sent = {**named, "form_value": "x"}
        assert guest.post(VALUE, sent).status_code == 404
        assert cast.olga.post(f"/guests/a@guests.test{VALUE}", sent).status_code == 404
        headers = {"X-Guest-Code": guest.code}
        answer = cast.nobody.put(cast.olga.path(VALUE), sent, headers=headers)
        assert answer.status_code == 403
    assert shown(cast.olga, process, "B")["value"] is None


def test_31_26_a_field_alone_is_enough_where_it_can_only_be_one(cast: Cast) -> None:
    step = {"title": "Sign", "captures": [asked("A")], "guests": [GUS]}
    template = template_with(cast.olga, [step])
    first, second = (launch(cast.olga, template) for _ in range(2))
    (task,) = tasks_of(cast.olga, first)
    guest, (name,) = cast.guest_of(task), field_ids(cast.olga, template).values()
    answer = guest.post(VALUE, {"id": name, "form_value": "x"})
    assert "capture" in refused(answer, "id")
    complete(cast.olga, task)
    assert made(guest.post(VALUE, {"id": name, "form_value": "x"}), 200)["run_id"] == second["id"]


def test_31_26_in_the_name_of_a_guest(cast: Cast) -> None:
    process, task, guest = task_of_guest(cast, "A")
    field = shown(cast.olga, process, "A")
    sent = {"id": field["unique_id"], "form_value": "x"}
    for name in (GUS, guest.code):
        path = f"/guests/{name}{VALUE}"
        assert made(cast.olga.post(path, sent), 200)["value"] == "x"
    told = next(e for e in activity_of(cast.olga, process) if e["verb"][0] == "updated")
    assert told["actor"][0]["email"] == GUS
    assert made(cast.mia.post(f"/guests/{GUS}{VALUE}", {**sent, "form_value": "y"}), 200)
    assert cast.leo.post(f"/guests/{GUS}{VALUE}", sent).status_code in (403, 404)
    assert cast.olga.post(f"/guests/nobody@guests.test{VALUE}", sent).status_code == 404
    # Only what is the guest's.
    other, _, _ = process_asking(cast, "B")
    named = {"id": shown(cast.olga, other, "B")["unique_id"], "form_value": "x"}
    assert cast.olga.post(f"/guests/{GUS}{VALUE}", named).status_code in (404, 422)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    by_task = {"id": field["id"], "task_id": task["id"], "form_value": "x"}
    for body in (sent, by_task):
        check_archived(guest.post(VALUE, body))
        check_archived(cast.olga.post(f"/guests/{GUS}{VALUE}", body))


def test_members_are_bound_by_their_own_rights_in_a_guests_name(cast: Cast) -> None:
    process, task, _ = task_of_guest(cast, "A", can_complete_only_assignees=True)
    sent = {"id": shown(cast.olga, process, "A")["id"], "task_id": task["id"], "form_value": "x"}
    assert cast.mia.post(f"/guests/{GUS}{VALUE}", sent).status_code == 403
    assert cast.olga.post(f"/guests/{GUS}{VALUE}", sent).status_code == 200


# --- 40, 4.4: captures ---


def test_captures_by_id_alias_and_value_id(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A", "B", "C")
    path = f"/tasks/{task['id']}/captures"
    b = shown(cast.olga, process, "B")
    one = made(cast.mia.post(path, {"id": ids["A"], "value": "a"}), 200)
    assert (one["id"], one["value"]) == (ids["A"], "a")
    sent = [{"id": b["alias"], "value": "b"},
            {"id": shown(cast.olga, process, "C")["unique_id"], "value": 7}]  # fmt: skip
    several = made(cast.mia.post(path, sent), 200)
    assert [(each["label"], each["value"]) for each in several] == [("B", "b"), ("C", 7)]
    assert made(cast.mia.post(path, sent[:1]), 200) == several[:1]
    assert made(cast.mia.post(path, []), 200) == []
    values = {ids["A"]: "a", ids["B"]: "b", ids["C"]: 7}
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"] == values
    assert made(cast.mia.post(path, {"id": ids["A"], "value": None}), 200)["value"] is None


def test_captures_that_are_wrong_write_nothing(cast: Cast) -> None:
    _, task, ids = process_asking(cast, "A", "B")
    path = f"/tasks/{task['id']}/captures"
    sent = [{"id": ids["A"], "value": "a"}, {"id": "nope", "value": "b"}]
    assert "Unknown form field" in refused(cast.olga.post(path, sent), "taskdata.nope")
    assert refused(cast.olga.post(path, {"id": ids["A"]}), "value")
    assert refused(cast.olga.post(path, {"value": 1}), "id")
    assert cast.olga.post(path, {}).status_code == 422
    assert cast.olga.post(path, [{"id": ids["A"]}]).status_code == 422
    assert cast.olga.post(path, [[]]).status_code == 422
    twice = [{"id": ids["A"], "value": "a"}, {"id": ids["A"], "value": "b"}]
    assert cast.olga.post(path, twice).status_code == 422
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"] == {}
    assert cast.leo.post(path, sent).status_code == 404
    assert cast.olga.post("/tasks/x/captures", sent).status_code == 404


def test_31_31_two_fields_of_one_task_at_once(cast: Cast) -> None:
    labels = [f"F{number}" for number in range(8)]
    _, task, ids = process_asking(cast, *labels)

    def write(label: str) -> int:
        return int(put(cast.olga.again(), ids[label], label, task_id=task["id"]).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, labels)) == {200}
    taskdata = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"]
    assert taskdata == {ids[label]: label for label in labels}


# --- Kick-off forms ---


@pytest.mark.parametrize("by_run", [True, False])
def test_a_kickoff_answer_alone(cast: Cast, by_run: bool) -> None:
    process = launch(cast.olga, template_with(cast.olga, [{"title": "S"}], [asked("Client")]))
    field = shown(cast.olga, process, "Client")
    named: Any = {"id": field["unique_id"]}
    if by_run:
        named = {"id": field["id"], "run_id": process["id"]}
    written = made(cast.mia.put(VALUE, {**named, "form_value": "Acme"}), 200)
    assert (written["value"], written["task_id"]) == ("Acme", None)
    assert read(cast.olga, process)["prerun"] == {field["id"]: "Acme"}
    readers = {"process_read": {"all_members": True, "users": [cast.leo.user_id]}}
    made(cast.olga.put(f"/runs/{process['id']}/permissions", readers), 200)
    assert cast.leo.put(VALUE, {**named, "form_value": "Leo"}).status_code == 403
    bad = cast.mia.put(VALUE, {**named, "form_value": "x" * 201})
    assert refused(bad, "form_value")
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert cast.mia.put(VALUE, {**named, "form_value": "x"}).status_code == 422
    assert read(cast.olga, process)["prerun"] == {field["id"]: "Acme"}


class Submitted:
    """A process that gus launched by the public form, with a task for him."""

    def __init__(self, cast: Cast) -> None:
        step = {"title": "Sign", "guests": [GUS, "other@guests.test"], "captures": [asked("A")]}
        self.template = template_with(cast.olga, [step], [asked("Client")], is_public_kickoff=True)
        task = tasks_of(cast.olga, launch(cast.olga, self.template))[0]
        codes = [url.split("/guest/")[1].split("/")[0] for url in task["owners"]["taskUrls"]]
        self.gus, self.other = (
            Guest(0, "", cast.nobody, cast.organization_id, code) for code in codes
        )
        base = f"/public/{cast.organization_id}/kickoff/{self.template['id']}"
        client = field_ids(cast.olga, self.template)["Client"]
        sent = {"prerun": {client: "Ann"}}
        path = f"{base}/runs?guest_code={self.gus.code}"
        self.process = made(cast.nobody.post(path, sent))
        self.field = shown(cast.olga, self.process, "Client")


def test_31_8_the_guest_who_submitted_the_kickoff_form_reads_it(cast: Cast) -> None:
    sub = Submitted(cast)
    path = cast.olga.path(f"/runs/{sub.process['id']}/form-fields")
    forms = made(cast.nobody.get(path, headers={"X-Guest-Code": sub.gus.code}), 200)
    (field,) = forms["ko_form_fields"]
    assert (field["value"], field["custom_fields"]) == ("Ann", None)
    assert forms["form_fields"] == []
    assert cast.nobody.get(path, headers={"X-Guest-Code": sub.other.code}).status_code == 403
    made(cast.olga.delete(f"/runs/{sub.process['id']}"), 200)
    check_archived(cast.nobody.get(path, headers={"X-Guest-Code": sub.gus.code}))


def test_31_26_the_guest_who_submitted_it_corrects_it(cast: Cast) -> None:
    sub = Submitted(cast)
    sent = {"id": sub.field["unique_id"], "form_value": "Bob"}
    assert made(sub.gus.post(VALUE, sent), 200)["value"] == "Bob"
    assert sub.other.post(VALUE, sent).status_code == 404
    by_run = {"id": sub.field["id"], "run_id": sub.process["id"], "form_value": "Cid"}
    headers = {"X-Guest-Code": sub.gus.code}
    path = cast.olga.path(VALUE)
    assert made(cast.nobody.put(path, by_run, headers=headers), 200)["value"] == "Cid"
    headers = {"X-Guest-Code": sub.other.code}
    assert cast.nobody.put(path, by_run, headers=headers).status_code == 403
    for_gus = f"/guests/{GUS}{VALUE}"
    assert made(cast.olga.post(for_gus, {**by_run, "form_value": "Dan"}), 200)["value"] == "Dan"
    told = next(e for e in activity_of(cast.olga, sub.process) if e["verb"][0] == "updated")
    assert told["actor"][0]["email"] == GUS
    assert cast.olga.post(f"/guests/other@guests.test{VALUE}", by_run).status_code == 404
    made(cast.olga.delete(f"/runs/{sub.process['id']}"), 200)
    for body in (sent, by_run):
        check_archived(sub.gus.post(VALUE, body))
        assert sub.other.post(VALUE, body).status_code in (404, 422)


def test_31_22_a_complete_form_keeps_what_it_requires(cast: Cast) -> None:
    template = template_with(cast.olga, [{"title": "S"}], [asked("Client", required=True)])
    client = field_ids(cast.olga, template)["Client"]
    process = launch(cast.olga, template, prerun={client: "Ann"})
    answer = put(cast.olga, client, None, run_id=process["id"])
    assert refused(answer, "form_value") == "Client is required"
