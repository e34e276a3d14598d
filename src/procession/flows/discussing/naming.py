"""Whom somebody may name in a comment, by what people call them (contract 45, 3.7).

People type `@Ann Lee`; what is kept is `@[7]`. Where two are called the same, they are told apart
by their addresses: `@ann@acme.test`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from procession.core.folding import folded
from procession.core.mentions import named_in
from procession.domains.comments.types import Place
from procession.domains.people import store as people
from procession.domains.people.types import Group, GroupFilter, Member
from procession.domains.processes import store as processes
from procession.flows.discussing.holding import look
from procession.flows.telling.mentioning import blind_among
from procession.flows.telling.topics import Topic
from procession.kit.caller import Caller
from procession.kit.paging import PageRequest
from procession.kit.work import Work, looking, reading

_MOST_GROUPS = 1000
#: So many are offered while somebody types.
_MOST_OFFERED = 8
#: Where a name may begin.
_SIGN = re.compile(r"(?<![\w@.])@(?=[^\s\[])")
_MARK = re.compile(r"@\[(\d{1,18}|[0-9a-f]{32})\]")


@dataclass(frozen=True)
class Namable:
    """A member or a group. `key`: what stands for them in a text that is kept."""

    key: str
    name: str
    #: What is typed behind the `@`.
    written: str
    #: A member's address.
    email: str | None
    #: Role by number of everybody who is named with them.
    roles: dict[int, str]
    #: Naming them lets somebody read who cannot now.
    is_let_in: bool = False


def with_marks(caller: Caller, text: str) -> str:
    """What was typed, as it is kept. A name that nobody has stays text."""
    if "@" not in text:
        return text
    by_name: dict[str, str] = {}
    for each in _namable(looking(caller)):
        by_name[each.written.casefold()] = each.key
        if each.email is not None:
            by_name[each.email.casefold()] = each.key
    lengths = sorted({len(name) for name in by_name}, reverse=True)
    told, end = "", 0
    for found in _SIGN.finditer(text):
        start = found.end()
        if start < end:
            continue
        name = _longest(text, start, lengths, by_name)
        if name is not None:
            told += f"{text[end : found.start()]}@[{by_name[name.casefold()]}]"
            end = start + len(name)
    return told + text[end:]


def _longest(text: str, start: int, lengths: Sequence[int], by_name: dict[str, str]) -> str | None:
    """The longest name that stands there as a whole word."""
    for length in lengths:
        name = text[start : start + length]
        behind = text[start + length : start + length + 1]
        if name.casefold() in by_name and not (behind.isalnum() or behind == "_"):
            return name
    return None


def with_names(caller: Caller, text: str) -> str:
    """What is kept, as it is typed."""
    if "@[" not in text:
        return text
    written = {each.key: each.written for each in _namable(looking(caller))}
    return _MARK.sub(lambda found: f"@{written[found[1]]}" if found[1] in written else found[0],
                     text)  # fmt: skip


def list_namable(caller: Caller, place: Place, typed: str) -> list[Namable]:
    """Whose name or address has a word that begins with what was typed; the first few."""
    with reading(caller) as work:
        topic = _topic(work, place)
        wanted = folded(typed.strip())
        found = [each for each in _namable(work) if _begins(each, wanted)]
        found = [each for each in found if {*each.roles} != {caller.person_id}]
        return _marked(work, topic, found[:_MOST_OFFERED])


def list_let_in(caller: Caller, place: Place, content: str) -> list[str]:
    """Names of those whom the content names (by marks) and who can read there only by that."""
    named = named_in(content)
    keys = {*map(str, named.users), *named.groups}
    if not keys:
        return []
    with reading(caller) as work:
        topic = _topic(work, place)
        found = [each for each in _namable(work) if each.key in keys]
        return [each.name for each in _marked(work, topic, found) if each.is_let_in]


def _topic(work: Work, place: Place) -> Topic:
    """With the process that a task is in."""
    topic = look(work, place)
    process_id = topic.place.process_id
    if topic.process is None and process_id is not None:
        return replace(topic, process=processes.find_visible(work, process_id))
    return topic


def _marked(work: Work, topic: Topic, found: Sequence[Namable]) -> list[Namable]:
    roles = {user_id: role for each in found for user_id, role in each.roles.items()}
    blind = blind_among(work, topic, roles) if roles else set()
    if topic.task is not None and topic.task.top_secret:
        # Only who is assigned can be named there.
        return [each for each in found if not blind & {*each.roles}]
    return [replace(each, is_let_in=bool(blind & {*each.roles})) for each in found]


def _begins(each: Namable, wanted: str) -> bool:
    name = folded(each.name)
    email = (each.email or "").lower()
    return name.startswith(wanted) or f" {wanted}" in f" {name}" or email.startswith(wanted)


def _namable(work: Work) -> list[Namable]:
    """Everybody who is active, and every group, by name."""
    active = [each for each in people.list_members(work) if each.is_active and not each.is_bot]
    request = PageRequest(1, _MOST_GROUPS)
    groups = people.list_groups(work, request, GroupFilter()).rows
    counts = Counter(folded(name) for name in _names(active, groups))
    roles = {each.id: each.role or "" for each in active}
    members = [
        Namable(
            key=str(each.id),
            name=each.full_name or each.email,
            written=_written(each, counts),
            email=each.email,
            roles={each.id: roles[each.id]},
        )
        for each in active
    ]
    found = [
        Namable(
            key=each.id,
            name=each.name,
            written=each.name,
            email=None,
            roles={user_id: roles[user_id] for user_id in each.members if user_id in roles},
        )
        for each in groups
        if counts[folded(each.name)] == 1
    ]
    return sorted([*members, *found], key=lambda each: folded(each.name))


def _written(member: Member, counts: Counter[str]) -> str:
    is_theirs_alone = member.full_name and counts[folded(member.full_name)] == 1
    return member.full_name if is_theirs_alone else member.email


def _names(members: Iterable[Member], groups: Iterable[Group]) -> list[str]:
    return [*(each.full_name for each in members), *(each.name for each in groups)]
