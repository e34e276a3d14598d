"""What a run measures with, and what it finds."""

from dataclasses import dataclass, field

from bench.data import Data
from bench.load import request_bytes
from bench.sides import Databases


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int = 7
    round_seconds: float = 1.0
    connections: int = 8
    processes: int = 1000
    archived: int = 1_000_000
    #: Processes that are searched.
    searched: int = 100_000
    repeats: int = 200
    starts: int = 5
    memory_requests: int = 10_000
    is_quick: bool = False

    @classmethod
    def quick(cls) -> "Plan":
        return cls(
            rounds=3, round_seconds=0.4, processes=100, archived=20_000, searched=20_000,
            repeats=40, starts=2, memory_requests=1000, is_quick=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is what the target is about."""

    case: str
    database: str
    base: float
    ours: float
    ratio: float
    target: str
    is_met: bool
    unit: str
    note: str = ""
    rounds: list[float] = field(default_factory=list)

    def line(self) -> str:
        word = "met" if self.is_met else "MISSED"
        return (
            f"{self.case}: {self.base:.4g} -> {self.ours:.4g} {self.unit}, "
            f"{self.ratio:.2f} (target {self.target}: {word}){self.note and '; '}{self.note}"
        )


@dataclass(frozen=True)
class Bench:
    """Seeded databases of one kind; `seeded` names the one that nobody uses."""

    plan: Plan
    kind: str
    databases: Databases
    data: Data
    seeded: str = "seeded"

    def first_request(self) -> bytes:
        return request_bytes("GET", self.data.path("/runs?per_page=1"), self.data.token)
