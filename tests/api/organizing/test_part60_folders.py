"""Part 60, 6: folders, and what lies in them (rows 36 to 42); 20, rows 9, 13 and 20."""

from typing import Any

import pytest

from backdoor import set_template
from cast import Cast, Person
from factories import activity_of, launch, made, make_oneoff, make_template, read, tasks_of
from wire import check_problem

UNKNOWN = "0" * 32
NO_FOLDER = "No such a folder exists in Processes."


def make_folder(by: Person, name: str = "Sales", **fields: Any) -> Any:
    return made(by.post("/folders", {"name": name, **fields}))


def put_in(by: Person, folder: Any, kind: str, subject_id: str) -> Any:
    body = {"folder_id": folder["id"], "subject_type": kind, "subject_id": subject_id}
    return by.post("/folders/add-object", body)


def names(by: Person, query: str = "") -> list[str]:
    return [folder["name"] for folder in made(by.get(f"/folders{query}"), 200)]


def tree(by: Person, query: str = "") -> list[Any]:
    """Names, each with what is inside."""

    def inner(folders: Any) -> list[Any]:
        return [
            [folder["name"], inner(folder["children"]["data"])]
            if folder["children"]["data"]
            else folder["name"]
            for folder in folders
        ]

    path = f"/folders?pagination=false&with=children&sort=position{query}"
    return inner(made(by.get(path), 200))


def folders_of(by: Person, process: Any) -> list[str]:
    return [each["name"] for each in read(by, process, "?with=folders")["folders"]["data"]]


# --- The tree ---


def test_60_36_a_folder_has_a_kind(cast: Cast) -> None:
    folder = make_folder(cast.mia, " Sales ")
    assert folder == {
        "id": folder["id"], "name": "Sales", "parent_id": None, "parent": None,
        "folder_type": "checklist", "position": 1, "total": 0, "custom_fields": {},
        "created_at": folder["created_at"], "last_updated": folder["last_updated"],
    }  # fmt: skip
    assert made(cast.leo.get(f"/folders/{folder['id']}"), 200) == folder
    for word, kind in (("run", "run"), ("Process", "run"), ("blueprint", "checklist")):
        assert make_folder(cast.mia, folder_type=word)["folder_type"] == kind
    problem = check_problem(cast.mia.post("/folders", {"name": "x", "folder_type": "task"}), 422)
    assert list(problem["errors"]) == ["folder_type"]
    check_problem(cast.mia.get("/folders?folder_type=cow"), 422)
    assert names(cast.leo, "?folder_type=run") == ["Sales", "Sales"]


@pytest.mark.parametrize("name", [None, "", " ", "x" * 33, ["x"], {"a": 1}])
def test_60_36_what_no_name_can_be(cast: Cast, name: Any) -> None:
    problem = check_problem(cast.mia.post("/folders", {"name": name}), 422)
    assert list(problem["errors"]) == ["name"]
    assert make_folder(cast.mia, "x" * 32)["name"] == "x" * 32


def test_60_37_where_a_folder_cannot_go(cast: Cast) -> None:
    top = make_folder(cast.mia, "Top")
    inner = make_folder(cast.mia, "Inner", parent_id=top["id"])
    deep = make_folder(cast.mia, "Deep", parent_id=inner["id"])
    other = make_folder(cast.mia, "Other", folder_type="run")
    assert (inner["parent_id"], inner["parent"]) == (top["id"], "Top")
    for parent in (other["id"], UNKNOWN, "nonsense"):
        body = {"name": "x", "parent_id": parent}
        problem = check_problem(cast.mia.post("/folders", body), 422)
        assert problem["errors"] == {"parent_id": ["The selected parent id is invalid."]}
    for parent in (top, inner, deep):
        problem = check_problem(
            cast.mia.put(f"/folders/{top['id']}", {"parent_id": parent["id"]}), 422
        )
        assert list(problem["errors"]) == ["parent_id"]
    problem = check_problem(
        cast.mia.put(f"/folders/{top['id']}", {"folder_type": "run", "parent_id": other["id"]}), 422
    )
    assert set(problem["errors"]) == {"folder_type", "parent_id"}
    assert tree(cast.mia) == [["Top", [["Inner", ["Deep"]]]]]


def test_folders_are_nested_only_so_deep(cast: Cast) -> None:
    above = None
    for depth in range(50):
        above = make_folder(cast.mia, str(depth), parent_id=above)["id"]
    check_problem(cast.mia.post("/folders", {"name": "x", "parent_id": above}), 422)
    pair = make_folder(cast.mia, "a")
    make_folder(cast.mia, "b", parent_id=pair["id"])
    check_problem(cast.mia.put(f"/folders/{pair['id']}", {"parent_id": above}), 422)
    assert len(str(tree(cast.mia))) > 100


