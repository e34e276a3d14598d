"""The outbox: one step at a time, and what happens when a worker dies or a receiver fails."""

from dataclasses import dataclass, field, replace

from cast import Cast, assemble
from factories import launch
from procession.core.times import HOUR, MINUTE, Instant
from procession.kit.server import Server
from procession.worker.drain import Delivery, Drain
from procession.worker.loop import run_once, steps_of
from server import RunningServer


@dataclass
class Hands:
    """A clock that the test moves."""

    now: Instant

    def __call__(self) -> Instant:
        return self.now


@dataclass
class Mailbox:
    """A receiver that remembers, and fails as often as it is told to."""

    failures: int = 0
    got: list[Delivery] = field(default_factory=list)

    def __call__(self, delivery: Delivery) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("nobody is at home")
        self.got.append(delivery)


def at_hand(running: RunningServer) -> tuple[Server, Hands]:
    clock = Hands(running.storage.clock())
    return replace(running.storage, clock=clock, shared_clock=None), clock


def drained(server: Server, *receivers: Mailbox) -> int:
    """How many were tried."""
    tried: set[int] = set()

    def note(delivery: Delivery) -> None:
        tried.add(delivery.id)

    drain = Drain(server, (note, *receivers))
    while drain.deliver_some():
        pass
    return len(tried)


def test_every_event_is_delivered_once_and_in_order(alone: RunningServer) -> None:
    cast = assemble(alone)
    process = launch(cast.olga)
    cast.olga.delete(f"/runs/{process['id']}")
    cast.olga.delete(f"/runs/{process['id']}")
    server, clock = at_hand(alone)
    clock.now += MINUTE
    mailbox = Mailbox()
    drained(server, mailbox)
    assert [delivery.event for delivery in mailbox.got] == [
        "member.joined", "member.joined", "member.joined", "process.launched", "process.archived",
    ]  # fmt: skip
    assert process["id"] in mailbox.got[-1].payload
    assert drained(server, mailbox) == 0


def test_a_failing_receiver_is_tried_again_later_and_at_last_given_up(
    alone: RunningServer,
) -> None:
    launch(assemble(alone).olga)
    server, clock = at_hand(alone)
    clock.now += MINUTE
    drained(server, Mailbox())
    launch(assemble(alone).olga)
    clock.now = server.clock() + MINUTE
    failing, patient = Mailbox(failures=1), Mailbox()
    count = drained(server, failing, patient)
    assert len(patient.got) == count - 1
    assert drained(server, patient) == 0
    clock.now += MINUTE
    assert drained(server, patient) == 1
    assert len({delivery.id for delivery in patient.got}) == count

    launch(assemble(alone).olga)
    hopeless, tries = Mailbox(failures=10_000), 0
    for _ in range(8):
        clock.now += 2 * HOUR
        tries += drained(server, hopeless)
    assert tries == 5 * 4  # three members and a launch, five attempts each
    clock.now += 100 * HOUR
    assert drained(server, Mailbox()) == 0


def test_a_claim_of_a_worker_that_died_runs_out(alone: RunningServer) -> None:
    launch(assemble(alone).olga)
    server, clock = at_hand(alone)
    clock.now += MINUTE
    died = Drain(server, ())
    (claimed,) = died.claim(most=1)
    mailbox = Mailbox()
    drained(server, mailbox)
    assert claimed.id not in {delivery.id for delivery in mailbox.got}
    clock.now += 3 * MINUTE
    drained(server, mailbox)
    assert [delivery.id for delivery in mailbox.got].count(claimed.id) == 1


def test_two_workers_never_hold_the_same_event(alone: RunningServer) -> None:
    launch(assemble(alone).olga)
    server, clock = at_hand(alone)
    clock.now += MINUTE
    first, second = Drain(server, ()), Drain(server, ())
    claims = [*first.claim(most=1), *second.claim(most=1)]
    assert len({claim.id for claim in claims}) == 2


def test_a_crashing_step_stops_no_other() -> None:
    done = []

    def crash() -> bool:
        raise ValueError("broken")

    def work() -> bool:
        done.append(1)
        return True

    assert run_once([crash, work]) is True
    assert done == [1]


def test_30_17_finished_processes_archive_themselves(alone: RunningServer) -> None:
    cast = assemble(alone)
    finished, restored = (_finished_process(cast, name) for name in ("old", "restored"))
    _ = launch(cast.olga, name="running")
    settings = {"auto_archive": True, "auto_archive_processes_after": {"unit": "days", "value": 3}}
    assert cast.olga.client.put(cast.olga.path(""), settings).status_code == 200
    server, clock = at_hand(alone)
    steps = steps_of(server, clock)
    clock.now += 24 * HOUR
    while run_once(steps):
        pass
    assert _archived(cast) == []
    clock.now += 72 * HOUR
    while run_once(steps):
        pass
    assert _archived(cast) == ["old", "restored"]
    bot = _bot_of(cast)
    found = cast.olga.get(f"/runs/{finished['id']}").json()["data"]
    assert found["archived_by"] == bot
    # Restored "now" (by the server's own clock), so for the moved clock it was long ago again;
    # the worker's clock goes back to just after the restore.
    assert cast.olga.put(f"/runs/{restored['id']}/activate").status_code == 200
    clock.now = alone.storage.clock() + 70 * HOUR
    for step in steps_of(server):
        while step():
            pass
    assert _archived(cast) == ["old"]


def _finished_process(cast: Cast, name: str) -> dict[str, str]:
    from factories import complete, make_template, tasks_of

    process = launch(cast.olga, make_template(cast.olga, 1), name=name)
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    return dict(process)


def _archived(cast: Cast) -> list[str]:
    found = cast.olga.get("/runs?archived=only&sort=name").json()["data"]
    return [process["name"] for process in found]


def _bot_of(cast: Cast) -> int:
    users = cast.olga.get("/users").json()["data"]
    return next(int(user["id"]) for user in users if user["is_bot"])
