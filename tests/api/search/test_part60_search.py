"""Part 60, 4: universal search (rows 24 to 28)."""

from typing import Any

import pytest

from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, read_template, tasks_of
from ruled import text
from wire import check_problem


def search(by: Person, text: str, **query: Any) -> Any:
    answer = by.client.call("GET", by.path("/search"), params={"search": text, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(by: Person, text: str, on: str, **query: Any) -> list[str]:
    """Of the hits, in their order; they are counted, too."""
    found = search(by, text, on=on, **query)[on]
    assert "indexing" not in found["meta"]
    if len(found["data"]) < 10:
        assert found["meta"]["pagination"]["total"] == len(found["data"])
    return [hit["name"] for hit in found["data"]]


def test_60_24_each_kind_has_its_key_with_data_and_a_page(cast: Cast) -> None:
    launch(cast.olga, name="Quokka one")
    launch(cast.olga, name="Quokka two")
    found = search(cast.olga, "quokka", on="task,process", per_page=1)
    assert set(found) == {"task", "process"}
    assert found["task"]["data"] == []
    assert found["task"]["meta"]["pagination"]["total"] == 0
    page = found["process"]["meta"]["pagination"]
    assert (page["total"], page["count"], page["total_pages"]) == (2, 1, 2)
    assert set(search(cast.olga, "quokka")) == {"blueprint", "process", "task", "snippet"}
    second = search(cast.olga, "quokka", on="process", per_page=1, page=2)["process"]["data"]
    assert [hit["name"] for hit in second] == ["Quokka one"]
    most = search(cast.olga, "quokka", on="process", per_page=500)["process"]["meta"]
    assert most["pagination"]["per_page"] == 100


def test_60_25_what_cannot_be_searched_is_refused(cast: Cast) -> None:
    for query, field in (
        ("", "search"), ("search=", "search"), ("search=%20", "search"),
        (f"search={'a' * 201}", "search"), ("search=a&on=foo", "on"),
        ("search=a&on=process,Task", "on"),
    ):  # fmt: skip
        answer = cast.olga.get(f"/search?{query}")
        check_problem(answer, 422, "VALIDATION_ERROR")
        assert field in answer.json()["errors"], query
    said = cast.olga.get("/search").json()["errors"]["search"]
    assert said == ["The search field is required."]
    allowed = cast.olga.get("/search?search=a&on=foo").json()["errors"]["on"][0]
    assert all(word in allowed for word in ("blueprint", "capture", "people"))


SIGNS = ["%", "'", '"', "(", ")", "*", "_", "\\", "-", "^", ":", "AND", "NEAR(", "🦘", '"(', "a*b"]


def test_60_25_signs_are_literal_and_never_fail(cast: Cast) -> None:
    for sign in SIGNS:
        launch(cast.olga, name=f"odd {sign} name")
    for sign in SIGNS:
        found = names(cast.olga, sign, "process", per_page=100)
        expected = [f"odd {each} name" for each in SIGNS if _is_found(sign, each)]
        assert sorted(found) == sorted(expected), sign
    for hostile in ("\x00", "a\x00b", "\u200b", "x" * 200, "' OR 1=1 --", "  a   b  ", "\u202e"):
        search(cast.olga, hostile, on="blueprint,process,task,snippet,capture,step,people")


def _is_found(sign: str, each: str) -> bool:
    """Letters begin a word behind a sign, signs stand for themselves."""
    return sign.lower() in each.lower() or sign.lower() in ("a", "n", "o")


def test_60_26_a_template_shows_the_folders_around_it(cast: Cast) -> None:
    outer = made(cast.olga.post("/folders", {"name": "Outer", "folder_type": "checklist"}))
    inner = made(cast.olga.post("/folders", {
        "name": "Inner", "folder_type": "checklist", "parent_id": outer["id"]}))  # fmt: skip
    template = make_template(cast.olga, 2, title="Wombat care", folder_id=inner["id"])
    (hit,) = search(cast.olga, "wombat", on="blueprint")["blueprint"]["data"]
    assert [folder["name"] for folder in hit.pop("folders")] == ["Outer", "Inner"]
    assert hit == {
        "id": template["id"], "increment_id": template["increment_id"], "title": "Wombat care",
        "name": "Wombat care", "status": template["status"], "type": "procedure",
        "steps_count": 2, "icon": None, "is_public": False, "is_featured": False,
        "organization_id": cast.organization_id, "archived_at": None,
    }  # fmt: skip


def test_60_26_a_task_says_which_process_it_is_in(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Feed the numbat"}])
    process = launch(cast.olga, template, name="Morning")
    make_oneoff(cast.olga, title="Wash the numbat")
    found = search(cast.olga, "numbat", on="task")["task"]["data"]
    hits = {hit["title"]: hit for hit in found}
    assert hits["Feed the numbat"]["run_id"] == process["id"]
    assert hits["Feed the numbat"]["run_name"] == "Morning"
    assert hits["Wash the numbat"]["run_id"] is None
    assert hits["Wash the numbat"]["is_oneoff_task"] is True
    assert set(hits["Wash the numbat"]["owners"]) == {"users", "guests", "groups", "taskUrls"}
    assert names(cast.olga, "numbat", "process") == ["Morning"]


def test_60_27_filters_narrow(cast: Cast) -> None:
    launch(cast.olga, name="Foo")
    launch(cast.mia, make_template_for_all(cast), name="Foo bar")

    def found(*parts: str) -> list[str]:
        query = "&".join(("search=foo&on=process", *parts))
        answer = cast.olga.get(f"/search?{query}")
        assert answer.status_code == 200, answer.text
        assert "X-Ignored-Parameters" not in answer.headers
        return [hit["name"] for hit in answer.json()["process"]["data"]]

    title, mine = "filter{}[type]=field&filter{}[field]=title", cast.mia.user_id
    one = title.format("", "")
    assert found(one, "filter[operation]==", "filter[value]=FOO") == ["Foo"]
    assert found(one, "filter[value]=foo") == ["Foo"]
    assert found(one, "filter[operation]=<>", "filter[value]=Foo") == ["Foo bar"]
    assert found(one, "filter[operation]=>", "filter[value]=Foo") == ["Foo bar"]
    starter = f"filter[1][type]=field&filter[1][field]=starter&filter[1][value]={mine}"
    both = f"{title.format('[2]', '[2]')}&filter[2][value]=Foo"
    assert found("filter[0][type]=boolean&filter[0][value]=AND", starter) == ["Foo bar"]
    assert found("filter[0][type]=boolean&filter[0][value]=AND", starter, both) == []
    assert found("filter[0][type]=boolean&filter[0][value]=or", starter, both) == ["Foo", "Foo bar"]
    date = "filter[type]=field&filter[field]=date&filter[value]=2020-01-01&filter[operation]="
    assert (len(found(f"{date}>")), found(f"{date}=")) == (2, [])
    said = "filter[type]=field&filter[field]=description&filter[value]="
    assert len(found(said)) == 2


def make_template_for_all(cast: Cast) -> Any:
    template = make_template(cast.olga, 1)
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", EVERYBODY), 200)
    return template


EVERYBODY = {
    name: {"all_members": True, "users": [], "groups": []}
    for name in ("checklist_read", "process_launch", "process_read")
}


def test_60_27_a_filter_that_says_nothing_clear_is_refused(cast: Cast) -> None:
    deep = "".join("[1]" for _ in range(100))
    for query, said in (
        ("filter=title=Foo", "condition"),
        ("filter[type]=field&filter[field]=colour&filter[value]=x", "starter, date, title"),
        ("filter[type]=field&filter[field]=title&filter[operation]=like&filter[value]=x", "<>"),
        ("filter[type]=field&filter[field]=title", "required"),
        ("filter[type]=field&filter[field]=date&filter[value]=soon", "date"),
        ("filter[0][type]=field&filter[0][field]=title&filter[0][value]=x", "operator"),
        ("filter[0][type]=boolean&filter[0][value]=XOR&filter[1][type]=field", "AND or OR"),
        ("filter[0][type]=boolean&filter[0][value]=AND", "condition"),
        ("filter[0]=boolean", "operator"),
        ("filter[x]=1", "condition"),
        ("filter[=1", "condition"),
        (f"filter{deep}[type]=field", "levels"),
    ):
        answer = cast.olga.get(f"/search?search=foo&{query}")
        check_problem(answer, 422, "VALIDATION_ERROR")
        assert said in str(answer.json()["errors"]), (query, answer.text)
    nothing = cast.olga.get(
        "/search?search=foo&on=snippet&filter[type]=field&filter[field]=title&filter[value]=x"
    )
    check_problem(nothing, 422, "VALIDATION_ERROR")


def test_60_28_nobody_finds_what_they_cannot_open(cast: Cast) -> None:
    hidden = make_template(cast.olga, [{"title": "Secret step"}, {"title": "Open step"}],
                           title="Hidden template")  # fmt: skip
    nobody = {name: {**anybody, "all_members": False} for name, anybody in EVERYBODY.items()}
    made(cast.olga.put(f"/checklists/{hidden['id']}/permissions", nobody), 200)
    process = launch(cast.olga, hidden, name="Hidden process")
    first, second = tasks_of(cast.olga, process)
    everything = "blueprint,process,task,snippet,capture,step"
    for by in (cast.mia, cast.leo):
        found = search(by, "hidden", on=everything) | search(by, "step", on="task,step")
        assert all(hits["meta"]["pagination"]["total"] == 0 for hits in found.values())
    owners = {"users": [cast.leo.user_id], "guests": [], "groups": []}
    made(cast.olga.put(f"/runs/{process['id']}/tasks/{second['id']}", {"owners": owners}), 200)
    assert names(cast.leo, "hidden", "process") == ["Hidden process"]
    opened = {hit["id"] for hit in search(cast.leo, "step", on="task")["task"]["data"]}
    for task in (first, second):
        is_open = cast.leo.get(f"/runs/{process['id']}/tasks/{task['id']}").status_code == 200
        assert (task["id"] in opened) is is_open
    assert names(cast.olga, "hidden", "process") == ["Hidden process"]
    assert names(cast.olga, "hidden", "blueprint") == ["Hidden template"]


def test_60_28_a_secret_task_leads_nobody_else_to_its_process(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Buy a platypus", "top_secret": True}])
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", EVERYBODY), 200)
    launch(cast.olga, template, name="Shopping")
    assert names(cast.olga, "platypus", "process") == ["Shopping"]
    assert names(cast.olga, "platypus", "task") == ["Buy a platypus"]
    assert names(cast.mia, "platypus", "process") == []
    assert names(cast.mia, "platypus", "task") == []
    assert names(cast.mia, "shopping", "process") == ["Shopping"]


def test_60_4_guests_and_strangers_do_not_search(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"users": [], "guests": ["gus@guests.test"]})
    assert cast.guest_of(task).get("/search?search=a").status_code in (403, 404)
    assert cast.stranger().get("/search?search=a").status_code in (403, 404)


# --- What is searched ---


def test_60_4_titles_descriptions_tags_notes_and_comments_are_found(cast: Cast) -> None:
    olga = cast.olga
    tag = made(olga.post("/tags", {"title": "Tagged koala"}))
    template = make_template(
        olga, [{"title": "Pack bilby", "summary": "<p>With <b>care</b>fully chosen dingo</p>",
                "captures": [{**text("Size of echidna"), "guidance": "In <i>emus</i>"}]}],
        title="Move", summary="<p>About quoll</p>", prerun=[text("Kick galah")],
    )  # fmt: skip
    process = launch(olga, template, name="Journey", summary="Note on possum", tags=[tag["id"]])
    (task,) = tasks_of(olga, process)
    made(olga.post(f"/tasks/{task['id']}/comment", {"content": "Saw a kiwi", "label": "comment"}))
    made(olga.post(f"/runs/{process['id']}/comment", {"content": "A weka", "label": "comment"}))
    made(olga.post("/text-templates", {"title": "Kind words", "content": "<p>Dear tuatara</p>"}))
    for word, kind, name in (
        ("quoll", "blueprint", "Move"), ("bilby", "blueprint", "Move"),
        ("dingo", "blueprint", "Move"), ("bilby", "step", "Pack bilby"),
        ("dingo", "step", "Pack bilby"), ("echidna", "capture", "Size of echidna"),
        ("emus", "capture", "Size of echidna"), ("galah", "capture", "Kick galah"),
        ("possum", "process", "Journey"), ("koala", "process", "Journey"),
        ("bilby", "process", "Journey"), ("dingo", "process", "Journey"),
        ("weka", "process", "Journey"), ("bilby", "task", "Pack bilby"),
        ("dingo", "task", "Pack bilby"), ("kiwi", "task", "Pack bilby"),
        ("kind", "snippet", "Kind words"), ("tuatara", "snippet", "Kind words"),
    ):  # fmt: skip
        assert names(olga, word, kind) == [name], (word, kind)
    # Words may stand in different texts; tags are no text; a word goes on behind a tag within it.
    assert names(olga, "journey possum bilby", "process") == ["Journey"]
    assert names(olga, "bilby kiwi", "task") == ["Pack bilby"]
    assert names(olga, "carefully", "task") == ["Pack bilby"]
    assert names(olga, "strong", "task") == []
    assert names(olga, "journey numbat", "process") == []
    (hit,) = search(olga, "journey", on="process", tags="true")["process"]["data"]
    assert hit["tags"] == [{"id": tag["id"], "title": "Tagged koala", "color": tag["color"]}]


def test_60_4_answers_are_not_searched(cast: Cast) -> None:
    template = make_template(
        cast.olga, [{"title": "Answer", "captures": [text("Name")]}], prerun=[text("Who")]
    )
    (question,) = template["prerun"]
    (asked,) = read_template(cast.olga, template, "?with=steps")["steps"]["data"][0]["captures"]
    process = launch(cast.olga, template, prerun={question["id"]: "Zanzibar"})
    (task,) = tasks_of(cast.olga, process)
    complete(cast.olga, task, taskdata={asked["id"]: "Timbuktu"})
    for answer in ("zanzibar", "timbuktu"):
        found = search(cast.olga, answer)
        assert all(hits["data"] == [] for hits in found.values())


def test_60_4_people_are_found_by_name_and_address(cast: Cast) -> None:
    made(cast.olga.put(f"/users/{cast.mia.user_id}", {"first_name": "Mía", "last_name": "Ŝnow"}),
         200)  # fmt: skip
    make_oneoff(cast.olga, owners={"guests": ["mia.guest@guests.test"]})
    found = search(cast.olga, "mia", on="people")["people"]["data"]
    assert [(hit["type"], hit["name"]) for hit in found] == [
        ("member", "Mía Ŝnow"), ("guest", "mia.guest@guests.test"),
    ]  # fmt: skip
    assert names(cast.olga, "snow mia", "people") == ["Mía Ŝnow"]


# --- How words are compared ---


@pytest.mark.parametrize(
    ("name", "finds", "finds_not"),
    [
        ("Äußere Prüfung", ["äussere", "AUSSERE", "prufung", "rüfun", "au pr"], ["ufe", "ü", "en"]),
        ("Приёмка товара", ["приемка", "ПРИЁМ", "ёмк", "то"], ["ка", "ва"]),
        ("東京タワーの点検", ["東京", "京タ", "点検", "検", "タワー", "東 点検"], ["京東", "検点"]),
        ("서울 사무소", ["서울", "무소", "사"], ["소무"]),
        ("İSTANBUL ofisi", ["istanbul", "i"], ["fi"]),
        ("foo-bar_baz", ["ba", "o-b", "foo-bar", "-", "baz"], ["ar", "oo"]),
    ],
)  # fmt: skip
def test_60_4_words_are_found_whatever_case_and_accents(
    cast: Cast, name: str, finds: list[str], finds_not: list[str]
) -> None:
    launch(cast.olga, name=name)
    for said in finds:
        assert names(cast.olga, said, "process") == [name], said
    for said in finds_not:
        assert names(cast.olga, said, "process") == [], said


def test_60_4_the_name_decides_and_then_the_newest(cast: Cast) -> None:
    for name, summary in (
        ("An emu egg", None), ("Emu egg", None), ("Bird", "An emu egg"), ("emu eggs", None),
        ("Egg of an emu", None), ("EMU EGG", None), ("Other bird", "emu egg"), ("Emu eggcup", None),
    ):  # fmt: skip
        launch(cast.olga, name=name, summary=summary)
    ordered = [
        "EMU EGG", "Emu egg", "Emu eggcup", "emu eggs", "Egg of an emu", "An emu egg",
        "Other bird", "Bird",
    ]  # fmt: skip
    assert names(cast.olga, "Emu  EGG", "process") == ordered


def test_60_4_a_change_is_found_at_once_and_what_is_gone_is_not(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, name="First name")
    made(olga.put(f"/runs/{process['id']}", {"name": "Second kea", "summary": "A rail"}), 200)
    assert names(olga, "first", "process") == []
    assert names(olga, "kea", "process") == names(olga, "rail", "process") == ["Second kea"]
    newer = launch(olga, name="kea")
    made(olga.delete(f"/runs/{newer['id']}"), 200)
    assert names(olga, "kea", "process") == ["Second kea", "kea"]
    archived = search(olga, "kea", on="process")["process"]["data"][1]
    assert archived["status"] == "archived"
    assert archived["archived_at"] is not None
    made(olga.put(f"/runs/{newer['id']}/activate"), 200)
    assert names(olga, "kea", "process") == ["kea", "Second kea"]
    made(olga.delete(f"/runs/{newer['id']}"), 200)
    assert olga.delete(f"/runs/{newer['id']}/delete").status_code in (200, 204)
    assert names(olga, "kea", "process") == ["Second kea"]


def test_60_4_what_was_refused_is_not_found(cast: Cast) -> None:
    process = launch(cast.olga, name="Kept")
    body = {"name": "Rolled moa", "users": [10**9]}
    assert cast.olga.put(f"/runs/{process['id']}", body).status_code == 422
    assert names(cast.olga, "moa", "process") == []
    assert names(cast.olga, "kept", "process") == ["Kept"]


def test_60_4_archived_templates_are_found_when_asked_for(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Old takahe step"}], title="Old takahe")
    make_template(cast.olga, 1, title="About a takahe")
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert names(cast.olga, "takahe", "blueprint") == ["About a takahe"]
    both = names(cast.olga, "takahe", "blueprint", archived="true")
    assert both == ["About a takahe", "Old takahe"]
    assert names(cast.olga, "takahe", "step") == []
    assert names(cast.olga, "takahe", "step", archived="true") == ["Old takahe step"]


def test_60_4_a_draft_is_found_by_who_edits_it_alone(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Common crake"}], title="Common template")
    path = f"/checklists/{template['id']}"
    made(cast.olga.put(f"{path}/permissions", EVERYBODY), 200)
    made(cast.olga.put(path, {"title": "Common template", "dual_version_enabled": True}), 200)
    made(cast.olga.put(f"{path}/publish"), 200)
    made(cast.olga.put(path, {"title": "Drafted template", "summary": "drafted"}), 200)
    made(cast.olga.post(f"{path}/steps", {"title": "Drafted step"}))
    for on in ("blueprint", "step"):
        assert names(cast.mia, "drafted", on) == []
        assert len(names(cast.olga, "drafted", on)) == 1
        assert len(names(cast.mia, "common", on)) == 1
