"""Reading the system log, and forgetting it (contract 60, 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from procession.domains.people import store as people
from procession.domains.system_log import policy, store
from procession.domains.system_log.types import LogFilter, LogRow
from procession.domains.system_log.wire import LogRowOut, log_row_out
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.ids import LARGEST_NUMBER
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.server import Server
from procession.kit.system_log import KEPT, Category, log
from procession.kit.work import Work, looking, writing

_MOST_AT_ONCE = 500


def list_log(
    caller: Caller, request: PageRequest, wanted: LogFilter
) -> tuple[Page[LogRow], list[LogRowOut]]:
    """That somebody has looked is in it, too."""
    _check_right(caller)
    with writing(caller) as work:
        log(work, "system_log_viewed", Category.SECURITY, "looked at the system log")
        page = store.list_rows(work, request, wanted)
        check_everything_fits(page)
        return page, _shown(work, page.rows)


def stream_log(caller: Caller, wanted: LogFilter) -> Iterator[LogRowOut]:
    """All rows, the newest first, read a few hundred at a time: nothing is open in between."""
    _check_right(caller)
    with writing(caller) as work:
        log(work, "export_made", Category.SECURITY, "exported the system log")
    return _streamed(
        lambda before: store.list_older(looking(caller), wanted, before, _MOST_AT_ONCE),
        lambda rows: _shown(looking(caller), rows),
    )


def _streamed(
    older: Callable[[int], list[LogRow]], shown: Callable[[Sequence[LogRow]], list[LogRowOut]]
) -> Iterator[LogRowOut]:
    before = LARGEST_NUMBER
    while rows := older(before):
        yield from shown(rows)
        before = rows[-1].id


def _shown(work: Work, rows: Sequence[LogRow]) -> list[LogRowOut]:
    emails = _emails(work, {row.actor for row in rows if row.actor is not None})
    return [log_row_out(row, emails) for row in rows]


def _emails(work: Work, persons: set[str]) -> Mapping[str, str]:
    users = [int(each[2:]) for each in persons if each.startswith("u:")]
    guests = [each for each in persons if each.startswith("e:")]
    cards = people.cards_of_users(work, users)
    found = {f"u:{number}": card.email for number, card in cards.items()}
    found |= {each: people.address_of_guest(work, int(each[2:])) for each in guests}
    return found


def _check_right(caller: Caller) -> None:
    if not policy.can_read_log(caller):
        raise Forbidden


def forget_old(server: Server) -> bool:
    """Kept for 90 days; always "nothing more to do"."""
    with server.database.writing() as connection:
        store.forget_before(connection, server.clock() - KEPT)
    return False
