"""Processes by words that many of them have: a page by walking from the newest, not from the words.

To find all hits and rank them takes as long as there are hits. Where a look at some processes shows
that many have the words (`look`), a page is found the other way round: one rank after the other,
each from the newest rows, a few of them first and then more, until the page is full. A row is hit
or not by its own texts, looked up one by one. The total is a look at all names, beside the set of
what has the words elsewhere. What is found, and its order, are those of `finding` (decision 0048).
"""

from collections.abc import Iterator
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.domains.comments.tables import threads
from procession.domains.organizing.tables import tag_links, tags
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, may_see_secret, sight_of
from procession.domains.processes.tables import processes
from procession.domains.search.store import words
from procession.domains.search.types import Wanted
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement, any_of
from procession.kit.folding import as_folded, sort_key
from procession.kit.paging import PageRequest
from procession.kit.searching import is_short, occurs_in, search_texts
from procession.kit.work import Work

#: So many of the newest are walked through; then all.
_WINDOWS = (256, 4_096, None)
#: So many that begin with the query are sorted; of more the newest will do.
_BEGINNING = 500
#: Higher than every sign of a text.
_END = "\U0010ffff"

#: Statements: of words there may be many, and of each it counts where it occurs.
_KEPT = 256

_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_NAME = as_folded(processes.c.name_folded)
_NEWEST = (processes.c.created_at.desc(), processes.c.number.desc())
_CLASSES = (True, False)


class Shape(NamedTuple):
    """What decides the text of a statement; everything else is bound."""

    sight: Sight
    #: Of each word, whether it is found at the beginning of words alone.
    short: tuple[bool, ...]
    #: Of each word, the uses of the texts that have it.
    uses: tuple[str, ...]

    @property
    def places(self) -> range:
        return range(len(self.short))

    @property
    def has_all(self) -> sa.ColumnElement[bool]:
        return words.has_all(_NAME, self.places)


# --- Whether a row has the words, by its own texts ---


def _has_here(number: Any, use: str, place: int, *, short: bool) -> sa.ColumnElement[bool]:
    """The text with this number has the word; it alone is looked at."""
    text: sa.ColumnElement[str] = search_texts.c.folded
    needle: sa.ColumnElement[str] = words.word(place)
    if short:
        # One term, that a text has or has not.
        blank = sa.literal(" ", sa.Text)
        text = blank.concat(search_texts.c.terms).concat(blank)
        needle = blank.concat(sa.bindparam(f"{use}_{place}", type_=sa.Text)).concat(blank)
    return sa.exists().where(
        search_texts.c.organization_id == ORGANIZATION_ID,
        search_texts.c.id == number,
        occurs_in(text, needle) > 0,
    )


def _says_here(column: sa.Column[Any], place: int, *, short: bool) -> sa.ColumnElement[bool]:
    return _has_here(column, column.info["use"], place, short=short)


def _is_named(place: int, *, short: bool) -> sa.ColumnElement[bool]:
    """By its name; the text need be looked up only where the name does not decide."""
    needle = words.word(place)
    # What stands for a variable is not searched.
    decides = occurs_in(_NAME, sa.literal("{", sa.Text)) == 0
    if short:
        begins = sa.func.substr(_NAME, 1, sa.func.length(needle)) == needle
        behind_blank = occurs_in(_NAME, sa.literal(" ", sa.Text).concat(needle)) > 0
        decides = sa.and_(decides, sa.or_(begins, behind_blank))
    looked_up = _says_here(processes.c.name_text, place, short=short)
    return sa.and_(occurs_in(_NAME, needle) > 0, sa.or_(decides, looked_up))


