"""Which field a key means (contract 31, 2.2)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from procession.domains.answers.content.containers import Sent
from procession.domains.answers.types import value_id
from procession.domains.templates.types import Field

_MOST_NAMED = 12
#: So many sentences list the form's fields; a body of nothing but wrong keys needs no more.
_MOST_LISTS = 20


class Owner(NamedTuple):
    """The process or task whose form it is, by its number: value ids hold that."""

    number: int
    is_of_process: bool


class Meant(NamedTuple):
    field: Field
    sent: Sent


class Resolved(NamedTuple):
    meant: list[Meant]
    #: By key, or by id of the field that two keys name.
    problems: dict[str, list[str]]


def resolve(values: Sequence[Sent], fields: Sequence[Field], owner: Owner | None) -> Resolved:
    """`owner`: None where nothing has a value id yet (a launch)."""
    levels = _levels(fields, owner)
    meant: dict[str, Meant] = {}
    problems: dict[str, list[str]] = {}
    for sent in values:
        found = _find(sent.key, levels)
        if not found:
            problems[sent.key] = [_unknown(sent.key, fields, is_short=len(problems) > _MOST_LISTS)]
        elif len(found) > 1:
            problems[sent.key] = [f'Ambiguous field "{sent.key}": use the field id.']
        elif found[0].id in meant:
            first, field = meant[found[0].id].sent.key, found[0]
            sentence = f'"{first}" and "{sent.key}" name the same form field.'
            problems.setdefault(field.id, []).append(sentence)
        else:
            meant[found[0].id] = Meant(found[0], sent)
    return Resolved(list(meant.values()), problems)


_Level = tuple[Callable[[str], str], dict[str, list[Field]]]


def _levels(fields: Sequence[Field], owner: Owner | None) -> list[_Level]:
    """Ways to name a field, the strongest first: how to read a key, and what it then finds."""

    def as_it_is(key: str) -> str:
        return key

    ways: list[tuple[Callable[[str], str], Callable[[Field], str]]] = [
        (as_it_is, lambda field: field.id)
    ]
    if owner is not None:
        ways.append((as_it_is, lambda field: value_id(owner[0], field.id, is_of_process=owner[1])))
    ways += [
        (as_it_is, lambda field: field.alias),
        (as_it_is, lambda field: field.label.strip()),
        (str.casefold, lambda field: field.alias.casefold()),
        (str.casefold, lambda field: field.label.strip().casefold()),
    ]
    levels = []
    for read, name in ways:
        named: dict[str, list[Field]] = {}
        for field in fields:
            named.setdefault(name(field), []).append(field)
        levels.append((read, named))
    return levels


def _find(key: str, levels: Sequence[_Level]) -> list[Field]:
    for read, named in levels:
        found = named.get(read(key))
        if found:
            return found
    return []


def _unknown(key: str, fields: Sequence[Field], *, is_short: bool) -> str:
    sentence = f'Unknown form field "{key}".'
    if is_short:
        return sentence
    named = ", ".join(f"{field.label} ({field.id})" for field in fields[:_MOST_NAMED])
    return f"{sentence} Fields: {named}" if named else f"{sentence} This form has no fields."
