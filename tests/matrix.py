"""Who may do what: the matrix of contract 00, 8.4, and the routes that do it.

A row is written as in the contract: `+` allowed, `-` refused with 403, and a word where a right, a
relation or a setting decides. Every route that is not public stands in exactly one row; rows marked
`again` tell a further case of routes that stand elsewhere. Paths are those below the organization,
but for rows marked `outside`. Guests have a column only where a route takes their code, in its path
or in the header `X-Guest-Code`; everywhere else they are refused (403).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backdoor import add_fields, set_membership
from cast import Cast, Guest, Person
from factories import (
    complete,
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_rule,
    make_template,
    tasks_of,
)
from letters import announce
from procession.domains.templates.types import Permission
from procession.kit.caller import Role

#: What paths and bodies name.
Ids = dict[str, Any]
#: Makes or arranges something for a caller, and notes what it is called.
Arrange = Callable[[Cast, Person, Ids], None]


@dataclass(frozen=True)
class Word:
    """Something that decides: how it is given, how it is withheld, and the answer without it."""

    text: str
    give: Arrange
    withhold: Arrange | None = None
    without: int = 403


Verdict = str | Word


@dataclass(frozen=True)
class Row:
    action: str
    #: Methods and paths, for example `PUT|PATCH /runs/{run}`.
    calls: tuple[str, ...]
    admin: Verdict
    standard: Verdict
    light: Verdict
    guest: str | None = None
    #: What the action is done to: made anew for each call that is let through.
    subject: Arrange | None = None
    #: What happens to the subject before the call, once words are given.
    then: Arrange | None = None
    #: `{run}` and the like in it are filled in.
    body: Any = None
    #: Status when allowed, where it is not that of the route: the wish itself is refused then.
    status: int | None = None
    outside: bool = False
    again: bool = False

    @property
    def routes(self) -> list[tuple[str, str]]:
        base = "" if self.outside else "/organizations/{org}"
        return [
            (method, base + path)
            for methods, _, path in (call.partition(" ") for call in self.calls)
            for method in methods.split("|")
        ]


_ASKED = {"label": "Name", "field_type": "text", "required": False}


def address() -> str:
    return f"some-{secrets.token_hex(6)}@matrix.test"


# What actions are done to.


def template(cast: Cast, _: Person, ids: Ids) -> None:
    ids["checklist"] = make_template(cast.olga, 1)["id"]


def frozen_version(cast: Cast, by: Person, ids: Ids) -> None:
    template(cast, by, ids)
    made(cast.olga.put(f"/checklists/{ids['checklist']}/publish"), 200)
    ids["version"] = "1"


def rule(cast: Cast, _: Person, ids: Ids) -> None:
    """Of a new template of two steps; `_RULE` is good for another one like it."""
    kept = make_template(cast.olga, 2)
    ids["checklist"] = kept["id"]
    steps = made(cast.olga.get(f"/checklists/{kept['id']}/steps"), 200)
    ids["step"], ids["other_step"] = (step["id"] for step in steps)
    ids["rule"] = make_rule(cast.olga, kept)["id"]


def option_list(cast: Cast, _: Person, ids: Ids) -> None:
    sent = {"title": address(), "columns": ["Name"], "rows": ["A", "B"]}
    ids["list"] = made(cast.olga.post("/lists", sent))["id"]


def archived_template(cast: Cast, _: Person, ids: Ids) -> None:
    made(cast.olga.delete(f"/checklists/{ids['checklist']}"), 200)


def fields(cast: Cast, _: Person, ids: Ids) -> None:
    """Two on one step, and one on the kick-off form."""
    kept = make_template(cast.olga, [{"title": "S", "captures": [_ASKED, _ASKED]}], prerun=[_ASKED])
    (step,) = made(cast.olga.get(f"/checklists/{kept['id']}/steps"), 200)
    ids |= {"checklist": kept["id"], "step": step["id"], "field": kept["prerun"][0]["id"]}
    ids["capture"] = step["captures"][0]["id"]


def process(cast: Cast, by: Person, ids: Ids) -> None:
    """Readable by the caller, whatever their role."""
    started = launch(cast.olga, make_template(cast.olga, 1), users=[by.user_id])
    ids["run"] = started["id"]


def archived_process(cast: Cast, _: Person, ids: Ids) -> None:
    made(cast.olga.delete(f"/runs/{ids['run']}"), 200)


def selection(cast: Cast, by: Person, ids: Ids) -> None:
    """Of the caller; of olga where they may have none. It selects nothing."""
    sent = {"verb": "archive", "ids": ["0" * 32]}
    answer = by.post("/archive/selections", sent)
    if answer.status_code == 403:
        answer = cast.olga.post("/archive/selections", sent)
    ids["selection"] = made(answer)["token"]


def operation(cast: Cast, by: Person, ids: Ids) -> None:
    """One that has ended."""
    selection(cast, by, ids)
    sent = {"token": ids["selection"]}
    answer = by.post("/archive/operations", sent)
    if answer.status_code == 403:
        answer = cast.olga.post("/archive/operations", sent)
    ids["operation"] = made(answer, 200)["number"]


def hold(cast: Cast, _: Person, ids: Ids) -> None:
    """On a template that nothing else is done to."""
    kept = make_template(cast.olga, 1)
    sent = {"reason": "R", "scope": {"type": "checklist", "id": kept["id"]}}
    ids["hold"] = made(cast.olga.post("/holds", sent))["id"]


def _note_task(cast: Cast, ids: Ids, task: Any, guest: str) -> None:
    ids["task"], ids["guest"] = task["id"], guest
    ids["code"] = cast.guest_of(task).code


def _step_of_guest(cast: Cast, ids: Ids, *, is_private: bool = False, **fields: Any) -> None:
    step, started_for = {"title": "Sign", "guests": [guest := address()]}, fields.pop("users", [])
    kept = make_template(cast.olga, [{**step, **fields}])
    if is_private:
        _set_rights(cast, kept["id"], process_read={"all_members": False})
    started = launch(cast.olga, kept, users=started_for)
    ids["run"] = started["id"]
    _note_task(cast, ids, tasks_of(cast.olga, started)[0], guest)


def task(cast: Cast, by: Person, ids: Ids) -> None:
    """Of a guest, in a process that the caller reads."""
    _step_of_guest(cast, ids, users=[by.user_id])


def only_assignees_task(cast: Cast, by: Person, ids: Ids) -> None:
    _step_of_guest(cast, ids, users=[by.user_id], can_complete_only_assignees=True)


_ASKED = {"label": "Name", "field_type": "text", "required": False}


def _note_capture(cast: Cast, ids: Ids) -> None:
    shown = made(cast.olga.get(f"/tasks/{ids['task']}?with=form_fields"), 200)
    ids["capture"] = shown["form_fields"]["data"][0]["id"]


def asking_task(cast: Cast, by: Person, ids: Ids) -> None:
    _step_of_guest(cast, ids, users=[by.user_id], captures=[_ASKED])
    _note_capture(cast, ids)


def only_assignees_asking_task(cast: Cast, by: Person, ids: Ids) -> None:
    only = {"can_complete_only_assignees": True}
    _step_of_guest(cast, ids, users=[by.user_id], captures=[_ASKED], **only)
    _note_capture(cast, ids)


def silent_task(cast: Cast, by: Person, ids: Ids) -> None:
    _step_of_guest(cast, ids, users=[by.user_id], prevent_guest_comment=True)


def private_task(cast: Cast, _: Person, ids: Ids) -> None:
    _step_of_guest(cast, ids, is_private=True)


def completed_task(cast: Cast, _: Person, ids: Ids) -> None:
    complete(cast.olga, {"id": ids["task"]})


def oneoff(cast: Cast, by: Person, ids: Ids) -> None:
    ids["task"] = make_oneoff(cast.olga, owners={"users": [by.user_id]})["id"]


def named_oneoff(cast: Cast, by: Person, ids: Ids) -> None:
    """With people whom a path can name."""
    oneoff(cast, by, ids)
    ids["user"], ids["email"] = by.user_id, address()


def archived_oneoff(cast: Cast, _: Person, ids: Ids) -> None:
    assert cast.olga.delete(f"/tasks/{ids['task']}").status_code == 204


def readable_process(cast: Cast, by: Person, ids: Ids) -> None:
    """The caller may read it, and works on nothing in it."""
    ids["run"] = launch(cast.olga, make_template(cast.olga, 1, can_add_oot=True))["id"]
    readers = {"process_read": {"users": [by.user_id]}}
    made(cast.olga.put(f"/runs/{ids['run']}/permissions", readers), 200)


def problem_of_task(cast: Cast, _: Person, ids: Ids) -> None:
    told = made(cast.olga.post(f"/tasks/{ids['task']}/problem", {"content": "Broken"}))
    ids["thread"] = told["id"]


def problem_of_process(cast: Cast, _: Person, ids: Ids) -> None:
    told = made(cast.olga.post(f"/runs/{ids['run']}/problem", {"content": "Broken"}))
    ids["thread"] = told["id"]


def _noting_thread(path: str, word: str = "comment") -> Arrange:
    """Somebody else says it: the guest of the task, or the administrator."""

    def say(cast: Cast, _: Person, ids: Ids) -> None:
        base = path.format(**ids)
        by = Guest(0, "", cast.nobody, cast.organization_id, ids["code"]) if "code" in ids else None
        told = (by or cast.olga).post(f"{base}/{word}", {"content": "Hello"})
        ids["thread"] = made(told)["id"]

    return say


def _saying(path: str) -> Arrange:
    """The caller says it."""

    def say(_: Cast, by: Person, ids: Ids) -> None:
        told = by.post(f"{path.format(**ids)}/comment", {"content": "Hello"})
        ids["thread"] = made(told)["id"]

    return say


def _all(*arranged: Arrange) -> Arrange:
    def arrange(cast: Cast, by: Person, ids: Ids) -> None:
        for each in arranged:
            each(cast, by, ids)

    return arrange


def preset(_: Cast, by: Person, ids: Ids) -> None:
    ids["preset"] = made(by.post("/presets", {"name": "N", "object": "runs"}))["id"]


def preference(_: Cast, by: Person, ids: Ids) -> None:
    ids["preference"] = "columns"
    made(by.put("/me/preferences/columns", {"value": 1}), 200)


def member(cast: Cast, _: Person, ids: Ids) -> None:
    ids["user"] = cast.add_light().user_id


def administrator(cast: Cast, _: Person, ids: Ids) -> None:
    ids["user"] = cast.add(Role.ADMIN).user_id


def disabled_member(cast: Cast, _: Person, ids: Ids) -> None:
    made(cast.olga.delete(f"/users/{ids['user']}/disable"), 200)


def invited(cast: Cast, _: Person, ids: Ids) -> None:
    ids["user"] = made(cast.olga.post("/users/invite", {"email": address()}), 200)["id"]


def guest(cast: Cast, by: Person, ids: Ids) -> None:
    """Shares a task with the caller."""
    owners = {"users": [by.user_id], "guests": [ids.setdefault("guest", address())]}
    _note_task(cast, ids, make_oneoff(cast.olga, owners=owners), ids["guest"])


def far_guest(cast: Cast, _: Person, ids: Ids) -> None:
    """Shares no task with the caller, but with an administrator."""
    ids.pop("guest", None)
    guest(cast, cast.olga, ids)


def group(cast: Cast, by: Person, ids: Ids) -> None:
    ids["group"] = cast.group(by)


def tag(cast: Cast, _: Person, ids: Ids) -> None:
    ids["tag"] = made(cast.olga.post("/tags", {"title": secrets.token_hex(8)}))["id"]


def snippet(cast: Cast, _: Person, ids: Ids) -> None:
    body = {"title": "Greeting", "content": "Hello"}
    ids["snippet"] = made(cast.olga.post("/text-templates", body))["id"]


def launchable(cast: Cast, by: Person, ids: Ids) -> None:
    template(cast, by, ids)
    let_all_launch(cast.olga, {"id": ids["checklist"]})


def schedule(cast: Cast, by: Person, ids: Ids) -> None:
    """Of the caller's, where they may have one."""
    launchable(cast, by, ids)
    body = {"checklist_id": ids["checklist"], "cron": "0 9 * * 1"}
    sent = by.post("/recurring-jobs", body)
    if sent.status_code != 201:
        sent = cast.olga.post("/recurring-jobs", body)
    ids["schedule"] = made(sent)["id"]


