"""Providers of OpenID Connect: a real one in a process of its own, and one that lies.

The liar passes everything on to the real one, and changes what the test wants changed: so its
tokens are really signed, and only one thing is wrong with them.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import requests

from server import free_port

#: What the liar does: (path, body as sent) -> body as passed on; (path, answer) -> answer.
Change = Callable[[str, bytes], bytes]


def _as_it_is(_: str, body: bytes) -> bytes:
    return body


class Provider:
    """Where people of an organization sign in. `issuer` is its address, too."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def know(self, email: str, **claims: Any) -> None:
        """Somebody with an account at the provider."""
        known = {"email": email, "email_verified": True, **claims}
        answer = requests.put(f"{self.issuer}/users/{email}", json=known, timeout=10)
        assert answer.status_code == 204, answer.text

    def sign_in(self, address: str, email: str) -> str:
        """Sign in at the address that the browser was sent to; where it is sent back to."""
        answer = requests.post(address, data={"sub": email}, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


class Liar(Provider):
    """Stands before the real one."""

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer)
        self.on_the_way_in: Change = _as_it_is
        self.on_the_way_out: Change = _as_it_is
        #: Whether it forgets who asks: then only the body says it.
        self.drops_authorization = False
        #: What was asked, as (path, body).
        self.seen: list[tuple[str, bytes]] = []


@contextmanager
def real_provider() -> Iterator[Provider]:
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--require-nonce", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    provider = Provider(f"http://127.0.0.1:{port}")
    try:
        _wait_until_up(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_until_up(provider: Provider, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        assert process.poll() is None, "the provider stopped"
        try:
            requests.get(f"{provider.issuer}/jwks", timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider did not answer")


@contextmanager
def lying_provider(real: Provider) -> Iterator[Liar]:
    port = free_port()
    liar = Liar(f"http://127.0.0.1:{port}")

    class Between(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            liar.seen.append((path, body))
            headers = dict(self.headers.items())
            headers.pop("Content-Length", None)
            headers["Accept-Encoding"] = "identity"
            if liar.drops_authorization:
                headers.pop("Authorization", None)
            answer = requests.request(
                self.command,
                f"{real.issuer}{self.path}",
                data=liar.on_the_way_in(path, body),
                headers=headers,
                timeout=10,
                allow_redirects=False,
            )
            told = liar.on_the_way_out(path, answer.content)
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = pass_on

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Between)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()


def with_query(address: str, **changed: str) -> str:
    """The same address with other values in its query."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**query, **changed})))


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
