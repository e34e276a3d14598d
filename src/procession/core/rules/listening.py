"""Which rules an event evaluates (contract 50, 4.1), in their order."""

from collections.abc import Iterable, Mapping, Sequence

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
    return Book(
        tuple(rules), fields_of_steps, _sorted(on_step), _sorted(on_owners), _sorted(on_field)
    )


def _sorted(places: Mapping[str, set[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(sorted(found)) for key, found in places.items()}


def listening(book: Book, event: Event) -> list[Rule]:
    return [book.rules[place] for place in _places(book, event)]


def is_heard(book: Book, events: Iterable[Event]) -> bool:
    """Does any rule listen to any of them?"""
    return any(_places(book, event) for event in events)


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
