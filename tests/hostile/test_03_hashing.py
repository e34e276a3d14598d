"""Row 3: hashing passwords holds up neither the health page nor what is read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from cast import Cast
from robots import trusted
from server import RunningServer


@pytest.fixture
def server(server_as_installed: RunningServer) -> RunningServer:
    return server_as_installed


def test_11_3_hashing_holds_up_nobody(cast: Cast, others_are_answered: Callable[[], None]) -> None:
    robot = trusted(cast)

    def guess(number: int) -> int:
        answer = robot.by_password(f"nobody{number}@example.test", "Wrong 1")
        assert answer.status_code != 503 or int(answer.headers["Retry-After"]) >= 1
        return answer.status_code

    with ThreadPoolExecutor(12) as pool:
        guesses = pool.map(guess, range(12))
        others_are_answered()
        assert set(guesses) <= {400, 503}
