"""Documents of templates: how they are exported, compared, and made up with every feature."""

import json
import re
from typing import Any

from hypothesis import strategies as st

from cast import Person
from procession.core.texts import is_blank, tidied

#: What a document may differ in from the one it was made from (contract 20, 4).
OF_THE_ORIGINAL = (
    "id", "increment_id", "created_at", "last_updated", "created_by", "owner_id", "version",
    "last_updated_by", "started_processes", "archived_at", "status", "starred", "is_public",
    "is_pinned", "is_featured", "is_public_kickoff", "kickoff_sharing_user_id", "alias",
    "is_published_state",
)  # fmt: skip


def export(by: Person, template: Any) -> Any:
    answer = by.get(f"/checklists/{template['id']}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.json()


def comparable(document: Any) -> bytes:
    """The same for documents that differ in ids, times and what belongs to the original alone."""
    kept = {key: value for key, value in document.items() if key not in OF_THE_ORIGINAL}
    names: dict[str, str] = {}
    return json.dumps(_without_ids(kept, names), ensure_ascii=False).encode()


def _without_ids(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: "then" if key in ("created_at", "last_updated") else _without_ids(inside, names)
            for key, inside in value.items()
            # Schedules that come with a document are paused.
            if not (key == "active" and "cron" in value)
        }
    if isinstance(value, list):
        return [_without_ids(inside, names) for inside in value]
    if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value):
        return names.setdefault(value, f"id {len(names)}")
    return value


# --- Made up ---

_words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30
).filter(lambda text: text.strip() == text == tidied(text) and not is_blank(text))
_texts = st.none() | _words.map(lambda text: f"<p>{_escaped(text)} {{{{k0}}}}</p>")
_bools = st.booleans()
_units = st.sampled_from(["minutes", "hours", "days", "weeks", "months"])


def _escaped(text: str) -> str:
    """As it stands in HTML that has been cleaned once."""
    return re.sub(r"[^\w .-]", "", text)


@st.composite
def _fields(draw: st.DrawFn, prefix: str) -> list[dict[str, Any]]:
    kinds = draw(st.lists(st.sampled_from(_KINDS), max_size=4))
    return [draw(_field(f"{prefix}{at}", kind)) for at, kind in enumerate(kinds)]


_KINDS = (
    "text", "textarea", "email", "date", "radio", "dropdown", "multiselect", "file", "table",
    "assignees_form",
)  # fmt: skip


@st.composite
def _field(draw: st.DrawFn, name: str, kind: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "id": name,
        "alias": name,
        "label": draw(_words),
        "field_type": kind,
        "required": draw(_bools),
        "guidance": draw(_texts),
        "settings": draw(st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 9))),
    }
    if kind in ("radio", "dropdown", "multiselect"):
        texts = draw(st.lists(_words, min_size=2, max_size=4, unique=True))
        field["options"] = [
            {"id": at * 3, "text": text, "required": kind == "multiselect" and draw(_bools)}
            for at, text in enumerate(texts, start=1)
        ]
        if draw(_bools):
            chosen = draw(st.sampled_from(texts))
            field |= {
                "default_value_enabled": True,
                "default_value": [chosen] if kind == "multiselect" else chosen,
            }
    if kind == "table":
        labels = draw(st.lists(_words, min_size=1, max_size=3))
        field["columns"] = [{"id": at, "label": label} for at, label in enumerate(labels, 1)]
    if kind == "date":
        field |= {
            "collect_time": draw(_bools),
            "default_value_enabled": True,
            "default_value": draw(st.sampled_from(["today", "today+7", "2031-05-06"])),
        }
    if kind == "text":
        field |= {
            "prefix": draw(st.none() | _words),
            "suffix": draw(st.none() | _words),
            "field_validation": draw(st.sampled_from([[], ["numeric", "min:2"], ["url"]])),
            "default_value_enabled": True,
            "default_value": draw(st.none() | st.just("{{k0}} and more")),
        }
    if kind == "textarea":
        field["use_wysiwyg_editor"] = draw(_bools)
    return field


@st.composite
def documents(
    draw: st.DrawFn, users: list[int], groups: list[str], titles: list[str]
) -> dict[str, Any]:
    """What `POST /checklists` takes, with every feature that a template can have."""
    kickoff = draw(_fields("k"))
    stages = draw(st.lists(_words, max_size=3))
    count = draw(st.integers(0, 5))
    steps = [draw(_step(at, count, len(stages), users, groups, titles)) for at in range(count)]
    return {
        "title": draw(_words),
        "type": draw(st.sampled_from(["procedure", "form", "document"])),
        "summary": draw(_texts),
        "guidance": draw(_texts),
        "icon": draw(st.none() | st.just("star")),
        "webhook": draw(st.none() | st.just("https://hooks.test/a")),
        "explanation_video": draw(st.none() | st.just("https://videos.test/a")),
        "kickoff_title": draw(st.none() | _words),
        "kickoff_description": draw(_texts),
        "default_process_name_format": draw(st.none() | st.just("{{DATE}} {{TEMPLATE_NAME}}")),
        **{name: draw(_bools) for name in _FLAGS},
        "prerun": kickoff,
        "stages": [{"id": f"stage-{at}", "name": name} for at, name in enumerate(stages)],
        "steps": steps,
        "automated_actions": draw(_rules(steps, kickoff, users, groups)),
        "schedules": draw(st.lists(_schedule(kickoff), max_size=2)),
    }


