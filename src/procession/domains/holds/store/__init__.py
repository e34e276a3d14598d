"""All SQL about holds."""

from procession.domains.holds.store.asking import (
    covering as covering,
)
from procession.domains.holds.store.asking import (
    covering_values_of as covering_values_of,
)
from procession.domains.holds.store.asking import (
    held_among as held_among,
)
from procession.domains.holds.store.asking import (
    list_covering as list_covering,
)
from procession.domains.holds.store.asking import (
    note_departure as note_departure,
)
from procession.domains.holds.store.asking import (
    shut_out_changes as shut_out_changes,
)
from procession.domains.holds.store.asking import (
    take_alone as take_alone,
)
from procession.domains.holds.store.keeping import (
    Expired as Expired,
)
from procession.domains.holds.store.keeping import (
    add_hold as add_hold,
)
from procession.domains.holds.store.keeping import (
    count_covered as count_covered,
)
from procession.domains.holds.store.keeping import (
    find_hold as find_hold,
)
from procession.domains.holds.store.keeping import (
    has_just_been_refused as has_just_been_refused,
)
from procession.domains.holds.store.keeping import (
    is_there as is_there,
)
from procession.domains.holds.store.keeping import (
    list_expired as list_expired,
)
from procession.domains.holds.store.keeping import (
    list_holds as list_holds,
)
from procession.domains.holds.store.keeping import (
    set_columns as set_columns,
)