def _says_otherwise_here(shape: Shape, place: int) -> list[sa.ColumnElement[bool]]:
    """As `words.processes_saying_otherwise`, of the process at hand: one of these is so."""

    def says(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        return _says_here(column, place, short=shape.short[place])

    found = {
        "d": says(processes.c.summary_text),
        "t": sa.exists().where(
            tasks.c.organization_id == ORGANIZATION_ID,
            tasks.c.process_id == processes.c.id,
            sa.or_(says(tasks.c.title_text), says(tasks.c.summary_text)),
            sa.or_(processes.c.owner_id == CALLER_ID, may_see_secret(shape.sight)),
        ),
        "c": sa.exists().where(
            threads.c.organization_id == ORGANIZATION_ID,
            threads.c.process_id == processes.c.id,
            threads.c.task_id.is_(None),
            says(threads.c.content_text),
        ),
        "g": sa.exists().where(
            tag_links.c.organization_id == ORGANIZATION_ID,
            tag_links.c.subject_kind == "Run",
            tag_links.c.subject_id == processes.c.id,
            tags.c.organization_id == ORGANIZATION_ID,
            tags.c.id == tag_links.c.tag_id,
            says(tags.c.title_text),
        ),
    }
    return [found[use] for use in shape.uses[place]]


def has_word(shape: Shape, place: int) -> sa.ColumnElement[bool]:
    """The process at hand has it; its own texts are looked at."""
    named = _is_named(place, short=shape.short[place])
    return sa.or_(named, *_says_otherwise_here(shape, place))


def _is_of_words(shape: Shape, place: int) -> sa.ColumnElement[bool]:
    """The same; what has the word elsewhere than in its name is found first, of all processes."""
    named = _is_named(place, short=shape.short[place])
    otherwise = words.processes_saying_otherwise(shape.sight, place, shape.uses[place])
    return named if otherwise is None else sa.or_(named, processes.c.id.in_(otherwise))


def _is_hit(shape: Shape, *, is_near: bool) -> sa.ColumnElement[bool]:
    """`is_near`: few rows are asked, not many."""
    # Light members have few: what they have a part in.
    has = has_word if is_near or shape.sight is Sight.LIGHT else _is_of_words
    return sa.and_(*[has(shape, place) for place in shape.places])


# --- Rows from the newest ---


def _is_there(table: Any, *, is_archived: bool) -> list[sa.ColumnElement[bool]]:
    place = table.c.archived_at.is_not(None) if is_archived else table.c.archived_at.is_(None)
    return [table.c.organization_id == ORGANIZATION_ID, place]


def _newest(*, is_archived: bool, size: int) -> sa.Select[Any]:
    """Ids of so many rows; each half by the index that begins with it (decision 0015)."""
    near = processes.alias("near")
    columns = (near.c.id, near.c.created_at, near.c.number)
    # Written out, as the reach of a list's page is.
    most = sa.literal_column(str(size), sa.Integer)
    halves = [
        sa.select(*columns)
        .where(*_is_there(near, is_archived=is_archived), near.c.everyone_may_read.is_(each))
        .order_by(near.c.created_at.desc(), near.c.number.desc())
        .limit(most)
        .subquery(f"near_{each}")
        for each in _CLASSES
    ]
    both = sa.union_all(*[sa.select(*half.c) for half in halves]).subquery("newest")
    return sa.select(both.c.id).order_by(both.c.created_at.desc(), both.c.number.desc()).limit(most)


@lru_cache(_KEPT)
def _hits(shape: Shape, size: int | None, *, is_archived: bool, is_named: bool) -> Statement:
    """Of the ranks that names have (0 to 2), or of the last one; among so many of the newest."""
    rank = words.rank(_NAME, shape.places)
    among = _is_there(processes, is_archived=is_archived)
    if size is not None:
        newest = _newest(is_archived=is_archived, size=size)
        among = [processes.c.organization_id == ORGANIZATION_ID, processes.c.id.in_(newest)]
    return Statement(
        sa.select(processes.c.id, rank, processes.c.created_at, processes.c.number)
        .where(
            *among,
            shape.has_all if is_named else ~shape.has_all,
            _is_hit(shape, is_near=size is not None),
            process_access.is_seen(shape.sight),
        )
        .order_by(*([rank] if is_named else []), *_NEWEST)
        .limit(_LIMIT)
    )


@lru_cache(_KEPT)
def _named_hits(shape: Shape) -> Statement:
    """As `_hits` of all rows, where few names have the words: those are found first, by the words
    that are found anywhere in a name."""
    rank = words.rank(_NAME, shape.places)
    return Statement(
        sa.select(processes.c.id, rank, processes.c.created_at, processes.c.number)
        .where(
            processes.c.organization_id == ORGANIZATION_ID,
            processes.c.archived_at.is_not(None) == sa.bindparam("is_archived", type_=sa.Boolean),
            shape.has_all,
            *[
                processes.c.id.in_(words.processes_named(place))
                for place in shape.places
                if not shape.short[place]
            ],
            _is_hit(shape, is_near=True),
            process_access.is_seen(shape.sight),
        )
        .order_by(rank, *_NEWEST)
        .limit(_LIMIT)
    )


@lru_cache(_KEPT)
def _beginning(size: int) -> Statement:
    """Ids of so many live ones whose names lie between two, in each half of the index of names."""
    near = processes.alias("near")
    key = sort_key(near.c.name_folded)
    most = sa.literal_column(str(size), sa.Integer)
    halves = [
        sa.select(near.c.id)
        .where(
            *_is_there(near, is_archived=False),
            near.c.everyone_may_read.is_(each),
            key >= sa.bindparam("from_name", type_=sa.Text),
            key < sa.bindparam("to_name", type_=sa.Text),
        )
        .limit(most)
        .subquery(f"near_{each}")
        for each in _CLASSES
    ]
    return Statement(sa.union_all(*[sa.select(*half.c) for half in halves]))


@lru_cache(_KEPT)
def _hits_among(shape: Shape) -> Statement:
    rank = words.rank(_NAME, shape.places)
    return Statement(
        sa.select(processes.c.id, rank, processes.c.created_at, processes.c.number)
        .where(
            processes.c.organization_id == ORGANIZATION_ID,
            any_of(processes.c.id, "process_ids"),
            _is_hit(shape, is_near=True),
            process_access.is_seen(shape.sight),
        )
        .order_by(rank, *_NEWEST)
    )


# --- How many there are ---


@lru_cache(_KEPT)
def _count(shape: Shape) -> Statement:
    return Statement(
        sa.select(sa.func.count()).where(
            processes.c.organization_id == ORGANIZATION_ID,
            _is_hit(shape, is_near=False),
            process_access.is_seen(shape.sight),
        )
    )


@lru_cache(_KEPT)
def _look(shape: Shape) -> Statement:
    """Of some processes: whether their names have all words, and which words they have at all."""
    yes, no = sa.literal("1", sa.Text), sa.literal("0", sa.Text)
    each: list[sa.ColumnElement[str]] = [
        sa.case((has_word(shape, place), yes), else_=no) for place in shape.places
    ]
    return Statement(
        sa.select(
            sa.case((shape.has_all, True), else_=False),
            reduce(lambda before, one: before.concat(one), each),
        ).where(process_access.IS_ONE_OF_SOME)
    )


class _Looked(msgspec.Struct, array_like=True, frozen=True):
    is_named: bool
    #: A sign for each word: 1, it has it.
    words: str


class _Hit(msgspec.Struct, array_like=True, frozen=True):
    id: str
    rank: int
    created_at: int
    number: int


#: All hits of a rank, or None: of the ranks 0 and 1.
_Known = list[list[_Hit] | None]


class Look(NamedTuple):
    """What a look at some processes shows."""

    shape: Shape
    #: Many have all words.
    is_common: bool
    #: So many of those looked at have them in their names.
    names: int
    #: The place of the word that the fewest have. None: there are few processes.
    rarest: int | None


def look(work: Work, wanted: Wanted, values: dict[str, Any]) -> Look:
    uses = words.uses_of(work, wanted, values)
    shape = Shape(sight_of(work.caller), tuple(is_short(word) for word in wanted.words), uses)
    some = process_access.some_of(work)
    if not some:
        return Look(shape, False, 0, None)
    looked = work.all(_look(shape), _Looked, some=some, **values)
    return Look(
        shape,
        sum("0" not in each.words for each in looked) >= process_access.MANY,
        sum(each.is_named for each in looked),
        min(shape.places, key=lambda place: sum(each.words[place] == "1" for each in looked)),
    )


class Walk:
    """A search for words that many have."""

    def __init__(self, work: Work, looked: Look, values: dict[str, Any]) -> None:
        self._work = work
        self._shape = looked.shape
        self._values = values
        self._names = looked.names

    def page(self, request: PageRequest) -> list[str]:
        end = request.offset + request.size
        found: list[str] = []
        for is_archived in (False, True):
            if len(found) < end:
                found += self._first_of(end - len(found), is_archived=is_archived)
        return found[request.offset : end]

    def count(self) -> int:
        return int(self._work.value(_count(self._shape), **self._values))

    def _first_of(self, most: int, *, is_archived: bool) -> list[str]:
        """The first so many, or all."""
        found = [hit.id for hit in self._named(most, is_archived=is_archived)]
        left = most - len(found)
        if left == 0:
            return found
        for size in self._windows(left):
            rest = self._walked(size, left, is_archived=is_archived, is_named=False)
            if len(rest) == left:
                break
        return found + [hit.id for hit in rest]

    def _named(self, most: int, *, is_archived: bool) -> list[_Hit]:
        known: _Known = [None, None] if is_archived else self._known()
        can_be_found = not all(self._shape.short)
        for size in self._windows(most):
            is_rare = self._names == 0 or (size is None and self._names < process_access.MANY)
            if can_be_found and is_rare:
                return self._all(_named_hits(self._shape), limit=most, is_archived=is_archived)
            near = self._walked(size, most, is_archived=is_archived, is_named=True)
            certain = near if size is None else _certain(near, known, most)
            if certain is not None:
                break
        return certain or []

    def _windows(self, most: int) -> Iterator[int | None]:
        """Who sees only what they have a part in has it found from themselves."""
        is_narrow = self._shape.sight is Sight.LIGHT
        for size in _WINDOWS:
            if size is None or (size >= most and not is_narrow):
                yield size

    def _walked(
        self, size: int | None, most: int, *, is_archived: bool, is_named: bool
    ) -> list[_Hit]:
        statement = _hits(self._shape, size, is_archived=is_archived, is_named=is_named)
        return self._all(statement, limit=most)

    def _known(self) -> _Known:
        """All hits of rank 0, and of rank 1. None: there are many, or it is not known."""
        query = self._values["query"]
        exact = self._between(query, f"{query}\x02")
        beginning = self._between(query, f"{query}{_END}")
        return [
            exact and [hit for hit in exact if hit.rank == 0],
            beginning and [hit for hit in beginning if hit.rank == 1],
        ]

    def _between(self, first: str, end: str) -> list[_Hit] | None:
        found = self._work.all(_beginning(_BEGINNING + 1), _Id, from_name=first, to_name=end)
        if len(found) > _BEGINNING:
            return None
        if not found:
            return []
        ids = [row.id for row in found]
        return self._all(_hits_among(self._shape), process_ids=ids)

    def _all(self, statement: Statement, **values: Any) -> list[_Hit]:
        return self._work.all(statement, _Hit, **values, **self._values)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def _certain(near: list[_Hit], known: _Known, most: int) -> list[_Hit] | None:
    """The first so many of what is named so, from the first so many of the newest rows, `near`.

    None: among older rows there may be some that come before. `known`: all of ranks 0 and 1."""
    found: list[_Hit] = []
    for rank, complete in enumerate([*known, None]):
        mine = [hit for hit in near if hit.rank == rank] if complete is None else complete
        found += mine
        if len(found) >= most:
            return found[:most]
        if complete is None:
            return None
    return None
