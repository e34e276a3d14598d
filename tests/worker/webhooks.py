"""What tests of webhooks share: a receiver, and a worker's part in the test's process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from cast import Cast, assemble
from procession.core.times import Instant
from procession.kit.server import Server
from procession.worker.calling import Calling
from receivers import HERE, Receiver, receiver
from server import RunningServer


@pytest.fixture(scope="module")
def standing() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def hooks(standing: Receiver) -> Receiver:
    standing.got.clear()
    return standing


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


@dataclass
class Clock:
    now: Instant

    def __call__(self) -> Instant:
        return self.now


@dataclass
class Sender:
    """A worker's part of it, in the test's process and by the test's clock."""

    server: Server
    clock: Clock
    real: Callable[[], Instant]

    def send(self) -> None:
        """All that is due, until it is answered. What the server wrote is not in the future."""
        self.clock.now = max(self.clock.now, self.real())
        Calling(self.server).finish()

    def later(self, length: int) -> None:
        self.clock.now += length
        self.send()


@pytest.fixture
def sender(alone: RunningServer) -> Sender:
    clock = Clock(alone.storage.clock())
    settings = replace(alone.storage.settings, webhook_networks=HERE)
    server = replace(alone.storage, clock=clock, shared_clock=None, settings=settings)
    return Sender(server, clock, alone.storage.clock)
