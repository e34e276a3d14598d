"""Select what is to be changed: a frozen set, with what would become of each (contract 70, 1)."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from procession.core.archive import Verb
from procession.core.times import HOUR
from procession.domains.archive import policy, store
from procession.domains.archive.types import (
    Counts,
    Item,
    Kind,
    Selection,
    SelectionStatus,
    Verdict,
)
from procession.domains.templates import store as templates
from procession.flows.archive.kin import along_with, judge_together
from procession.flows.archive.kinds import ALONG, MANY, NOT_FOUND, Many
from procession.flows.archive.naming import check_names
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound, TooMany
from procession.kit.ids import new_id
from procession.kit.leasing import AT_ONCE
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading, writing

#: So many are found and judged by the request itself.
MOST_AT_ONCE = 10_000
_LIFETIME = HOUR
_MOST_UNUSED = 20
_MOST_ITEMS = 5_000_000
_SAMPLE = 20
#: Judged together.
PORTION = 500
_encode = msgspec.json.Encoder().encode


class Wanted(msgspec.Struct, frozen=True):
    """What a selection is made of: a filter, or ids."""

    verb: Verb
    kind: str
    #: As it was sent; and as the store takes it.
    filter: dict[str, Any] | None = None
    narrowed: Any = None
    ids: tuple[str, ...] = ()
    #: Families come along.
    with_children: bool = False


class Found:
    """What becomes of the objects of a selection, as they are judged one portion after another.

    Portions come in the order of ids.
    """

    def __init__(self, verb: Verb, kind: str) -> None:
        self._verb = verb
        self._kind = kind
        self._digest = hashlib.sha256()
        self._first: list[str] = []
        self._along: dict[str, int] = {}
        self.skipped: Counts = {}
        self.matching = self.will_change = 0

    def add(self, verdicts: Iterable[tuple[str, Verdict]]) -> list[str]:
        """Those that will change."""
        fit = []
        for each, verdict in verdicts:
            self.matching += 1
            if verdict.reason is None:
                fit.append(each)
                self._digest.update(f"{each}\n".encode())
            else:
                self.skipped[verdict.reason] = self.skipped.get(verdict.reason, 0) + 1
        self.will_change += len(fit)
        self._first += fit[: _SAMPLE - len(self._first)]
        return fit

    def count_along(self, work: Work, fit: Sequence[str], *, whole: bool) -> None:
        """`whole`: these are all that will change, and few."""
        for name, count in MANY[self._kind].along(work, self._verb, fit, whole=whole).items():
            self._along[name] = self._along.get(name, 0) + count

    def columns(self, work: Work) -> dict[str, Any]:
        """Of a selection that is ready now."""
        described = MANY[self._kind].described(work, self._first)
        sample = [{"id": each, **described[each]} for each in self._first if each in described]
        also = {name: self._along.get(name) for name in _names(self._verb, self._kind)}
        return {
            "status": SelectionStatus.READY.value,
            "matching": self.matching,
            "will_change": self.will_change,
            "skipped": _encode(self.skipped).decode(),
            "also": _encode(also).decode(),
            "sample": _encode(sample).decode(),
            "digest": self._digest.hexdigest(),
            "expires_at": work.now + _LIFETIME,
        }


def _names(verb: Verb, kind: str) -> list[str]:
    """What is counted along, even where it is zero."""
    return [*ALONG[kind], *(("expiring_now",) if verb is Verb.ACTIVATE and kind == "run" else ())]


def token_digest(token: str) -> str:
    """What is kept of a token: it is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def require_may_select(caller: Caller) -> None:
    if not policy.can_select(caller):
        raise Forbidden


def check_filter(
    caller: Caller, kind: str, narrowed: Any, named: Iterable[tuple[str, str, Sequence[str]]]
) -> Any:
    """The filter whole; raises Invalid where it names what is not there."""
    with reading(caller) as work:
        check_names(work, kind, named, "filter.")
        if kind == Kind.TASK and narrowed.roles:
            bound = templates.steps_for_titles(work, narrowed.roles)
            return msgspec.structs.replace(narrowed, steps_of_roles=tuple(bound))
    return narrowed


def select(caller: Caller, wanted: Wanted) -> tuple[Selection, str]:
    """The selection and its token. What a large filter finds is collected by the worker."""
    require_may_select(caller)
    with reading(caller) as work:
        _check_room(work, wanted)
        verdicts, found = _judge_now(work, wanted)
    token = _new_token()
    with writing(caller) as work:
        of_filter = {}
        if wanted.filter is not None:
            of_filter = {
                "filter": _encode(wanted.filter).decode(),
                "wanted": _encode(wanted.narrowed).decode(),
            }
        selection = keep_set(
            work,
            wanted.verb,
            wanted.kind,
            None if found is None else (found, verdicts),
            token_digest=token_digest(token),
            with_children=wanted.with_children,
            **of_filter,
        )
        return selection, token


def _new_token() -> str:
    """Not like an option: commands take it as a word (`procession archive run`)."""
    while (token := secrets.token_urlsafe(32)).startswith("-"):
        pass
    return token


