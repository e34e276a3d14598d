"""Part 45: writing comments, reporting issues, resolving them. Rows 4 to 6, 11 and 22 are in
test_part45_editing.py, 8 to 10, 12 and 13 in test_part45_mentions.py, 24, 25 and 27 in
test_part45_places.py, 28 in conventions/test_part00_caps.py."""

from cast import GUS, Cast
from factories import complete, made, make_oneoff, read, verbs_of
from talking import new_process, report, resolve, say, threads_of


def test_45_1_30_a_comment(cast: Cast) -> None:
    process, task = new_process(cast)
    thread = say(cast.mia, f"/tasks/{task['id']}", "<b>Hello</b><script>x</script>")
    assert len(thread["id"]) == 32
    assert (thread["content"], thread["label"]) == ("<b>Hello</b>", "comment")
    assert (thread["state"], thread["author_type"]) == ("hide-for-guests", "user")
    assert thread["author_id"] == thread["sent_by"] == cast.mia.user_id
    assert thread["author"]["id"] == cast.mia.user_id
    assert (thread["task_id"], thread["run_id"]) == (task["id"], process["id"])
    assert thread["subject"] == {"id": task["id"], "type": "Task"}
    assert (thread["resolve_id"], thread["resolves_id"], thread["sent_to"]) == (None, None, [])
    shown = say(cast.leo, f"/tasks/{make_oneoff(cast.leo)['id']}", "Mine", state="open")
    assert (shown["state"], shown["run_id"]) == ("open", None)


def test_45_2_what_is_wrong_is_named(cast: Cast) -> None:
    _, task = new_process(cast)
    for body, field in (
        ({}, "content"),
        ({"content": " \n "}, "content"),
        ({"content": "<script>x</script>"}, "content"),
        ({"content": "x" * 30_001}, "content"),
        ({"content": "Hello", "label": "praise"}, "label"),
        ({"content": "Hello", "state": "secret"}, "state"),
    ):
        answer = cast.olga.post(f"/tasks/{task['id']}/comment", body)
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})
    assert threads_of(cast.olga, task) == []


def test_45_3_comments_are_shown_with_their_task(cast: Cast) -> None:
    process, task = new_process(cast)
    run_task = f"/runs/{process['id']}/tasks"
    for text in ("One", "Two"):
        say(cast.mia, f"/tasks/{task['id']}", text)
    for path in (f"{run_task}/{task['id']}", run_task, f"/tasks/{task['id']}"):
        data = made(cast.olga.get(f"{path}?with=threads,comments,issues,threads_count"), 200)
        shown = data[0] if isinstance(data, list) else data
        assert [each["content"] for each in shown["threads"]["data"]] == ["One", "Two"]
        assert shown["issues"] == {"data": []}
        assert shown["threads_count"] == {"data": {"total": 2, "problems": 0}}
    with_tasks = read(cast.olga, process, "?with=tasks,tasks.threads,threads")
    assert len(with_tasks["tasks"]["data"][0]["threads"]["data"]) == 2
    assert with_tasks["threads"] == {"data": []}


def test_45_7_a_thread_belongs_to_its_task(cast: Cast) -> None:
    process, task = new_process(cast)
    problem = report(cast.olga, f"/tasks/{task['id']}")
    body = {"thread_id": problem["id"], "content": "Mended"}
    for path in (f"/tasks/{make_oneoff(cast.olga)['id']}", f"/runs/{process['id']}"):
        assert cast.olga.post(f"{path}/resolved-threads", body).status_code == 404
    unknown = {**body, "thread_id": "0" * 32}
    path = f"/tasks/{task['id']}/resolved-threads"
    assert cast.olga.post(path, unknown).status_code == 404
    assert cast.olga.post(path, {**body, "thread_id": "nothing"}).status_code == 404


