"""The worker: one small step after another, until told to stop."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

import structlog

from procession.core.times import DAY, HOUR, MINUTE, SECOND
from procession.flows.access.opening import warn_of_skew
from procession.flows.files.turning import PastedPictures
from procession.flows.telling import logged
from procession.flows.webhooks import bundling, sending
from procession.kit.clock import uptime
from procession.kit.db import away_errors
from procession.kit.meters import meters
from procession.kit.rounds import Rounds
from procession.kit.searching import UnusedTexts
from procession.kit.server import Server
from procession.worker.calling import Calling
from procession.worker.drain import Drain, log_event
from procession.worker.mail_check import warn_of_mail
from procession.worker.news import Announcer
from procession.worker.post import PostOffice, carrier_of
from procession.worker.sweep import (
    Clockwork,
    Digests,
    Every,
    build_one,
    fold_left_texts,
    fold_sums,
    forget_ended,
    forget_old_guesses,
    forget_old_keys,
    forget_unused_clients,
    index_left_texts,
    lapse_one,
    release_one_expired,
    remove_bytes,
    sweep_bytes,
    sweep_one,
    work_on_one,
)

_log = structlog.get_logger("procession.worker")
_PAUSE_S = 1.0
#: While there is work, the worker rests as long as it worked, and no longer than this: half of the
#: time belongs to those who wait for an answer.
_LONGEST_REST_S = 0.05
#: They also come first where both want the processor. No more than this: while it is kept waiting
#: the worker may hold what others wait for.
_NICENESS = 5
#: What webhooks have under way is sent again when its lease has run out.
_LONGEST_FAREWELL_S = 5.0
#: How often it is noted that this worker lives: nobody else writes meanwhile on SQLite.
_NOTING = 10 * SECOND

#: A step handles one item and tells whether it found one.
Step = Callable[[], bool]


def steps_of(server: Server, passing: Callable[[], int] = uptime) -> list[Step]:
    """All of them. `passing` counts the pauses between steps; see `Every`."""
    return [*_own_steps(server, passing), *_mail_steps(server, passing)]


def _mail_steps(server: Server, passing: Callable[[], int] = uptime) -> list[Step]:
    """In a thread of their own: a mail server that hangs keeps no deadline waiting."""
    post_office = PostOffice(server, carrier_of(server.settings))
    return [post_office.send_one, Every(MINUTE // 2, post_office.recall, passing)]


def _own_steps(server: Server, passing: Callable[[], int] = uptime) -> list[Step]:
    drain = Drain(server, receivers=(log_event,) if server.tells_events else ())
    announcer = Announcer(server)
    clockwork = Clockwork(server, passing)

    def every(pause: int, step: Step) -> Step:
        return Every(pause, step, passing)

    return [
        drain.deliver_some,
        announcer.announce_one,
        lambda: remove_bytes(server),
        every(HOUR, lambda: sweep_bytes(server)),
        lambda: work_on_one(server),
        every(SECOND, lambda: build_one(server)),
        every(MINUTE // 2, drain.recall),
        every(MINUTE // 2, announcer.recall),
        every(5 * SECOND, lambda: fold_sums(server)),
        every(MINUTE // 2, lambda: fold_left_texts(server)),
        every(MINUTE // 2, lambda: index_left_texts(server)),
        every(10 * MINUTE, PastedPictures(server).turn_some),
        every(DAY, UnusedTexts(server.database).forget_some),
        every(MINUTE // 2, clockwork.expire_one),
        every(10 * SECOND, clockwork.launch_one_due),
        every(10 * MINUTE, Digests(server).tell_one_organization),
        every(10 * MINUTE, clockwork.complete_one_left),
        every(MINUTE, lambda: sweep_one(server)),
        every(10 * MINUTE, lambda: lapse_one(server)),
        every(MINUTE, lambda: forget_ended(server)),
        every(MINUTE, lambda: release_one_expired(server)),
        every(10 * MINUTE, lambda: forget_old_guesses(server)),
        every(MINUTE // 2, lambda: sending.recall(server)),
        every(HOUR, lambda: sending.forget_old(server)),
        every(10 * SECOND, lambda: bundling.send_one_bundle(server)),
        every(HOUR, lambda: logged.forget_old(server)),
        every(HOUR, lambda: forget_old_keys(server)),
        every(HOUR, lambda: forget_unused_clients(server)),
    ]


def run(
    server: Server,
    *,
    stop_without: int | None = None,
    show_life: Callable[[], None] = lambda: None,
) -> None:
    """`stop_without`: the process whose end ends this one too; `show_life` is called again and
    again, unless a step hangs."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    os.nice(_NICENESS)
    _log.info("worker started")
    warn_of_skew(server)
    warn_of_mail(server.settings)
    rounds, counted = Rounds(server), meters()
    steps: list[Step] = [*_own_steps(server), Every(_NOTING, rounds.note)]
    webhooks = threading.Thread(target=Calling(server).run, args=(stop,), name="webhooks")
    webhooks.daemon = True
    webhooks.start()
    mails = threading.Thread(target=_send_mails, args=(server, stop), name="mails", daemon=True)
    mails.start()
    while not stop.is_set():
        if stop_without is not None and os.getppid() != stop_without:
            break
        show_life()
        began = time.monotonic()
        found = run_once(steps)
        rest_s = min(time.monotonic() - began, _LONGEST_REST_S)
        if counted is not None:
            counted.note_round()
        stop.wait(rest_s if found else _PAUSE_S)
    webhooks.join(_LONGEST_FAREWELL_S)
    run_once([rounds.end])
    _log.info("worker stopped")


def _send_mails(server: Server, stop: threading.Event) -> None:
    steps = _mail_steps(server)
    while not stop.is_set():
        if not run_once(steps):
            stop.wait(_PAUSE_S)


def run_once(steps: Sequence[Step]) -> bool:
    """One round; whether any step found work. A step that fails is logged and tried next round."""
    found = False
    for step in steps:
        try:
            found = step() or found
        except away_errors() as away:
            _log.warning("database away", error=str(away))
        except Exception:
            _log.exception("worker step crashed")
            if (counted := meters()) is not None:
                counted.note_failure()
    return found