def keep_set(
    work: Work,
    verb: Verb,
    kind: str,
    built: tuple[Found, Sequence[tuple[str, Verdict]]] | None,
    **columns: Any,
) -> Selection:
    """`built`: what is in it, in the order of the ids; None: the worker finds that. `columns`:
    where they are not those of a set that nobody has a token of."""
    row: dict[str, Any] = {
        "id": new_id(),
        "token_digest": None,
        "verb": verb.value,
        "kind": kind,
        "filter": None,
        "wanted": None,
        "undoes": None,
        "with_children": False,
        "made_by": work.caller.person_id,
        "is_made_by_bot": work.caller.kind == "bot",
        "created_at": work.now,
        "operation": None,
    }
    if built is None:
        row |= _to_be_built(verb, kind)
    else:
        found, verdicts = built
        row |= found.columns(work)
        for start in range(0, len(verdicts), PORTION):
            store.add_items(work, row["id"], verdicts[start : start + PORTION])
    store.add_selection(work, row | columns)
    return store.get_selection(work, row["id"])


def _to_be_built(verb: Verb, kind: str) -> dict[str, Any]:
    return {
        "status": SelectionStatus.BUILDING.value,
        "matching": 0,
        "will_change": 0,
        "skipped": "{}",
        "also": _encode(dict.fromkeys(_names(verb, kind))).decode(),
        "sample": "[]",
        "digest": None,
        "expires_at": None,
        "due_at": AT_ONCE,
    }


def _check_room(work: Work, wanted: Wanted) -> None:
    if store.count_unused(work) >= _MOST_UNUSED:
        sentence = f"You have {_MOST_UNUSED} selections that were not used. They expire in an hour."
        raise TooMany(60, _MOST_UNUSED, sentence)
    count = len(wanted.ids)
    if wanted.filter is not None:
        count = MANY[wanted.kind].count(work, wanted.narrowed)
    if store.count_unused_items(work) + count > _MOST_ITEMS:
        sentence = f"An organization selects at most {_MOST_ITEMS:,} objects at a time."
        raise TooMany(60, _MOST_ITEMS, sentence)


def _judge_now(work: Work, wanted: Wanted) -> tuple[list[tuple[str, Verdict]], Found | None]:
    """In one snapshot. None: there are too many for a request."""
    many = MANY[wanted.kind]
    is_filter = wanted.filter is not None
    ids = (
        many.matching(work, wanted.narrowed, "", MOST_AT_ONCE + 1)
        if is_filter
        else sorted(wanted.ids)
    )
    if len(ids) > MOST_AT_ONCE:
        return [], None
    chosen = set(ids)
    if wanted.with_children:
        ids = sorted({*ids, *along_with(work, wanted.verb, ids)})
        if is_filter and len(ids) > MOST_AT_ONCE:
            return [], None
    verdicts: list[tuple[str, Verdict]] = []
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        if wanted.with_children:
            verdicts += judge_together(work, wanted.verb, portion, chosen).items()
        else:
            verdicts += judge(work, many, wanted.verb, portion, are_found=is_filter)
    found = Found(wanted.verb, wanted.kind)
    found.count_along(work, found.add(verdicts), whole=True)
    return verdicts, found


def judge(
    work: Work, many: Many, verb: Verb, ids: Sequence[str], *, are_found: bool
) -> list[tuple[str, Verdict]]:
    """In the order of `ids`."""
    verdicts = many.judge(work, verb, ids, are_found=are_found)
    return [(each, verdicts.get(each, NOT_FOUND)) for each in ids]


# --- Looking at one ---


def get_selection(
    caller: Caller, token: str, *, with_also: bool
) -> tuple[Selection, dict[str, int | None] | None]:
    """With what goes along, counted now, where that is asked for of a large one."""
    require_may_select(caller)
    with reading(caller) as work:
        selection = find_theirs(work, token)
        if not (with_also and selection.is_ready and selection.matching > MOST_AT_ONCE):
            return selection, None
        return selection, _count_along(work, selection)


def _count_along(work: Work, selection: Selection) -> dict[str, int | None]:
    """A portion after another: people of two portions count twice."""
    verb, counts = Verb(selection.verb), dict[str, int]()
    after = ""
    while ids := store.list_to_do(work, selection.id, after, MOST_AT_ONCE):
        after = ids[-1]
        for name, count in MANY[selection.kind].along(work, verb, ids, whole=True).items():
            counts[name] = counts.get(name, 0) + count
    return {name: counts.get(name, 0) for name in _names(verb, selection.kind)}


def find_theirs(work: Work, token: str, *, lock: bool = False) -> Selection:
    """To others it is not there."""
    selection = store.find_by_token(work, token_digest(token), lock=lock)
    if selection is None or not policy.is_their_selection(work.caller, selection):
        raise NotFound(kind="Selection")
    return selection


def list_items(
    caller: Caller, token: str, request: PageRequest, result: str, reason: str | None
) -> tuple[Selection, Page[Item], dict[str, str]]:
    """With the names of those that the caller may see."""
    require_may_select(caller)
    with reading(caller) as work:
        selection = find_theirs(work, token)
        page = store.list_items(work, request, selection.id, result, reason)
        return selection, page, names_of(work, selection.kind, page.rows)


def names_of(work: Work, kind: str, items: Sequence[Item]) -> dict[str, str]:
    described = MANY[kind].described(work, [item.object_id for item in items])
    return {each: str(about["name"]) for each, about in described.items()}
