"""Part 31, section 9: a process as rows, in JSON and CSV."""

import csv
import io
from typing import Any

import pytest

from backdoor import change, set_answers
from cast import Cast, Person
from factories import complete, launch, made, make_template, tasks_of
from forms import asked, field_ids, template_with
from procession.domains.tasks.tables import tasks

COLUMNS = """
    blueprint_id blueprint_name blueprint_version process_id process_name process_tag process_owner
    process_owner_id total_tasks_in_process tasks_completed process_status process_last_modified
    process_completed_at type has_form_fields kick_off_task_id kick_off_task_name process_task_id
    process_task_status process_task_name process_task_alias process_task_data_id
    process_task_data_name process_task_comment_id process_task_comment_name milestone_id
    milestone_name milestone_position user_assigned assigned_user_id guest_assigned
    total_users_assigned total_guests_assigned total_assignees completed_by assigned_or_shown_on
    due_by completed_on no_of_form_fields form_field_type question_in_form_field
    answer_in_form_field issue_reported no_of_issue_reported issue_resolved no_of_issue_resolved
    total_comments comment last_modified
""".split()  # noqa: SIM905


def exported(by: Person, process: Any) -> list[Any]:
    found = made(by.post(f"/runs/{process['id']}/export"), 200)
    assert set(found) == {"run", "rows"}
    assert found["run"]["id"] == process["id"]
    return list(found["rows"])


