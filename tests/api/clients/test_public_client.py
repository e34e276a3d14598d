"""The published Python client (`tallyfy` on PyPI), unmodified, against a real server.

What of it waits, and for which part:

| wait for | methods |
|---|---|
| 45, comments and files | update_task_comment, delete_task_comment, the methods of files |
| 60 | search, and everything that is found by name |

`resolve_task_issues` of the facade misses an argument, and its `add_task_comment` some; they are
called where they are defined. `update_standalone_task` can send no `is_approved`.
"""

import secrets
from collections.abc import Iterator

import pytest
from tallyfy import TallyfyError, TallyfySDK

from cast import Cast, Person
from factories import launch, let_all_launch, made, make_oneoff, make_template, tasks_of
from many import do_all

#: The client refuses addresses under `.test`.
GUEST = "gus@guests.example.org"
DEADLINE = "2031-05-15 14:30:00"


@pytest.fixture(params=["", "/api"], ids=["root", "api"])
def mount(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sdk(cast: Cast, mount: str) -> Iterator[TallyfySDK]:
    """olga's client. Under `/api` it works beside rules, holds and operations (70, row 49)."""
    if mount:
        archive_by_rules(cast)
    with client_of(cast.olga, mount) as opened:
        yield opened


def archive_by_rules(cast: Cast) -> None:
    """A rule of retention, a hold, and an operation that has ended."""
    task = make_oneoff(cast.olga)["id"]
    do_all(cast.olga, object="task", ids=[task])
    made(cast.olga.post("/holds", {"reason": "R", "scope": {"type": "task", "id": task}}))
    rule = {"delete_after": {"unit": "weeks", "value": 520}, "enabled": {"archive": True}}
    made(cast.olga.put("/retention", rule), 200)


def client_of(person: Person, mount: str = "") -> TallyfySDK:
    address = f"{person.client.base_url}{mount}"
    return TallyfySDK(api_key=person.token, base_url=address, max_retries=0)


def some_address() -> str:
    return f"some-{secrets.token_hex(6)}@guests.example.org"


def role_of(cast: Cast, user_id: int) -> str:
    return str(made(cast.olga.get(f"/users/{user_id}"), 200)["role"])


def test_who_and_where(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    me = sdk.get_current_user_info(org)
    assert (me.id, me.email, me.role) == (cast.olga.user_id, me.username + "@cast.test", "admin")
    assert sdk.get_user(org, cast.mia.user_id).id == cast.mia.user_id
    organization = sdk.get_organization(org)
    assert (organization.id, organization.name) == (org, "Cast & Co")
    assert [each.id for each in sdk.get_current_user_organizations().data] == [org]
    people = {cast.olga.user_id, cast.mia.user_id, cast.leo.user_id}
    assert people <= {user.id for user in sdk.get_organization_users(org).data}
    listed = sdk.get_organization_users_list(org)
    assert people <= {user.id for user in listed.data}
    assert listed.count == len(listed.data)


def test_the_life_of_a_template(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    template = sdk.create_template(
        org, "Hire", summary="How we hire", owner_id=cast.mia.user_id, starred=True
    )
    assert (template.title, template.summary, template.starred) == ("Hire", "How we hire", True)
    assert template.owner_id == cast.mia.user_id
    assert [each.id for each in sdk.get_all_templates(org).data] == [template.id]
    assert sdk.get_template(org, template.id).title == "Hire"
    changed = sdk.update_template_metadata(
        org, template.id, title="Hire well", summary="Better", icon="person", alias="hire-well",
        webhook="https://hook.example.org", is_pinned=True, auto_naming=True, starred=False,
        users=[cast.leo.user_id], groups=[], type="form", default_process_name_format="{{DATE}}",
    )  # fmt: skip
    assert (changed.title, changed.summary, changed.icon) == ("Hire well", "Better", "person")
    assert (changed.alias, changed.is_pinned, changed.starred) == ("hire-well", True, False)
    assert (changed.users, changed.type, changed.auto_naming) == (
        [cast.leo.user_id], "form", True,
    )  # fmt: skip
    answer = sdk.delete_template_with_references(org, template.id)
    assert answer["deleted_references"] == []
    with pytest.raises(TallyfyError) as refused:
        sdk.get_template(org, template.id)
    assert refused.value.status_code == 404
    assert sdk.get_all_templates(org).data == []
    assert sdk.delete_template(org, template.id) is True


def test_steps_of_a_template(sdk: TallyfySDK, cast: Cast) -> None:
    template = make_template(cast.olga, 12)
    titles = [f"Step {number}" for number in range(1, 13)]
    steps = sdk.get_template_steps(cast.organization_id, template["id"])
    assert [step.title for step in steps] == titles
    whole = sdk.get_template_with_steps(cast.organization_id, template["id"])
    assert [step["title"] for step in whole["steps"]["data"]] == titles
    assert whole["template"].extra["steps_count"] == 12


def test_a_template_is_duplicated(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    template = make_template(cast.olga, 2)
    named = sdk.duplicate_template(org, template["id"], "Hire again", tenant=org)
    plain = sdk.duplicate_template(org, template["id"], "", tenant=org)
    assert (named.title, plain.title) == ("Hire again", "COPY OF - Onboarding")
    assert len({template["id"], named.id, plain.id}) == 3
    for copy in (named, plain):
        steps = sdk.get_template_steps(org, copy.id)
        assert [step.title for step in steps] == ["Step 1", "Step 2"]


def test_the_life_of_form_fields(sdk: TallyfySDK, cast: Cast) -> None:
    org, template = cast.organization_id, make_template(cast.olga, 2)
    first, second = (step.id for step in sdk.get_template_steps(org, template["id"]))
    place = (org, template["id"], first)
    labels = ("Name", "Due", "Reason")
    fields = [
        sdk.add_form_field_to_step(*place, {"label": label, "field_type": kind, "guidance": "Help"})
        for label, kind in zip(labels, ("text", "date", "textarea"), strict=True)
    ]
    assert [(field.label, field.position) for field in fields] == [
        ("Name", 1), ("Due", 2), ("Reason", 3),
    ]  # fmt: skip
    assert {(field.step_id, field.required, field.guidance) for field in fields} == {
        (first, True, "Help")
    }
    changed = sdk.update_form_field(*place, fields[0].id, label="Full name", required=False)
    assert (changed.id, changed.label, changed.required) == (fields[0].id, "Full name", False)
    order = [fields[2], fields[0], fields[1]]
    wanted = [{"id": field.id, "position": at} for at, field in enumerate(order, start=1)]
    assert sdk.reorder_form_fields(*place, wanted) is True
    captures = sdk.form_fields.get_step(*place).captures
    assert [capture.id for capture in captures] == [field.id for field in order]
    assert sdk.move_form_field(*place, fields[0].id, second) is True
    assert sdk.delete_form_field(*place, fields[1].id) is True
    with pytest.raises(TallyfyError) as refused:
        sdk.delete_form_field(*place, fields[1].id)
    assert refused.value.status_code == 404
    assert [capture.id for capture in sdk.form_fields.get_step(*place).captures] == [fields[2].id]


def test_options_of_a_dropdown(sdk: TallyfySDK, cast: Cast) -> None:
    org, template = cast.organization_id, make_template(cast.olga, 1)
    (step,) = sdk.get_template_steps(org, template["id"])
    place = (org, template["id"], step.id)
    options = ["Silver", {"id": 5, "label": "Gold"}]
    field = sdk.add_form_field_to_step(
        *place,
        {"label": "Level", "field_type": "dropdown", "options": options, "default_value": "Gold",
         "default_value_enabled": True},
    )  # fmt: skip
    assert [(option["id"], option["text"]) for option in field.options] == [
        (1, "Silver"), (5, "Gold"),
    ]  # fmt: skip
    its = (*place, field.id)
    assert sdk.get_dropdown_options(*its) == ["Silver", "Gold"]
    helper = sdk.form_fields.options
    assert helper.add_dropdown_option(*its, "Bronze", 0) is True
    assert sdk.get_dropdown_options(*its) == ["Bronze", "Silver", "Gold"]
    assert helper.reorder_dropdown_options(*its, ["Gold", "Silver", "Bronze"]) is True
    (capture,) = sdk.form_fields.get_step(*place).captures
    assert capture.default_value == {"id": 1, "text": "Gold"}
    assert helper.remove_dropdown_option(*its, "Gold") is True
    (capture,) = sdk.form_fields.get_step(*place).captures
    assert (capture.default_value, capture.default_value_enabled) == (None, False)
    assert sdk.update_dropdown_options(*its, ["Tin", "Lead"]) is True
    assert sdk.get_dropdown_options(*its) == ["Tin", "Lead"]


def test_kickoff_fields_are_listed(sdk: TallyfySDK, cast: Cast) -> None:
    asked = [
        {"label": "Vendor", "field_type": "text", "required": True},
        {"label": "Items", "field_type": "table", "required": False, "columns": ["Item", "Qty"]},
    ]
    template = make_template(cast.olga, 1, prerun=asked)
    fields = sdk.get_kickoff_form_fields(cast.organization_id, template["id"])
    assert [(field["label"], field["required"]) for field in fields] == [
        ("Vendor", True), ("Items", False),
    ]  # fmt: skip
    assert sdk.get_kickoff_form_fields(cast.organization_id, make_template(cast.olga)["id"]) == []


def test_the_life_of_a_step(sdk: TallyfySDK, cast: Cast) -> None:
    org, template = cast.organization_id, make_template(cast.olga, 2)
    group, mia, leo = cast.group(cast.leo), cast.mia.user_id, cast.leo.user_id
    deadline = {"value": 2, "unit": "days", "option": "from", "step": "start_run"}
    wanted = {
        "title": "Sign", "summary": "<p>Here</p>", "step_type": "approval", "position": 2,
        "assignees": [mia], "guests": [GUEST], "groups": [group], "max_assignable": 5,
        "deadline": deadline, "top_secret": True, "allow_guest_owners": False,
    }  # fmt: skip
    step = sdk.add_step_to_template(org, template["id"], wanted)
    assert {key: step[key] for key in wanted} == wanted
    changed = sdk.edit_description_on_step(org, template["id"], step["id"], "There")
    assert changed["summary"] == "There"
    changed = sdk.add_assignees_to_step(
        org, template["id"], step["id"], [leo], ["pat@guests.example.org"]
    )
    assert set(changed["assignees"]) == {mia, leo}
    assert set(changed["guests"]) == {GUEST, "pat@guests.example.org"}
    assert (changed["groups"], changed["deadline"], changed["position"]) == ([group], deadline, 2)
    copy = sdk.clone_step(org, template["id"], step["id"])
    assert (copy["title"], copy["position"]) == ("Sign", 3)
    assert sdk.reorder_step(org, template["id"], copy["id"], 1)["position"] == 1
    assert (
        sdk.get_step_dependencies(org, template["id"], copy["id"])["step_info"]["id"] == copy["id"]
    )
    assert sdk.delete_step(org, template["id"], copy["id"]) is True
    steps = sdk.get_template_steps(org, template["id"])
    assert [step.title for step in steps] == ["Step 1", "Sign", "Step 2"]
    with pytest.raises(TallyfyError) as refused:
        sdk.delete_step(org, template["id"], copy["id"])
    assert refused.value.status_code == 404


def test_the_life_of_a_process(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    template = make_template(cast.olga, 2)
    run = sdk.launch_process(org, template["id"], "Ann joins", users=[cast.mia.user_id])
    assert (run.name, run.status, run.progress.total) == ("Ann joins", "active", 2)
    tasks = sdk.get_tasks_for_process(org, run.id, with_="run,step,threads,summary")
    assert [(task.position, task.run.id, task.step.id) for task in tasks.data] == [
        (1, run.id, tasks.data[0].step_id),
        (2, run.id, tasks.data[1].step_id),
    ]
    first = sdk.complete_task(org, run.id, tasks.data[0].id)
    assert (first.status, first.completer_id) == ("completed", cast.olga.user_id)
    assert sdk.reopen_task(org, run.id, first.id).status == "in-progress"
    assert sdk.get_task(org, run.id, first.id).completed_at is None
    sdk.complete_task(org, run.id, tasks.data[0].id)
    sdk.complete_task(org, run.id, tasks.data[1].id)
    assert sdk.get_process(org, run.id, with_="tasks").status == "complete"
    assert sdk.update_process(org, run.id, name="Ann has joined").name == "Ann has joined"
    assert sdk.archive_process(org, run.id) is True
    assert sdk.get_organization_runs(org).data == []
    assert [each.id for each in sdk.get_organization_runs(org, archived="only").data] == [run.id]
    assert sdk.reactivate_process(org, run.id).status == "complete"
    listed = sdk.get_organization_runs(org, status="complete", with_data="checklist,tasks,tags")
    assert [each.id for each in listed.data] == [run.id]
    assert (listed.count, listed.meta.total) == (1, 1)


def test_the_life_of_a_single_task(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    mine = [cast.olga.user_id]
    task = sdk.create_task(org, "Order a desk", DEADLINE, user_ids=mine, description="Oak")
    assert (task.title, task.summary, task.owners.users) == ("Order a desk", "Oak", mine)
    assert (task.is_oneoff_task, task.deadline) == (True, "2031-05-15T14:30:00Z")
    assert [each.id for each in sdk.get_my_tasks(org).data] == [task.id]
    assert [each.id for each in sdk.get_user_tasks(org, mine[0]).data] == [task.id]
    assert sdk.complete_standalone_task(org, task.id).status == "completed"
    assert sdk.get_my_tasks(org, status="active").data == []
    assert sdk.reopen_standalone_task(org, task.id).status == "in-progress"
    assert sdk.delete_standalone_task(org, task.id) is True
    assert sdk.get_standalone_task(org, task.id).archived_at is not None
    assert sdk.get_my_tasks(org).data == []


def test_a_task_is_changed(sdk: TallyfySDK, cast: Cast) -> None:
    org, mia = cast.organization_id, cast.mia.user_id
    asked = {"label": "Order", "field_type": "text", "required": True}
    template = make_template(cast.olga, [{"title": "Sign", "captures": [asked]}, {"title": "File"}])
    process = launch(cast.olga, template)
    first, _ = tasks_of(cast.olga, process)
    wanted = {
        "title": "Sign twice", "summary": "<p>Both</p>", "position": 2, "max_assignable": 5,
        "task_type": "approval", "top_secret": True, "webhook": "https://hook.example.org",
        "prevent_guest_comment": True,
    }  # fmt: skip
    task = sdk.update_task(
        org, process["id"], first["id"], taskdata={"Order": "PO-1"},
        owners={"users": [mia], "guests": [GUEST]}, started_at="2031-01-02 03:04:05",
        deadline=DEADLINE, status="in-progress", **wanted,
    )  # fmt: skip
    assert {key: getattr(task, key) for key in wanted} == wanted
    assert (task.owners.users, task.owners.guests) == ([mia], [GUEST])
    assert (task.status, task.deadline) == ("in-progress", "2031-05-15T14:30:00Z")
    assert list(task.taskdata.values()) == ["PO-1"]
    assert task.started_at == "2031-01-02T03:04:05Z"
    alone = sdk.create_task(org, "Order a desk", DEADLINE, user_ids=[cast.olga.user_id])
    changed = sdk.update_standalone_task(
        org, alone.id, title="Order two", summary="Oak", deadline="2031-06-01 00:00:00",
        owners={"users": [mia]}, max_assignable=3, task_type="approval", top_secret=True,
        webhook="https://hook.example.org", started_at="2031-01-02 03:04:05", taskdata={},
        prevent_guest_comment=True, status="in-progress",
    )  # fmt: skip
    assert (changed.title, changed.summary, changed.owners.users) == ("Order two", "Oak", [mia])
    assert (changed.deadline, changed.task_type) == ("2031-06-01T00:00:00Z", "approval")
    assert sdk.update_standalone_task(org, alone.id, summary="Pine").title == "Order two"
    with pytest.raises(TallyfyError) as refused:
        sdk.update_standalone_task(org, alone.id, status="completed")
    assert refused.value.status_code == 422


def test_decides_for_another(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    owners = [cast.mia.user_id]
    task = sdk.create_task(org, "Approve", DEADLINE, user_ids=owners, task_type="approval")
    decided = sdk.complete_standalone_task(
        org, task.id, is_approved=False, override_user=cast.mia.user_id
    )
    assert (decided.is_approved, decided.completer_id) == (False, cast.mia.user_id)


def test_talks_about_a_task(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    task = sdk.create_task(org, "Order a desk", DEADLINE, user_ids=[cast.olga.user_id])
    comment = sdk.add_task_comment(org, task.id, "Oak or pine?")
    assert (comment.content, comment.label, comment.author_id) == (
        "Oak or pine?", "comment", cast.olga.user_id,
    )  # fmt: skip
    issue = sdk.report_task_issue(org, task.id, "Sold out")
    assert sdk.get_standalone_task(org, task.id).problem is True
    assert sdk.threads.resolve_task_issues(org, task.id, issue.id) is True
    assert sdk.get_standalone_task(org, task.id).problem is False
    told = sdk.get_standalone_task_comments(org, task.id)
    assert [thread.label for thread in told] == ["comment", "problem", "resolve"]


def test_reads_what_was_said_in_a_process(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    run = launch(cast.olga, make_template(cast.olga, 2))
    task, other = tasks_of(cast.olga, run)
    said = sdk.threads.add_task_comment(
        org, task["id"], "Only for us", state="hide-for-guests", label="advice",
        sent_to=[cast.mia.user_id],
    )  # fmt: skip
    assert (said.state, said.label) == ("hide-for-guests", "advice")
    issue = sdk.report_task_issue(org, task["id"], "Torn")
    assert sdk.threads.resolve_task_issues(
        org, task["id"], issue.id, content="Mended", state="open"
    )
    told = sdk.get_task_comments(org, run["id"], task["id"])
    # Whoever it is sent to is named before it (contract 45, 3.1).
    said_to, _, first = told[0].content.partition("</strong> ")
    assert (said_to.startswith("<strong>"), first) == (True, "Only for us")
    assert [(thread.content, thread.label) for thread in told[1:]] == [
        ("Torn", "problem"), ("Mended", "resolve"),
    ]  # fmt: skip
    assert sdk.get_task_comments(org, run["id"], other["id"]) == []
    with pytest.raises(TallyfyError) as refused:
        sdk.get_task_comments(org, launch(cast.olga)["id"], task["id"])
    assert refused.value.status_code == 404


def test_the_kickoff_form_is_completed_and_reopened(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    asked = [{"label": "Vendor", "field_type": "text", "required": True}]
    template = make_template(cast.olga, 1, prerun=asked)
    (field,) = sdk.get_kickoff_form_fields(org, template["id"])
    run = sdk.launch_process(org, template["id"], "Ann joins", prerun={field["id"]: "Acme"})

    def form() -> tuple[str, bool, dict[str, str]]:
        seen = made(cast.olga.get(f"/runs/{run.id}"), 200)
        return seen["prerun_status"], seen["prerun_completed_at"] is None, seen["prerun"]

    assert form() == ("complete", False, {field["id"]: "Acme"})
    for _ in range(2):
        assert sdk.reopen_kickoff_form(org, run.id) is True
        assert form() == ("incomplete", True, {field["id"]: "Acme"})
    made(cast.olga.put(f"/runs/{run.id}", {"prerun": {field["id"]: None}}), 200)
    with pytest.raises(TallyfyError) as refused:
        sdk.complete_kickoff_form(org, run.id)
    assert refused.value.status_code == 422
    made(cast.olga.put(f"/runs/{run.id}", {"prerun": {field["id"]: "Bolt"}}), 200)
    for _ in range(2):
        assert sdk.complete_kickoff_form(org, run.id) is True
        assert form() == ("complete", False, {field["id"]: "Bolt"})
    with pytest.raises(TallyfyError) as refused:
        sdk.complete_kickoff_form(org, "0" * 32)
    assert refused.value.status_code == 404


def test_narrows_and_pages_the_tasks_of_a_process(sdk: TallyfySDK, cast: Cast) -> None:
    org, mia, group = cast.organization_id, cast.mia.user_id, cast.group(cast.leo)
    steps = [
        {"title": "Sign", "assignees": [mia]}, {"title": "Pay", "groups": [group]},
        {"title": "Send", "guests": [GUEST]}, {"title": "File", "assign_run_starter": False},
    ]  # fmt: skip
    template = make_template(cast.olga, steps)
    ids = [step.id for step in sdk.get_template_steps(org, template["id"])]
    run = sdk.launch_process(
        org, template["id"], "Ann joins", summary="Her first day", owner_id=mia, is_public=False,
        tasks={ids[0]: {"deadline": DEADLINE}},
    )  # fmt: skip
    assert (run.summary, run.owner_id) == ("Her first day", mia)

    def found(**wanted: object) -> list[str]:
        return [task.title for task in sdk.get_tasks_for_process(org, run.id, **wanted).data]

    assert found() == ["Sign", "Pay", "Send", "File"]
    assert found(sort="-position") == ["File", "Send", "Pay", "Sign"]
    assert found(owners=str(cast.leo.user_id)) == ["Pay"]
    assert found(groups=group, guests=GUEST) == ["Pay", "Send"]
    assert found(unassigned=True) == ["File"]
    assert found(deadline_start_range="2031-05-15") == ["Sign"]
    assert found(deadline_end_range="2031-05-14") == ["Pay", "Send", "File"]
    assert found(without_pagination="false", per_page=3, page=2) == ["File"]
    last = sdk.get_tasks_for_process(org, run.id, sort="-position").data[0]
    around = {"without_pagination": "false", "per_page": 3, "replace_page": 1}
    assert found(current_task=last.id, **around) == ["File"]
    sdk.complete_task(org, run.id, last.id)
    assert found(status="complete") == ["File"]
    assert [each.id for each in sdk.tasks.get_organization_processes(org).data] == [run.id]


def test_reads_the_tasks_of_a_guest(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    task = sdk.create_task(org, "Send the papers", DEADLINE, guest_emails=[GUEST])
    assert task.owners.users == [cast.olga.user_id]
    listed = sdk.get_guest_tasks(org, GUEST)
    assert [each.id for each in listed.data] == [task.id]


def test_invites_and_administers_members(sdk: TallyfySDK, cast: Cast) -> None:
    org, email = cast.organization_id, some_address()
    ann = sdk.invite_user_to_organization(org, email, "Ann", "Lee", "light", "Come in!")
    assert ann is not None
    assert (ann.email, ann.full_name, ann.status) == (email, "Ann Lee", "invited")
    assert ann.invited_by == cast.olga.user_id
    again = sdk.invite_user_to_organization(org, email, "Placeholder", "Name")
    assert (again.id, again.full_name) == (ann.id, "Ann Lee")
    batch = [{"email": some_address(), "first_name": "Bo", "last_name": "Ek", "role": "standard"}]
    (bo,) = sdk.users.invite_multiple_users(org, batch)
    assert role_of(cast, bo.id) == "standard"
    leo = cast.leo.user_id
    assert sdk.change_user_role(org, leo, "standard") is True
    assert role_of(cast, leo) == "standard"
    assert sdk.disable_user(org, leo) is True
    assert sdk.get_user(org, leo).disabled_at is not None
    assert sdk.enable_user(org, leo) is True
    assert sdk.get_user(org, leo).disabled_at is None
    assert sdk.approve_user(org, leo) is True
    assert cast.leo.get("/me").status_code == 200


def test_finds_members_and_guests(sdk: TallyfySDK, cast: Cast) -> None:
    org, email = cast.organization_id, some_address()
    sdk.create_guest(org, email, "Gus", "Guest")
    mia = sdk.get_user(org, cast.mia.user_id)
    group = sdk.create_group(org, "Movers", members=[mia.id])
    people = sdk.users.get_all_organization_members(org, with_groups=True, with_stats=True)
    assert mia.id in {user.id for user in people["users"].data}
    assert [guest.email for guest in people["guests"].data] == [email]
    ann = sdk.invite_user_to_organization(org, some_address(), "Ann", "Lee")
    assert sdk.users.get_user_by_email(org, ann.email).id == ann.id
    assert sdk.users.get_user_by_email(org, some_address()) is None
    assert sdk.users.get_guest_by_email(org, email).first_name == "Gus"
    found = sdk.users.search_members_by_name(org, "gus")
    assert [guest.email for guest in found["guests"]] == [email]
    assert [each.id for each in sdk.get_groups(org)] == [group.id]


def test_the_life_of_a_guest(sdk: TallyfySDK, cast: Cast) -> None:
    org, email = cast.organization_id, some_address()
    gus = sdk.create_guest(org, email, "Gus", "Guest", phone="1234", company_name="Gus & Co")
    assert (gus.email, gus.first_name, gus.last_name) == (email, "Gus", "Guest")
    assert gus.details.company_name == "Gus & Co"
    assert gus.guest_id is not None
    assert len(gus.guest_id) == 40
    assert sdk.get_guest(org, email).guest_id == gus.guest_id
    changed = sdk.update_guest(org, email, first_name="Gustav", company_name="Gustav & Co")
    assert (changed.first_name, changed.last_name) == ("Gustav", "Guest")
    assert changed.details.company_name == "Gustav & Co"
    assert [each.email for each in sdk.get_organization_guests(org, with_stats=True).data] == [
        email
    ]
    listed = sdk.get_organization_guests_list(org)
    assert [each.email for each in listed.data] == [email]
    task = sdk.create_task(org, "Send the papers", DEADLINE, guest_emails=[email])
    for name in (email, gus.guest_id):
        assert [each.id for each in sdk.get_guest_tasks(org, name).data] == [task.id]
    with pytest.raises(TallyfyError):
        sdk.disable_guest(org, email)
    sdk.complete_standalone_task(org, task.id)
    assert sdk.disable_guest(org, email) is True
    assert made(cast.olga.get(f"/guests/{email}"), 200)["disabled_at"]
    assert sdk.enable_guest(org, email) is True
    assert made(cast.olga.get(f"/guests/{email}"), 200)["disabled_at"] is None


def test_the_life_of_a_group(sdk: TallyfySDK, cast: Cast) -> None:
    org, guest = cast.organization_id, some_address()
    mia, leo = cast.mia.user_id, cast.leo.user_id
    group = sdk.create_group(org, "Movers", description="They move", members=[mia], guests=[guest])
    assert (group.name, group.description) == ("Movers", "They move")
    assert (group.members, group.guests) == ([mia], [guest])
    plain = sdk.create_group(org, "Cooks")
    assert (plain.description, plain.members, plain.guests) == (None, [], [])
    assert sdk.get_group(org, group.id).name == "Movers"
    assert {each.id for each in sdk.get_groups(org)} == {group.id, plain.id}
    renamed = sdk.update_group(org, group.id, name="Shakers", members=[mia, leo])
    assert (renamed.name, renamed.description) == ("Shakers", "They move")
    assert (renamed.members, renamed.guests) == ([mia, leo], [guest])
    assert sdk.update_group(org, plain.id, members=[leo]).members == [leo]
    assert sdk.delete_group(org, plain.id) is True
    assert [each.id for each in sdk.get_groups(org)] == [group.id]


def test_the_life_of_a_tag(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    tag = sdk.create_tag(org, "Urgent", color="#ff5733")
    assert (tag.title, tag.color, tag.type, tag.auto_generated) == (
        "Urgent", "#ff5733", "private", False,
    )  # fmt: skip
    assert sdk.get_tag(org, tag.id).title == "Urgent"
    assert sdk.update_tag(org, tag.id, color="#00ff00").color == "#00ff00"
    assert sdk.update_tag(org, tag.id, title="Late").title == "Late"
    template = make_template(cast.olga, 1)
    assert sdk.tag_template(org, template["id"], tag.id) is True
    assert sdk.tag_template(org, template["id"], tag.id) is True
    assert sdk.untag_template(org, tag.id, template["id"]) is True
    with pytest.raises(ValueError, match="not found"):
        sdk.untag_template(org, tag.id, template["id"])
    run = sdk.launch_process(org, template["id"], "Ann joins", tags=[tag.id])
    assert sdk.untag_process(org, run.id, tag.id) is True
    assert sdk.tag_process(org, run.id, tag.id) is True
    listed = sdk.get_organization_runs(org, tag=tag.id, with_data="tags")
    assert [each.id for each in listed.data] == [run.id]
    with pytest.raises(TallyfyError) as refused:
        sdk.tag_process(org, template["id"], tag.id)
    assert "Subject not found" in str(refused.value)
    machines = sdk.create_tag(org, "from:mail")
    assert [each.id for each in sdk.get_tags(org)] == [tag.id]
    assert [each.id for each in sdk.get_tags(org, auto_generated=True)] == [machines.id]
    for number in range(5):
        sdk.create_tag(org, f"Tag {number}")
    assert len(sdk.get_tags(org, per_page=2)) == 6
    assert sdk.delete_tag(org, tag.id) is True
    assert sdk.delete_tag(org, tag.id) is True


def test_the_life_of_a_folder(sdk: TallyfySDK, cast: Cast) -> None:
    org = cast.organization_id
    folder = sdk.create_folder(org, "Sales")
    inner = sdk.create_folder(org, "Offers", parent_id=folder.id)
    assert (folder.folder_type, inner.parent_id, inner.parent) == ("checklist", folder.id, "Sales")
    (shown,) = sdk.get_folders(org)
    assert [child.id for child in shown.children] == [inner.id]
    assert sdk.get_folders(org, folder_type="run") == []
    assert sdk.update_folder(org, inner.id, name="Quotes").name == "Quotes"
    assert sdk.update_folder(org, inner.id, parent_id=folder.id).name == "Quotes"
    for_runs = made(cast.olga.post("/folders", {"name": "Runs", "folder_type": "run"}))["id"]
    run = sdk.launch_process(org, make_template(cast.olga, 1)["id"], "Ann joins")
    filed = sdk.add_object_to_folder(org, for_runs, run.id, "run")
    assert filed["folder_id"] == for_runs
    assert sdk.get_folder(org, for_runs).total == 1
    assert sdk.remove_object_from_folder(org, filed["id"]) is True
    with pytest.raises(TallyfyError) as refused:
        sdk.add_object_to_folder(org, folder.id, run.id, "run")
    assert "No such a folder exists in Processes." in str(refused.value)
    template = make_template(cast.olga)
    assert sdk.add_object_to_folder(org, folder.id, template["id"], "checklist") is True
    assert [each.id for each in sdk.get_all_templates(org, folder=folder.id).data] == [
        template["id"]
    ]
    assert sdk.delete_folder(org, folder.id) is True
    assert [each.id for each in sdk.get_folders(org)] == [inner.id]


def test_many_groups_are_walked_page_by_page(sdk: TallyfySDK, cast: Cast) -> None:
    made_here = {cast.group() for _ in range(7)}
    listed = sdk.get_groups(cast.organization_id, per_page=3)
    assert {each.id for each in listed} == made_here


def test_automation_rules(sdk: TallyfySDK, cast: Cast) -> None:
    org, template = cast.organization_id, make_template(cast.olga)
    first, second, third = (step.id for step in sdk.get_template_steps(org, template["id"]))
    condition = {"conditionable_type": "Step", "conditionable_id": first}
    show = {"action_type": "visibility", "action_verb": "show", "target_step_id": second}
    sent = {
        "alias": "Go on",
        "conditions": [{**condition, "operation": "completed", "statement": None}],
        "actions": [show],
        "condition_logic": "or",
    }
    rule = sdk.create_automation_rule(org, template["id"], sent)
    assert (rule["automated_alias"], rule["conditions"][0]["statement"]) == ("Go on", "any_time")
    assert rule["conditions"][0]["logic"] == "or"
    # The client reads the rule and sends all of it back.
    renamed = sdk.update_automation_rule(org, template["id"], rule["id"], alias="Next")
    assert renamed == {**rule, "automated_alias": "Next", "last_updated": renamed["last_updated"]}
    both = [*rule["then_actions"], {**show, "target_step_id": third}]
    changed = sdk.update_automation_rule(org, template["id"], rule["id"], {"actions": both})
    assert [each["target_step_id"] for each in changed["then_actions"]] == [second, third]
    assert changed["then_actions"][0] == rule["then_actions"][0]
    seen = sdk.get_step_visibility_conditions(org, template["id"], second)
    assert rule["id"] in str(seen)
    deleted = sdk.delete_automation_rule(org, template["id"], rule["id"])
    assert deleted["data"] == changed
    with pytest.raises(TallyfyError) as refused:
        sdk.delete_automation_rule(org, template["id"], rule["id"])
    assert refused.value.status_code == 404


def test_refusals_carry_status_and_message(cast: Cast, mount: str) -> None:
    template = make_template(cast.olga)
    with client_of(cast.leo, mount) as leos:
        with pytest.raises(TallyfyError) as refused:
            leos.create_template(cast.organization_id, "Mine")
        assert refused.value.status_code == 403
        assert "Light members cannot create templates." in str(refused.value)
    with client_of(cast.mia, mount) as mias:
        with pytest.raises(TallyfyError) as refused:
            mias.launch_process(cast.organization_id, template["id"], "Mine")
        assert "cannot launch process from this template" in str(refused.value)
        let_all_launch(cast.olga, template)
        assert mias.launch_process(cast.organization_id, template["id"], "Mine").status == "active"
    made(cast.olga.get("/runs"), 200)
