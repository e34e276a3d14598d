"""Mails of what happens (contract 60, 7): who gets which, once, and who none."""

from cast import GUS, Cast, Person
from factories import complete, launch, made, make_oneoff, make_rule, make_template, tasks_of
from letters import address_of, announce, bells_of, told

_DUE = "2031-06-01T09:00:00Z"


def _step(title: str, *people: Person, **fields: object) -> dict[str, object]:
    return {"title": title, "assignees": [person.user_id for person in people], **fields}


def test_part60_43_the_launcher_gets_no_mail_and_others_get_one_each(cast: Cast) -> None:
    steps = [_step("Desk", cast.olga, cast.mia), _step("Key", cast.mia), _step("Badge", cast.leo)]
    steps.append(_step("Own", cast.olga))
    launch(cast.olga, make_template(cast.olga, steps))
    assert told(cast) == [("leo", "Your task: Badge"), ("mia", "2 tasks for you")]


def test_part50_28_hidden_tasks_send_nothing_until_they_show_and_then_one_mail(cast: Cast) -> None:
    template = make_template(cast.olga, [_step("First", cast.olga), _step("Second", cast.mia)])
    make_rule(cast.olga, template)
    make_rule(cast.olga, template, automated_alias="Go on again")
    process = launch(cast.olga, template)
    assert told(cast) == []
    first, second = tasks_of(cast.olga, process)
    path = f"/runs/{process['id']}/tasks/{second['id']}"
    made(cast.olga.put(path, {"owners": {"users": [cast.mia.user_id, cast.leo.user_id]}}), 200)
    assert told(cast) == []
    complete(cast.olga, first)
    assert told(cast) == [("leo", "Your task: Second"), ("mia", "Your task: Second")]


def test_part60_a_one_off_task_is_told_to_its_owners_and_guests_get_their_link(cast: Cast) -> None:
    owners = {"users": [cast.olga.user_id, cast.mia.user_id], "guests": [GUS], "groups": []}
    task = make_oneoff(cast.olga, owners=owners)
    letters = {letter.to: letter for letter in announce(cast)}
    assert letters.keys() == {address_of(cast.mia), GUS}
    assert "[Action required]" in letters[GUS].text
    link = task["owners"]["taskUrls"][0].partition(f"/{cast.organization_id}/")[2]
    assert link in letters[GUS].text
    assert f"/app/tasks/{task['id']}" in letters[address_of(cast.mia)].html
    assert letters[GUS].text.count("Order a desk") == 1


def test_part40_38_new_owners_a_moved_deadline_and_new_texts_are_told_never_to_the_actor(
    cast: Cast,
) -> None:
    task = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id], "guests": []})
    announce(cast)
    path = f"/tasks/{task['id']}"
    made(cast.olga.put(path, {"deadline": _DUE}), 200)
    (letter,) = announce(cast)
    assert letter.subject == "Deadline moved: Order a desk"
    assert "1 June 2031, 09:00 (UTC) (before: Thursday, 15 May 2031, 14:30 (UTC))" in letter.text
    made(cast.olga.put(path, {"title": "Order <b>two</b> desks & a lamp"}), 200)
    (letter,) = announce(cast)
    assert "Title: Order two desks & a lamp (before: Order a desk)" in letter.text
    assert "two desks &amp; a lamp" in letter.html
    made(cast.mia.put(path, {"deadline": "2031-07-01T09:00:00Z"}), 200)
    assert told(cast) == []
    made(cast.olga.put(path, {"owners": {"users": [cast.leo.user_id]}}), 200)
    assert told(cast) == [
        ("leo", "Your task: Order two desks & a lamp"),
        ("mia", "Assignees changed: Order two desks & a lamp"),
    ]


