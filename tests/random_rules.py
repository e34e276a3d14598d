"""Random templates with rules, and random histories of their processes, from a seed.

Rules are written as the API writes them, so that the engine, the naive reading of the contract
(`naive_rules`) and a real server can all be given the same. Ids are short names.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from naive_rules import DAY, wire

MONDAY = 1_772_442_000  # 2026-03-02T09:00:00Z
USERS, GUESTS, GROUPS = (1, 2, 3), ("ann@guests.test", "bob@guests.test"), ("a" * 32,)
#: 9 left; the group of 32 times b is gone, and eve is kept out.
LEFT = {"users": 9, "guests": "eve@guests.test", "groups": "b" * 32}
OPTIONS = ("Red", "Blue", "Green")
TEXTS = ("", "1", "$1,000", "1000.0", "20", "red", "Red wine", "x")
DATES = ("2026-03-05", "2026-03-10", "2026-03-10T12:00:00Z", "2026-03-20T00:00:00Z")
STEP_TYPES = ("task", "task", "task", "approval", "expiring")
CLAUSES = ("any_time", "any_time", "on-time", "early_24", "late_24")


@dataclass
class RandomTemplate:
    steps: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    #: Type of every field; those of the kick-off form begin with `k`.
    types: dict[str, str] = field(default_factory=dict)
    #: Actions name people who left, too.
    with_left: bool = True


def random_template(
    chance: Random, *, most_steps: int = 20, most_rules: int = 30, with_left: bool = True
) -> RandomTemplate:
    made = RandomTemplate(with_left=with_left)
    for number in range(chance.randint(0, 4)):
        made.types[f"k{number}"] = chance.choice(_TYPES)
    for number in range(chance.randint(1, most_steps)):
        fields = [f"f{number}.{place}" for place in range(chance.choice((0, 0, 1, 2)))]
        made.types.update({name: chance.choice(_TYPES) for name in fields})
        made.steps.append(
            {
                "id": f"s{number}",
                "task_type": chance.choice(STEP_TYPES),
                "deadline": MONDAY + chance.randint(0, 10) * DAY,
                "max_assignable": chance.choice((0, 0, 0, 2)),
                "fields": fields,
                "owners": chance.choice((set(), {"u:1"}, {"u:1"}, {"u:2", "e:ann@guests.test"})),
            }
        )
    for number in range(chance.randint(1, most_rules)):
        made.rules.append(_rule(chance, made, number))
    return made


_TYPES = ("text", "radio", "multiselect", "date", "assignees_form")


def _rule(chance: Random, made: RandomTemplate, number: int) -> dict[str, Any]:
    conditions = [_condition(chance, made) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    triggers = {c["conditionable_id"] for c in conditions if c["conditionable_type"] == "Step"}
    actions: list[dict[str, Any]] = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        action = _action(chance, made, f"a{number}.{len(actions)}")
        once = [(each["action_type"], each["target_step_id"]) for each in actions]
        target = (action["action_type"], action["target_step_id"])
        if action["action_type"] in ("visibility", "deadline") and target in once:
            continue
        if action["action_type"] == "status" and action["target_step_id"] in triggers:
            continue
        actions.append(action)
    if not actions:
        show = {"action_type": "visibility", "action_verb": "show"}
        actions = [_with_keys({**show, "target_step_id": "s0", "id": f"a{number}"})]
    return {
        "id": f"r{number}",
        "automated_alias": f"Rule {number}",
        "position": number + 1,
        "conditions": conditions,
        "then_actions": actions,
    }


def _condition(chance: Random, made: RandomTemplate) -> dict[str, Any]:
    logic = chance.choice(("and", "or"))
    if not made.types or chance.random() < 0.6:
        step = chance.choice(made.steps)
        operation = chance.choice(
            ("completed", "completed", "approved", "rejected", "acknowledged", "expired",
             "reopened", "not_assigned")
        )  # fmt: skip
        clause = "any_time" if operation in ("reopened", "not_assigned") else chance.choice(CLAUSES)
        return {
            "conditionable_type": "Step", "conditionable_id": step["id"], "operation": operation,
            "statement": clause, "logic": logic, "column_contains_name": None,
        }  # fmt: skip
    name = chance.choice(list(made.types))
    kind = made.types[name]
    operation = chance.choice(
        ("contains", "not_contains", "equals", "not_equals", "equals_any", "greater_than",
         "less_than", "is_empty", "is_not_empty")
    )  # fmt: skip
    statement: Any = chance.choice(_STATEMENTS[kind])
    if operation == "equals_any" or (
        kind == "multiselect" and operation in ("equals", "not_equals")
    ):
        statement = sorted({statement, chance.choice(_STATEMENTS[kind])})
    if operation in ("is_empty", "is_not_empty"):
        statement = None
    return {
        "conditionable_type": "Prerun" if name[0] == "k" else "Capture", "conditionable_id": name,
        "operation": operation, "statement": statement, "logic": logic,
        "column_contains_name": None,
    }  # fmt: skip


_STATEMENTS = {
    "text": TEXTS[1:],
    "radio": OPTIONS,
    "multiselect": OPTIONS,
    "date": DATES,
    "assignees_form": ("1", "2", "ann@guests.test", "a" * 32),
}


def _action(chance: Random, made: RandomTemplate, name: str) -> dict[str, Any]:
    target = chance.choice(made.steps)["id"]
    verb = chance.choice(
        ("show", "show", "hide", "hide", "deadline", "deadline", "assign", "assign_only",
         "unassign", "clear_assignees", "reopen", "reopen", "emit_webhook")
    )  # fmt: skip
    action: dict[str, Any] = {"id": name, "action_verb": verb, "target_step_id": target}
    if verb in ("show", "hide"):
        return _with_keys({**action, "action_type": "visibility"})
    if verb == "reopen":
        return _with_keys({**action, "action_type": "status"})
    if verb == "emit_webhook":
        url = {"webhook_url": "https://hooks.test/rules", "alias_name": "Told"}
        return _with_keys({**action, **url, "action_type": "webhook"})
    if verb == "deadline":
        length = {
            "value": chance.randint(-3, 5), "unit": chance.choice(("hours", "days")),
            "option": chance.choice(("before", "from")),
        }  # fmt: skip
        source = _source(chance, made, "date")
        if chance.random() < 0.5:
            source = chance.choice(
                ((None, None), ("start_run", None), (chance.choice(made.steps)["id"], "Step"))
            )
        return _with_keys({**action, "action_type": "deadline", "deadline": length}, source)
    source = _source(chance, made, "assignees_form")
    if verb == "clear_assignees":
        return _with_keys({**action, "action_type": "assignment"})
    named = (
        None
        if source[0] and chance.random() < 0.5
        else random_people(chance, with_left=made.with_left)
    )
    return _with_keys({**action, "action_type": "assignment", "assignees": named}, source)


def _with_keys(
    action: dict[str, Any], source: tuple[str | None, str | None] = (None, None)
) -> dict[str, Any]:
    """Every key that the API shows."""
    plain = {"assignees": None, "deadline": None, "webhook_url": None, "alias_name": None}
    return {**plain, **action, "actionable_id": source[0], "actionable_type": source[1]}


def _source(chance: Random, made: RandomTemplate, kind: str) -> tuple[str | None, str | None]:
    names = [name for name, of in made.types.items() if of == kind]
    if not names or chance.random() < 0.4:
        return None, None
    name = chance.choice(names)
    return name, "Prerun" if name[0] == "k" else "Capture"


def random_people(chance: Random, *, with_left: bool = False) -> dict[str, list[Any]]:
    """Never nobody."""
    found: dict[str, list[Any]] = {
        "users": chance.sample(USERS, chance.choice((0, 1, 1, 2))),
        "guests": chance.sample(GUESTS, chance.choice((0, 0, 1, 2))),
        "groups": chance.sample(GROUPS, chance.choice((0, 0, 1))),
    }
    if with_left and chance.random() < 0.2:
        bucket = chance.choice(("users", "guests", "groups"))
        found[bucket].append(LEFT[bucket])
    return found if any(found.values()) else {**found, "users": [2]}


def random_answer(chance: Random, kind: str) -> Any:
    """As it is stored; None for none."""
    if chance.random() < 0.2:
        return None
    if kind == "multiselect":
        chosen = chance.sample(OPTIONS, chance.randint(0, 3))
        return [
            {"id": number, "text": text, "selected": text in chosen}
            for number, text in enumerate(OPTIONS, start=1)
        ]
    if kind == "assignees_form":
        return random_people(chance)
    return chance.choice({"text": TEXTS[1:], "radio": OPTIONS, "date": DATES}[kind])


@dataclass(frozen=True)
class Move:
    """What somebody does: `verb` with a step, answers, a decision or people."""

    verb: str
    step: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    is_approved: bool | None = None
    owners: frozenset[str] = frozenset()


def random_answers(chance: Random, made: RandomTemplate, names: list[str]) -> dict[str, Any]:
    wanted = [name for name in names if chance.random() < 0.7]
    return {name: random_answer(chance, made.types[name]) for name in wanted}


def random_move(chance: Random, made: RandomTemplate, tasks: dict[str, Any]) -> Move | None:
    """Something that the process as it is (`tasks`: the naive one's) does not refuse."""
    step = chance.choice(made.steps)
    task, name = tasks[step["id"]], step["id"]
    is_done, is_hidden = task["status"] == "completed", task["status"] == "auto-skipped"
    verb = chance.choice(
        ("complete", "complete", "complete", "reopen", "hide", "show", "answer", "kickoff",
         "assign", "wait")
    )  # fmt: skip
    kickoff = [each for each in made.types if each[0] == "k"]
    match verb:
        case "complete" if not is_done and not is_hidden:
            answers = random_answers(chance, made, step["fields"])
            decision = None
            if task["type"] == "approval":
                decision = chance.choice((True, False))
            elif task["type"] == "expiring":
                decision = True
            return Move("complete", name, answers, decision)
        case "reopen" if is_done:
            return Move("reopen", name)
        case ("hide" | "show") as turn if not is_done and is_hidden == (turn == "show"):
            return Move(turn, name)
        case "answer" if not is_done and step["fields"]:
            return Move("answer", name, random_answers(chance, made, step["fields"]))
        case "kickoff" if kickoff:
            return Move("kickoff", "", random_answers(chance, made, kickoff))
        case "assign" if not is_done:
            people = chance.choice(({"u:1"}, {"u:2", "u:3"}, {f"g:{GROUPS[0]}"}, set()))
            return Move("assign", name, owners=frozenset(people))
        case "wait":
            return Move("wait")
    return None


def shown_as_text(tasks: dict[str, Any]) -> str:
    return "\n".join(
        f"{step}: {task['status']} due {wire(task['deadline'])} {sorted(task['owners'])}"
        for step, task in tasks.items()
    )
