"""All SQL about selections and operations."""

from procession.domains.archive.store.items import (
    add_items as add_items,
)
from procession.domains.archive.store.items import (
    forget_some as forget_some,
)
from procession.domains.archive.store.items import (
    list_done as list_done,
)
from procession.domains.archive.store.items import (
    list_items as list_items,
)
from procession.domains.archive.store.items import (
    list_lowest_to_do as list_lowest_to_do,
)
from procession.domains.archive.store.items import (
    list_to_do as list_to_do,
)
from procession.domains.archive.store.items import (
    list_watched as list_watched,
)
from procession.domains.archive.store.items import (
    list_watching as list_watching,
)
from procession.domains.archive.store.items import (
    set_results as set_results,
)
from procession.domains.archive.store.items import (
    to_do_elsewhere as to_do_elsewhere,
)
from procession.domains.archive.store.items import (
    when_done as when_done,
)
from procession.domains.archive.store.items import (
    with_children_that_stay as with_children_that_stay,
)
from procession.domains.archive.store.operations import (
    OperationFilter as OperationFilter,
)
from procession.domains.archive.store.operations import (
    add_operation as add_operation,
)
from procession.domains.archive.store.operations import (
    find_last_given_up as find_last_given_up,
)
from procession.domains.archive.store.operations import (
    find_last_sweep as find_last_sweep,
)
from procession.domains.archive.store.operations import (
    find_operation as find_operation,
)
from procession.domains.archive.store.operations import (
    list_lapsing as list_lapsing,
)
from procession.domains.archive.store.operations import (
    list_operations as list_operations,
)
from procession.domains.archive.store.operations import (
    list_turns as list_turns,
)
from procession.domains.archive.store.operations import (
    list_unfinished_sweeps as list_unfinished_sweeps,
)
from procession.domains.archive.store.operations import (
    lock_if_free as lock_if_free,
)
from procession.domains.archive.store.operations import (
    lock_operation as lock_operation,
)
from procession.domains.archive.store.operations import (
    set_columns as set_columns,
)
from procession.domains.archive.store.operations import (
    take_number as take_number,
)
from procession.domains.archive.store.selections import (
    Ended as Ended,
)
from procession.domains.archive.store.selections import (
    ToBuild as ToBuild,
)
from procession.domains.archive.store.selections import (
    add_selection as add_selection,
)
from procession.domains.archive.store.selections import (
    claim as claim,
)
from procession.domains.archive.store.selections import (
    count_unused as count_unused,
)
from procession.domains.archive.store.selections import (
    count_unused_items as count_unused_items,
)
from procession.domains.archive.store.selections import (
    find_by_token as find_by_token,
)
from procession.domains.archive.store.selections import (
    find_ended as find_ended,
)
from procession.domains.archive.store.selections import (
    find_to_build as find_to_build,
)
from procession.domains.archive.store.selections import (
    forget as forget,
)
from procession.domains.archive.store.selections import (
    get_selection as get_selection,
)
from procession.domains.archive.store.selections import (
    hold_on as hold_on,
)
from procession.domains.archive.store.selections import (
    set_operation as set_operation,
)
from procession.domains.archive.store.selections import (
    set_ready as set_ready,
)
