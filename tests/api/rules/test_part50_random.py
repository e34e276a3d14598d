"""Random templates and histories through real HTTP, against the contract by the letter.

What the engine does with thousands of them is tested in `tests/core/rules`; these show that it is
fed and followed rightly. `RULE_HISTORIES_HTTP=1000 pytest tests/api/rules/test_part50_random.py`.
"""

import os
from random import Random
from typing import Any

from cast import Cast
from factories import made
from naive_rules import DAY, NaiveProcess, seconds, wire
from random_rules import (
    GROUPS,
    GUESTS,
    MONDAY,
    OPTIONS,
    USERS,
    Move,
    RandomTemplate,
    random_answers,
    random_move,
    random_template,
    shown_as_text,
)
from ruled import Running, changed, field, ruled
from server import ClockInHand

HISTORIES = int(os.environ.get("RULE_HISTORIES_HTTP", "6"))
FIRST_SEED = int(os.environ.get("RULE_HISTORIES_HTTP_FROM", "0"))
HERE = {*(f"u:{each}" for each in USERS), *(f"e:{each}" for each in GUESTS),
        *(f"g:{each}" for each in GROUPS)}  # fmt: skip
_CHOICES = [{"id": number, "text": text} for number, text in enumerate(OPTIONS, start=1)]


class Names:
    """The people of a random template are these of the cast."""

    def __init__(self, cast: Cast) -> None:
        people = dict(zip(USERS, (cast.olga, cast.mia, cast.leo), strict=True))
        self.users = {name: person.user_id for name, person in people.items()}
        self.groups = {GROUPS[0]: cast.group(cast.mia)}
        self.back: dict[Any, str] = {real: f"u:{name}" for name, real in self.users.items()}
        self.back |= {real: f"g:{name}" for name, real in self.groups.items()}

    def real(self, people: Any) -> Any:
        if people is None:
            return None
        return {
            "users": [self.users[each] for each in people["users"]],
            "guests": people["guests"],
            "groups": [self.groups[each] for each in people["groups"]],
        }

    def real_keys(self, keys: Any) -> Any:
        found: dict[str, list[Any]] = {"users": [], "guests": [], "groups": []}
        for key in sorted(keys):
            name: Any = int(key[2:]) if key[0] == "u" else key[2:]
            found[{"u": "users", "e": "guests", "g": "groups"}[key[0]]].append(name)
        return self.real(found)

    def keys(self, owners: Any) -> set[str]:
        named = {self.back[each] for each in [*owners["users"], *owners["groups"]]}
        return named | {f"e:{each}" for each in owners["guests"]}

    def statement(self, kind: str, said: Any) -> Any:
        if kind != "assignees_form" or said is None:
            return said
        if isinstance(said, list):
            return [self.statement(kind, each) for each in said]
        if said.isdigit():
            return str(self.users[int(said)])
        return self.groups.get(said, said)

    def answers(self, template: RandomTemplate, answers: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.real(value) if template.types[name] == "assignees_form" else value
            for name, value in answers.items()
        }


def document(cast: Cast, names: Names, template: RandomTemplate) -> Any:
    steps = {
        step["id"]: {
            "step_type": step["task_type"],
            "deadline": {"value": (step["deadline"] - MONDAY) // DAY, "unit": "days",
                         "option": "from", "step": "start_run"},
            "max_assignable": step["max_assignable"],
            "assign_run_starter": False,
            **_assigned(names.real_keys(step["owners"])),
            "captures": [_field(name, template.types[name]) for name in step["fields"]],
        }
        for step in template.steps
    }  # fmt: skip
    kickoff = [_field(name, kind) for name, kind in template.types.items() if name[0] == "k"]
    rules = [_rule(names, template, each) for each in template.rules]
    return ruled(cast.olga, steps, rules, kickoff)


def _assigned(owners: Any) -> Any:
    return {"assignees": owners["users"], "guests": owners["guests"], "groups": owners["groups"]}


def _field(name: str, kind: str) -> Any:
    more: dict[str, Any] = {"collect_time": True} if kind == "date" else {}
    if kind in ("radio", "multiselect"):
        more["options"] = _CHOICES
    return field(name, kind, **more)


def _rule(names: Names, template: RandomTemplate, sent: dict[str, Any]) -> dict[str, Any]:
    conditions = [
        {**each, "statement": names.statement(_kind(template, each), each["statement"])}
        for each in sent["conditions"]
    ]
    actions = [
        {**each, "assignees": names.real(each["assignees"])} for each in sent["then_actions"]
    ]  # fmt: skip
    return {**sent, "conditions": conditions, "then_actions": actions}


def _kind(template: RandomTemplate, condition: dict[str, Any]) -> str:
    return template.types.get(condition["conditionable_id"], "")


