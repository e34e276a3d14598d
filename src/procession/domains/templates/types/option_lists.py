"""Tables of an organization whose rows are the options of form fields (contract 21, 8)."""

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.domains.templates.types.fields import Column


class ListRow(msgspec.Struct, frozen=True):
    """`id` is the option's; cells by column id, those that are blank left out."""

    id: int
    cells: dict[int, str]


class OptionList(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that name it have its rows as their options."""

    id: str
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[ListRow, ...] = ()
    #: Whose cells are the texts of the options.
    option_column_id: int = 0
    created_at: Instant
    updated_at: Instant


OPTION_LIST_SORTING = Sorting("title", "created_at", "updated_at", "id")
