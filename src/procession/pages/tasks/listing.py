"""The list of tasks: all of all processes, and one-off tasks beside them (contract 95, 3.2)."""

import re
from dataclasses import replace

from procession.domains.archive.policy import can_select
from procession.flows.tasks.surveying import count_tasks, survey_tasks
from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.framing import Here, app_page, for_members
from procession.pages.layout import redirect
from procession.pages.lists import Pager, page_number
from procession.pages.tasks.narrowing import (
    ALL,
    ARCHIVED,
    COMPLETED,
    EVERYONE,
    GROUPS,
    ME,
    SIZES,
    SORTS,
    STATUSES,
    TO_DO,
    Chip,
    TasksQuery,
    Wanted,
)
from procession.pages.tasks.rows import grouped, rows_of

routes = Routes("Pages")

#: A field of a form that was left empty.
_EMPTY_WORD = re.compile(r"=&")
#: Where nothing at all is in a list, what it is for.
_EMPTY = {
    (ME, TO_DO): "All done. Nothing is yours to do at the moment.",
    (ME, COMPLETED): "You have completed nothing yet. What is done stays here, to look up.",
    (ME, ARCHIVED): "None of your tasks is archived.",
    (ME, ALL): "No task was ever yours.",
    (EVERYONE, TO_DO): "Nothing is to do. Tasks come with processes; others you can create.",
    (EVERYONE, COMPLETED): "Nothing is completed yet. What is done stays here, to look up.",
    (EVERYONE, ARCHIVED): "No task is archived. Archiving a process takes its tasks along; one-off "
    "tasks are archived from their menu.",
    (EVERYONE, ALL): "There are no tasks yet. They come with processes; others you can create.",
}


@routes.get(addresses.TASKS, door=PAGE, policy="visible", query=TasksQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show tasks: the member's own that are to do, unless the address says otherwise."""
    query: TasksQuery = here.request.query
    wanted = Wanted.of(query)
    if query.guest is not None or _EMPTY_WORD.search(f"{here.request.query_text}&"):
        # A form says all that it holds; the address says what is chosen.
        return redirect(wanted.address())
    asked = PageRequest(page_number(query.page), wanted.size)
    board = survey_tasks(here.caller, asked, wanted.filter(here.caller))
    rows = rows_of(here.caller, board, here.now)
    chips = wanted.chips(here.caller)
    return app_page(
        here,
        "tasks/list.html",
        title="Tasks",
        wanted=wanted,
        chips=chips,
        groups=grouped(rows, wanted.group, here.now, here.zone),
        has_rows=bool(rows),
        may_archive_many=can_select(here.caller),
        pager=Pager.of(board.page, wanted.address),
        tabs=_tabs(wanted),
        tab=STATUSES[wanted.status][0],
        query=wanted.address().removeprefix(addresses.TASKS),
        kept=wanted.said(q="", page=""),
        sorts=[
            (word, wanted.address(sort=key), key == wanted.order)
            for key, (word, _) in SORTS.items()
            if key != COMPLETED or wanted.status == COMPLETED
        ],
        groupings=[
            (word, wanted.address(group=key), key == wanted.group) for key, word in GROUPS.items()
        ],
        sizes=[(size, wanted.address(size=str(size)), size == wanted.size) for size in SIZES],
        mine=wanted.address(assignee=ME),
        everyones=wanted.address(assignee=EVERYONE),
        empty_sentence=_EMPTY.get(
            (wanted.assignee, wanted.status), _EMPTY[EVERYONE, wanted.status]
        ),
        **_own_count(wanted, board.page.total),
        hides_most=_hides_most(here, wanted, chips) if not rows else None,
    )


def _own_count(wanted: Wanted, total: int) -> dict[str, int]:
    """For the rail, where the list says it: nothing is to be counted again."""
    only = replace(wanted, sort="", group=Wanted.group, size=Wanted.size)
    return {"open_task_count": total} if only == Wanted() else {}


def _tabs(wanted: Wanted) -> list[tuple[str, str, bool]]:
    """One for each status; what only one of them knows is left behind."""
    return [
        (
            word,
            replace(wanted, status=key).address(
                **({"state": ""} if key == COMPLETED else {}),
                **({"sort": ""} if wanted.sort == COMPLETED else {}),
            ),
            key == wanted.status,
        )
        for key, (word, _) in STATUSES.items()
    ]


def _hides_most(here: Here, wanted: Wanted, chips: list[Chip]) -> Chip | None:
    """The filter without which most would be shown; None where none of them hides anything."""
    if not chips:
        return None
    others = [wanted.without(chip.key).filter(here.caller) for chip in chips]
    counts = count_tasks(here.caller, others)
    most = max(range(len(chips)), key=counts.__getitem__)
    return chips[most] if counts[most] else None