def test_60_41_the_whole_tree_in_order(cast: Cast) -> None:
    made_here: dict[str, Any] = {}
    for name, above in (
        ("A", None), ("B", None), ("A1", "A"), ("A2", "A"), ("A2x", "A2"), ("A3", "A"), ("C", None),
    ):  # fmt: skip
        parent = made_here[above]["id"] if above else None
        made_here[name] = make_folder(cast.mia, name, parent_id=parent)

    def move(which: str, **where: Any) -> Any:
        return made(cast.mia.put(f"/folders/{made_here[which]['id']}", where), 200)

    assert [made_here[name]["position"] for name in ("A", "B", "A1", "A2", "C")] == [1, 2, 1, 2, 3]
    assert tree(cast.leo) == [["A", ["A1", ["A2", ["A2x"]], "A3"]], "B", "C"]
    assert move("A3", position=1)["position"] == 1
    assert tree(cast.leo) == [["A", ["A3", "A1", ["A2", ["A2x"]]]], "B", "C"]
    moved = move("A2", parent_id=None)
    assert (moved["parent_id"], moved["position"]) == (None, 4)
    assert tree(cast.leo) == [["A", ["A3", "A1"]], "B", "C", ["A2", ["A2x"]]]
    assert move("C", parent_id=made_here["A"]["id"], position=2)["parent"] == "A"
    assert tree(cast.leo) == [["A", ["A3", "C", "A1"]], "B", ["A2", ["A2x"]]]
    assert move("B", name="Bee", position=99)["position"] == 3
    assert tree(cast.leo) == [["A", ["A3", "C", "A1"]], ["A2", ["A2x"]], "Bee"]
    before = move("B")
    assert move("B", name="Bee", position=3) == before
    assert tree(cast.leo, "&q=a2X") == [["A2", ["A2x"]]]
    assert names(cast.leo, "?q=a&sort=-name") == ["A3", "A2x", "A2", "A1", "A"]
    flat = cast.leo.get("/folders?per_page=3&sort=name").json()
    assert [folder["name"] for folder in flat["data"]] == ["A", "A1", "A2"]
    assert flat["meta"]["pagination"]["total"] == 7
    top = made(cast.leo.get(f"/folders/{made_here['A']['id']}?with=children"), 200)
    assert [child["name"] for child in top["children"]["data"]] == ["A3", "C", "A1"]


def test_60_40_deleting_keeps_what_is_inside(cast: Cast) -> None:
    first, top, last = [make_folder(cast.mia, name) for name in ("First", "Top", "Last")]
    for name in ("In", "Out"):
        make_folder(cast.mia, name, parent_id=top["id"])
    runs = make_folder(cast.mia, "Runs", folder_type="run")
    process = launch(cast.olga, folders=[runs["id"]])
    live, archived = make_template(cast.olga), make_template(cast.olga)
    for template in (live, archived):
        set_template(cast, template["id"], folder_id=top["id"], process_folder_id=runs["id"])
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)
    assert made(cast.mia.delete(f"/folders/{top['id']}"), 200)["id"] == top["id"]
    check_problem(cast.mia.delete(f"/folders/{top['id']}"), 404)
    check_problem(cast.mia.get(f"/folders/{top['id']}"), 404)
    assert tree(cast.mia) == ["First", "In", "Out", "Last"]
    assert made(cast.olga.get(f"/checklists/{live['id']}"), 200)["folder_id"] is None
    kept = made(cast.olga.get(f"/checklists/{archived['id']}?archived=1"), 200)
    assert kept["folder_id"] == top["id"]
    restored = made(cast.olga.put(f"/checklists/{archived['id']}/restore?with=folder"), 200)
    assert (restored["folder_id"], restored["folder"]) == (None, None)
    made(cast.mia.delete(f"/folders/{runs['id']}"), 200)
    assert read(cast.mia, process, "?with=folders")["folders"] == {"data": []}
    assert made(cast.olga.get(f"/checklists/{live['id']}"), 200)["default_folder"] is None
    assert (first["position"], last["position"]) == (1, 3)
    feed = made(cast.mia.get("/activity-feeds?verb=deleted"), 200)
    assert [(entry["type"], entry["description"]) for entry in feed] == [
        (["Process"], ['deleted the folder "Runs"']),
        (["Blueprint"], ['deleted the folder "Top"']),
    ]


