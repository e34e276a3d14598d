"""Pages of lists (contract 00, 4.2)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Generic, TypeVar

import msgspec
from msgspec import Meta

from procession.core.archive import NO_COLD_STORAGE
from procession.core.since import ArchivedBy, Since, Until
from procession.core.sorting import Sorting
from procession.core.times import Instant, moment_of
from procession.kit.errors import Invalid, invalid
from procession.kit.ids import find_number

T = TypeVar("T")

DEFAULT_CAP = 1000
_LARGEST_OFFSET = 2**31 - 1


#: In `extra` of a parameter's `Meta`: the words that it knows, lower-case. Others do nothing.
WORDS = "words"
TRUE_WORDS = ("true", "1", "yes", "on")
FALSE_WORDS = ("false", "0", "no", "off")
#: In `extra` of a parameter's `Meta`: what it takes where nothing is passed over (a `Strict`).
STRICT = "strict"

#: Kinds of things that parameters name.
MEMBERS, GROUPS, ADDRESSES, JOB_TITLES = "members", "groups", "addresses", "job titles"
TEMPLATES, PROCESSES, FOLDERS, TAGS = "templates", "processes", "folders", "tags"
FIELDS, OPERATIONS, CUSTOM_KEYS = "fields", "operations", "custom keys"


@dataclass(frozen=True)
class Strict:
    """What a parameter takes as part of a filter (`kit.strict_querying`)."""

    #: Lower-case words, where it takes no others; beside `names`: words that name nothing.
    words: tuple[str, ...] = ()
    #: The kind of things that its values are ids of.
    names: str = ""
    #: False: it pages, sorts or shows.
    narrows: bool = True


#: Numbers below do nothing.
FROM_1 = {"minimum": 1}

#: Parameters that say what a list is sorted by, and what an answer includes.
SORTS = ("sort", "sort_by", "sort_direction", "order")
INCLUDES = ("with", "include")

# `Meta` descriptions are shown in the API description.
Search = Annotated[str | None, Meta(description="Text that must occur, whatever case and accents.")]
Archived = Annotated[
    str | None,
    Meta(
        description="`only`, or a true value to include what is archived.",
        extra={WORDS: ("only", *TRUE_WORDS, *FALSE_WORDS)},
    ),
]
With = Annotated[list[str], Meta(description="Names of what to include in the answer.")]
Include = Annotated[list[str], Meta(description="Another name of `with`.")]


class PageQuery(msgspec.Struct, kw_only=True):
    """Query parameters of every list."""

    #: None: the list has one order.
    SORTING: ClassVar[Sorting | None] = None

    page: Annotated[
        int | None, Meta(description="Number of the page, from 1.", extra_json_schema=FROM_1)
    ] = None
    per_page: Annotated[
        int | None, Meta(description="Rows on a page.", extra_json_schema=FROM_1)
    ] = None
    limit: Annotated[
        int | None, Meta(description="Another name of `per_page`.", extra_json_schema=FROM_1)
    ] = None
    without_pagination: Annotated[bool | None, Meta(description="All rows on one page.")] = None
    sort: Annotated[
        str | None,
        Meta(description="Key to sort by, `-key` for descending; several, comma-separated."),
    ] = None
    sort_by: Annotated[
        str | None, Meta(description="Another name of `sort`, which then may be `asc` or `desc`.")
    ] = None
    sort_direction: Annotated[str | None, Meta(description="`asc` or `desc`.")] = None
    order: Annotated[str | None, Meta(description="Another name of `sort_direction`.")] = None
    with_: With = msgspec.field(default_factory=list, name="with")
    include: Include = []

    @property
    def includes(self) -> frozenset[str]:
        return with_parents([*self.with_, *self.include])


#: For lists that come whole and in one order.
PAGING = tuple(field.encode_name for field in msgspec.structs.fields(PageQuery))

_ORDERED = "Sorted by it, oldest first, unless `sort` says otherwise."
_MOMENT = "An instant, or a day: its start in the organization's timezone."
#: Of `archived_by`: whatever the clock has archived.
AUTOMATIC = "automatic"


class ArchiveQuery(PageQuery, kw_only=True):
    """Query parameters of lists that tell of the archive (contract 70, 1 and 10)."""

    updated_after: Annotated[
        str | None, Meta(description=f"Changed since then, it included. {_MOMENT}")
    ] = None
    last_updated_before: Annotated[
        str | None, Meta(description=f"Not changed since then, it included. {_MOMENT}")
    ] = None
    archived_after: Annotated[
        str | None,
        Meta(description=f"Archived since then, it included, and still archived. {_MOMENT}"),
    ] = None
    archived_before: Annotated[
        str | None,
        Meta(description=f"Archived before then, it not included, and still archived. {_MOMENT}"),
    ] = None
    archived_by: Annotated[
        str | None,
        Meta(
            description="Id of the member who archived it; `automatic`: the clock did.",
            extra={STRICT: Strict((AUTOMATIC,), MEMBERS)},
        ),
    ] = None
    operation: Annotated[
        str | None,
        Meta(
            description="Number of the operation that it was archived by.",
            extra={STRICT: Strict(names=OPERATIONS)},
        ),
    ] = None
    held: Annotated[
        str | None,
        Meta(
            description="true: only what is on hold; false: only what is not. For administrators.",
            extra={STRICT: Strict(("true", "false"))},
        ),
    ] = None
    storage: Annotated[
        str | None, Meta(description="`hot`. There is no other in this version.")
    ] = None

    @property
    def names_archived(self) -> bool:
        """It asks for what only archived objects have, and so for those alone."""
        asked = (self.archived_after, self.archived_before, self.archived_by, self.operation)
        return any(each is not None for each in asked)

    def since(self, zone: str) -> Since:
        """Raises Invalid for every one that is no moment."""
        return Since(**self._moments("after", zone, updated="updated_after"))

    def until(self, zone: str) -> Until:
        """Raises Invalid for every one that is no moment."""
        return Until(**self._moments("before", zone, updated="last_updated_before"))

    def by(self, *, may_ask_for_held: bool) -> ArchivedBy:
        """Raises Invalid for what names nobody, for a storage that there is not, and for what is
        not the caller's to know."""
        who, number = (self.archived_by or "").lower(), self.operation
        is_automatic = who == AUTOMATIC
        problems: dict[str, list[str]] = {}
        if who and not is_automatic and find_number(who) is None:
            problems["archived_by"] = ["The selected archived by is invalid."]
        if number and find_number(number) is None:
            problems["operation"] = ["The selected operation is invalid."]
        held = (self.held or "").lower()
        if held not in ("", "true", "false"):
            problems["held"] = ["The held field must be true or false."]
        elif held and not may_ask_for_held:
            problems["held"] = ["Only administrators can ask for what is on hold."]
        place = (self.storage or "hot").lower()
        if place != "hot":
            is_known = place == "cold"
            problems["storage"] = [
                NO_COLD_STORAGE if is_known else "The selected storage is invalid."
            ]
        if problems:
            raise Invalid(problems)
        return ArchivedBy(
            None if is_automatic else find_number(who),
            is_automatic,
            find_number(number or ""),
            held == "true" if held else None,
        )

    def _moments(self, end: str, zone: str, *, updated: str) -> dict[str, Instant]:
        names = {
            "updated": updated,
            "completed": f"completed_{end}",
            "archived": f"archived_{end}",
        }
        problems: dict[str, list[str]] = {}
        found = {}
        for kind, name in names.items():
            text = getattr(self, name, None)
            try:
                if text:
                    found[kind] = moment_of(text, zone)
            except (ValueError, OverflowError):
                problems[name] = [f"The {name.replace('_', ' ')} is not a valid date."]
        if problems:
            raise Invalid(problems)
        return found