def play(cast: Cast, clock: ClockInHand, names: Names, seed: int) -> None:
    chance = Random(seed)
    template = random_template(chance, most_steps=6, most_rules=12, with_left=False)
    naive = NaiveProcess(
        template.steps, template.rules, template.types, here=HERE, responsible="u:1", now=MONDAY
    )
    prerun = random_answers(chance, template, [name for name in template.types if name[0] == "k"])
    clock.stop_at(wire(MONDAY))
    sent = names.answers(template, prerun)
    run = Running(cast.olga, document(cast, names, template), sent)
    naive.launch(prerun)
    compare(f"seed {seed}, launched with {prerun}", run, names, naive)
    for _ in range(8):
        move = random_move(chance, template, naive.tasks)
        if move is None:
            continue
        before = naive.seen()
        do_naively(naive, move, clock)
        changed = do(run, names, template, move)
        compare(f"seed {seed}, {move}", run, names, naive)
        if changed is not None:
            assert set(changed) >= visibly_changed(before, naive, move.step), f"seed {seed}, {move}"


def visibly_changed(before: dict[str, Any], naive: NaiveProcess, step: str) -> set[str]:
    """Steps whose tasks a rule has changed, as far as that can be told from outside."""
    return {
        name
        for name, task in naive.tasks.items()
        if name != step
        and any(task[key] != before[name][key] for key in ("status", "deadline", "owners"))
    }


def do_naively(naive: NaiveProcess, move: Move, clock: ClockInHand) -> None:
    match move.verb:
        case "complete":
            naive.complete(move.step, move.is_approved, move.answers)
        case "reopen":
            naive.reopen(move.step)
        case "hide" | "show":
            naive.turn(move.step, hide=move.verb == "hide")
        case "answer" | "kickoff":
            naive.answer(move.answers)
        case "assign":
            naive.assign(move.step, set(move.owners))
        case "wait":
            naive.now += DAY
            clock.move(days=1)


def do(run: Running, names: Names, template: RandomTemplate, move: Move) -> list[str] | None:
    """Titles of `tasks_changed_by_rules`, where the answer holds them."""
    answers = names.answers(template, move.answers)
    match move.verb:
        case "complete":
            decided = {} if move.is_approved is None else {"is_approved": move.is_approved}
            foreseen = previewed(run, move.step, move.is_approved, answers)
            body = {"taskdata": answers, "status": "completed", **decided}
            found = made(run.by.put(f"{run.path}/tasks/{run.ids[move.step]}", body), 200)
            # 54: what was foreseen is what happens.
            assert foreseen == [as_seen(each) for each in found["tasks_changed_by_rules"]["data"]]
            return changed(found)
        case "reopen":
            return run.reopen(move.step)
        case "hide" | "show":
            return run.turn(move.step, move.verb)
        case "answer":
            return run.put(move.step, taskdata=answers)
        case "kickoff":
            run.kick_off(**answers)
        case "assign":
            return run.put(move.step, owners=names.real_keys(move.owners))
    return None


def previewed(run: Running, step: str, is_approved: bool | None, answers: Any) -> list[Any]:
    word = {None: "complete", True: "approve", False: "reject"}[is_approved]
    body = {word: run.ids[step], "taskdata": answers}
    foreseen = made(run.by.post(f"{run.path}/rules/preview", body), 200)
    return [as_seen(each) for each in foreseen["tasks_changed_by_rules"]["data"]]


def as_seen(task: Any) -> tuple[Any, ...]:
    people = {name: sorted(task["owners"][name]) for name in ("users", "guests", "groups")}
    return task["title"], task["status"], task["deadline"], task["is_approved"], people


def compare(where: str, run: Running, names: Names, naive: NaiveProcess) -> None:
    found = {
        title: (task["status"], seconds(task["deadline"]), names.keys(task["owners"]))
        for title, task in run.tasks().items()
    }
    expected = {
        step: (task["status"], task["deadline"], task["owners"])
        for step, task in naive.tasks.items()
    }
    assert found == expected, f"{where}\n{shown_as_text(naive.tasks)}"
    # 29: hidden tasks count nowhere; 30: a complete one is active again.
    visible = [task for task in naive.tasks.values() if task["status"] != "auto-skipped"]
    done = [task for task in visible if task["status"] == "completed"]
    shown = made(run.by.get(run.path), 200)
    assert (shown["progress"]["complete"], shown["progress"]["total"]) == (len(done), len(visible))
    is_done = bool(visible) and len(done) == len(visible)
    assert shown["status"] == ("complete" if is_done else "active"), where


def test_50_4_real_processes_do_what_the_contract_says(cast: Cast, clock: ClockInHand) -> None:
    names = Names(cast)
    seeds = range(FIRST_SEED, FIRST_SEED + HISTORIES)
    for seed in seeds:
        play(cast, clock, names, seed)
    # For who runs many of them by hand.
    print(f"seeds {seeds.start} to {seeds.stop - 1}: as the contract says")  # noqa: T201