def test_20_20_a_restored_template_goes_back_to_its_folder(cast: Cast) -> None:
    folder, template = make_folder(cast.mia), make_template(cast.olga)
    set_template(cast, template["id"], folder_id=folder["id"])
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert made(cast.mia.get(f"/folders/{folder['id']}"), 200)["total"] == 0
    restored = made(cast.olga.put(f"/checklists/{template['id']}/restore"), 200)
    assert restored["folder_id"] == folder["id"]
    assert made(cast.mia.get(f"/folders/{folder['id']}"), 200)["total"] == 1


# --- What lies in them ---


def test_60_38_where_a_process_cannot_go(cast: Cast) -> None:
    process = launch(cast.olga)
    for folder in (make_folder(cast.mia), {"id": UNKNOWN}, {"id": "nonsense"}):
        problem = check_problem(put_in(cast.mia, folder, "Run", process["id"]), 422)
        assert problem["errors"] == {"folder_id": [NO_FOLDER]}
    folder = make_folder(cast.mia, folder_type="run")
    template = make_template(cast.olga)
    problem = check_problem(put_in(cast.mia, folder, "Checklist", template["id"]), 422)
    assert "folder_id" in problem["errors"]["subject_type"][0]
    problem = check_problem(put_in(cast.mia, folder, "Run", UNKNOWN), 422)
    assert problem["errors"] == {"subject_id": ["Subject not found"]}
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    problem = check_problem(put_in(cast.mia, folder, "Run", process["id"]), 422)
    assert (problem["message"], problem["code"]) == (
        "Cannot update archived processes.", "ARCHIVED",
    )  # fmt: skip


def test_60_39_filing_and_taking_out(cast: Cast) -> None:
    folder = make_folder(cast.mia, folder_type="run")
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    oneoff = make_oneoff(cast.olga)
    before = len(activity_of(cast.olga, process))
    for kind, path, thing, name in (
        ("Run", "/runs", process, "Ann joins"), ("Task", "/tasks", task, "Step 1"),
        ("Task", "/tasks", oneoff, "Order a desk"),
    ):  # fmt: skip
        filed = made(put_in(cast.mia, folder, kind, thing["id"]))
        assert filed == {
            "id": filed["id"], "folder_id": folder["id"], "subject_id": thing["id"],
            "subject_type": kind, "created_at": filed["created_at"],
            "subject": {"id": thing["id"], "name": name, "status": thing["status"]},
        }  # fmt: skip
        assert type(filed["id"]) is int
        again = put_in(cast.mia, folder, kind, thing["id"])
        assert (again.status_code, again.json()["data"]) == (200, filed)
        seen = made(cast.mia.get(f"{path}/{thing['id']}?with=folders"), 200)
        (shown,) = seen["folders"]["data"]
        assert (shown["id"], shown["folder_object_id"]) == (folder["id"], filed["id"])
    assert made(cast.olga.get(f"/folders/{folder['id']}"), 200)["total"] == 3
    listed = made(cast.olga.get(f"/folders/{folder['id']}/objects"), 200)
    assert [each["subject"]["name"] for each in listed] == ["Ann joins", "Step 1", "Order a desk"]
    assert len(made(cast.leo.get(f"/folders/{folder['id']}/objects"), 200)) < 3
    assert len(activity_of(cast.olga, process)) == before + 2
    for name in (process["id"], "0", folder["id"]):
        check_problem(cast.mia.delete(f"/folders-objects/{name}"), 404)
    for each in listed:
        assert made(cast.mia.delete(f"/folders-objects/{each['id']}"), 200) == each
        check_problem(cast.mia.delete(f"/folders-objects/{each['id']}"), 404)
    assert made(cast.olga.get(f"/folders/{folder['id']}"), 200)["total"] == 0


def test_30_10_archiving_keeps_and_purging_takes_out(cast: Cast) -> None:
    folder = make_folder(cast.mia, folder_type="run")
    process = launch(cast.olga, folders=[folder["id"]])
    path = f"/runs/{process['id']}"
    (shown,) = read(cast.olga, process, "?with=folders")["folders"]["data"]
    made(cast.olga.delete(path), 200)
    assert made(cast.olga.get(f"/folders/{folder['id']}"), 200)["total"] == 0
    assert made(cast.olga.get(f"/folders/{folder['id']}/objects"), 200) == []
    problem = check_problem(cast.olga.delete(f"/folders-objects/{shown['folder_object_id']}"), 422)
    assert problem["code"] == "ARCHIVED"
    made(cast.olga.put(f"{path}/activate"), 200)
    (again,) = read(cast.olga, process, "?with=folders")["folders"]["data"]
    assert again["folder_object_id"] == shown["folder_object_id"]
    made(cast.olga.delete(path), 200)
    assert cast.olga.delete(f"{path}/delete").ok
    check_problem(cast.olga.delete(f"/folders-objects/{shown['folder_object_id']}"), 404)
    assert made(cast.olga.get(f"/folders/{folder['id']}"), 200)["name"] == "Sales"