class PollingQuery(ArchiveQuery, kw_only=True):
    """Query parameters of lists that programs ask again and again for what is new."""

    updated_after: Annotated[
        str | None, Meta(description=f"Changed since then, it included. {_MOMENT} {_ORDERED}")
    ] = None
    completed_after: Annotated[
        str | None, Meta(description=f"Completed since then, it included. {_MOMENT} {_ORDERED}")
    ] = None
    completed_before: Annotated[
        str | None, Meta(description=f"Completed before then, it not included. {_MOMENT}")
    ] = None
    archived_after: Annotated[
        str | None,
        Meta(
            description="Archived since then, it included, and still archived. "
            f"{_MOMENT} {_ORDERED}"
        ),
    ] = None

    cursor: Annotated[
        str | None,
        Meta(
            extra={STRICT: Strict(narrows=False)},
            description="Walk the list so that nothing is missed while its rows are archived or "
            "changed: `start`, then the `next_cursor` of each answer. `page` is ignored.",
        ),
    ] = None


class IncludeQuery(msgspec.Struct, kw_only=True):
    """Query parameters of an answer that holds one object."""

    with_: With = msgspec.field(default_factory=list, name="with")
    include: Include = []

    @property
    def includes(self) -> frozenset[str]:
        return with_parents([*self.with_, *self.include])


