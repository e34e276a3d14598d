"""The receivers of docs/how-to/webhooks.md, run as they stand there and called by a worker."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cast import Cast
from factories import complete, made, make_oneoff
from how_to import blocks_of
from receivers import Receiver
from server import free_port
from worker.webhooks import Sender, hooks, people, sender, standing

__all__ = ["hooks", "people", "sender", "standing"]
PAGE = "webhooks.md"


@contextmanager
def running(words: list[str], secret: str) -> Iterator[int]:
    """Its port."""
    port = free_port()
    variables = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": secret}
    process = subprocess.Popen(words, env=variables, stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("language", "words"),
    [("python", [sys.executable, "-c"]), ("javascript", ["node", "-e"])],
    ids=["python", "javascript"],
)
def test_the_receiver_of_the_page_knows_who_calls(
    people: Cast, hooks: Receiver, sender: Sender, language: str, words: list[str]
) -> None:
    if shutil.which(words[0]) is None:
        pytest.skip(f"it needs {words[0]}")
    (program,) = blocks_of(PAGE, language)
    secret = made(people.olga.put("/webhook-secret"), 200)["secret"]
    with running([*words, program], secret) as port:
        url = f"http://127.0.0.1:{port}/"
        complete(people.olga, make_oneoff(people.olga, webhook=url))
        sender.send()
        # Signed with two secrets, of which the receiver has neither: none of them is its own.
        for _ in range(2):
            made(people.olga.put("/webhook-secret"), 200)
        complete(people.olga, make_oneoff(people.olga, webhook=url))
        sender.send()
    told = made(people.olga.get("/webhook-deliveries?sort=created_at"), 200)
    assert [each["last_status"] for each in told] == [200, 400]