def test_totals_count_what_the_caller_sees(cast: Cast) -> None:
    folder, runs = make_folder(cast.mia), make_folder(cast.mia, folder_type="run")
    for is_open in (True, False):
        template = make_template(cast.olga)
        set_template(cast, template["id"], folder_id=folder["id"])
        nobody = {name: {"all_members": is_open} for name in ("checklist_read", "process_read")}
        made(cast.olga.put(f"/checklists/{template['id']}/permissions", nobody), 200)
        filed = launch(cast.olga, template, folders=[runs["id"]])
    for person, count in ((cast.olga, 2), (cast.mia, 1)):
        for each in (folder, runs):
            assert made(person.get(f"/folders/{each['id']}"), 200)["total"] == count
        assert len(made(person.get(f"/folders/{runs['id']}/objects"), 200)) == count
        assert len(made(person.get(f"/checklists?folder={folder['id']}"), 200)) == count
    (shown,) = read(cast.olga, filed, "?with=folders")["folders"]["data"]
    check_problem(cast.mia.delete(f"/folders-objects/{shown['folder_object_id']}"), 404)
    problem = check_problem(put_in(cast.mia, runs, "Run", filed["id"]), 422)
    assert problem["message"] == "Subject not found"
    check_problem(cast.olga.get(f"/folders/{folder['id']}/objects"), 422)
    stan = cast.stranger()
    check_problem(stan.get(f"/folders/{folder['id']}"), 404)
    check_problem(stan.get(f"/folders/{runs['id']}/objects"), 404)


def test_60_42_light_members_change_no_folder(cast: Cast) -> None:
    folder = make_folder(cast.mia, folder_type="run")
    process = launch(cast.olga, folders=[folder["id"]], users=[cast.leo.user_id])
    (shown,) = read(cast.olga, process, "?with=folders")["folders"]["data"]
    check_problem(cast.leo.post("/folders", {"name": "x"}), 403)
    check_problem(cast.leo.put(f"/folders/{folder['id']}", {"name": "x"}), 403)
    check_problem(cast.leo.delete(f"/folders/{folder['id']}"), 403)
    check_problem(put_in(cast.leo, folder, "Run", process["id"]), 403)
    check_problem(cast.leo.delete(f"/folders-objects/{shown['folder_object_id']}"), 403)


# --- Lists and includes ---


def test_20_9_templates_by_folder(cast: Cast) -> None:
    top = make_folder(cast.mia, "Top")
    inner = make_folder(cast.mia, "Inner", parent_id=top["id"])
    filed, deep, loose = [make_template(cast.olga, title=title) for title in ("F", "D", "L")]
    set_template(cast, filed["id"], folder_id=top["id"])
    set_template(cast, deep["id"], folder_id=inner["id"])

    def found(query: str) -> set[str]:
        return {row["title"] for row in made(cast.mia.get(f"/checklists?{query}"), 200)}

    for word in ("folder", "folder_id"):
        assert found(f"{word}={top['id']}") == {"F"}
        assert found(f"{word}={top['id']},{inner['id'].upper()}") == {"F", "D"}
        assert found(f"{word}=none") == {"L"}
        assert found(f"{word}=none,{inner['id']}") == {"L", "D"}
        assert found(f"{word}=nonsense") == set()
    path = f"/checklists/{deep['id']}?with=folder"
    shown = made(cast.mia.get(path), 200)["folder"]["data"]
    assert (shown["name"], shown["parent"], shown["total"]) == ("Inner", "Top", 1)
    assert "ancestors" not in shown
    shown = made(cast.mia.get(f"{path}&entire_folder_tree=1"), 200)["folder"]["data"]
    assert [above["name"] for above in shown["ancestors"]] == ["Top"]
    assert made(cast.mia.get(f"/checklists/{loose['id']}?with=folder"), 200)["folder"] is None
    listed = made(cast.mia.get("/checklists?with=folder&sort_by=title"), 200)
    assert [row["folder"] and row["folder"]["data"]["name"] for row in listed] == [
        "Inner", "Top", None,
    ]  # fmt: skip