@st.composite
def _schedule(draw: st.DrawFn, kickoff: list[Any]) -> dict[str, Any]:
    """Its answers are named by the ids of the document."""
    texts = {"textarea": _words, "assignees_form": st.just({"users": [], "guests": ["a@b.test"]}),
             "date": st.just("2031-05-06")}  # fmt: skip
    chosen = {
        field["id"]: draw(texts[field["field_type"]])
        if field["field_type"] in texts
        else field["options"][0]["text"]
        for field in kickoff
        if field["field_type"] in (*texts, "radio", "dropdown") and draw(_bools)
    }
    weekly = {"every": "week", "time": "08:00", "weekday": "monday"}
    return {
        "name_format": draw(st.none() | st.just("{{DATE}} again")),
        "prerun": chosen,
        "cron": draw(st.sampled_from(["0 9 * * *", "30 7 31 * *", weekly])),
        "timezone": draw(st.none() | st.just("Europe/Berlin")),
        "active": draw(_bools),
    }


_FLAGS = (
    "auto_naming", "replace_state_conditionally", "folderize_process", "tag_process",
    "allow_launcher_change_name", "can_add_oot", "folder_changeable_by_launcher",
)  # fmt: skip
_STEP_FLAGS = (
    "role_changes_every_time", "allow_guest_owners", "assign_run_starter",
    "can_complete_only_assignees", "everyone_must_complete", "skip_start_process",
    "prevent_guest_comment", "top_secret", "send_chromeless", "is_soft_start_date",
)  # fmt: skip


@st.composite
def _step(  # noqa: PLR0917
    draw: st.DrawFn, at: int, count: int, stages: int, users: Any, groups: Any, titles: Any
) -> dict[str, Any]:
    anchor = draw(st.sampled_from([None, "start_run", *[f"s{other}" for other in range(at)]]))
    is_before = anchor not in (None, "start_run") and draw(_bools)
    deadline = {
        "value": draw(st.integers(0, 99)),
        "unit": draw(_units),
        "option": "prior_to" if is_before else "from",
        "step": anchor,
    }
    start = {"value": draw(st.integers(1, 9)), "unit": draw(_units)}
    return {
        "id": f"s{at}",
        "alias": f"step-{at}",
        "title": f"{draw(_words)} {{{{k0}}}}",
        "summary": draw(_texts),
        "step_type": draw(
            st.sampled_from(["task", "approval", "expiring", "email", "expiring_email"])
        ),
        # Backwards: documents need not be in order.
        "position": count - at,
        "assignees": draw(st.lists(st.sampled_from(users), unique=True)),
        "guests": draw(st.lists(st.sampled_from(["a@b.test", "c@d.test"]), unique=True)),
        "groups": draw(st.lists(st.sampled_from(groups), unique=True)),
        "roles": draw(st.lists(st.sampled_from(titles), unique=True)),
        "max_assignable": draw(st.none() | st.integers(9, 20)),
        **{name: draw(_bools) for name in _STEP_FLAGS},
        "webhook": draw(st.none() | st.just("https://hooks.test/s")),
        "deadline": draw(st.none() | st.just(deadline)),
        "start_date": draw(st.none() | st.just(start)),
        "stage_id": draw(st.sampled_from([None, *[f"stage-{each}" for each in range(stages)]])),
        "captures": draw(_fields(f"s{at}f")),
    }


@st.composite
def _rules(draw: st.DrawFn, steps: Any, kickoff: Any, users: Any, groups: Any) -> list[Any]:
    if not steps:
        return []
    captures = [field for step in steps for field in step["captures"]]
    sources = [("Step", step["id"]) for step in steps]
    sources += [("Capture", field["id"]) for field in captures]
    sources += [("Prerun", field["id"]) for field in kickoff]
    dates = [("Prerun", field["id"]) for field in kickoff if field["field_type"] == "date"]
    count = draw(st.integers(0, 3))
    return [
        {
            "automated_alias": draw(_words),
            "conditions": [
                draw(_condition(draw(st.sampled_from(sources))))
                for _ in range(draw(st.integers(1, 2)))
            ],
            "then_actions": [
                draw(_action(draw(st.sampled_from(steps))["id"], users, groups, dates))
            ],
        }
        for _ in range(count)
    ]


@st.composite
def _condition(draw: st.DrawFn, source: tuple[str, str]) -> dict[str, Any]:
    kind, name = source
    if kind == "Step":
        operation = {
            "operation": "completed",
            "statement": draw(st.sampled_from(["any_time", "on-time", "early_24"])),
        }
    else:
        operation = {"operation": draw(st.sampled_from(["is_empty", "is_not_empty"]))}
    return {
        "conditionable_type": kind,
        "conditionable_id": name,
        "logic": draw(st.sampled_from(["and", "or"])),
        "statement": None,
        **operation,
    }


@st.composite
def _action(
    draw: st.DrawFn, step: str, users: list[int], groups: list[str], dates: list[Any]
) -> dict[str, Any]:
    people = {"users": users[:1], "guests": ["a@b.test"], "groups": groups[:1]}
    kinds: list[dict[str, Any]] = [
        {"action_type": "visibility", "action_verb": "hide"},
        {"action_type": "assignment", "action_verb": "assign_only", "assignees": people},
        {"action_type": "assignment", "action_verb": "clear_assignees"},
        {"action_type": "webhook", "action_verb": "emit_webhook",
         "webhook_url": "https://hooks.test/r", "alias_name": "told"},
    ]  # fmt: skip
    deadline = {"value": 2, "unit": "days", "option": draw(st.sampled_from(["before", "from"]))}
    due = {"action_type": "deadline", "action_verb": "deadline", "deadline": deadline}
    kinds += [{**due, "actionable_id": "now"}]
    kinds += [{**due, "actionable_type": kind, "actionable_id": name} for kind, name in dates]
    return {"target_step_id": step, **draw(st.sampled_from(kinds))}