def test_part60_completing_and_reopening_are_told(cast: Cast) -> None:
    steps = [_step("One", cast.mia), _step("Two", cast.mia)]
    process = launch(cast.olga, make_template(cast.olga, steps))
    announce(cast)
    one, two = tasks_of(cast.olga, process)
    complete(cast.mia, one)
    assert told(cast) == [("olga", "Completed: One")]
    complete(cast.mia, two)
    assert told(cast) == [("olga", "Process completed: Ann joins")]
    made(cast.olga.delete(f"/completed-tasks/{one['id']}"), 200)
    assert told(cast) == [("mia", "Reopened: One")]


def test_part60_comments_and_issues_reach_owners_participants_and_guests_who_see_them(
    cast: Cast,
) -> None:
    owners = {"users": [cast.mia.user_id], "guests": [GUS]}
    task = make_oneoff(cast.olga, owners=owners)
    announce(cast)
    path = f"/tasks/{task['id']}"
    made(cast.olga.post(f"{path}/comment", {"content": "Only <b>us</b>"}))
    (letter,) = announce(cast)
    assert (letter.to, letter.subject) == (address_of(cast.mia), "Comment: Order a desk")
    assert "> Only us" in letter.text
    made(cast.mia.post(f"{path}/comment", {"content": "For all", "state": "open"}))
    assert told(cast) == [(GUS, "Comment: Order a desk"), ("olga", "Comment: Order a desk")]
    issue = made(cast.mia.post(f"{path}/problem", {"content": "Broken"}))
    assert told(cast) == [("olga", "Issue reported: Order a desk")]
    body = {"thread_id": issue["id"], "content": "Mended"}
    made(cast.olga.post(f"{path}/resolved-threads", body))
    assert told(cast) == [("mia", "Issue resolved: Order a desk")]


def test_part60_what_was_archived_or_hidden_since_is_not_told(cast: Cast) -> None:
    steps = [_step("One", cast.mia), _step("Two", cast.leo)]
    process = launch(cast.olga, make_template(cast.olga, steps))
    hidden = tasks_of(cast.olga, process)[0]
    made(cast.olga.put(f"/runs/{process['id']}/tasks/{hidden['id']}/hide"), 200)
    assert told(cast) == [("leo", "Your task: Two")]
    other = launch(cast.olga, make_template(cast.olga, steps))
    made(cast.olga.delete(f"/runs/{other['id']}"), 200)
    assert told(cast) == []


def test_part60_switches_of_members_and_their_languages(cast: Cast) -> None:
    made(cast.mia.put("/me", {"locale": "de-AT"}), 200)
    made(cast.leo.put("/me", {"notifications": {"task_assigned": False}}), 200)
    users = [cast.mia.user_id, cast.leo.user_id]
    make_oneoff(cast.olga, owners={"users": users, "guests": []})
    (letter,) = announce(cast)
    assert letter.subject == "Ihre Aufgabe: Order a desk"
    assert "Fällig am Donnerstag, 15. Mai 2031, 14:30 (UTC)" in letter.text
    assert 'lang="de"' in letter.html


def test_part60_18_what_is_refused_tells_nobody(cast: Cast) -> None:
    owners = {"users": [cast.mia.user_id], "guests": []}
    body = {"title": "X", "deadline": _DUE, "task_type": "no such", "owners": owners}
    assert cast.olga.post("/tasks", body).status_code == 422
    assert told(cast) == []


