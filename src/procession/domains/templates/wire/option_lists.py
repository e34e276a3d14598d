"""JSON shapes of option lists (contract 21, 8)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.templates.types import OptionList

_Title = Annotated[str, Meta(min_length=1, max_length=250)]


class OptionListIn(msgspec.Struct, kw_only=True):
    """A list, or what of it changes; columns and rows that are sent replace the stored ones."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("id", "used_by", "created_at", "last_updated"))

    title: _Title | UnsetType = UNSET
    #: Objects with `id` and `label`, or bare labels.
    columns: list[Any] | UnsetType = UNSET
    #: Objects with `id` and `cells` (texts by column id), lists of texts by column, or bare texts.
    rows: list[Any] | UnsetType = UNSET
    #: Whose texts are the options; the first column when it is left out.
    option_column_id: int | UnsetType = UNSET
    #: Another name of `title`.
    name: _Title | UnsetType = UNSET


class OptionListOut(msgspec.Struct, kw_only=True):
    """A table whose rows are the options of the fields that name it."""

    id: str
    title: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    option_column_id: int
    #: How many fields of templates name it.
    used_by: int
    created_at: str
    last_updated: str


def option_list_out(kept: OptionList, used_by: int) -> OptionListOut:
    return OptionListOut(
        id=kept.id,
        title=kept.title,
        columns=[{"id": column.id, "label": column.label} for column in kept.columns],
        rows=[
            {"id": row.id, "cells": {str(column): text for column, text in row.cells.items()}}
            for row in kept.rows
        ],
        option_column_id=kept.option_column_id,
        used_by=used_by,
        created_at=wire_time(kept.created_at),
        last_updated=wire_time(kept.updated_at),
    )