def test_20_13_an_edit_files_a_template(cast: Cast) -> None:
    folder, runs = make_folder(cast.mia), make_folder(cast.mia, folder_type="run")
    template = make_template(cast.olga, users=[cast.mia.user_id])
    path = f"/checklists/{template['id']}"
    filed = made(cast.olga.put(path, {"title": "Onboarding", "folder_id": folder["id"]}), 200)
    assert (filed["folder_id"], filed["users"]) == (folder["id"], [cast.mia.user_id])
    assert made(cast.mia.get(f"/folders/{folder['id']}"), 200)["total"] == 1
    for key, wrong in (("folder_id", runs), ("default_folder", folder), ("folder_id", {"id": "x"})):
        problem = check_problem(cast.olga.patch(path, {key: wrong["id"]}), 422)
        assert list(problem["errors"]) == [key]
    made(cast.olga.patch(path, {"folder_id": None, "default_folder": runs["id"]}), 200)
    assert made(cast.mia.get(f"/folders/{folder['id']}"), 200)["total"] == 0
    assert launch(cast.olga, template)["name"] == "Ann joins"
    assert made(cast.olga.get(f"/folders/{runs['id']}"), 200)["total"] == 1


def test_processes_and_tasks_by_folder(cast: Cast) -> None:
    one, two = [make_folder(cast.mia, name, folder_type="run") for name in ("One", "Two")]
    process = launch(cast.olga, name="P", folders=[one["id"]])
    launch(cast.olga, name="Q", folders=[one["id"], two["id"]])
    launch(cast.olga, name="R")
    oneoff = make_oneoff(cast.olga)
    made(put_in(cast.mia, two, "Task", oneoff["id"]))

    def found(path: str, query: str) -> set[str]:
        return {
            row.get("name", row.get("title")) for row in made(cast.mia.get(f"{path}?{query}"), 200)
        }

    assert found("/runs", f"folder={one['id']}") == {"P", "Q"}
    assert found("/runs", f"folder={one['id']},{two['id']}") == {"P", "Q"}
    assert found("/runs", f"folder={two['id']}") == {"Q"}
    assert found("/runs", "folder=nonsense") == set()
    assert found("/tasks", f"folder={two['id']}") == {"Order a desk"}
    assert process["name"] == "P"


def test_30_6_an_update_replaces_folders(cast: Cast) -> None:
    one, two = [make_folder(cast.mia, name, folder_type="run") for name in ("One", "Two")]
    process = launch(cast.olga, folders=[one["id"]])

    def lies_in() -> list[str]:
        return [
            each["name"] for each in read(cast.mia, process, "?with=folders")["folders"]["data"]
        ]

    made(cast.mia.put(f"/runs/{process['id']}", {"folders": [two["id"]]}), 200)
    assert lies_in() == ["Two"]
    check_problem(cast.mia.put(f"/runs/{process['id']}", {"folders": [UNKNOWN]}), 422)
    made(cast.mia.put(f"/runs/{process['id']}", {"name": "Other"}), 200)
    assert lies_in() == ["Two"]
    made(cast.mia.put(f"/runs/{process['id']}", {"folders": []}), 200)
    assert lies_in() == []


def test_30_32_a_launch_checks_its_folders(cast: Cast) -> None:
    of_templates = make_folder(cast.mia)
    for folder_id in (of_templates["id"], UNKNOWN):
        problem = check_problem(cast.olga.post("/runs", {"name": "P", "folders": [folder_id]}), 422)
        assert (problem["message"], list(problem["errors"])) == (NO_FOLDER, ["folders.0"])
    assert made(cast.olga.get("/runs"), 200) == []


def test_30_3_3_a_template_has_a_folder_for_its_processes(cast: Cast) -> None:
    usual, other = [make_folder(cast.mia, name, folder_type="run") for name in ("Usual", "Other")]
    template = make_template(cast.olga, 1)

    def lies_in(**fields: Any) -> list[str]:
        process = launch(cast.olga, template, **fields)
        return [
            each["name"] for each in read(cast.olga, process, "?with=folders")["folders"]["data"]
        ]

    set_template(cast, template["id"], launcher_must_choose_folder=True)
    body = {"checklist_id": template["id"], "name": "P"}
    problem = check_problem(cast.olga.post("/runs", body), 422)
    assert problem["errors"] == {"folders": ["Choose a folder to launch this process."]}
    assert lies_in(folders=[other["id"]]) == ["Other"]
    set_template(cast, template["id"], process_folder_id=usual["id"])
    assert lies_in() == ["Usual"]
    assert lies_in(folders=[other["id"]]) == ["Other"]
    set_template(cast, template["id"], launcher_may_change_folder=False)
    assert lies_in(folders=[other["id"]]) == ["Usual"]
    made(cast.olga.delete(f"/folders/{usual['id']}"), 200)
    assert lies_in(folders=[other["id"]]) == ["Other"]