def called_webhook(cast: Cast, _: Person, ids: Ids) -> None:
    """Something waits to be sent to it."""
    complete(cast.olga, make_oneoff(cast.olga, webhook="https://hooks.test/"))
    ids["delivery"] = made(cast.olga.get("/webhook-deliveries?per_page=1"), 200)[0]["id"]
    ids["endpoint"] = made(cast.olga.get("/webhook-endpoints?per_page=1"), 200)[0]["id"]


def own_watcher(cast: Cast, by: Person, ids: Ids) -> None:
    ids["user"] = by.user_id
    sent = {"object_type": "user", "object_id": str(by.user_id)}
    ids["watcher"] = by.post("/users/me/add-watcher", sent).json()["data"]["id"]


def itself(cast: Cast, by: Person, ids: Ids) -> None:
    ids["user"] = by.user_id


def _tagged(cast: Cast, ids: Ids, kind: str, subject_id: str) -> None:
    body = {"tag_id": ids["tag"], "subject_id": subject_id, "subject_type": kind}
    ids["association"] = made(cast.olga.post("/checklists/tags", body))["id"]


def tag_and_template(cast: Cast, by: Person, ids: Ids) -> None:
    tag(cast, by, ids)
    template(cast, by, ids)


def tagged_template(cast: Cast, by: Person, ids: Ids) -> None:
    tag_and_template(cast, by, ids)
    _tagged(cast, ids, "Checklist", ids["checklist"])


def tag_and_process(cast: Cast, by: Person, ids: Ids) -> None:
    tag(cast, by, ids)
    process(cast, by, ids)


def tagged_process(cast: Cast, by: Person, ids: Ids) -> None:
    tag_and_process(cast, by, ids)
    _tagged(cast, ids, "Run", ids["run"])


def folder(cast: Cast, _: Person, ids: Ids) -> None:
    """Of processes."""
    body = {"name": secrets.token_hex(8), "folder_type": "run"}
    ids["folder"] = made(cast.olga.post("/folders", body))["id"]


def folder_and_process(cast: Cast, by: Person, ids: Ids) -> None:
    folder(cast, by, ids)
    process(cast, by, ids)


def filed_process(cast: Cast, by: Person, ids: Ids) -> None:
    folder_and_process(cast, by, ids)
    body = {"folder_id": ids["folder"], "subject_id": ids["run"], "subject_type": "Run"}
    ids["object"] = made(cast.olga.post("/folders/add-object", body))["id"]


def folder_and_tag(cast: Cast, by: Person, ids: Ids) -> None:
    folder(cast, by, ids)
    tag(cast, by, ids)


def fresh_word(_: Cast, __: Person, ids: Ids) -> None:
    ids["word"] = f"w{secrets.token_hex(8)}"


def custom_key(cast: Cast, _: Person, ids: Ids) -> None:
    body = {"key": f"w{secrets.token_hex(8)}", "applies_to": "process", "field_type": "text"}
    ids["key"] = made(cast.olga.post("/custom-field-keys", body))["id"]


def key_and(subject: Arrange, kind: str) -> Arrange:
    """Also a custom field of that kind of records, named by its word."""

    def arrange(cast: Cast, by: Person, ids: Ids) -> None:
        subject(cast, by, ids)
        ids["key"] = f"w{secrets.token_hex(8)}"
        body = {"key": ids["key"], "applies_to": kind, "field_type": "text"}
        made(cast.olga.post("/custom-field-keys", body))

    return arrange


def template_with_parts(cast: Cast, by: Person, ids: Ids) -> None:
    template(cast, by, ids)
    path = f"/checklists/{ids['checklist']}/steps"
    ids["step"] = made(cast.olga.get(path), 200)[0]["id"]
    ids["capture"], ids["field"] = add_fields(cast, ids["checklist"])


def title(cast: Cast, _: Person, ids: Ids) -> None:
    ids["role"] = made(cast.olga.post("/roles", {"name": secrets.token_hex(6)}))["id"]


def oauth_client(cast: Cast, _: Person, ids: Ids) -> None:
    ids["client"] = made(cast.olga.post("/oauth-clients", {"name": "Robot"}))["id"]


def domain(cast: Cast, _: Person, ids: Ids) -> None:
    named = made(cast.olga.post("/domains", {"domain": f"{secrets.token_hex(6)}.test"}))
    ids["domain"] = named["id"]


def file(cast: Cast, by: Person, ids: Ids) -> None:
    """Of a guest's task that the caller reads; somebody else's."""
    task(cast, by, ids)
    _file_of(cast.olga, ids)


def _file_of(by: Person, ids: Ids) -> None:
    sent = {"subject_type": "Task", "subject_id": ids["task"]}
    answer = by.call("POST", "/file", data=sent, files={"name": ("a.txt", b"Some text.")})
    ids["file"] = made(answer, 200)["id"]


def _upload(_: Cast, by: Person, ids: Ids) -> None:
    _file_of(by, ids)


