"""What lists on pages share: tabs, and the way from one page to the next, all in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from procession.kit.paging import Page

#: Further pages than anybody turns to, and a number that every database takes.
_LAST = 100_000


class Tab(NamedTuple):
    """`holds`: the filter of its list. `empty`: what it says where there is nothing in it."""

    name: str
    holds: Any
    empty: str


def page_number(asked: int | None) -> int:
    return min(max(asked or 1, 1), _LAST)


@dataclass(frozen=True)
class Pager:
    """Rows `first` to `last` of `total`; addresses of the pages beside this one."""

    first: int
    last: int
    total: int
    previous: str | None
    next: str | None

    @classmethod
    def of(cls, page: Page[Any], address: Callable[..., str]) -> "Pager":
        """`address`: of the list, with `page` changed."""
        number, first = page.request.number, page.request.offset + 1
        return cls(
            first=min(first, page.total),
            last=min(first + len(page.rows) - 1, page.total),
            total=page.total,
            previous=address(page=str(min(number - 1, page.page_count))) if number > 1 else None,
            next=address(page=str(number + 1)) if number < page.page_count else None,
        )
