"""Rules by the letter: contract 50, 3 and 4, read sentence by sentence, simple and slow.

Written from the contract alone, to check the engine against; it shares no code with it. Rules are
what the API shows of them. Times are seconds since 1970, days are those of UTC, everybody works at
all hours. Fields are of the types of `FIELD_TYPES`.
"""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

FIELD_TYPES = ("text", "radio", "multiselect", "date", "assignees_form")
DAY = 86_400
UNIT = {"minutes": 60, "hours": 3_600, "days": DAY, "weeks": 7 * DAY}


def seconds(text: str) -> int:
    """Of a date, or a date-time that ends in Z."""
    text = text if "T" in text else f"{text}T00:00:00Z"
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


class NaiveProcess:
    """`steps`: id, task_type, deadline (seconds), max_assignable, fields (ids), owners (a set of
    `u:7`, `e:a@b`, `g:x`). `types`: of every field."""

    def __init__(
        self,
        steps: list[dict[str, Any]],
        rules: list[dict[str, Any]],
        types: dict[str, str],
        *,
        here: set[str],
        responsible: str,
        now: int,
    ) -> None:
        self.rules = sorted(rules, key=lambda rule: rule["position"])
        self.types = types
        self.here, self.responsible = here, responsible
        self.now = self.started_at = now
        self.values: dict[str, Any] = {}
        self.fields = {step["id"]: list(step["fields"]) for step in steps}
        self.tasks = {
            step["id"]: {
                "type": step["task_type"], "status": "not-started", "before": None,
                "is_approved": None, "completed_at": None, "ever": False,
                "deadline": step["deadline"], "pinned": False, "locked": False,
                "owners": set(step["owners"]), "max": step["max_assignable"],
            }
            for step in steps
        }  # fmt: skip
        self.last: dict[str, bool] = {}
        self.count: dict[str, int] = {}
        self.saw: dict[str, Any] = {}
        self.brought: dict[str, set[str]] = {}
        self.fired: list[str] = []

    # --- What people do ---

    def launch(self, prerun: dict[str, Any]) -> None:
        self.values.update(prerun)
        for rule in self.rules:
            for action in rule["then_actions"]:
                if action["action_verb"] == "show":
                    task = self.tasks[action["target_step_id"]]
                    if task["status"] != "auto-skipped":
                        task["before"], task["status"] = task["status"], "auto-skipped"
        self.cascade([("launched", None)])
        if all(task["status"] == "auto-skipped" for task in self.tasks.values()):
            for task in self.tasks.values():
                task["status"], task["before"] = task["before"], None

    def complete(self, step: str, is_approved: bool | None, answers: dict[str, Any]) -> None:
        """`answers`: sent along. They are stored with it."""
        events = self.store(answers)
        task = self.tasks[step]
        task.update(status="completed", is_approved=is_approved, completed_at=self.now, ever=True)
        self.cascade([*events, ("completed", step)])

    def reopen(self, step: str) -> None:
        self._reopen(self.tasks[step])
        self.cascade([("reopened", step)])

    def answer(self, answers: dict[str, Any]) -> None:
        self.cascade(self.store(answers))

    def assign(self, step: str, owners: set[str]) -> None:
        if self.tasks[step]["owners"] != owners:
            self.tasks[step]["owners"] = set(owners)
            self.cascade([("owners", step)])

    def turn(self, step: str, *, hide: bool) -> None:
        """Completed tasks cannot be hidden; who does what is done already does nothing."""
        task = self.tasks[step]
        if task["status"] == "completed" or (task["status"] == "auto-skipped") == hide:
            return
        if hide:
            task["before"], task["status"] = task["status"], "auto-skipped"
        else:
            task["status"], task["before"] = task["before"] or "not-started", None
        task["locked"] = not task["locked"]
        self.cascade([("turned", step)])

    def store(self, answers: dict[str, Any]) -> list[tuple[str, Any]]:
        events = []
        changed = [key for key, value in answers.items() if self.values.get(key) != value]
        for key in changed:
            self.values[key] = answers[key]
        for step, fields in self.fields.items():
            task = self.tasks[step]
            if any(key in fields and answers[key] is not None for key in changed):
                if task["status"] == "not-started":
                    task["status"] = "in-progress"
                elif task["status"] == "auto-skipped" and task["before"] == "not-started":
                    task["before"] = "in-progress"
        if changed:
            events.append(("answered", changed))
        return events

    # --- 4.3, 4.4 ---

    def cascade(self, events: list[tuple[str, Any]]) -> None:
        queue = list(events)
        fired_here: list[str] = []
        while queue:
            event, about = queue.pop(0)
            affected = [rule for rule in self.rules if self.is_affected(rule, event, about)]
            for rule in affected:
                name = rule["id"]
                result = self.holds(rule)
                if not result:
                    self.last[name] = False
                elif self.last.get(name):
                    queue += self.again(rule)
                else:
                    self.last[name] = True
                    if name in fired_here or len(fired_here) >= 200:
                        continue
                    fired_here.append(name)
                    self.fired.append(name)
                    self.count[name] = self.count.get(name, 0) + 1
                    for action in rule["then_actions"]:
                        self.brought.pop(action["id"], None)
                        queue += self.run(action)

    # --- 4.1 ---

    def is_affected(self, rule: dict[str, Any], event: str, about: Any) -> bool:
        steps = {c["conditionable_id"] for c in rule["conditions"]
                 if c["conditionable_type"] == "Step"}  # fmt: skip
        lonely = {c["conditionable_id"] for c in rule["conditions"]
                  if c["operation"] == "not_assigned"}  # fmt: skip
        fields = {c["conditionable_id"] for c in rule["conditions"]
                  if c["conditionable_type"] != "Step"}  # fmt: skip
        fields |= {a["actionable_id"] for a in rule["then_actions"]
                   if a["actionable_type"] in ("Capture", "Prerun")}  # fmt: skip
        if event == "launched":
            return True
        if event == "answered":
            return bool(fields & set(about))
        if event == "completed":
            return about in steps or bool(fields & set(self.fields[about]))
        if event == "owners":
            return about in lonely
        return about in steps

    # --- 3 ---

    def holds(self, rule: dict[str, Any]) -> bool:
        first, *others = rule["conditions"]
        result = self.is_true(first)
        for condition in others:
            one = self.is_true(condition)
            result = result or one if condition["logic"] == "or" else result and one
        return result

    def is_true(self, condition: dict[str, Any]) -> bool:
        if condition["conditionable_type"] == "Step":
            return self.is_true_of_step(condition)
        return self.is_true_of_field(condition)

    def is_true_of_step(self, condition: dict[str, Any]) -> bool:
        task, operation = self.tasks[condition["conditionable_id"]], condition["operation"]
        is_open = task["status"] in ("not-started", "in-progress")
        is_done = task["status"] == "completed"
        if operation == "not_assigned":
            return is_open and not task["owners"]
        if operation == "reopened":
            return is_open and task["ever"]
        expires = task["type"] in ("expiring", "expiring_email")
        decided = task["type"] == "approval"
        if not {
            "completed": is_done,
            "approved": is_done and decided and task["is_approved"] is True,
            "rejected": is_done and decided and task["is_approved"] is False,
            "acknowledged": is_done and expires and task["is_approved"] is not False,
            "expired": is_done and expires and task["is_approved"] is False,
        }[operation]:
            return False
        done, due, clause = task["completed_at"], task["deadline"], condition["statement"]
        if clause == "on-time":
            return due is None or done <= due
        if clause == "early_24":
            return due is not None and done <= due - DAY
        if clause == "late_24":
            return due is not None and done >= due + DAY
        return True

    def is_true_of_field(self, condition: dict[str, Any]) -> bool:  # noqa: PLR0912
        field, statement = condition["conditionable_id"], condition["statement"]
        kind, value = self.types[field], self.values.get(field)
        if kind == "multiselect":
            texts = [each["text"] for each in value or [] if each["selected"]]
        elif kind == "assignees_form":
            texts = [str(each) for bucket in (value or {}).values() for each in bucket]
        else:
            texts = [] if value is None or not str(value).strip() else [str(value)]
        texts = [text.strip().lower() for text in texts]
        wanted = [statement] if isinstance(statement, str) else list(statement or [])
        wanted = [text.strip().lower() for text in wanted]
        match condition["operation"]:
            case "is_empty":
                return not texts
            case "is_not_empty":
                return bool(texts)
            case "contains" | "not_contains" as operation:
                if kind == "assignees_form":
                    found = wanted[0] in texts
                else:
                    found = any(wanted[0] in text for text in texts)
                return bool(found == (operation == "contains"))
            case "equals" | "not_equals" as operation:
                if kind in ("multiselect", "assignees_form"):
                    same = bool(texts) and sorted(set(texts)) == sorted(set(wanted))
                else:
                    same = bool(texts) and self.is_same(kind, texts[0], wanted[0])
                return bool(same == (operation == "equals"))
            case "equals_any":
                if kind in ("multiselect", "assignees_form"):
                    return any(text in wanted for text in texts)
                return any(self.is_same(kind, text, each) for text in texts for each in wanted)
            case operation:
                if len(texts) != 1 or len(wanted) != 1:
                    return False
                one, other = self.measure(kind, texts[0]), self.measure(kind, wanted[0])
                if one is None or other is None:
                    return False
                return one > other if operation == "greater_than" else one < other

    def is_same(self, kind: str, one: str, other: str) -> bool:
        if kind == "date":
            if len(other) == 10:
                return one[:10] == other
            return seconds(one.upper()) == seconds(other.upper())
        numbers = self.measure(kind, one), self.measure(kind, other)
        return one == other or (None not in numbers and numbers[0] == numbers[1])

    def measure(self, kind: str, text: str) -> float | None:
        """An instant, or a number; random texts here hold no signs but `$`, `,` and `.`."""
        if kind == "date":
            return seconds(text.upper())
        try:
            return float(text.replace(",", "").replace(" ", "").removeprefix("$"))
        except ValueError:
            return None

    # --- 4.2, 4.8 ---

    def run(self, action: dict[str, Any], brought: set[str] = frozenset()) -> list[Any]:  # type: ignore[assignment]
        step, verb = action["target_step_id"], action["action_verb"]
        task = self.tasks[step]
        self.saw[action["id"]] = self.sees(action)
        is_done, is_hidden = task["status"] == "completed", task["status"] == "auto-skipped"
        if verb == "reopen":
            if is_done:
                self._reopen(task)
                return [("reopened", step)]
            return []
        if is_done or verb == "emit_webhook":
            return []
        if verb in ("show", "hide"):
            if task["locked"] or is_hidden == (verb == "hide"):
                return []
            if verb == "hide":
                task["before"], task["status"] = task["status"], "auto-skipped"
            else:
                task["status"], task["before"] = task["before"] or "not-started", None
            return [("turned", step)]
        if verb == "deadline":
            self._date(action, task)
            return []
        return self._assign(action, task, step, set(brought))

    def again(self, rule: dict[str, Any]) -> list[Any]:
        events = []
        for action in rule["then_actions"]:
            name = action["id"]
            if name in self.saw and self.sees(action) != self.saw[name]:
                events += self.run(action, self.brought.get(name, set()))
        return events

    def sees(self, action: dict[str, Any]) -> Any:
        """What a recalculation compares; nothing for an action that is never recalculated."""
        source, kind = action["actionable_id"], action["actionable_type"]
        if action["action_verb"] == "deadline":
            if kind == "Step" and source != action["target_step_id"]:
                return self.tasks[source]["deadline"]
            if kind in ("Capture", "Prerun"):
                value = self.values.get(source)
                return None if value is None else seconds(value)
        elif action["action_type"] == "assignment" and kind is not None:
            return sorted(self._people(self.values.get(source)))
        return None

    def _date(self, action: dict[str, Any], task: dict[str, Any]) -> None:
        source, kind = action["actionable_id"], action["actionable_type"]
        if kind == "Step":
            anchor = self.tasks[source]["deadline"]
        elif kind is not None:
            value = self.values.get(source)
            anchor = None if value is None else seconds(value)
        elif source == "start_run":
            anchor = self.started_at
        elif source == "now" or task["deadline"] is None:
            anchor = self.now
        else:
            anchor = task["deadline"]
        if anchor is not None:
            length = action["deadline"]["value"] * UNIT[action["deadline"]["unit"]]
            sign = -1 if action["deadline"]["option"] == "before" else 1
            task.update(deadline=anchor + sign * length, pinned=True)

    def _assign(
        self, action: dict[str, Any], task: dict[str, Any], step: str, brought: set[str]
    ) -> list[Any]:
        verb, was = action["action_verb"], set(task["owners"])
        source = action["actionable_id"] if action["actionable_type"] else None
        of_field = self._people(self.values.get(source)) if source else set()
        named = of_field or self._people(action["assignees"])
        if verb == "clear_assignees":
            now = set()
        elif verb == "unassign":
            now = was - named
        else:
            named &= self.here
            now = (was - (brought - named)) | named
            if verb == "assign_only":
                now = named or was
            counted = [key for key in now if key[0] != "g"]
            if task["max"] and len(counted) > task["max"] and now != was:
                return []
        if now and all(key[0] == "e" for key in now):
            now.add(self.responsible)
        self.brought[action["id"]] = {
            key for key in now & of_field if key in brought or key not in was
        }
        task["owners"] = now
        return [("owners", step)] if now != was else []

    def _people(self, sent: Any) -> set[str]:
        sent = sent or {}
        return {
            *(f"u:{each}" for each in sent.get("users", [])),
            *(f"e:{each}" for each in sent.get("guests", [])),
            *(f"g:{each}" for each in sent.get("groups", [])),
        }

    @staticmethod
    def _reopen(task: dict[str, Any]) -> None:
        task.update(status="in-progress", is_approved=None, completed_at=None)

    def seen(self) -> dict[str, Any]:
        """By step: what can be compared."""
        return deepcopy(self.tasks)


def wire(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
