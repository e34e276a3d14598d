"""What rules cost: completing beside a template without rules, and launching beside the floor."""

import json
from collections.abc import Iterator, Sequence
from itertools import cycle, repeat
from statistics import median
from typing import Any

from bench.data import let_time_pass
from bench.load import Connection, drive, request_bytes, time_of
from bench.results import Bench, Result
from bench.sides import Running, floor, ours

STEPS, RULES = 200, 200
_CHAIN, _EVALUATED = 50, 20
_LAUNCHED = 20


def measure_rules(bench: Bench) -> list[Result]:
    return [*_completing(bench), _launching(bench)]


# --- Completing, beside a template without rules ---


def _completing(bench: Bench) -> list[Result]:
    """The first task of a process of 200, a fresh process each time, by turns."""
    url = bench.databases.copy(bench.seeded, "rules")
    repeats = max(bench.plan.repeats // 5, 8)
    with ours(url, bench.first_request()) as running:
        asker = _Asker(bench, running)
        kinds = [[], unheard(), heard(bench.data.member_id), chained()]
        templates = [asker.make(STEPS, rules) for rules in kinds]
        let_time_pass(url)
        times: list[list[float]] = [[] for _ in templates]
        work = [0.0 for _ in templates]
        for number in range(repeats + 2):
            for place, template_id in enumerate(templates):
                request = asker.completion_of(asker.launch(template_id))
                used = running.processor_seconds()
                spent = time_of(asker.connection, request)
                if number > 1:  # The first ones only warm up.
                    times[place].append(spent * 1000)
                    work[place] += (running.processor_seconds() - used) * 1000 / repeats
        asker.connection.close()
    plain, idle, fired, _ = map(median, times)
    title = f"complete, {STEPS} steps and {RULES} rules:"
    return [
        _times(bench, f"{title} none listens", plain, idle, 1.2),
        _times(bench, f"{title} {_EVALUATED} are evaluated, 5 fire", plain, fired, 2.0),
        Result(
            f"{title} a chain of {_CHAIN}, processor time", bench.kind, work[0], work[3],
            work[3] - work[0], "<= 10 ms more", work[3] - work[0] <= 10, "ms",
        ),
    ]  # fmt: skip


def _times(bench: Bench, title: str, base: float, own: float, most: float) -> Result:
    ratio = own / base
    return Result(title, bench.kind, base, own, ratio, f"<= {most} times", ratio <= most, "ms")


class _Asker:
    """Makes templates and processes of one server, by HTTP."""

    def __init__(self, bench: Bench, running: Running) -> None:
        self._data = bench.data
        self.connection = Connection(running.port)

    def make(self, step_count: int, rules: Sequence[Any]) -> str:
        """A template's id."""
        steps = [{"id": f"S{place}", "title": f"Step {place}"} for place in range(step_count)]
        body = {"title": "Ruled", "type": "procedure", "steps": steps, "automated_actions": rules}
        made: str = self._ask("POST", "/checklists", body)["id"]
        self.launch(made)  # Which freezes its version.
        return made

    def completion_of(self, process_id: str) -> bytes:
        """Of its first task."""
        path = f"/runs/{process_id}"
        (first,) = self._ask("GET", f"{path}/tasks?per_page=1")
        body = json.dumps({"task_id": first["id"]}).encode()
        path = self._data.path(f"{path}/completed-tasks")
        return request_bytes("POST", path, self._data.token, body)

    def launch(self, template_id: str) -> str:
        body = {"checklist_id": template_id, "name": "Ruled"}
        launched: str = self._ask("POST", "/runs", body)["id"]
        return launched

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        asked = request_bytes(method, self._data.path(path), self._data.token, sent)
        return json.loads(self.connection.ask(asked))["data"]


# --- Launching, beside the floor's launch of as many tasks without rules ---


def _launching(bench: Bench) -> Result:
    urls = [bench.databases.copy(bench.seeded, f"{side}_ruled") for side in ("floor", "ours")]
    first, data, plan = bench.first_request(), bench.data, bench.plan
    rates: list[list[float]] = [[], []]
    with floor(urls[0], first) as base, ours(urls[1], first, with_worker=True) as own:
        asker = _Asker(bench, own)
        ruled = asker.make(_LAUNCHED, launched(data.member_id))
        let_time_pass(urls[1])
        asker.connection.close()
        sides = [(base.port, data.template_id), (own.port, ruled)]
        for number in range(plan.rounds + 1):
            for (port, template_id), reached in zip(sides, rates, strict=True):
                feeds = [_launches(bench, template_id) for _ in range(plan.connections)]
                rate = drive(port, feeds, seconds=plan.round_seconds).rate
                if number:
                    reached.append(rate)
    ratios = [own / base for base, own in zip(*rates, strict=True)]
    ratio = median(ratios)
    return Result(
        f"launch of {_LAUNCHED} tasks with {_LAUNCHED} rules", bench.kind, median(rates[0]),
        median(rates[1]), ratio, ">= 0.6 of the floor's without", ratio >= 0.6, "requests/s",
        rounds=ratios,
    )  # fmt: skip


def _launches(bench: Bench, template_id: str) -> Iterator[bytes]:
    body = json.dumps({"checklist_id": template_id, "name": "Ann Lee joins"}).encode()
    return repeat(request_bytes("POST", bench.data.path("/runs"), bench.data.token, body))


# --- Rules, in the words of the API ---


def unheard() -> list[Any]:
    """200 that listen to every step but the first."""
    others = cycle(range(1, STEPS))
    return [_rule([_when(next(others))], _do("hide", STEPS - 1)) for _ in range(RULES)]


def heard(member: int) -> list[Any]:
    """20 listen to the first step; 5 of them fire, each on a task of its own."""
    days = {"deadline": {"value": 2, "unit": "days", "option": "from"}}
    people = {"assignees": {"users": [member]}}
    fire = [
        _do("hide", 10), _do("hide", 11), _do("assign", 12, **people),
        _do("assign_only", 13, **people), _do("deadline", 14, **days),
    ]  # fmt: skip
    waiting = [
        _rule([_when(0), _when(place + 20)], _do("hide", place + 50))
        for place in range(_EVALUATED - len(fire))
    ]
    firing = [_rule([_when(0)], action) for action in fire]
    return [*firing, *waiting, *unheard()[: RULES - _EVALUATED]]


def chained() -> list[Any]:
    """The first step takes everybody off the second, that takes them off the third, and so on."""
    first = _rule([_when(0)], _do("clear_assignees", 1))
    links = [
        _rule([_when(place, "not_assigned")], _do("clear_assignees", place + 1))
        for place in range(1, _CHAIN)
    ]
    return [first, *links, *unheard()[: RULES - _CHAIN]]


def launched(member: int) -> list[Any]:
    """Half of the steps appear after the one before them; people and deadlines change at once."""
    half = _LAUNCHED // 2
    days = {"deadline": {"value": 2, "unit": "days", "option": "from"}}
    people = {"assignees": {"users": [member]}}
    return [
        *(_rule([_when(place - 1)], _do("show", place)) for place in range(half, _LAUNCHED)),
        *(
            _rule([_when(place, "not_assigned")], _do("assign", place, **people))
            for place in range(half // 2)
        ),
        *(_rule([_when(place)], _do("deadline", place + 1, **days)) for place in range(half // 2)),
    ]


def _rule(conditions: list[Any], *actions: Any) -> Any:
    return {"automated_alias": "Rule", "conditions": conditions, "then_actions": list(actions)}


def _when(step: int, operation: str = "completed") -> Any:
    return {
        "conditionable_type": "Step", "conditionable_id": f"S{step}", "operation": operation,
        "statement": None,
    }  # fmt: skip


_TYPES = {"show": "visibility", "hide": "visibility", "deadline": "deadline"}


def _do(verb: str, step: int, **more: Any) -> Any:
    kind = _TYPES.get(verb, "assignment")
    return {"action_type": kind, "action_verb": verb, "target_step_id": f"S{step}", **more}
