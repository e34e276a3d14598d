"""Bodies of the floor's answers: JSON written by hand, from the tuples of the driver.

Every key and value that our server answers, with nothing between the row and the text.
What the measured data does not hold (guests, public links) is written as absent.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

DAY = 86_400_000_000
_DONE = ("completed", "auto-skipped")


@lru_cache(maxsize=4096)
def moment(instant: int | None) -> str:
    if instant is None:
        return "null"
    return f'"{datetime.fromtimestamp(instant // 1_000_000, UTC).isoformat()[:19]}Z"'


def text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def number(value: int | None) -> str:
    return "null" if value is None else str(value)


def percent(complete: int, total: int, completed_at: int | None) -> int:
    if total:
        return int(100 * complete / total + 0.5)
    return 0 if completed_at is None else 100


def answers_text(stored: str | None) -> str:
    """The values by field, of answers as a row holds them."""
    if stored is None:
        return "{}"
    values = {key: value for key, (value, _) in json.loads(stored).items() if value is not None}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def submitter_text(submitter: str | None, started_by: int, guest: int | None) -> str:
    if submitter is None:
        return "null"
    email, _, name = submitter.partition("\n")
    kind, person = ("user", started_by) if guest is None else ("guest", guest)
    return (
        f'{{"type":"{kind}","id":{person},"email":{quoted(email)},'
        f'"full_name":{quoted(name.strip())}}}'
    )


def mail_flag(kind: str, is_chromeless: object) -> str:
    return ("true" if is_chromeless else "false") if kind.endswith("email") else "null"


def process_text(row: Any, now: int, tasks: str = "") -> str:
    """The Run object; `tasks`: the include, with its comma in front."""
    (process_id, serial, template_id, _, template_title, kind, name, summary, owner_id, started_by,
     launched_via, parent_id, can_add_tasks, assign_someone_else, is_public, _, hidden_fields, _,
     created_at, started_at, updated_at, completed_at, archived_at, archived_by, activated_at,
     visible, completed, problems, _, issues, due_at, last_at, answers, field_count, sent_at,
     sent_by, by_guest, _, rules_active, _, former_parent_id, people, assigned, is_starred, late,
     seen, seen_completed, submitter, via, operation, by_name) = row  # fmt: skip
    kickoff = "complete" if not field_count or sent_at is not None else "incomplete"
    if issues:
        lifecycle = '"issue"'
    elif problems:
        lifecycle = '"problem"'
    else:
        lifecycle = '"active"' if completed_at is None else '"complete"'
    clock = now if archived_at is None else archived_at
    users, groups = [], []
    if people:
        for line in people.split("\n"):
            if line.startswith("member u:"):
                users.append(int(line[9:]))
            elif line.startswith("member g:"):
                groups.append(line[9:])
    collaborators = {owner_id, started_by, *users}
    if assigned:
        collaborators.update([int(key[2:]) for key in assigned.split("\n")])
    return f"""{{"id":"{process_id}","increment_id":{serial},"checklist_id":"{template_id}",\
"checklist_title":{quoted(template_title)},\
"assign_someone_else":{"true" if assign_someone_else else "false"},"name":{quoted(name)},\
"summary":{text(summary)},"status":{lifecycle if archived_at is None else '"archived"'},\
"lifecycle_status":{lifecycle},"has_open_issue":{"true" if issues else "false"},\
"progress":{{"complete":{seen_completed},"total":{seen},\
"percent":{percent(seen_completed, seen, completed_at)}}},\
"whole_progress":{{"complete":{completed},"total":{visible},\
"percent":{percent(completed, visible, completed_at)}}},\
"started_by":{started_by},"owner_id":{owner_id},"prerun":{answers_text(answers)},\
"prerun_status":"{kickoff}","prerun_completed_at":{moment(sent_at)},\
"prerun_completed_by":{number(sent_by)},\
"prerun_submitted_by":{submitter_text(submitter, started_by, by_guest)},\
"prerun_length":{field_count},"starred":{"true" if is_starred else "false"},\
"created_at":{moment(created_at)},"started_at":{moment(started_at)},\
"last_updated":{moment(updated_at)},"completed_at":{moment(completed_at)},\
"archived_at":{moment(archived_at)},"archived_by":{number(archived_by)},\
"archived_via":{text(via)},"archived_operation":{number(operation)},\
"archived_by_name":{text(by_name)},"storage":"hot","held":false,\
"last_activated_at":{moment(activated_at)},"due_date":{moment(due_at)},\
"max_task_deadline":{moment(last_at)},\
"due_date_passed":{"true" if due_at is not None and due_at < clock else "false"},\
"due_soon":{"true" if due_at is not None and clock <= due_at <= clock + DAY else "false"},\
"late_tasks":{late},"collaborators":[{",".join(map(str, sorted(collaborators)))}],\
"type":"{kind}","is_public":{"true" if is_public else "false"},\
"publicly_hidden_fields":{hidden_fields},"public_url":null,\
"users":[{",".join(map(str, sorted(users)))}],\
"groups":[{",".join([f'"{group}"' for group in sorted(groups)])}],"parent_id":{text(parent_id)},\
"former_parent_id":{text(former_parent_id)},\
"can_add_oot":{"true" if can_add_tasks else "false"},"launched_via":"{launched_via}",\
"rules_active":{"true" if rules_active else "false"},"custom_fields":{{}}{tasks}}}"""


def task_text(row: Any, now: int, *, with_changes: bool = False) -> str:
    """The Task object; `with_changes`: whole, and with what else changed, which is nothing."""
    changes = ""
    if with_changes:
        summary = text(row[8])
        changes = (
            f',"summary":{summary},"original_summary":{summary},'
            '"tasks_changed_by_rules":{"data":[]}'
        )
    (task_id, serial, process_id, template_id, step_id, alias, kind, title, _, state, is_approved,
     is_oneoff, position, step_position, started_at, is_soft, deadline_at, _, created_by,
     created_at, updated_at, completed_at, completed_by, completed_by_guest, archived_at, _,
     everyone, only_assignees, allow_guests, prevent_comment, top_secret, max_assignable, webhook,
     issues, answers, _, stage_id, linked_id, chromeless, _, is_locked, shown_at, _, waits, _,
     assigned, _, guest, process_archived_at, _, process_status, is_anchor, finished,
     needed, archived_by, via, operation, by_name) = row  # fmt: skip
    assert finished is None
    assert needed is None
    shown_archived_at = process_archived_at if archived_at is None else archived_at
    clock = now if shown_archived_at is None else shown_archived_at
    due_at = None if waits or state in _DONE else deadline_at
    users, groups = [], []
    if assigned:
        for line in assigned.split("\n"):
            key, _, written = line.partition(" ")
            if key[0] == "u":
                users.append(int(written))
            else:
                groups.append(written)
    completable = state != "auto-skipped" and shown_archived_at is None and not issues
    completable = completable and process_status != "issue"
    quoted_title = quoted(title)
    return f"""{{"id":"{task_id}","increment_id":{serial},"title":{quoted_title},\
"original_title":{quoted_title},"run_id":{text(process_id)},"checklist_id":{text(template_id)},\
"step_id":{text(step_id)},"linked_step_id":{text(linked_id)},"stage_id":{text(stage_id)},"alias":{text(alias)},\
"task_type":"{kind}","status":"{state}","status_label":"{state}",\
"is_approved":{"null" if is_approved is None else "true" if is_approved else "false"},\
"is_completable":{"true" if completable else "false"},\
"is_oneoff_task":{"true" if is_oneoff else "false"},"position":{position},\
"blueprint_position":{number(step_position)},\
"owners":{{"users":[{",".join(map(str, sorted(users)))}],"guests":[],\
"groups":[{",".join([f'"{group}"' for group in sorted(groups)])}],"taskUrls":[]}},\
"taskdata":{answers_text(answers)},"started_at":{moment(started_at)},\
"is_soft_start_date":{"true" if is_soft else "false"},"deadline":{moment(deadline_at)},\
"created_at":{moment(created_at)},"last_updated":{moment(updated_at)},\
"completed_at":{moment(completed_at)},"archived_at":{moment(shown_archived_at)},\
"archived_by":{number(archived_by)},"archived_via":{text(via)},\
"archived_operation":{number(operation)},"archived_by_name":{text(by_name)},"held":false,\
"starter_id":{created_by},"completer_id":{number(completed_by)},"completer_guest":{text(guest)},\
"completer_guest_id":{number(completed_by_guest)},\
"everyone_must_complete":{"true" if everyone else "false"},"completion_progress":null,\
"completed_by_assignees":{{"users":[],"guests":[]}},\
"can_complete_only_assignees":{"true" if only_assignees else "false"},\
"allow_guest_owners":{"true" if allow_guests else "false"},\
"prevent_guest_comment":{"true" if prevent_comment else "false"},\
"top_secret":{"true" if top_secret else "false"},"max_assignable":{max_assignable},\
"has_deadline_dependent_child_tasks":{"true" if is_anchor else "false"},\
"problem":{"true" if issues else "false"},\
"due_date_passed":{"true" if due_at is not None and due_at < clock else "false"},\
"due_soon":{"true" if due_at is not None and clock <= due_at <= clock + DAY else "false"},\
"webhook":{text(webhook)},"send_chromeless":{mail_flag(kind, chromeless)},\
"run_status":"{process_status}","visibility_locked":{"true" if is_locked else "false"},\
"shown_at":{moment(shown_at)},"custom_fields":{{}}{changes}}}"""


def page_text(rows: Any, total: int, now: int, link: str) -> str:
    """The first page of ten."""
    pages = -(-total // 10) or 1
    links = f'{{"next":{quoted(link)}}}' if pages > 1 else "{}"
    return f"""{{"data":[{",".join([process_text(row, now) for row in rows])}],\
"meta":{{"pagination":{{"total":{total},"count":{len(rows)},"per_page":10,"current_page":1,\
"total_pages":{pages},"links":{links},"has_more_pages":{"true" if pages > 1 else "false"}}}}}}}"""


def fact_texts(
    process: Any,
    event: str,
    verb: str,
    word: str,
    extra: str = "",
    old_value: str | None = None,
    end: str = "",
) -> tuple[Any, ...]:
    """What varies in the activity row of one fact about a process."""
    process_id, serial, template_id, name = process[0], process[1], process[2], process[6]
    state = (
        f'{{"id":"{process_id}","number":{serial},"name":{quoted(name)},'
        f'"template_id":"{template_id}"{extra}}}'
    )
    sentence = f'{word} the process "{name}"{end}'
    return (event, verb, sentence, old_value, state)


def task_fact_text(organization_id: str, task: Any, extra: str) -> str:
    """The state of a task in its activity row."""
    return (
        f'{{"organization_id":"{organization_id}","id":"{task[0]}","number":{task[1]},'
        f'"title":{quoted(task[7])},"run_id":"{task[2]}"{extra}}}'
    )