def as_csv(by: Person, process: Any, query: str = "?format=csv") -> list[dict[str, str]]:
    answer = by.post(f"/runs/{process['id']}/export{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def hide(cast: Cast, task: Any) -> None:
    its_row = (tasks.c.organization_id == cast.organization_id) & (tasks.c.id == task["id"])
    change(cast, tasks.update().where(its_row).values(state="auto-skipped"))


class Sale:
    """Three tasks: the first is completed, the second open and talked about, the third hidden."""

    def __init__(self, cast: Cast) -> None:
        steps = [
            {"title": "First", "captures": [asked("A"), asked("Table", "table")]},
            {"title": "Second", "captures": [asked("B")]},
            {"title": "Third"},
        ]
        kickoff = [asked("Client"), asked("Plan", "dropdown")]
        self.template = template_with(cast.olga, steps, kickoff, title="Sale")
        self.ids = field_ids(cast.olga, self.template)
        self.process = launch(cast.olga, self.template, name="Sale to Acme")
        self.first, self.second, self.third = tasks_of(cast.olga, self.process)
        client = {self.ids["Client"]: "Acme", self.ids["Plan"]: {"id": 2, "text": "Gold"}}
        set_answers(cast, self.process, client)
        set_answers(
            cast, self.first, {self.ids["A"]: "=1+1", self.ids["Table"]: [["x", "y"], [1, None]]}
        )
        set_answers(cast, self.second, {self.ids["B"]: "not yet"})
        complete(cast.olga, self.first)
        hide(cast, self.third)
        path = f"/tasks/{self.second['id']}"
        made(cast.olga.post(f"{path}/comment", {"content": "Hello"}))
        issue = made(cast.mia.post(f"{path}/problem", {"content": "Broken"}))
        told = {"thread_id": issue["id"], "content": "Mended"}
        made(cast.olga.post(f"{path}/resolved-threads", told))


def test_31_32_rows_in_their_order_with_all_columns(cast: Cast) -> None:
    sale = Sale(cast)
    rows = exported(cast.mia, sale.process)
    assert all(list(row) == COLUMNS for row in rows)
    assert len(COLUMNS) == 49
    assert [row["type"] for row in rows] == [
        *["kick_off_task"] * 2,
        "process_task", *["process_task_data"] * 2,
        "process_task", "process_task_data", *["process_task_comment"] * 3,
        "process_task",
    ]  # fmt: skip
    for row in rows:
        assert row["blueprint_name"] == "Sale"
        assert row["process_name"] == "Sale to Acme"
        assert (row["total_tasks_in_process"], row["tasks_completed"]) == (3, 1)
        assert row["process_status"] == "active"
        assert row["has_form_fields"] == "Yes"
        assert row["process_owner_id"] == cast.olga.user_id
    kickoff = rows[1]
    assert (kickoff["kick_off_task_id"], kickoff["kick_off_task_name"]) == (
        sale.ids["Plan"],
        "Plan",
    )
    assert (kickoff["no_of_form_fields"], kickoff["form_field_type"]) == (2, "dropdown")
    assert (kickoff["question_in_form_field"], kickoff["answer_in_form_field"]) == ("Plan", "Gold")
    assert kickoff["process_task_id"] is kickoff["comment"] is None
    assert len(kickoff["last_modified"]) == len("2026-03-02 09:00:00")


def test_31_32_of_tasks_their_answers_and_comments(cast: Cast) -> None:
    sale = Sale(cast)
    rows = exported(cast.olga, sale.process)
    first, a, table, second, b, comment, issue, resolution, third = rows[2:]
    olga = made(cast.olga.get("/me"), 200)
    assert first["process_task_name"] == "First"
    assert first["process_task_alias"] == sale.first["alias"]
    assert first["user_assigned"] == first["process_owner"] == olga["full_name"]
    assert first["assigned_user_id"] == str(olga["id"])
    assert (first["total_users_assigned"], first["total_assignees"]) == (1, 1)
    assert (first["completed_by"], second["completed_by"]) == (olga["id"], 0)
    assert first["completed_on"].startswith("20")
    assert second["completed_on"] is None
    assert (a["process_task_data_id"], a["process_task_data_name"]) == (sale.ids["A"], "First")
    assert (a["answer_in_form_field"], a["no_of_form_fields"]) == ("=1+1", 2)
    assert table["answer_in_form_field"] == '[["x", "y"], [1, null]]'
    # It is open: what was filled in is not an answer yet.
    assert (b["question_in_form_field"], b["answer_in_form_field"]) == ("B", "")
    assert (second["no_of_issue_reported"], second["no_of_issue_resolved"]) == (1, 1)
    assert second["total_comments"] == 3
    assert (comment["comment"], comment["issue_reported"]) == ("Hello", "No")
    assert comment["process_task_comment_name"] == "Second"
    assert (issue["comment"], issue["issue_reported"], issue["issue_resolved"]) == (
        "Broken", "Yes", "Yes",
    )  # fmt: skip
    assert (resolution["issue_reported"], resolution["issue_resolved"]) == ("No", "Yes")
    assert (third["process_task_status"], first["process_task_status"]) == ("hidden", "shown")
    assert third["assigned_or_shown_on"] is None
    assert first["assigned_or_shown_on"]


def test_31_32_csv_has_the_same_rows(cast: Cast) -> None:
    sale = Sale(cast)
    rows = exported(cast.olga, sale.process)
    lines = as_csv(cast.olga, sale.process)
    assert list(lines[0]) == COLUMNS
    answer = cast.olga.get(f"/runs/{sale.process['id']}/export?format=csv")
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    plain = [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    assert lines == plain
    assert as_csv(cast.olga, sale.process, "?format=CSV") == lines
    path = f"/runs/{sale.process['id']}/export"
    assert cast.olga.get(path, headers={"Accept": "text/csv"}).text.startswith("blueprint_id,")
    assert cast.olga.post(path, {"format": "csv"}).text.startswith("blueprint_id,")
    assert cast.olga.get(path).json()["data"]["rows"] == rows
    assert cast.olga.get(f"{path}?format=json", headers={"Accept": "text/csv"}).json()["data"]
    assert "nan" not in cast.olga.get(f"{path}?format=csv").text.lower()


def test_31_33_formulas_are_verbatim_unless_they_shall_be_safe(cast: Cast) -> None:
    texts = ["=1+1", "-5", "+5.5", "-x", "+x", "@x", "\tx", "\nx", "x=1", "-1e5", "-\u0665"]
    texts += [
        "-1_000",
        "-inf",
        "-nan",
        "\uff1d1",
        "\uff201",
        "\uff0b1",
        "\uff0d1",
        "-.5",
    ]  # Found C10.
    fields = [asked(str(at)) for at in range(len(texts))]
    template = template_with(cast.olga, [{"title": "S"}], fields)
    process = launch(cast.olga, template)
    ids = field_ids(cast.olga, template)
    set_answers(cast, process, {ids[str(at)]: text for at, text in enumerate(texts)})

    def answers(rows: list[Any]) -> list[str]:
        return [row["answer_in_form_field"] for row in rows if row["type"] == "kick_off_task"]

    assert answers(as_csv(cast.olga, process)) == texts
    safe = ["'=1+1", "-5", "+5.5", "'-x", "'+x", "'@x", "'\tx", "'\nx", "x=1", "-1e5", "'-\u0665"]
    safe += ["'-1_000", "'-inf", "'-nan", "'\uff1d1", "'\uff201", "'\uff0b1", "'\uff0d1", "-.5"]
    assert answers(as_csv(cast.olga, process, "?format=csv&safe=1")) == safe
    in_body = cast.olga.post(f"/runs/{process['id']}/export", {"format": "csv", "safe": "1"})
    assert "'=1+1" in in_body.text
    assert in_body.content.startswith(b"\xef\xbb\xbfblueprint_id,")
    path = f"/runs/{process['id']}/export?safe=1"
    assert answers(made(cast.olga.get(path), 200)["rows"]) == texts


def test_30_48_who_may_export_and_archived_ones(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1), users=[cast.leo.user_id])
    path = f"/runs/{process['id']}/export"
    assert cast.leo.post(path).status_code == 403
    assert cast.leo.get(path).status_code == 403
    assert cast.add_light().get(path).status_code == 404
    assert cast.stranger().post(path).status_code == 404
    assert cast.olga.post("/runs/nonsense/export").status_code == 404
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    (row,) = exported(cast.mia, process)
    assert row["process_status"] == "archived"
    wrong = cast.mia.post(path, {"format": "xlsx"})
    assert wrong.status_code == 422
    assert list(wrong.json()["errors"]) == ["format"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Plain name", 'attachment; filename="Plain name.csv"'),
        ('A "b"/c\\d', 'attachment; filename="A _b__c_d.csv"; '
         "filename*=UTF-8''A%20%22b%22%2Fc%5Cd.csv"),
        ("Zoë", "attachment; filename=\"Zo_.csv\"; filename*=UTF-8''Zo%C3%AB.csv"),
    ],
)  # fmt: skip
def test_the_file_is_named_as_the_process(cast: Cast, name: str, sent: str) -> None:
    process = launch(cast.olga, name=name)
    answer = cast.olga.get(f"/runs/{process['id']}/export?format=csv")
    assert answer.headers["Content-Disposition"] == sent
    assert answer.headers["X-Request-Id"]
    assert list(csv.reader(io.StringIO(answer.text))) == [COLUMNS]


