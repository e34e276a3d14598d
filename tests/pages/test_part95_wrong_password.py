"""Part 95, 2: who guesses does not learn from the time it takes who has an account."""

import re
import secrets
import time

import pytest

from browsers import Browser
from cast import Cast
from procession.kit.passwords import hash_password
from robots import PASSWORD, with_password
from server import RunningServer


@pytest.fixture
def server(server_as_installed: RunningServer) -> RunningServer:
    return server_as_installed


def test_95_2_a_wrong_password_does_not_tell_who_has_an_account(cast: Cast) -> None:
    browser, mia = Browser(cast), with_password(cast, cast.mia, hash_password(PASSWORD))
    nobody = f"nobody-{secrets.token_hex(6)}@own.test"

    def ask(email: str) -> tuple[int, str, float]:
        page, start = browser.get("/app/sign-in"), time.monotonic()
        answer = browser.press(page, email=email, password="Wrong9horse")
        text = re.sub(r'value="[^"]*"', "", answer.text)
        return answer.status_code, text, time.monotonic() - start

    ask(nobody)
    known, unknown = [ask(mia) for _ in range(5)], [ask(nobody) for _ in range(5)]

    assert {one[:2] for one in known} == {one[:2] for one in unknown}
    assert known[0][0] == 400
    quick, slow = sorted(min(one[2] for one in tries) for tries in (known, unknown))
    assert quick > slow / 3, "an address that nobody has is refused sooner"
