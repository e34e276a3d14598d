"""Option lists that fields are being linked to (contract 21, 8).

They are held before the template is locked, in the order that changes of a list lock, too: so two
works never wait in a circle, and no field gets options that have just been changed.
"""

from collections.abc import Callable, Iterable

from msgspec import UNSET

from procession.domains.templates import store
from procession.domains.templates.content.fields import Lists
from procession.domains.templates.content.option_lists import options_of
from procession.domains.templates.wire.fields import FieldIn
from procession.kit.errors import Invalid
from procession.kit.ids import find_id
from procession.kit.work import Work


def hold_lists(work: Work, fields: Callable[[], Iterable[FieldIn]]) -> Lists:
    """What the lists named in a body supply; those that are not there are left out.

    A body that cannot be read names none: it is refused once it is known whether the caller may
    see and edit the template (contract 00, 5.7).
    """
    try:
        named = [field.list_id for field in fields()]
    except Invalid:
        return {}
    ids = {find_id(list_id) for list_id in named if list_id is not UNSET and list_id}
    held = store.hold_option_lists(work, [list_id for list_id in ids if list_id is not None])
    return {list_id: options_of(kept) for list_id, kept in held.items()}