def test_an_export_reads_whatever_its_body_and_changes_nothing(cast: Cast) -> None:
    process = launch(cast.olga)
    path = f"/runs/{process['id']}/export"
    before = made(cast.olga.get(f"/runs/{process['id']}"), 200)
    key = {"Idempotency-Key": "one"}
    for body in (None, {}, {"safe": True, "format": "csv"}, {"other": 1}):
        assert cast.olga.post(path, body, headers=key).status_code == 200
    assert made(cast.olga.get(f"/runs/{process['id']}"), 200) == before


def test_tags_groups_and_guests_are_named(cast: Cast) -> None:
    group = cast.group(cast.mia)
    step = {"title": "S", "groups": [group], "guests": ["gus@guests.test"]}
    tags = [made(cast.olga.post("/tags", {"title": title}))["id"] for title in ("One", "Two")]
    process = launch(cast.olga, make_template(cast.olga, [step]), tags=tags)
    (row,) = exported(cast.olga, process)
    assert row["process_tag"] == "One, Two"
    name = made(cast.olga.get(f"/groups/{group}"), 200)["name"]
    assert row["user_assigned"] == f"GROUP_{group}_{name}"
    assert (row["guest_assigned"], row["total_guests_assigned"]) == ("gus@guests.test", 1)
    assert row["total_assignees"] == 2


def test_long_exports_come_piece_by_piece(cast: Cast) -> None:
    first, second = ([asked(f"{sign}{at}") for at in range(200)] for sign in "QS")
    template = template_with(cast.olga, [{"title": "Step", "captures": second}], first)
    process = launch(cast.olga, template, prerun={"Q7": 'seven, "7"\nand more'})
    lines = as_csv(cast.olga, process)
    questions = [line["question_in_form_field"] for line in lines]
    labels = [*(each["label"] for each in first), "", *(each["label"] for each in second)]
    assert questions == labels
    assert lines[7]["answer_in_form_field"] == 'seven, "7"\nand more'
    path = f"/runs/{process['id']}/export?format=csv"
    answer = cast.olga.call("HEAD", path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_part60_10_all_that_the_list_finds_is_exported_by_administrators(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    mine = [launch(cast.olga, template, name=name) for name in ("=A", "B")]
    launch(cast.olga, name="Another")
    path = f"/runs/export?checklist_id={template['id']}"
    answer = cast.olga.get(f"{path}&columns=process_name,type,process_task_name&safe=1")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["process_name", "type", "process_task_name"]
    steps = [["process_task", f"Step {number}"] for number in (1, 2)]
    in_order = sorted(mine, key=lambda each: each["id"])
    names = {"=A": "'=A", "B": "B"}
    assert rows == [[names[each["name"]], *step] for each in in_order for step in steps]
    whole = list(csv.DictReader(io.StringIO(cast.olga.get(path).text)))
    one = cast.olga.get(f"/runs/{in_order[0]['id']}/export?format=csv").text
    assert whole[:2] == list(csv.DictReader(io.StringIO(one)))
    assert list(whole[0]) == COLUMNS
    assert cast.olga.get("/runs/export?columns=nothing").status_code == 422
    assert cast.mia.get(path).status_code == 403
    (told,) = cast.olga.get("/system-logs?event=export_made").json()["data"][:1]
    assert told["message"] == "exported processes"