def archived_file(cast: Cast, _: Person, ids: Ids) -> None:
    assert cast.olga.delete(f"/assets/{ids['file']}").status_code == 204


def file_of_guest(cast: Cast, by: Person, ids: Ids) -> None:
    """What the guest uploaded; members are given what anybody uploaded."""
    file(cast, by, ids)
    guest = Guest(0, "", cast.nobody, cast.organization_id, ids["code"])
    _file_of(guest, ids)


def own_token(_: Cast, by: Person, ids: Ids) -> None:
    created = by.client.post("/me/tokens", {})
    ids["token"] = made(created)["id"]


def notification(cast: Cast, by: Person, ids: Ids) -> None:
    """Somebody else gives them a task."""
    other = cast.mia if by.user_id == cast.olga.user_id else cast.olga
    make_oneoff(other, owners={"users": [by.user_id], "guests": [], "groups": []})
    announce(cast)
    ids["notification"] = made(by.get("/me/notifications"), 200)[0]["id"]


def email(cast: Cast, _: Person, ids: Ids) -> None:
    ids["email"] = made(cast.olga.get("/me"), 200)["email"]


# The words.


def _set_rights(cast: Cast, template_id: str, **rights: Any) -> None:
    made(cast.olga.put(f"/checklists/{template_id}/permissions", rights), 200)


def _give_right(right: Permission) -> Arrange:
    def give(cast: Cast, by: Person, ids: Ids) -> None:
        named = {"all_members": False, "users": [by.user_id]}
        _set_rights(cast, ids["checklist"], **{right.value: named})

    return give


def _withhold_rights(cast: Cast, _: Person, ids: Ids) -> None:
    nobody = {right.value: {"all_members": False} for right in Permission}
    _set_rights(cast, ids["checklist"], **nobody)


def _set_organization(name: str, value: bool) -> Arrange:
    def arrange(cast: Cast, _: Person, ids: Ids) -> None:
        made(cast.olga.put("", {name: value}), 200)

    return arrange


def _set_switch(name: str, value: bool) -> Arrange:
    return lambda cast, by, _: set_membership(cast, by, **{name: value})


def _setting(name: str) -> Word:
    return Word(f"if {name}", _set_organization(name, True), _set_organization(name, False))


def _switch(name: str) -> Word:
    return Word(f"+ (8.6) {name}", _set_switch(name, True), _set_switch(name, False))


def _add_to_process(cast: Cast, by: Person, ids: Ids) -> None:
    made(cast.olga.put(f"/runs/{ids['run']}", {"users": [by.user_id]}), 200)


def _start(cast: Cast, by: Person, ids: Ids) -> None:
    kept = make_template(cast.olga, 1)
    _give_right(Permission.LAUNCH)(cast, by, {"checklist": kept["id"]})
    ids["run"] = launch(by, kept)["id"]


def kickoff_form(cast: Cast, by: Person, ids: Ids) -> None:
    """Of a process that the caller reads, with a task of a guest."""
    steps = [{"title": "Sign", "guests": [guest := address()]}]
    started = launch(
        cast.olga, make_template(cast.olga, steps, prerun=[_ASKED]), users=[by.user_id]
    )
    ids["run"] = started["id"]
    _note_task(cast, ids, tasks_of(cast.olga, started)[0], guest)


def _start_form(cast: Cast, by: Person, ids: Ids) -> None:
    kept = make_template(cast.olga, 1, prerun=[_ASKED])
    ids["run"] = launch(cast.olga, kept, user_id=by.user_id)["id"]


def _assign(**fields: Any) -> Arrange:
    def give(cast: Cast, by: Person, ids: Ids) -> None:
        _step_of_guest(cast, ids, assignees=[by.user_id], **fields)

    return give


def _assign_asking(cast: Cast, by: Person, ids: Ids) -> None:
    only = {"can_complete_only_assignees": True}
    _step_of_guest(cast, ids, assignees=[by.user_id], captures=[_ASKED], **only)
    _note_capture(cast, ids)


def _create_oneoff(cast: Cast, by: Person, ids: Ids) -> None:
    ids["task"] = make_oneoff(by, owners={"users": [cast.olga.user_id]})["id"]


def _be(cast: Cast, by: Person, ids: Ids) -> None:
    ids["user"] = by.user_id


def step(cast: Cast, by: Person, ids: Ids) -> None:
    template(cast, by, ids)
    ids["step"] = made(cast.olga.get(f"/checklists/{ids['checklist']}/steps"), 200)[0]["id"]


def stage(cast: Cast, by: Person, ids: Ids) -> None:
    step(cast, by, ids)
    added = cast.olga.post(f"/checklists/{ids['checklist']}/stages", {"name": "First"})
    ids["stage"] = made(added)["id"]


READ = Word("read", _give_right(Permission.READ), _withhold_rights, without=404)
DUPLICATE = Word("duplicate", _give_right(Permission.DUPLICATE), _withhold_rights, without=404)
EDIT = Word("edit", _give_right(Permission.EDIT))
LAUNCH = Word("launch", _give_right(Permission.LAUNCH))
SEES = Word("8.3", _add_to_process, without=404)
STARTER = Word("owner/starter", _start)
STARTER_OF_FORM = Word("starter", _start_form)
OF_PROCESS = Word("assignee of the process", _add_to_process)
ASSIGNEE = Word("assignee", _assign())
ONLY_ASSIGNEE = Word("assignee", _assign(can_complete_only_assignees=True))
ONLY_ASSIGNEE_ASKED = Word("assignee", _assign_asking)
CREATOR = Word("creator", _create_oneoff)
SELF = Word("self", _be)
_TALKED_TASK, _TALKED_PROCESS = "/tasks/{task}", "/runs/{run}"
_TALKED_TEMPLATE = "/checklists/{checklist}"
_TALKED_STEP = "/checklists/{checklist}/steps/{step}"
AUTHOR, AUTHOR_ON_PROCESS, AUTHOR_ON_TEMPLATE, AUTHOR_ON_STEP = (
    Word("author", _saying(path))
    for path in (_TALKED_TASK, _TALKED_PROCESS, _TALKED_TEMPLATE, _TALKED_STEP)
)
UPLOADER = Word("uploader", _upload)
SHARING = Word("guests sharing a readable task", guest, without=404)
ARCHIVES = _switch("can_archive_processes")
CREATES = _switch("can_create_templates")
INVITES = _setting("allow_user_invite")
GROUPS = _setting("allow_manage_groups")

_LINK = {
    "subject_type": "Task", "subject_id": "{task}", "source": "url", "filename": "a.pdf",
    "url": "https://files.test/a.pdf",
}  # fmt: skip
_TASK = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
_TALK = {"content": "Hello"}
_VALUES: dict[str, Any] = {"custom_fields": {}}
_RULE = {
    "automated_alias": "Go on",
    "conditions": [
        {"conditionable_type": "Step", "conditionable_id": "{step}", "operation": "completed"}
    ],
    "then_actions": [
        {"action_type": "visibility", "action_verb": "show", "target_step_id": "{other_step}"}
    ],
}
_EVERYBODY = {"all_members": True}

