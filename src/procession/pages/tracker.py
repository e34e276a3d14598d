"""The tracker: all processes, as cards on a board or as rows of a table (contract 95, 3.4, 3.5)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from procession.flows.processes.narrowing import list_choices, name_choices
from procession.flows.processes.surveying import Board, survey_processes
from procession.flows.processes.tabulating import list_questions, tabulate
from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import ColumnsForm
from procession.pages.framing import Here, app_page, for_members
from procession.pages.layout import redirect
from procession.pages.lists import Pager, page_number
from procession.pages.showing import card, may
from procession.pages.table_columns import OF_ARCHIVE, Columns, choices, field_order, texts_of
from procession.pages.targets import safe_target
from procession.pages.tracker_filters import GROUP, STATUSES, TABS, Narrowing, TrackerQuery
from procession.pages.tracker_place import BOARD, TABLE, Place, keep, remember, remembered

routes = Routes("Pages")

_SIZES = {BOARD: 24, TABLE: 50}


@routes.get(addresses.TRACKER, door=PAGE, policy="visible", query=TrackerQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the processes that the member may see."""
    query: TrackerQuery = here.request.query
    is_bare = not here.request.query_text
    before = remembered(here) if is_bare or query.view else Place()
    if is_bare and before.view == TABLE:
        return redirect(_address(before.address))
    asked_for = Narrowing(query)
    view = _view(here, query)
    kept = {**({"view": view} if view == TABLE else {}), **asked_for.kept}
    if query.columns:
        kept["columns"] = ",".join(query.columns)

    def address(**changed: str) -> str:
        return _address(kept, **changed)

    show_as = _table if view == TABLE else _board
    board, shown = show_as(here, asked_for, before, address)
    if query.view:
        remember(here, before, view, asked_for)
    return app_page(
        here,
        f"tracker/{view}.html",
        title="Tracker",
        tabs=[
            (each.name, address(tab=key if key != "all" else "", sort=""), key == asked_for.tab)
            for key, each in TABS.items()
        ],
        tab=TABS[asked_for.tab],
        is_archive=asked_for.tab == "archived",
        narrowing=asked_for,
        chips=asked_for.chips(name_choices(here.caller, asked_for.wanted), address),
        without_filters=address(**asked_for.nothing),
        sorts=[
            (name, address(sort=key), key == asked_for.sorted_by)
            for key, (name, _) in asked_for.sorts.items()
        ],
        sort_name=asked_for.sorts.get(asked_for.sorted_by, ("Column",))[0],
        text=asked_for.text,
        kept={name: value for name, value in kept.items() if name != "q"},
        filter_address=f"{addresses.TRACKER_FILTER}?{urlencode(kept)}",
        columns_address=f"{addresses.TRACKER_COLUMNS}?{urlencode(kept)}",
        export_address=f"{addresses.EXPORT_TRACKER}?{urlencode(kept)}",
        board_address=address(view=BOARD, columns=""),
        table_address=address(view=TABLE),
        view=view,
        cards=[
            card(process, board.tasks[process.id], board.names, board.texts, here.now)
            for process in board.page.rows
        ],
        pager=Pager.of(board.page, address),
        can=may(here.caller),
        **shown,
    )


def _board(
    here: Here, asked_for: Narrowing, _before: Place, _address: Callable[..., str]
) -> tuple[Board, dict[str, Any]]:
    asked = PageRequest(page_number(here.request.query.page), _SIZES[BOARD])
    return survey_processes(here.caller, asked, asked_for.wanted), {}


def _table(
    here: Here, asked_for: Narrowing, before: Place, address: Callable[..., str]
) -> tuple[Board, dict[str, Any]]:
    asked = PageRequest(page_number(here.request.query.page), _SIZES[TABLE])
    columns = _columns(here, asked_for, before)
    order = field_order(asked_for.sort)
    table = tabulate(here.caller, asked, asked_for.wanted, columns.asked(order))
    return table.board, {
        "columns": columns.shown(table.questions, asked_for.sort, address),
        "cells": texts_of(table),
        "is_too_long": table.is_too_long,
    }


def _columns(here: Here, asked_for: Narrowing, before: Place) -> Columns:
    """Those of the address, else those that the member chose, else the usual ones."""
    keys = here.request.query.columns or before.columns
    if asked_for.tab == "archived":
        keys = [*keys, "archived", "by"] if keys else OF_ARCHIVE
    return Columns(keys, asked_for.template)


@routes.get(
    addresses.TRACKER_COLUMNS, door=PAGE, policy="visible", query=TrackerQuery, content_type=HTML
)
@for_members
def ask_for_columns(here: Here) -> Answer:
    """Choose the columns of the table, and their order."""
    query: TrackerQuery = here.request.query
    asked_for = Narrowing(query)
    columns = _columns(here, asked_for, remembered(here))
    kept = {"view": TABLE, **asked_for.kept}
    return app_page(
        here,
        "tracker/columns.html",
        title="Columns",
        choices=choices(columns.keys, list_questions(here.caller, asked_for.template)),
        has_template=bool(asked_for.template),
        back=_address(kept),
    )


@routes.post(addresses.TRACKER_COLUMNS, door=PAGE, policy="visible", body=ColumnsForm, status=303)
@for_members
def choose_columns(here: Here) -> Answer:
    """Keep the columns of the table for the member, and show it with them."""
    sent: ColumnsForm = here.request.body
    keys = Columns(sent.columns, "").keys
    before = remembered(here)
    keep(here.caller, msgspec.structs.replace(before, columns=list(keys)))
    target = urlsplit(safe_target(sent.next))
    said = {name: value for name, value in parse_qsl(target.query) if name != "columns"}
    return redirect(_address(said, view=TABLE, columns=",".join(keys)))


@routes.get(
    addresses.TRACKER_FILTER, door=PAGE, policy="visible", query=TrackerQuery, content_type=HTML
)
@for_members
def ask_for_filters(here: Here) -> Answer:
    """Choose what the tracker is narrowed to."""
    query: TrackerQuery = here.request.query
    asked_for = Narrowing(query)
    view = _view(here, query)
    kept = {**({"view": view} if view == TABLE else {}), **asked_for.kept}
    return app_page(
        here,
        "tracker/filter.html",
        title="Filter processes",
        narrowing=asked_for,
        chosen=asked_for.kept,
        kept={
            name: value
            for name, value in kept.items()
            if name in ("view", "tab", "sort", "columns")
        },
        choices=list_choices(here.caller),
        group_mark=GROUP,
        statuses=[(key, name) for key, (name, _) in STATUSES.items()],
        back=_address(kept),
    )


def _view(here: Here, query: TrackerQuery) -> str:
    """The table is for members who look after all of it (contract 95, 8)."""
    return TABLE if query.view == TABLE and not here.caller.is_light else BOARD


def _address(kept: dict[str, str], **changed: str) -> str:
    said = {name: value for name, value in {**kept, **changed}.items() if value}
    return f"{addresses.TRACKER}?{urlencode(said)}" if said else addresses.TRACKER
