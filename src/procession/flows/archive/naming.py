"""Whether there is what a filter names: one that names nothing would select nothing, or all."""

from collections.abc import Collection, Iterable, Sequence

from procession.domains.archive import store
from procession.domains.archive.types import Kind
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import FolderKind
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.templates import store as templates
from procession.kit.errors import raise_if_any
from procession.kit.ids import find_number
from procession.kit.paging import (
    ADDRESSES,
    FIELDS,
    FOLDERS,
    GROUPS,
    JOB_TITLES,
    MEMBERS,
    OPERATIONS,
    PROCESSES,
    TAGS,
    TEMPLATES,
)
from procession.kit.work import Work


def check_names(
    work: Work, kind: str, named: Iterable[tuple[str, str, Sequence[str]]], at: str
) -> None:
    """`named`: parameters, the kinds of what they name, and what that is. Raises Invalid for all
    that is unknown to the caller."""
    problems: dict[str, list[str]] = {}
    for parameter, what, names in named:
        known = _known(work, kind, what, names)
        unknown = [name for name in names if not {name, name.lower()} & {*known}]
        if unknown:
            said = parameter.replace("_", " ")
            problems[f"{at}{parameter}"] = [f"The selected {said} is invalid: {unknown[0]}."]
    raise_if_any(problems)


def _known(work: Work, kind: str, what: str, names: Sequence[str]) -> Collection[str]:
    """Of `names` those that there are; ids in lower case."""
    lowered = [name.lower() for name in names]
    if what == MEMBERS:
        return {str(number) for number in people.known_among(work, [*map(int, lowered)])}
    if what == GROUPS:
        return {group.id for group in people.groups_with_ids(work, lowered)}
    if what == ADDRESSES:
        found = people.guests_by_email(work, lowered)
        linked = people.linked_among(work, [guest.id for guest in found.values()])
        return {address for address, guest in found.items() if guest.id in linked}
    if what == JOB_TITLES:
        return people.job_titles_among(work, lowered)
    if what == TEMPLATES:
        return {*templates.visible_among(work, lowered), *_left(work, lowered)}
    if what == PROCESSES:
        return processes.shelved_among(work, lowered)
    if what == FOLDERS:
        holding = FolderKind.TEMPLATES if kind == Kind.CHECKLIST else FolderKind.PROCESSES
        return {each.id for each in organizing.list_folders(work) if each.kind == holding}
    if what == TAGS:
        # By their titles exactly, as lists find them.
        return [name for name in names if _is_tag(work, name)]
    if what == FIELDS:
        return [name for name in lowered if templates.is_kickoff_field(work, name)]
    assert what == OPERATIONS, what
    return [name for name in lowered if store.find_operation(work, find_number(name) or 0)]


def _is_tag(work: Work, name: str) -> bool:
    by_id = organizing.find_tag(work, name.lower())
    return by_id is not None or organizing.find_tag_titled(work, name) is not None


def _left(work: Work, template_ids: Sequence[str]) -> Collection[str]:
    """Of templates that are gone, processes know the ids."""
    return templates.launched_from_among(work, template_ids)