def test_60_44_only_the_markup_of_mentions_mails_and_an_edit_without_a_new_one_mails_nobody(
    cast: Cast,
) -> None:
    task = make_oneoff(cast.olga, owners={"users": [cast.olga.user_id], "guests": []})
    path, leo = f"/tasks/{task['id']}/comment", cast.leo.user_id
    plain = f"@leo {address_of(cast.leo)} @[999999999] [@{leo}] data-id={leo}"
    made(cast.olga.post(path, {"content": plain}))
    assert told(cast) == []
    thread = made(cast.olga.post(path, {"content": f"Look, @[{leo}]"}))
    (letter,) = announce(cast)
    assert (letter.to, letter.subject) == (address_of(cast.leo), "You were mentioned: Order a desk")
    made(cast.olga.put(f"{path}/{thread['id']}", {"content": f"@[{leo}], look again"}), 200)
    assert told(cast) == []
    both = {"content": f"@[{leo}] and @[{cast.mia.user_id}]"}
    made(cast.olga.put(f"{path}/{thread['id']}", both), 200)
    assert told(cast) == [("mia", "You were mentioned: Order a desk")]
    span = f'<span data-id="{leo}">Leo</span>'
    made(cast.olga.post(path, {"content": span}))
    assert ("leo", "You were mentioned: Order a desk") in told(cast)
    # Whoever wants none of these gets none.
    made(cast.leo.put("/me", {"notifications": {"mentions": False}}), 200)
    made(cast.olga.post(path, {"content": f"@[{leo}]"}))
    assert all(who != "leo" for who, _ in told(cast))


def test_45_3_7_a_guest_who_is_mentioned_sees_it_and_is_mailed_unless_they_are_kept_out(
    cast: Cast,
) -> None:
    """A comment that is hidden from guests is shown to the guest it mentions (45, 2.1)."""
    task = make_oneoff(cast.olga, owners={"users": [], "guests": [GUS]})
    other = make_oneoff(cast.olga, owners={"users": [], "guests": []}, title="Other")
    announce(cast)
    hidden = {"content": f"@{GUS} look", "state": "hide-for-guests"}
    made(cast.olga.post(f"/tasks/{task['id']}/comment", hidden))
    assert told(cast) == [(GUS, "You were mentioned: Order a desk")]
    # Of a task that is not theirs they hear nothing, and of one whose talk is closed to them.
    made(cast.olga.post(f"/tasks/{other['id']}/comment", hidden))
    made(cast.olga.put(f"/tasks/{task['id']}", {"prevent_guest_comment": True}), 200)
    made(cast.olga.post(f"/tasks/{task['id']}/comment", hidden))
    assert [each for each in told(cast) if each[0] == GUS] == []


def test_60_7_comments_on_templates_and_steps_are_told_to_the_owner_and_who_is_mentioned(
    cast: Cast,
) -> None:
    template = make_template(cast.olga, [_step("Desk")])
    path = f"/checklists/{template['id']}"
    mia = cast.mia.user_id
    made(cast.olga.post(f"{path}/comment", {"content": f"Better so? @[{mia}]"}))
    (letter,) = announce(cast)
    assert letter.subject == f"You were mentioned: {template['title']}"
    assert (letter.to, letter.reply_to) == (address_of(cast.mia), "")
    assert f"/app/templates/{template['id']}" in letter.html
    made(cast.mia.post(f"{path}/comment", {"content": "Yes"}))
    assert told(cast) == [("olga", f"Comment: {template['title']}")]
    step = template["steps"]["data"][0]["id"] if "steps" in template else None
    step = step or made(cast.olga.get(f"{path}?with=steps"), 200)["steps"]["data"][0]["id"]
    made(cast.mia.post(f"{path}/steps/{step}/comment", {"content": "Which?"}))
    assert told(cast) == [("olga", f"Comment: {template['title']}")]
    bell = bells_of(cast.olga)[0]
    assert (bell["kind"], bell["text"]) == ("comment", f"New comment: {template['title']}")
    assert (bell["subject_type"], bell["subject_id"]) == ("Checklist", template["id"])
    # Nobody is told of what is archived since.
    made(cast.mia.post(f"{path}/comment", {"content": "And now?"}))
    assert cast.olga.delete(path).status_code in (200, 204)
    assert told(cast) == []
    assert [each["kind"] for each in bells_of(cast.mia)] == ["mention"]
    assert cast.olga.delete(f"{path}/delete").status_code in (200, 204)
    assert bells_of(cast.mia) == bells_of(cast.olga) == []