def test_45_14_16_17_an_issue_stops_its_task_until_it_is_resolved(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    problem = report(cast.mia, path)
    assert (problem["label"], problem["resolve_id"]) == ("problem", None)
    shown = made(cast.olga.get(path), 200)
    assert (shown["problem"], shown["is_completable"]) == (True, False)
    assert shown["run_status"] == read(cast.olga, process)["status"] == "problem"
    refused = cast.olga.post("/completed-tasks", {"task_id": task["id"]})
    assert refused.status_code == 422
    assert refused.json()["message"] == "This task has unresolved issues."
    assert [each["id"] for each in made(cast.olga.get("/tasks?status=issue"), 200)] == [task["id"]]
    thread = resolve(cast.olga, path, problem)
    assert (thread["label"], thread["resolves_id"]) == ("resolve", problem["id"])
    assert threads_of(cast.olga, task)[0]["resolve_id"] == thread["id"]
    assert made(cast.olga.get(path), 200)["problem"] is False
    assert read(cast.olga, process)["status"] == "active"
    assert complete(cast.olga, task)["status"] == "completed"
    assert verbs_of(cast.olga, process) == [
        "created", "issue-reported", "issue-resolved", "completed", "completed",
    ]  # fmt: skip


def test_45_15_an_issue_reopens_a_completed_task(cast: Cast) -> None:
    process, task = new_process(cast)
    complete(cast.olga, task)
    report(cast.mia, f"/tasks/{task['id']}")
    shown = made(cast.olga.get(f"/tasks/{task['id']}"), 200)
    assert (shown["status"], shown["completed_at"]) == ("in-progress", None)
    assert read(cast.olga, process)["completed_at"] is None
    assert verbs_of(cast.olga, process)[3:] == ["issue-reported", "re-opened", "uncompleted"]


def test_45_18_resolving_twice_is_resolving_once(cast: Cast) -> None:
    _, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    problem, comment = report(cast.olga, path), say(cast.olga, path, "Hm")
    body = {"thread_id": problem["id"], "content": " "}
    assert cast.olga.post(f"{path}/resolved-threads", body).status_code == 422
    of_comment = cast.olga.post(
        f"{path}/resolved-threads", {"thread_id": comment["id"], "content": "x"}
    )
    assert of_comment.status_code == 422
    first = resolve(cast.olga, path, problem)
    second = resolve(cast.mia, path, problem, 200)
    assert second["id"] == first["id"]
    assert len(threads_of(cast.olga, task)) == 3


def test_45_19_every_issue_counts(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    first, second = report(cast.olga, path, "One"), report(cast.mia, path, "Two")
    resolve(cast.olga, path, first)
    assert made(cast.olga.get(path), 200)["problem"] is True
    assert [each["id"] for each in threads_of(cast.olga, task, "issues")] == [second["id"]]
    resolve(cast.olga, path, second)
    assert made(cast.olga.get(path), 200)["problem"] is False
    assert read(cast.olga, process)["status"] == "active"


def test_45_20_labels_report_and_resolve_too(cast: Cast) -> None:
    process, task = new_process(cast)
    for path in (f"/tasks/{task['id']}", f"/runs/{process['id']}"):
        problems = [say(cast.mia, path, text, label="problem") for text in ("One", "Two")]
        assert read(cast.olga, process)["status"] in ("problem", "issue")
        thread = say(cast.olga, path, "Both mended", label="resolve")
        assert (thread["label"], thread["resolves_id"]) == ("resolve", problems[0]["id"])
        assert read(cast.olga, process)["status"] == "active"
    first, second, both = threads_of(cast.olga, task)
    assert first["resolve_id"] == second["resolve_id"] == both["id"]
    assert threads_of(cast.olga, task, "issues") == []
    assert read(cast.olga, process, "?with=issues")["issues"] == {"data": []}


def test_45_21_a_resolve_comment_without_an_issue_is_a_comment(cast: Cast) -> None:
    process, task = new_process(cast)
    thread = say(cast.olga, f"/tasks/{task['id']}", "All good", label="resolve")
    assert (thread["label"], thread["resolves_id"]) == ("resolve", None)
    assert read(cast.olga, process)["status"] == "active"
    assert verbs_of(cast.olga, process)[-1] == "commented"


def test_45_23_guests_see_what_is_open_and_their_own(cast: Cast) -> None:
    _, task = new_process(cast, guests=[GUS])
    gus, path = cast.guest_of(task), f"/tasks/{task['id']}"
    say(cast.olga, path, "Between us")
    say(cast.olga, path, "For all", state="open")
    own = say(gus, path, "From gus")
    assert (own["state"], own["author_type"]) == ("open", "guest")
    say(gus, path, "Hidden by gus", state="hide-for-guests")
    report(gus, path, "It does not open")
    assert [each["content"] for each in threads_of(gus, task)] == [
        "For all", "From gus", "Hidden by gus", "It does not open",
    ]  # fmt: skip
    assert set(threads_of(gus, task)[0]["author"]) == {"first_name", "last_name", "full_name"}
    assert len(threads_of(cast.olga, task)) == 5
    assert made(cast.olga.get(path), 200)["problem"] is True


def test_45_23_guests_may_be_kept_out_of_the_talk(cast: Cast) -> None:
    _, task = new_process(cast, guests=[GUS], prevent_guest_comment=True)
    gus, path = cast.guest_of(task), f"/tasks/{task['id']}"
    say(cast.olga, path, "For all", state="open")
    assert threads_of(gus, task) == []
    for word in ("comment", "problem"):
        assert gus.post(f"{path}/{word}", {"content": "Hello"}).status_code == 403
    other = make_oneoff(cast.olga)
    assert gus.post(f"/tasks/{other['id']}/comment", {"content": "x"}).status_code == 404


def test_45_26_an_issue_of_a_process_freezes_its_tasks(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/runs/{process['id']}"
    problem = report(cast.mia, path)
    assert problem["subject"] == {"id": process["id"], "type": "Run"}
    frozen = read(cast.olga, process, "?with=issues")
    assert (frozen["status"], frozen["has_open_issue"]) == ("issue", True)
    assert [each["id"] for each in frozen["issues"]["data"]] == [problem["id"]]
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["is_completable"] is False
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15", "owners": {}}
    for answer in (
        cast.olga.post("/completed-tasks", {"task_id": task["id"]}),
        cast.olga.delete(f"/completed-tasks/{task['id']}"),
        cast.olga.post("/tasks", {**body, "run_id": process["id"]}),
    ):
        assert answer.status_code == 422
        assert answer.json()["message"] == (
            "This process has an open issue. Resolve it before changing its tasks."
        )
    say(cast.olga, path, "We look at it")
    say(cast.olga, f"/tasks/{task['id']}", "Wait")
    first = resolve(cast.olga, path, problem)
    assert resolve(cast.mia, path, problem, 200)["id"] == first["id"]
    assert read(cast.olga, process)["status"] == "active"
    assert complete(cast.olga, task)["run_status"] == "complete"


def test_45_5_who_cannot_read_cannot_talk(cast: Cast) -> None:
    process, task = new_process(cast)
    hidden = {"process_read": {"all_members": False, "users": [], "groups": []}}
    made(cast.olga.put(f"/runs/{process['id']}/permissions", hidden), 200)
    for path in (f"/runs/{process['id']}", f"/tasks/{task['id']}"):
        for by in (cast.mia, cast.leo, cast.stranger()):
            assert by.post(f"{path}/comment", {"content": "Hello"}).status_code == 404