MATRIX = [
    # Templates
    Row(
        "create", ("POST /checklists",), "+", CREATES, "-",
        body={"title": "T", "type": "procedure"},
    ),
    Row("list", ("GET /checklists",), "+", "+", "+"),
    Row(
        "read, steps, permissions",
        ("GET /checklists/{checklist}", "GET /checklists/{checklist}/steps",
         "GET /checklists/{checklist}/export", "GET /checklists/{checklist}/permissions"),
        "+", READ, READ, subject=template,
    ),
    Row(
        "read one step, milestones",
        ("GET /checklists/{checklist}/steps/{step}", "GET /checklists/{checklist}/stages"),
        "+", READ, READ, subject=step,
    ),
    Row(
        "steps",
        ("POST /checklists/{checklist}/steps", "PUT|PATCH /checklists/{checklist}/steps/{step}",
         "POST /checklists/{checklist}/steps/{step}/clone",
         "PUT|PATCH /checklists/{checklist}/steps/{step}/reorder",
         "DELETE /checklists/{checklist}/steps/{step}"),
        "+", EDIT, "-", subject=step, body={"title": "S", "position": 1},
    ),
    Row(
        "several steps", ("PUT|PATCH /checklists/{checklist}/steps-bulk",), "+", EDIT, "-",
        subject=step, body={"steps": {}},
    ),
    Row(
        "steps, by a path of its own",
        ("PUT|PATCH /processes/micro-functions/organizations/{org}/blueprints/{checklist}"
         "/steps/{step}/edit-step-type",),
        "+", EDIT, "-", subject=step, body={"stepType": "all"}, outside=True,
    ),
    Row(
        "milestones",
        ("POST /checklists/{checklist}/stages", "PUT|PATCH /checklists/{checklist}/stages/{stage}",
         "DELETE /checklists/{checklist}/stages/{stage}"),
        "+", EDIT, "-", subject=stage, body={"name": "Last"},
    ),
    Row(
        "what a launch now would be due", ("GET /checklists/{checklist}/steps-deadlines",),
        "+", LAUNCH, LAUNCH, subject=template,
    ),
    Row(
        "duplicate/clone", ("POST /checklists/{checklist}/clone",), "+", DUPLICATE, "-",
        subject=template,
    ),
    Row(
        "edit", ("PUT|PATCH /checklists/{checklist}",), "+", EDIT, "-", subject=template,
        body={"title": "T", "summary": "S"},
    ),
    Row(
        "publish, versions",
        ("PUT|PATCH /checklists/{checklist}/publish", "GET /checklists/{checklist}/versions"),
        "+", EDIT, "-", subject=template,
    ),
    Row(
        "read a version", ("GET /checklists/{checklist}/versions/{version}",), "+", READ, READ,
        subject=frozen_version,
    ),
    Row(
        "compare a version, go back to it",
        ("GET /checklists/{checklist}/versions/{version}/diff",
         "PUT|PATCH /checklists/{checklist}/versions/{version}/restore"),
        "+", EDIT, "-", subject=frozen_version,
    ),
    Row(
        "status label", ("PUT|PATCH /checklists/{checklist}/status",), "+", READ, READ,
        subject=template, body={"status": "finishing"},
    ),
    Row(
        "comments",
        ("POST /checklists/{checklist}/comment", "POST /checklists/{checklist}/problem",
         "GET /checklists/{checklist}/comments", "GET /checklists/{checklist}/threads"),
        "+", READ, READ, subject=template, body=_TALK,
    ),
    Row(
        "comments, of a step",
        ("POST /checklists/{checklist}/steps/{step}/comment",
         "GET /checklists/{checklist}/steps/{step}/comments",
         "GET /checklists/{checklist}/steps/{step}/threads"),
        "+", READ, READ, subject=step, body=_TALK,
    ),
    Row(
        "one comment", ("GET /checklists/{checklist}/comment/{thread}",), "+", READ, READ,
        subject=_all(template, _noting_thread(_TALKED_TEMPLATE)),
    ),
    Row(
        "one comment, of a step", ("GET /checklists/{checklist}/steps/{step}/comment/{thread}",),
        "+", READ, READ, subject=_all(step, _noting_thread(_TALKED_STEP)),
    ),
    Row(
        "resolve problem", ("POST /checklists/{checklist}/resolved-threads",), "+", READ, READ,
        subject=_all(template, _noting_thread(_TALKED_TEMPLATE, "problem")),
        body={"thread_id": "{thread}", **_TALK},
    ),
    Row(
        "reopen problem", ("DELETE /checklists/{checklist}/resolved-threads/{thread}",),
        "+", READ, READ, subject=_all(template, _noting_thread(_TALKED_TEMPLATE, "problem")),
    ),
    Row(
        "read the mail of a comment", ("GET /tasks/{task}/comment/{thread}/mail",), "+", "+", "+",
        subject=_all(task, _noting_thread(_TALKED_TASK)),
    ),
    Row(
        "edit/delete a comment",
        ("PUT|PATCH /checklists/{checklist}/comment/{thread}",
         "DELETE /checklists/{checklist}/comment/{thread}"),
        "+", AUTHOR_ON_TEMPLATE, AUTHOR_ON_TEMPLATE,
        subject=_all(template, _noting_thread(_TALKED_TEMPLATE)), body=_TALK,
    ),
    Row(
        "edit/delete a comment, of a step",
        ("PUT|PATCH /checklists/{checklist}/steps/{step}/comment/{thread}",
         "DELETE /checklists/{checklist}/steps/{step}/comment/{thread}"),
        "+", AUTHOR_ON_STEP, AUTHOR_ON_STEP,
        subject=_all(step, _noting_thread(_TALKED_STEP)), body=_TALK,
    ),
    Row(
        "own star", ("PUT|PATCH /checklists/{checklist}/star",), "+", READ, READ,
        subject=template, body={"starred": True},
    ),
    Row(
        "pin for everyone", ("PUT|PATCH /checklists/{checklist}/pin",), "+", "-", "-",
        subject=template, body={"is_pinned": True},
    ),
    Row(
        "read, steps, fields",
        ("GET /checklists/{checklist}/form-fields",
         "GET /checklists/{checklist}/preruns", "GET /checklists/{checklist}/preruns/{field}",
         "GET /checklists/{checklist}/steps/{step}/captures",
         "GET /checklists/{checklist}/steps/{step}/captures/{capture}"),
        "+", READ, READ, subject=fields,
    ),
    Row(
        "edit, fields",
        ("POST /checklists/{checklist}/preruns",
         "PUT|PATCH|DELETE /checklists/{checklist}/preruns/{field}",
         "POST /checklists/{checklist}/steps/{step}/captures",
         "PUT|PATCH|DELETE /checklists/{checklist}/steps/{step}/captures/{capture}"),
        "+", EDIT, "-", subject=fields,
        body={"label": "N", "field_type": "text", "required": False},
    ),
    Row(
        "edit, order of fields",
        ("PUT|PATCH /checklists/{checklist}/preruns",
         "PUT|PATCH /checklists/{checklist}/steps/{step}/captures"),
        "+", EDIT, "-", subject=fields, body={"order": []},
    ),
    Row(
        "edit, field to another step",
        ("PUT|PATCH /checklists/{checklist}/steps/{step}/captures/{capture}/move-out",),
        "+", EDIT, "-", subject=fields, body={"target_step_id": "{step}"},
    ),
    Row("archive", ("DELETE /checklists/{checklist}",), "+", EDIT, "-", subject=template),
    Row(
        "restore",
        ("PUT|PATCH /checklists/{checklist}/restore", "PUT|PATCH /checklists/{checklist}/activate",
         "PUT|PATCH /checklists/{checklist}/unarchive"),
        "+", EDIT, "-", subject=template, then=archived_template,
    ),
    Row(
        "delete for good (must be archived)", ("DELETE /checklists/{checklist}/delete",),
        "+", "-", "-", subject=template, then=archived_template,
    ),
    Row(
        "change template permissions", ("PUT|PATCH /checklists/{checklist}/permissions",),
        "+", EDIT, "-", subject=template, body={"process_read": _EVERYBODY},
    ),
    Row(
        "automations, read", ("GET /checklists/{checklist}/automated-actions",), "+", READ, READ,
        subject=rule,
    ),
    Row(
        "automations",
        ("POST /checklists/{checklist}/automated-actions",
         "PUT|PATCH /checklists/{checklist}/automated-actions/{rule}",
         "DELETE /checklists/{checklist}/automated-actions/{rule}"),
        "+", EDIT, "-", subject=rule, body=_RULE,
    ),
    Row(
        "automations, their order",
        ("PUT|PATCH /checklists/{checklist}/automated-actions/reorder",),
        "+", EDIT, "-", subject=rule, body={"order": ["{rule}"]},
    ),
    Row(
        "automations, check and try",
        ("GET /checklists/{checklist}/automated-actions/check",
         "POST /checklists/{checklist}/automated-actions/try"),
        "+", EDIT, "-", subject=rule, body={},
    ),
    Row("option lists, read", ("GET /lists", "GET /lists/{list}"), "+", "+", "+",
        subject=option_list),
    Row(
        "option lists, create", ("POST /lists",), "+", "+", "-",
        body={"title": "{address}", "columns": ["Name"]},
    ),
    Row(
        "option lists, change", ("PUT|PATCH /lists/{list}", "DELETE /lists/{list}"), "+", "+", "-",
        subject=option_list, body={"rows": ["A", "B", "C"]},
    ),
    # Processes
    Row(
        "launch from template", ("POST /runs",), "+", LAUNCH, LAUNCH, subject=template,
        body={"name": "P", "checklist_id": "{checklist}"},
    ),
    Row("launch without template", ("POST /runs",), "+", "+", "-", body={"name": "P"}, again=True),
    Row("list", ("GET /runs",), "+", "+", "+"),
    Row(
        "read", ("GET /runs/{run}", "GET /runs/{run}/tasks"), "+", SEES, SEES, "+",
        subject=private_task,
    ),
    Row(
        "form fields", ("GET /runs/{run}/form-fields",), "+", SEES, SEES, "-",
        subject=private_task,
    ),
    Row("rules", ("GET /runs/{run}/rules",), "+", SEES, SEES, subject=private_task),
    Row("export", ("GET|POST /runs/{run}/export",), "+", "+", "-", subject=process),
    Row(
        "name, owner, process-level people", ("PUT|PATCH /runs/{run}",), "+", "+", "-", "-",
        subject=task, body={"name": "Q"},
    ),
    Row(
        "kick-off form", ("POST|DELETE /runs/{run}/complete-prerun",), "+", "+", STARTER_OF_FORM,
        "-", subject=kickoff_form,
    ),
    Row(
        "read permissions", ("PUT|PATCH /runs/{run}/permissions",), "+", STARTER, STARTER,
        subject=process, body={"process_read": _EVERYBODY},
    ),
    Row("archive", ("DELETE /runs/{run}",), "+", ARCHIVES, "-", subject=process),
    Row("family", ("GET /runs/{run}/family",), "+", SEES, SEES, subject=private_task),
    Row(
        "select many", ("POST /archive/selections",), "+", "+", "-",
        body={"verb": "archive", "ids": ["0" * 32]},
    ),
    Row(
        "selection, read",
        ("GET /archive/selections/{selection}", "GET /archive/selections/{selection}/items"),
        "+", "+", "-", subject=selection,
    ),
    Row(
        "operate on many", ("POST /archive/operations",), "+", "+", "-",
        subject=selection, body={"token": "{selection}"}, status=200,
    ),
    Row("operations", ("GET /archive/operations",), "+", "+", "-"),
    Row("archive, summary", ("GET /archive/summary",), "+", "+", "-"),
    Row(
        "operation, read",
        (
            "GET /archive/operations/{operation}", "GET /archive/operations/{operation}/items",
            "GET /archive/operations/{operation}/undo",
        ),
        "+", "+", "-", subject=operation,
    ),
    Row(
        "operation, undo", ("POST /archive/operations/{operation}/undo",), "+", "+", "-",
        subject=operation, status=200,
    ),
    Row(
        "operation, cancel (while it goes on)",
        ("PUT|PATCH /archive/operations/{operation}/cancel",), "+", "+", "-",
        subject=operation, status=409,
    ),
    Row(
        "place a hold", ("POST /holds",), "+", "-", "-", subject=template,
        body={"reason": "R", "scope": {"type": "checklist", "id": "{checklist}"}},
    ),
    Row("holds", ("GET /holds", "GET /holds/{hold}"), "+", "-", "-", subject=hold),
    Row(
        "hold, change", ("PUT|PATCH /holds/{hold}",), "+", "-", "-",
        subject=hold, body={"reason": "S"},
    ),
    Row(
        "hold, release", ("PUT|PATCH /holds/{hold}/release",), "+", "-", "-",
        subject=hold, body={"reason": "S"},
    ),
    Row(
        "sweep, approve or refuse (while it waits)",
        (
            "PUT|PATCH /archive/operations/{operation}/approve",
            "PUT|PATCH /archive/operations/{operation}/refuse",
        ),
        "+", "-", "-", subject=operation, status=409,
    ),
    Row(
        "retention, read",
        (
            "GET /retention", "GET /retention/preview", "GET /retention/candidates",
            "GET /retention/templates/{checklist}", "GET /retention/dormant-templates",
        ),
        "+", "-", "-", subject=template,
    ),
    Row(
        "retention, change",
        ("PUT|PATCH /retention", "PUT|PATCH /retention/templates/{checklist}"),
        "+", "-", "-", subject=template, body={"four_eyes": True},
    ),
    Row(
        "retention, let rules delete", ("PUT|PATCH /retention/deletion",), "+", "-", "-",
        body={"allowed": True},
    ),
    Row(
        "retention of a template (needs EDIT)",
        ("GET|PUT|PATCH|DELETE /checklists/{checklist}/retention",),
        "+", EDIT, "-", subject=template, body={},
    ),
    Row("retention, offer again", ("PUT|PATCH /retention/offer",), "+", "-", "-"),
    Row(
        "activate", ("PUT|PATCH /runs/{run}/activate",), "+", ARCHIVES, "-",
        subject=process, then=archived_process,
    ),
    Row(
        "delete for good (must be archived)", ("DELETE /runs/{run}/delete",), "+", "-", "-",
        subject=process, then=archived_process,
    ),
    Row(
        "comment, report problem", ("POST /runs/{run}/comment", "POST /runs/{run}/problem"),
        "+", "+", "+", subject=process, body=_TALK,
    ),
    Row(
        "resolve problem", ("POST /runs/{run}/resolved-threads",), "+", "+", "+",
        subject=process, then=problem_of_process, body={"thread_id": "{thread}", **_TALK},
    ),
    Row(
        "reopen problem", ("DELETE /runs/{run}/resolved-threads/{thread}",), "+", "+", "+",
        subject=process, then=problem_of_process,
    ),
    Row(
        "read comments",
        ("GET /runs/{run}/comments", "GET /runs/{run}/threads", "GET /runs/{run}/comment/{thread}"),
        "+", "+", "+", subject=process, then=_noting_thread(_TALKED_PROCESS),
    ),
    Row(
        "react to a comment", ("PUT|PATCH /runs/{run}/comment/{thread}/reactions",), "+", "+", "+",
        subject=process, then=_noting_thread(_TALKED_PROCESS), body={"reactions": ["like"]},
    ),
    Row(
        "edit/delete a comment",
        ("PUT|PATCH /runs/{run}/comment/{thread}", "DELETE /runs/{run}/comment/{thread}"),
        "+", AUTHOR_ON_PROCESS, AUTHOR_ON_PROCESS,
        subject=_all(process, _noting_thread(_TALKED_PROCESS)), body=_TALK,
    ),
    Row(
        "many at once: each as by its own call", ("POST /runs/bulk",), "+", "+", "+",
        body={"ids": [], "verb": "archive"},
    ),
    # Tasks
    Row("list", ("GET /tasks", "GET /me/tasks"), "+", "+", "+"),
    Row(
        "many at once: each as by its own call", ("POST /tasks/bulk",), "+", "+", "+",
        body={"ids": [], "verb": "complete"},
    ),
    Row(
        "many of a process: each row by its rights", ("PUT|PATCH /runs/{run}/tasks",),
        "+", "+", "+", subject=process, body={"tasks": {}},
    ),
    Row(
        "read", ("GET /tasks/{task}", "GET /runs/{run}/tasks/{task}"), "+", SEES, SEES, "+",
        subject=private_task,
    ),
    Row(
        "read, as their guest", ("GET /guests/{guest}/tasks/{task}",), "+", SEES, SEES, "+",
        subject=private_task,
    ),
    Row(
        "fill form fields, complete",
        ("POST /completed-tasks", "POST /runs/{run}/completed-tasks",
         "POST /guests/{guest}/completed-tasks"),
        "+", "+", "+", "+", subject=task, body={"task_id": "{task}"},
    ),
    Row(
        "preview what completing sets off", ("POST /runs/{run}/rules/preview",), "+", "+", "+",
        subject=task, body={"complete": "{task}"},
    ),
    Row("wake rules", ("POST /runs/{run}/rules/wake",), "+", "+", "-", subject=process, body={}),
    Row(
        "same, when can_complete_only_assignees",
        ("POST /completed-tasks", "POST /runs/{run}/completed-tasks",
         "POST /guests/{guest}/completed-tasks"),
        "+", ONLY_ASSIGNEE, ONLY_ASSIGNEE, "+", subject=only_assignees_task,
        body={"task_id": "{task}"}, again=True,
    ),
    Row(
        "fill one form field",
        ("PUT|PATCH /form-field/value", "POST /guests/{guest}/form-field/value"),
        "+", "+", "+", "+", subject=asking_task,
        body={"id": "{capture}", "task_id": "{task}", "form_value": "x"},
    ),
    Row(
        "same, when can_complete_only_assignees",
        ("PUT|PATCH /form-field/value", "POST /guests/{guest}/form-field/value"),
        "+", ONLY_ASSIGNEE_ASKED, ONLY_ASSIGNEE_ASKED, "+", subject=only_assignees_asking_task,
        body={"id": "{capture}", "task_id": "{task}", "form_value": "x"}, again=True,
    ),
    Row(
        "fill several form fields", ("POST /tasks/{task}/captures",), "+", "+", "+", "+",
        subject=asking_task, body={"id": "{capture}", "value": "x"},
    ),
    Row(
        "reopen",
        ("POST|DELETE /completed-tasks/{task}", "POST|DELETE /runs/{run}/completed-tasks/{task}",
         "DELETE /guests/{guest}/completed-tasks/{task}"),
        "+", "+", ASSIGNEE, "-", subject=task, then=completed_task,
    ),
    Row(
        "fill form fields, complete, by an update", ("PUT|PATCH /guests/{guest}/tasks/{task}",),
        "+", "+", "+", "+", subject=task, body={"status": "completed"},
    ),
    Row(
        "the same, for members", ("PUT|PATCH /tasks/{task}", "PUT|PATCH /runs/{run}/tasks/{task}"),
        "+", "+", "+", subject=task, body={"status": "in-progress"}, again=True,
    ),
    Row(
        "title, deadline, start, type, assignees", ("PUT|PATCH /runs/{run}/tasks/{task}",),
        "+", "+", "-", subject=task, body={"title": "U", "deadline": "2031-01-01"},
    ),
    Row(
        "the same, of a one-off", ("PUT|PATCH /tasks/{task}",), "+", "+", CREATOR, subject=oneoff,
        body={"title": "U", "owners": {"users": []}},
    ),
    Row(
        "the same, when can_complete_only_assignees", ("PUT|PATCH /tasks/{task}",),
        "+", ONLY_ASSIGNEE, "-", subject=only_assignees_task, again=True,
        body={"owners": {"groups": []}, "title": "U"},
    ),
    Row(
        "assign guests", ("PUT|PATCH /tasks/{task}",), "+", "+", "-", subject=oneoff, again=True,
        body={"owners": {"guests": ["{address}"]}},
    ),
    Row(
        "delegate own task", ("PUT|PATCH /guests/{guest}/tasks/{task}",), "+", "+", "-", "+",
        subject=task, again=True, body={"owners": {"guests": ["{address}"]}},
    ),
    Row(
        "clone, hide, show",
        ("POST /tasks/{task}/clone", "PUT|PATCH /runs/{run}/tasks/{task}/hide",
         "PUT|PATCH /runs/{run}/tasks/{task}/show"),
        "+", "+", "-", subject=task,
    ),
    Row("remind", ("POST /tasks/{task}/remind",), "+", "+", ASSIGNEE, subject=task),
    Row(
        "change a task, by paths of a connector",
        ("PUT|PATCH /processes/micro-functions/organizations/{org}/tasks/{task}/edit-deadline",
         "PUT|PATCH /processes/micro-functions/organizations/{org}/tasks/{task}/remove-guest"
         "/{email}",
         "PUT|PATCH /processes/micro-functions/organizations/{org}/tasks/{task}/remove-assignee"
         "/{user}"),
        "+", "+", CREATOR, subject=named_oneoff, body={"deadline": "2031-01-01"}, outside=True,
    ),
    Row(
        "create one-off, by a path of a connector",
        ("POST /processes/micro-functions/organizations/{org}/tasks",), "+", "+", "+",
        body={**_TASK, "name": "T"}, outside=True,
    ),
    Row(
        "one for each assignee", ("POST /tasks",), "+", "+", "-", again=True,
        body={**_TASK, "owners": {"guests": []}, "separate_task_for_each_assignee": True},
        status=422,
    ),
    Row("create one-off", ("POST /tasks",), "+", "+", "+", body=_TASK),
    Row(
        "create one-off, with guests", ("POST /tasks",), "+", "+", "-",
        body={**_TASK, "owners": {"guests": ["gus@guests.test"]}}, again=True,
    ),
    Row(
        "add one-off task to process (template allows)", ("POST /tasks",), "+", "+", OF_PROCESS,
        subject=readable_process, body={**_TASK, "run_id": "{run}"}, again=True,
    ),
    Row("archive one-off", ("DELETE /tasks/{task}",), "+", CREATOR, CREATOR, subject=oneoff),
    Row(
        "restore/delete one-off",
        ("PUT|PATCH /tasks/{task}/restore", "DELETE /tasks/{task}/delete"),
        "+", CREATOR, CREATOR, subject=oneoff, then=archived_oneoff,
    ),
    Row(
        "comment, report problem",
        ("POST /tasks/{task}/comment", "POST /tasks/{task}/problem",
         "POST /guests/{guest}/tasks/{task}/comment", "POST /guests/{guest}/tasks/{task}/problem"),
        "+", "+", "+", "+", subject=task, body=_TALK,
    ),
    Row(
        "same, when prevent_guest_comment",
        ("POST /tasks/{task}/comment", "POST /tasks/{task}/problem",
         "POST /guests/{guest}/tasks/{task}/comment", "POST /guests/{guest}/tasks/{task}/problem"),
        "+", "+", "+", "-", subject=silent_task, body=_TALK, again=True,
    ),
    Row(
        "resolve problem", ("POST /tasks/{task}/resolved-threads",), "+", "+", "+",
        subject=task, then=problem_of_task, body={"thread_id": "{thread}", **_TALK},
    ),
    Row(
        "reopen problem", ("DELETE /tasks/{task}/resolved-threads/{thread}",), "+", "+", "+",
        subject=task, then=problem_of_task,
    ),
    Row(
        "let the bot comment", ("POST /tasks/{task}/bot-comment",), "+", "+", "+",
        subject=task, body=_TALK,
    ),
    Row(
        "read comments",
        ("GET /tasks/{task}/comments", "GET /tasks/{task}/threads",
         "GET /tasks/{task}/comment/{thread}",
         "GET /guests/{guest}/tasks/{task}/comments", "GET /guests/{guest}/tasks/{task}/threads",
         "GET /guests/{guest}/tasks/{task}/comment/{thread}"),
        "+", "+", "+", "+", subject=_all(task, _noting_thread(_TALKED_TASK)),
    ),
    Row(
        "react to a comment",
        ("PUT|PATCH /tasks/{task}/comment/{thread}/reactions",
         "PUT|PATCH /guests/{guest}/tasks/{task}/comment/{thread}/reactions"),
        "+", "+", "+", "+", subject=_all(task, _noting_thread(_TALKED_TASK)),
        body={"reactions": ["like"]},
    ),
    Row(
        "edit/delete a comment",
        ("PUT|PATCH /tasks/{task}/comment/{thread}", "DELETE /tasks/{task}/comment/{thread}",
         "PUT|PATCH /guests/{guest}/tasks/{task}/comment/{thread}",
         "DELETE /guests/{guest}/tasks/{task}/comment/{thread}"),
        "+", AUTHOR, AUTHOR, "+", subject=_all(task, _noting_thread(_TALKED_TASK)), body=_TALK,
    ),
    # What members keep
    Row(
        "presets", ("GET /presets", "POST /presets"), "+", "+", "+",
        body={"name": "N", "object": "runs"},
    ),
    Row(
        "own preset", ("PUT|PATCH /presets/{preset}", "DELETE /presets/{preset}"), "+", "+", "+",
        subject=preset, body={"name": "M"},
    ),
    Row(
        "own preferences",
        ("GET /me/preferences/{preference}", "PUT|PATCH /me/preferences/{preference}"),
        "+", "+", "+", subject=preference, body={"value": 1},
    ),
    # Members
    Row("list, users-list", ("GET /users", "GET /users-list"), "+", "+", "+"),
    Row("get one member", ("GET /users/{user}",), "+", SELF, SELF, subject=member),
    Row(
        "update another member", ("PUT|PATCH /users/{user}",), "+", SELF, SELF,
        subject=member, body={"job_title": "Boss"},
    ),
    Row(
        "invite", ("POST /users/invite",), "+", INVITES, "-",
        body={"email": "{address}", "role": "standard"},
    ),
    Row(
        "invite as admin", ("POST /users/invite",), "+", "-", "-",
        subject=_set_organization("allow_user_invite", True),
        body={"email": "{address}", "role": "admin"}, again=True,
    ),
    Row(
        "resend/withdraw invitation",
        ("GET /users/{user}/invitation", "POST|PUT|PATCH /users/{user}/resend-invite",
         "DELETE /users/{user}/withdraw-invite"),
        "+", "-", "-", subject=invited,
    ),
    Row(
        "role", ("PUT|PATCH /users/{user}/role",), "+", "-", "-", subject=member,
        body={"role": "standard"},
    ),
    Row(
        "e-mail of another", ("PUT|PATCH /users/{user}/update-email",), "+", "-", "-",
        subject=member, body={"email": "{address}"},
    ),
    Row(
        "default admin", ("PUT|PATCH /users/{user}/default-admin",), "+", "-", "-",
        subject=administrator,
    ),
    Row(
        "disable", ("DELETE /users/{user}", "DELETE /users/{user}/disable"), "+", "-", "-",
        subject=member,
    ),
    Row("approve", ("PUT|PATCH /users/{user}/approve",), "+", "-", "-", subject=member),
    Row(
        "enable, delete", ("PUT|PATCH /users/{user}/enable", "DELETE /users/{user}/delete"),
        "+", "-", "-", subject=member, then=disabled_member,
    ),
    Row("convert to guest", ("PUT|PATCH /users/{user}/to/guest",), "+", "-", "-", subject=member),
    Row("own profile", ("GET /me", "PUT|PATCH /me"), "+", "+", "+", body={"job_title": "Boss"}),
    Row(
        "own e-mail (the wish is incomplete)", ("PUT|PATCH /me/update-email",), "+", "+", "+",
        body={}, status=422,
    ),
    Row("another member's tasks", ("GET /users/{user}/tasks",), "+", "+", SELF, subject=member),
    # Guests
    Row("list", ("GET /guests", "GET /guests-list"), "+", "+", "+"),
    Row(
        "get, and their tasks", ("GET /guests/{guest}", "GET /guests/{guest}/tasks"),
        "+", "+", SHARING, "+", subject=far_guest,
    ),
    Row("create", ("POST /guests",), "+", "+", "-", body={"email": "{address}"}),
    Row(
        "update", ("PUT|PATCH /guests/{guest}",), "+", "+", "-", "-", subject=guest,
        body={"first_name": "Gus"},
    ),
    Row(
        "send the link (10, 5.6)", ("POST /guests/{guest}/send-link",), "+", "+", "-", "-",
        subject=guest,
    ),
    Row(
        "own preferences", ("PUT|PATCH /guests/{guest}/preferences",), "+", "-", "-", "+",
        subject=guest, body={"digest_enabled": True},
    ),
    Row(
        "disable, enable, delete, reset link",
        ("DELETE /guests/{guest}", "DELETE /guests/{guest}/disable",
         "PUT|PATCH /guests/{guest}/enable", "POST /guests/{guest}/reset-link"),
        "+", "-", "-", "-", subject=guest, then=completed_task,
    ),
    Row(
        "convert to member", ("POST|PUT|PATCH /guests/{guest}/to/member",), "+", "-", "-", "-",
        subject=guest, body={"role": "light"},
    ),
    # Groups
    Row("list, get", ("GET /groups", "GET /groups/{group}"), "+", "+", "+", subject=group),
    Row("create", ("POST /groups",), "+", GROUPS, "-", body={"name": "{address}"}),
    Row(
        "update, delete", ("PUT|PATCH /groups/{group}", "DELETE /groups/{group}"),
        "+", GROUPS, "-", subject=group, body={"description": "Us"},
    ),
    # Schedules
    Row("list", ("GET /recurring-jobs",), "+", "+", "-"),
    Row(
        "create", ("POST /recurring-jobs",), "+", "+", "-", subject=launchable,
        body={"checklist_id": "{checklist}", "cron": "0 9 * * 1"},
    ),
    Row(
        "see, change, delete",
        ("GET /recurring-jobs/{schedule}", "PUT|PATCH /recurring-jobs/{schedule}",
         "DELETE /recurring-jobs/{schedule}"),
        "+", "+", "-", subject=schedule, body={"active": False},
    ),
    # Webhooks and watchers
    Row(
        "webhooks: log, test, secret",
        ("GET /webhook-deliveries", "GET /webhook-deliveries/{delivery}",
         "POST /webhook-deliveries/{delivery}/replay", "GET /webhook-endpoints",
         "POST /webhook-endpoints/{endpoint}/pause",
         "POST /webhook-endpoints/{endpoint}/resume", "POST /webhooks/test",
         "PUT|PATCH /webhook-secret"),
        "+", "-", "-", subject=called_webhook, body={"url": "http://127.0.0.1:9/"},
    ),
    Row("rights of everybody", ("GET /rights",), "+", "-", "-"),
    Row("system log", ("GET /system-logs",), "+", "-", "-"),
    Row("export of many", ("GET /runs/export",), "+", "-", "-"),
    Row("watchers: list", ("GET /watchers",), "+", "+", "+"),
    Row(
        "watch by oneself", ("POST /users/{user}/add-watcher",), "+", "+", "+", subject=itself,
        body={"object_type": "user", "object_id": "{user}"},
    ),
    Row(
        "watch as a guest", ("POST /guests/{guest}/add-watcher",), "+", "-", "-", "+",
        subject=guest, body={"object_type": "task", "object_id": "{task}"},
    ),
    Row(
        "watch the organization", ("POST /users/{user}/add-watcher",), "+", "-", "-",
        subject=itself, again=True,
        body={"object_type": "organization", "object_id": "{org}",
              "notification_type": "webhook", "webhook": "https://hooks.test/"},
    ),
    Row(
        "stop watching", ("DELETE /remove-watcher/{watcher}",), "+", "+", "+",
        subject=own_watcher,
    ),
    # Snippets
    *[
        row
        for path in ("/text-templates", "/snippets")
        for row in (
            Row(
                "list, get", (f"GET {path}", f"GET {path}/{{snippet}}"), "+", "+", "+",
                subject=snippet,
            ),
            Row(
                "exist", (f"POST {path}/exists",), "+", "+", "+", subject=snippet,
                body={"ids": ["{snippet}"]},
            ),
            Row("create", (f"POST {path}",), "+", "-", "-", body={"title": "Greeting"}),
            Row(
                "change, delete",
                (f"PUT|PATCH {path}/{{snippet}}", f"DELETE {path}/{{snippet}}"), "+", "-", "-",
                subject=snippet, body={"title": "Farewell"},
            ),
        )
    ],
    # Tags
    Row("list", ("GET /tags", "GET /tags/{tag}"), "+", "+", "+", subject=tag),
    Row("create", ("POST /tags",), "+", "-", "-", body={"title": "{address}"}),
    Row(
        "rename, recolour, delete", ("PUT|PATCH /tags/{tag}", "DELETE /tags/{tag}"), "+", "-", "-",
        subject=tag, body={"color": "#00ff00"},
    ),
    Row(
        "attach: template", ("POST /checklists/tags",), "+", EDIT, "-", subject=tag_and_template,
        body={"tag_id": "{tag}", "subject_id": "{checklist}", "subject_type": "Checklist"},
    ),
    Row(
        "attach: process", ("POST /checklists/tags",), "+", "+", "-", subject=tag_and_process,
        body={"tag_id": "{tag}", "subject_id": "{run}", "subject_type": "Run"}, again=True,
    ),
    Row(
        "detach: template", ("DELETE /checklists/tags/{association}",), "+", EDIT, "-",
        subject=tagged_template,
    ),
    Row(
        "detach: process", ("DELETE /checklists/tags/{association}",), "+", "+", "-",
        subject=tagged_process, again=True,
    ),
    # Folders
    Row(
        "list, read", ("GET /folders", "GET /folders/{folder}", "GET /folders/{folder}/objects"),
        "+", "+", "+", subject=folder,
    ),
    Row("create", ("POST /folders",), "+", "+", "-", body={"name": "{address}"}),
    Row(
        "rename, move, delete", ("PUT|PATCH /folders/{folder}", "DELETE /folders/{folder}"),
        "+", "+", "-", subject=folder, body={"name": "Other"},
    ),
    Row(
        "put objects in", ("POST /folders/add-object",), "+", "+", "-",
        subject=folder_and_process,
        body={"folder_id": "{folder}", "subject_id": "{run}", "subject_type": "Run"},
    ),
    Row(
        "take objects out", ("DELETE /folders-objects/{object}",), "+", "+", "-",
        subject=filed_process,
    ),
    # Custom fields
    Row(
        "list, read keys", ("GET /custom-field-keys", "GET /custom-field-keys/{key}"),
        "+", "+", "+", subject=custom_key,
    ),
    Row(
        "create key", ("POST /custom-field-keys",), "+", "-", "-", subject=fresh_word,
        body={"key": "{word}", "applies_to": "process", "field_type": "text"},
    ),
    Row(
        "change, delete key",
        ("PUT|PATCH /custom-field-keys/{key}", "DELETE /custom-field-keys/{key}"),
        "+", "-", "-", subject=custom_key, body={"label": "Other"},
    ),
    Row(
        "values of a process, read", ("GET /runs/{run}/custom-fields",), "+", SEES, SEES,
        subject=private_task,
    ),
    Row(
        "values of a process, write", ("PUT|PATCH /runs/{run}/custom-fields",), "+", "+", "-",
        subject=process, body=_VALUES,
    ),
    Row(
        "one value of a process",
        ("PATCH /runs/{run}/custom-fields/{key}", "DELETE /runs/{run}/custom-fields/{key}"),
        "+", "+", "-", subject=key_and(process, "process"), body={"value": "x"},
    ),
    Row(
        "values of a task, read",
        ("GET /runs/{run}/tasks/{task}/custom-fields", "GET /tasks/{task}/custom-fields"),
        "+", SEES, SEES, subject=private_task,
    ),
    Row(
        "values of a task, write",
        ("PUT|PATCH /runs/{run}/tasks/{task}/custom-fields",
         "PUT|PATCH /tasks/{task}/custom-fields"),
        "+", ASSIGNEE, ASSIGNEE, subject=task, body=_VALUES,
    ),
    Row(
        "one value of a task",
        ("PATCH /runs/{run}/tasks/{task}/custom-fields/{key}",
         "DELETE /runs/{run}/tasks/{task}/custom-fields/{key}",
         "PATCH /tasks/{task}/custom-fields/{key}", "DELETE /tasks/{task}/custom-fields/{key}"),
        "+", ASSIGNEE, ASSIGNEE, subject=key_and(task, "task"), body={"value": "x"},
    ),
    Row(
        "values of a member",
        ("GET /users/{user}/custom-fields", "PUT|PATCH /users/{user}/custom-fields"),
        "+", SELF, SELF, subject=member, body=_VALUES,
    ),
    Row(
        "one value of a member",
        ("PATCH /users/{user}/custom-fields/{key}", "DELETE /users/{user}/custom-fields/{key}"),
        "+", SELF, SELF, subject=key_and(member, "member"), body={"value": "x"},
    ),
    Row(
        "values of a guest, read", ("GET /guests/{guest}/custom-fields",), "+", "+", SHARING, "-",
        subject=far_guest,
    ),
    Row(
        "values of a guest, write", ("PUT|PATCH /guests/{guest}/custom-fields",),
        "+", "-", "-", "-", subject=guest, body=_VALUES,
    ),
    Row(
        "one value of a guest",
        ("PATCH /guests/{guest}/custom-fields/{key}", "DELETE /guests/{guest}/custom-fields/{key}"),
        "+", "-", "-", "-", subject=key_and(guest, "guest"), body={"value": "x"},
    ),
    Row(
        "values of folders and tags",
        ("GET /folders/{folder}/custom-fields", "PUT|PATCH /folders/{folder}/custom-fields",
         "GET /tags/{tag}/custom-fields", "PUT|PATCH /tags/{tag}/custom-fields"),
        "+", "+", "+", subject=folder_and_tag, body=_VALUES,
    ),
    Row(
        "one value of a folder",
        ("PATCH /folders/{folder}/custom-fields/{key}",
         "DELETE /folders/{folder}/custom-fields/{key}"),
        "+", "+", "+", subject=key_and(folder, "folder"), body={"value": "x"},
    ),
    Row(
        "one value of a tag",
        ("PATCH /tags/{tag}/custom-fields/{key}", "DELETE /tags/{tag}/custom-fields/{key}"),
        "+", "+", "+", subject=key_and(tag, "tag"), body={"value": "x"},
    ),
    Row(
        "values of a template and its parts, read",
        ("GET /checklists/{checklist}/custom-fields",
         "GET /checklists/{checklist}/steps/{step}/custom-fields",
         "GET /checklists/{checklist}/steps/{step}/captures/{capture}/custom-fields",
         "GET /checklists/{checklist}/preruns/{field}/custom-fields"),
        "+", READ, READ, subject=template_with_parts,
    ),
    Row(
        "values of a template and its parts, write",
        ("PUT|PATCH /checklists/{checklist}/custom-fields",
         "PUT|PATCH /checklists/{checklist}/steps/{step}/custom-fields",
         "PUT|PATCH /checklists/{checklist}/steps/{step}/captures/{capture}/custom-fields",
         "PUT|PATCH /checklists/{checklist}/preruns/{field}/custom-fields"),
        "+", EDIT, "-", subject=template_with_parts, body=_VALUES,
    ),
    Row(
        "one value of a template", ("DELETE /checklists/{checklist}/custom-fields/{key}",),
        "+", EDIT, "-", subject=key_and(template_with_parts, "template"),
    ),
    Row(
        "one value of a step", ("DELETE /checklists/{checklist}/steps/{step}/custom-fields/{key}",),
        "+", EDIT, "-", subject=key_and(template_with_parts, "step"),
    ),
    Row(
        "one value of a form field",
        ("DELETE /checklists/{checklist}/steps/{step}/captures/{capture}/custom-fields/{key}",),
        "+", EDIT, "-", subject=key_and(template_with_parts, "form_field"),
    ),
    Row(
        "one value of a kick-off field",
        ("DELETE /checklists/{checklist}/preruns/{field}/custom-fields/{key}",),
        "+", EDIT, "-", subject=key_and(template_with_parts, "kickoff_field"),
    ),
    # Organization
    Row("read", ("GET ",), "+", "+", "+", "+", subject=guest),
    Row("update settings", ("PUT|PATCH ",), "+", "-", "-", body={"name": "Cast & Co"}),
    Row(
        "OAuth clients, list and create", ("GET /oauth-clients", "POST /oauth-clients"),
        "+", "-", "-", body={"name": "Robot"},
    ),
    Row(
        "OAuth clients, change",
        ("PUT|PATCH /oauth-clients/{client}", "POST /oauth-clients/{client}/secret",
         "DELETE /oauth-clients/{client}"),
        "+", "-", "-", subject=oauth_client, body={"name": "Robot"},
    ),
    Row(
        "domains, list and create", ("GET /domains", "POST /domains"), "+", "-", "-",
        body={"domain": "{name}.test"},
    ),
    Row(
        "domains, verify (there is no proof)", ("POST /domains/{domain}/verify",), "+", "-", "-",
        subject=domain, status=422,
    ),
    Row("domains, delete", ("DELETE /domains/{domain}",), "+", "-", "-", subject=domain),
    Row("job titles, list", ("GET /roles",), "+", "+", "+"),
    Row("job titles, create", ("POST /roles",), "+", "-", "-", body={"name": "{address}"}),
    Row(
        "job titles, change", ("PUT|PATCH /roles/{role}", "DELETE /roles/{role}"), "+", "-", "-",
        subject=title, body={"name": "{address}"},
    ),
    # Files
    Row("list", ("GET /assets",), "+", "+", "+"),
    Row(
        "download, metadata",
        ("GET /assets/{file}", "GET /file/{file}", "GET /file/{file}/dl",
         "GET /download-files/{file}", "GET /guests/{guest}/file/{file}",
         "GET /guests/{guest}/file/{file}/dl"),
        "+", "+", "+", "+", subject=file,
    ),
    Row(
        "upload",
        ("POST /file", "POST /assets", "POST /files", "POST /upload", "POST /guests/{guest}/file"),
        "+", "+", "+", "+", subject=task, body=_LINK,
    ),
    Row(
        "delete", ("DELETE /file/{file}", "DELETE /guests/{guest}/file/{file}"),
        "+", "+", UPLOADER, "+", subject=file_of_guest,
    ),
    Row(
        "archive, void the links", ("DELETE /assets/{file}", "POST /assets/{file}/renew-link"),
        "+", "+", UPLOADER, subject=file,
    ),
    Row(
        "restore, delete what is archived",
        ("POST /assets/{file}/restore", "DELETE /assets/{file}/delete"),
        "+", "+", UPLOADER, subject=file, then=archived_file,
    ),
    Row("activity feed", ("GET /activity-feeds",), "+", "+", "+"),
    # Without words it is asked for nothing.
    Row("search", ("GET /search",), "+", "+", "+", status=422),
    Row(
        "own notifications", ("GET /me/notifications", "PUT|PATCH /me/notifications/read-all"),
        "+", "+", "+",
    ),
    Row(
        "own notification, read", ("PUT|PATCH /me/notifications/{notification}/read",),
        "+", "+", "+", subject=notification,
    ),
    # Outside of an organization
    Row(
        "own profile", ("GET /me", "PUT|PATCH /me", "GET /me/organizations"), "+", "+", "+",
        body={"job_title": "Boss"}, outside=True,
    ),
    Row(
        "organizations of a user", ("GET /current-user/{user}/organizations",), SELF, SELF, SELF,
        subject=member, outside=True,
    ),
    Row(
        "own password and e-mail (the wish is incomplete)",
        ("PUT|PATCH /me/update-password", "PUT|PATCH /me/update-email"), "+", "+", "+",
        body={}, status=422, outside=True,
    ),
    Row("own tokens, list and create", ("GET|POST /me/tokens",), "+", "+", "+", outside=True),
    Row("own token, revoke", ("DELETE /me/tokens/{token}",), "+", "+", "+", subject=own_token,
        outside=True),
    Row("own tokens, revoke all", ("DELETE /me/tokens",), "+", "+", "+", outside=True),
    Row(
        "applications only (5.3)",
        ("POST /applications/{org}/users", "POST /applications/{org}/users/{email}/token"),
        "-", "-", "-", subject=email, body={"email": "{address}", "first_name": "A",
        "last_name": "B"}, outside=True,
    ),
]  # fmt: skip