def with_parents(names: list[str]) -> frozenset[str]:
    """`run.checklist` implies `run`."""
    return frozenset(
        ".".join(name.split(".")[: depth + 1])
        for name in names
        for depth in range(name.count(".") + 1)
    )


@dataclass(frozen=True)
class PageRequest:
    """Which rows of a list are wanted."""

    number: int
    size: int
    is_everything: bool = False
    #: Where the walk has come to (`kit.cursors`); None: pages are asked for by number.
    cursor: str | None = None

    @property
    def offset(self) -> int:
        """Never more than a whole number of SQL holds; no list is that long."""
        return min((self.number - 1) * self.size, _LARGEST_OFFSET)

    @property
    def reach(self) -> int:
        """How many rows lie before the page's end, or up to twice as many.

        It is written into statements: PostgreSQL plans a limit that it does not know anew each
        time, as soon as the table is large. Rounding up keeps the statements few.
        """
        last, reach = self.offset + self.size, 10
        while reach < last:
            reach *= 2
        return reach


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and how many there are in all."""

    rows: list[T]
    total: int
    request: PageRequest
    #: Of the page behind this one, where cursors are asked for.
    next_cursor: str | None = None

    @property
    def size(self) -> int:
        return max(self.total, 1) if self.request.is_everything else self.request.size

    @property
    def page_count(self) -> int:
        return max(-(-self.total // self.size), 1)


def page_request(
    query: PageQuery, *, default: int = 10, cap: int = DEFAULT_CAP, most: int = 20_000
) -> PageRequest:
    """`most` is the largest unpaginated list (setting PROCESSION_MAX_UNPAGINATED)."""
    if query.without_pagination:
        return PageRequest(1, most + 1, is_everything=True)
    asked = query.per_page if query.per_page is not None else query.limit
    size = min(asked, cap) if asked else default
    cursor = query.cursor if isinstance(query, PollingQuery) else None
    if cursor:
        return PageRequest(1, size, cursor=cursor)
    return PageRequest(min(query.page or 1, 10**12), size)


def check_everything_fits(page: Page[T]) -> None:
    """A list asked for whole is never cut short."""
    if page.request.is_everything and page.total >= page.request.size:
        raise invalid(
            "without_pagination",
            f"The list has {page.total} rows, too many for one page. Walk its pages instead.",
        )


def sort_keys(query: PageQuery) -> list[tuple[str, bool]]:
    """(key, is_descending) in order; unknown keys are for the list to ignore."""
    text = query.sort_by or query.sort or ""
    direction = query.sort_direction or query.order or (query.sort if query.sort_by else "") or ""
    turn = direction.strip().lower() == "desc"
    keys = []
    for word in text.split(","):
        key = word.strip()
        if key:
            keys.append(
                (key.lstrip("-"), key.startswith("-") or (turn and not key.startswith("-")))
            )
    return keys


def useless_sorts(query: PageQuery) -> dict[str, tuple[str, ...]]:
    """Which of the four parameters say, wholly or in part, what the list cannot be sorted by; and
    the words that each takes."""
    sorting = query.SORTING
    sent = {name: getattr(query, name) or "" for name in SORTS}
    if sorting is None:
        return {name: () for name, text in sent.items() if text}
    named = "sort_by" if query.sort_by else "sort"
    keys = [word.strip().lstrip("-") for word in sent.pop(named).split(",") if word.strip()]
    found = {} if set(keys) <= set(sorting.words) else {named: sorting.words}
    wrong = (name for name, text in sent.items() if text and text.lower() not in _DIRECTIONS)
    return found | dict.fromkeys(wrong, _DIRECTIONS)


_DIRECTIONS = ("asc", "desc")
