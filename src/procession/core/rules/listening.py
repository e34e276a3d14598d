"""Which rules an event evaluates (contract 50, 4.1), in their order."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from procession.core.rules.model import (
    Answered,
    Book,
    Completed,
    Event,
    Launched,
    Reassigned,
    Reopened,
    Rule,
    Turned,
)


def write_book(rules: Sequence[Rule], fields_of_steps: Mapping[str, tuple[str, ...]]) -> Book:
    """`rules`: those that are evaluated, in their order."""
    on_step: dict[str, set[int]] = {}
    on_owners: dict[str, set[int]] = {}
    on_field: dict[str, set[int]] = {}
    for place, rule in enumerate(rules):
        for condition in rule.conditions:
            about = on_step if condition.is_about_step else on_field
            about.setdefault(condition.about, set()).add(place)
            if condition.operation == "not_assigned":
                on_owners.setdefault(condition.about, set()).add(place)
        for action in rule.actions:
            if action.from_field is not None:
                on_field.setdefault(action.from_field, set()).add(place)
    steps_of_fields = {field: step for step, fields in fields_of_steps.items() for field in fields}
    return Book(
        tuple(rules),
        fields_of_steps,
        steps_of_fields,
        _sorted(on_step),
        _sorted(on_owners),
        _sorted(on_field),
    )


def _sorted(places: Mapping[str, set[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(sorted(found)) for key, found in places.items()}


def listening(book: Book, event: Event) -> list[Rule]:
    return [book.rules[place] for place in _places(book, event)]


def reached_steps(book: Book, events: Iterable[Event]) -> frozenset[str]:
    """Steps whose tasks the rules may look at or change after this; none: no rule listens.

    Found without any state: as if every rule that hears of something did all that it can.
    """
    steps: set[str] = set()
    heard: set[int] = set()
    queue = deque(events)
    while queue:
        for place in _places(book, queue.popleft()):
            if place in heard:
                continue
            heard.add(place)
            steps.update(_steps_of(book, book.rules[place]))
            queue.extend(_events_of(book.rules[place]))
    return frozenset(steps)


def _steps_of(book: Book, rule: Rule) -> Iterator[str]:
    fields = [action.from_field for action in rule.actions if action.from_field is not None]
    for condition in rule.conditions:
        if condition.is_about_step:
            yield condition.about
        else:
            fields.append(condition.about)
    for action in rule.actions:
        yield action.step_id
        if action.from_step is not None:
            yield action.from_step
    yield from (book.steps_of_fields[each] for each in fields if each in book.steps_of_fields)


def _events_of(rule: Rule) -> Iterator[Event]:
    """What its actions can make happen."""
    for action in rule.actions:
        if action.verb in ("show", "hide"):
            yield Turned(action.step_id)
        elif action.verb == "reopen":
            yield Reopened(action.step_id)
        elif action.verb not in ("deadline", "emit_webhook"):
            yield Reassigned(action.step_id)


def _places(book: Book, event: Event) -> Sequence[int]:
    match event:
        case Launched():
            return range(len(book.rules))
        case Answered(fields):
            return _together(book.on_field, fields)
        case Completed(step_id):
            # Its form's defaults have become answers with it.
            of_fields = _together(book.on_field, book.fields_of_steps.get(step_id, ()))
            return sorted({*book.on_step.get(step_id, ()), *of_fields})
        case Reopened(step_id) | Turned(step_id):
            return book.on_step.get(step_id, ())
        case Reassigned(step_id):
            return book.on_owners.get(step_id, ())


def _together(places: Mapping[str, tuple[int, ...]], keys: Iterable[str]) -> Sequence[int]:
    return sorted({place for key in keys for place in places.get(key, ())})
