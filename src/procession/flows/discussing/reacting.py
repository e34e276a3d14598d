"""Reacting to what was said (contract 45, 3.8)."""

from collections.abc import Collection

from procession.domains.comments.actions import reacting
from procession.domains.comments.types import Place, Thread
from procession.flows.discussing.holding import get_thread, hold
from procession.kit.caller import Caller
from procession.kit.work import writing


def react(caller: Caller, place: Place, thread_id: str, wanted: Collection[str]) -> Thread:
    """As whoever may comment there may; what is archived takes none. `wanted`: all of theirs."""
    with writing(caller) as work:
        thread = get_thread(work, hold(work, place), thread_id, kind="Comment")
        return reacting.react(work, thread, wanted)
