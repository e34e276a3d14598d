"""Where a member left the tracker: its format, and of the table its columns, order and template.

It is kept as a preference of theirs, so it is the same in every browser; links that say more than
`/app/tracker` are shown as they say.
"""

from contextlib import suppress

import msgspec

from procession.domains.desk.actions import preferring
from procession.kit.caller import Caller
from procession.kit.db import Busy
from procession.kit.errors import NotFound
from procession.kit.reading import read_stored
from procession.pages.framing import Here
from procession.pages.tracker_filters import Narrowing

BOARD, TABLE = "board", "table"
#: Of the preference. Programs may have put anything there.
_KEY = "tracker"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    view: str = BOARD
    columns: list[str] = []
    sort: str = ""
    template: str = ""

    @property
    def address(self) -> dict[str, str]:
        return {"view": self.view, "template": self.template, "sort": self.sort}


def remembered(here: Here) -> Place:
    """Light members have no table, and so nothing to remember."""
    if here.caller.is_light:
        return Place()
    try:
        kept = preferring.get_preference(here.caller, _KEY)
        return msgspec.convert(read_stored(kept.value), Place)
    except (NotFound, msgspec.ValidationError):
        return Place()


def remember(here: Here, before: Place, view: str, asked_for: Narrowing) -> None:
    """Only what has changed is written; that somebody else writes just now hinders nobody."""
    now = msgspec.structs.replace(before, view=view)
    if view == TABLE:
        now = msgspec.structs.replace(now, sort=asked_for.sort, template=asked_for.template)
    if now != before and not here.caller.is_light:
        with suppress(Busy):
            keep(here.caller, now)


def keep(caller: Caller, place: Place) -> None:
    preferring.set_preference(caller, _KEY, msgspec.to_builtins(place))
