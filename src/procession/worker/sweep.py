"""Clock jobs: what happens because time has passed, one item a step."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from procession.core.times import DAY, HOUR
from procession.domains.accounts.actions import registering
from procession.domains.accounts.actions.repeating import forget_keys_before
from procession.domains.accounts.actions.sessions import forget_old_sessions
from procession.domains.files.actions.clearing import remove_some as remove_bytes
from procession.domains.files.actions.clearing import sweep as sweep_bytes
from procession.domains.holds.actions.placing import list_expired, release_if_expired
from procession.domains.processes.actions.folding import fold_sums
from procession.flows.announcing import digesting
from procession.flows.archive.approving import lapse_one
from procession.flows.archive.building import build_one, forget_ended
from procession.flows.archive.operating import work_on_one
from procession.flows.archive.sweeping import sweep_one
from procession.flows.launching import recurring
from procession.flows.launching.recurring import DueSchedule
from procession.flows.reaching.bots import as_bot
from procession.flows.tasks import expiring
from procession.flows.tasks.expiring import DueTask
from procession.kit import guessing
from procession.kit.clock import uptime
from procession.kit.db import away_errors
from procession.kit.folding import fold_what_is_not
from procession.kit.searching import index_what_is_not
from procession.kit.server import Server

__all__ = [
    "Clockwork",
    "Digests",
    "Every",
    "build_one",
    "fold_left_texts",
    "fold_sums",
    "forget_ended",
    "forget_old_guesses",
    "forget_old_keys",
    "forget_unused_clients",
    "index_left_texts",
    "lapse_one",
    "release_one_expired",
    "remove_bytes",
    "sweep_bytes",
    "sweep_one",
    "work_on_one",
]

#: What the clock has made due.
Due = TypeVar("Due", DueTask, DueSchedule)


class Every:
    """A step that rests for `pause` (microseconds) after it found nothing to do.

    The rest is counted by `passing`, which nobody sets back: a clock that was a day ahead when the
    machine started shall not keep deadlines waiting for a day.
    """

    def __init__(
        self, pause: int, step: Callable[[], bool], passing: Callable[[], int] = uptime
    ) -> None:
        self._pause = pause
        self._step = step
        self._passing = passing
        self._rests_until: int | None = None

    def __call__(self) -> bool:
        if self._rests_until is not None and self._passing() < self._rests_until:
            return False
        found = self._step()
        self._rests_until = None if found else self._passing() + self._pause
        return found


class Clockwork:
    """Steps that complete one task, or launch by one schedule, whose time has come.

    What cannot be done is set aside for an hour: it keeps no other one waiting.
    """

    def __init__(self, server: Server, passing: Callable[[], int] = uptime) -> None:
        self._server = server
        self._passing = passing
        #: Until when, as `passing` counts.
        self._set_aside: dict[tuple[str, str, str | int], int] = {}

    def expire_one(self) -> bool:
        due = expiring.list_expired(self._server)
        return self._one_of(due, expiring.expire)

    def complete_one_left(self) -> bool:
        return any(
            self._one_of(expiring.list_left(self._server, organization_id), expiring.complete_left)
            for organization_id in expiring.organizations_completing(self._server)
        )

    def launch_one_due(self) -> bool:
        return self._one_of(recurring.list_due(self._server), recurring.launch_due)

    def _one_of(self, due: Sequence[Due], act: Callable[[Server, Due], None]) -> bool:
        now = self._passing()
        for each in due:
            key = (type(each).__name__, each.organization_id, each.id)
            if self._set_aside.get(key, now) > now:
                continue
            try:
                act(self._server, each)
            except away_errors():
                raise
            except Exception:
                self._set_aside[key] = now + HOUR
                raise
            return True
        return False


def release_one_expired(server: Server) -> bool:
    """A hold whose time is over."""
    return any(
        release_if_expired(as_bot(server, each.organization_id), each.id)
        for each in list_expired(server)
    )


class Digests:
    """A step that goes through all organizations, and tells those whose morning it is."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._left: list[str] = []

    def tell_one_organization(self) -> bool:
        """False when it has gone through all of them: after a rest it begins anew."""
        if not self._left:
            self._left = digesting.list_organizations(self._server)
        if self._left:
            digesting.tell_what_is_due(self._server, self._left.pop())
        return bool(self._left)


def forget_old_keys(server: Server) -> bool:
    """Idempotency keys are good for a day, sessions as long as they are; always "nothing more",
    they go all at once."""
    forget_keys_before(server.database, server.clock() - DAY)
    forget_old_sessions(server)
    return False


def fold_left_texts(server: Server) -> bool:
    """What servers of an earlier release wrote while this one took their place."""
    return fold_what_is_not(server.database)


def index_left_texts(server: Server) -> bool:
    """What was there before search was, and what servers of an earlier release write."""
    return index_what_is_not(server.database) > 0


def forget_old_guesses(server: Server) -> bool:
    """Those that count no more; all at once."""
    guessing.forget_old_guesses(server)
    return False


def forget_unused_clients(server: Server) -> bool:
    """Programs that registered themselves and were never let in; they go all at once, too."""
    registering.forget_unused_clients(server)
    return False
