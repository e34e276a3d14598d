"""nginx and Caddy as Debian has them, with exactly the files that we ship, before a real server."""

import json
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
import requests

from browsers import Form
from places import DEPLOY, HOST, Place, need
from procession.flows.access import founding
from procession.flows.access.opening import open_migrated
from procession.kit.db import Statement
from procession.kit.mail import mails
from procession.kit.settings import Settings

HTTPS = f"https://{HOST}"
#: As the shipped files ask for it.
SETTINGS = {
    "PROCESSION_TRUSTED_PROXIES": "127.0.0.1",
    "PROCESSION_PUBLIC_URL": HTTPS,
    "PROCESSION_BODY_PAUSE": "0.5",
    "PROCESSION_ANONYMOUS_RATE_LIMIT": "60",
}
UPLOAD = 100 * 1024 * 1024
PASSWORD = "Barley-mow-77"


def nginx(place: Place) -> list[str]:
    need("nginx")
    for folder in ("/etc/nginx/sites-enabled", "/var/log/nginx", "/run"):
        place.run("mount", "-t", "tmpfs", "tmpfs", folder)
    place.run("cp", str(DEPLOY / "nginx/procession.conf"), "/etc/nginx/sites-enabled")
    return ["nginx", "-g", "daemon off;"]


def caddy(place: Place) -> list[str]:
    need("caddy")
    return ["caddy", "run", "--config", str(DEPLOY / "caddy/Caddyfile")]


PROXIES: dict[str, Callable[[Place], list[str]]] = {"nginx": nginx, "caddy": caddy}


@contextmanager
def answering(place: Place, url: str) -> Iterator["Server"]:
    """The server of the tests that takes uploads, too, at the address that the files name."""
    words = [sys.executable, "-m", "uploads", "serve"]
    environment = {
        **SETTINGS,
        "PROCESSION_DATABASE_URL": url,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    with place.running(words, "server", **environment) as process:
        yield Server(place, process)


class Server:
    def __init__(self, place: Place, process: Any) -> None:
        self.place, self.process = place, process

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def is_up(address: str, certificate: Path) -> bool:
    try:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(address, timeout=5, verify=str(certificate)).status_code == 200
    except requests.RequestException:
        return False


@pytest.mark.parametrize("name", PROXIES)
def test_5_5_the_shipped_file_runs_before_a_real_server(
    name: str, place: Place, new_database: Callable[[str], str]
) -> None:
    url = new_database("sqlite")
    storage = open_migrated(Settings(database_url=url))
    founding.found_organization(
        storage, name="Mill", email="ann@mill.test", password=PASSWORD, first_name="Ann"
    )
    words = PROXIES[name](place)
    tls = "tls /etc/ssl/procession/certificate.pem /etc/ssl/procession/key.pem"
    given = {"PROCESSION_TLS": tls, "XDG_DATA_HOME": str(place.folder), "HOME": str(place.folder)}
    with ExitStack() as running:
        server = running.enter_context(answering(place, url))
        running.enter_context(place.running(words, name, **given))
        running.enter_context(place.inside())
        place.wait_for(lambda: is_up(f"{HTTPS}/health", place.certificate), "nobody answers")
        session = running.enter_context(requests.Session())
        session.verify, session.trust_env = str(place.certificate), False
        _the_clear_address_leads_to_the_safe_one(session)
        _signing_in(session)
        _links_and_mails(session, storage)
        _what_is_too_large(place)
        _what_stands_still(place, name)
        _uploading(session, place)
        _whose_address_counts(place)
        assert "proxy not trusted" not in place.log("server")
        server.end()
        _nobody_answers(session)
        with _taking_no_connection():
            _nobody_answers(session)
    storage.database.close()


def _the_clear_address_leads_to_the_safe_one(session: requests.Session) -> None:
    led = session.get(f"http://{HOST}/app/sign-in?x=1", allow_redirects=False, timeout=10)
    assert (led.status_code, led.headers["Location"]) == (301, f"{HTTPS}/app/sign-in?x=1")
    for method in ("POST", "DELETE"):
        answer = session.request(method, f"http://{HOST}/tasks", allow_redirects=False, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (403, True)


def _signing_in(session: requests.Session) -> None:
    page = session.get(f"{HTTPS}/app/sign-in", timeout=10)
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    form = Form(page.text).fields
    sent = session.post(
        f"{HTTPS}/app/sign-in",
        data={**form, "email": "ann@mill.test", "password": PASSWORD},
        headers={"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"},
        allow_redirects=False,
        timeout=20,
    )
    assert sent.status_code == 303, sent.text
    cookie = sent.headers["Set-Cookie"]
    assert "__Host-procession-session=" in cookie
    assert "; Secure" in cookie
    assert session.get(f"{HTTPS}/app/home", timeout=10).status_code == 200


def _links_and_mails(session: requests.Session, storage: Any) -> None:
    page = session.get(f"{HTTPS}/app/forgotten-password", timeout=10)
    session.post(
        f"{HTTPS}/app/forgotten-password",
        data={**Form(page.text).fields, "email": "ann@mill.test"},
        headers={"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"},
        timeout=20,
    )
    asked = Statement(mails.select().with_only_columns(mails.c.text))
    texts = [row[0] for row in storage.database.connection().fetch(asked, {})]
    assert f"{HTTPS}/app/new-password?" in "".join(text or "" for text in texts)
    described = session.get(f"{HTTPS}/.well-known/oauth-authorization-server", timeout=10).json()
    assert described["issuer"].startswith(HTTPS)


@contextmanager
def _connected(place: Place, own: str = "127.0.0.1") -> Iterator[ssl.SSLSocket]:
    trust = ssl.create_default_context(cafile=str(place.certificate))
    with (
        socket.create_connection(("127.0.0.1", 443), 20, source_address=(own, 0)) as plain,
        trust.wrap_socket(plain, server_hostname=HOST) as safe,
    ):
        yield safe


def _head(path: str, size: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {size}\r\n\r\n"
    ).encode()


def _what_is_too_large(place: Place) -> None:
    """JSON by the server's limit, files by that of both. Caddy answers while the body comes."""
    for path, size in (("/oauth/token", 11_000_000), ("/uploads", UPLOAD + 2 * 1024 * 1024)):
        with _connected(place) as safe:
            with suppress(BrokenPipeError, ssl.SSLEOFError, ConnectionResetError):
                safe.sendall(_head(path, size) + bytes(size))
            answer = HTTPResponse(safe)
            answer.begin()
            assert answer.status == 413
            assert json.loads(answer.read())["code"] == "PAYLOAD_TOO_LARGE"
            assert answer.headers["Content-Type"].startswith("application/json")


def _what_stands_still(place: Place, name: str) -> None:
    """The server gives it up; nginx passes the answer on, Caddy keeps it until more has come.
    Nobody else waits for it."""
    with _connected(place) as safe:
        safe.sendall(_head("/oauth/token", 20_000) + b"{" + b" " * 10_000)
        if name == "nginx":
            answer = HTTPResponse(safe)
            answer.begin()
            assert answer.status == 408
            assert json.loads(answer.read())["code"] == "REQUEST_TIMEOUT"
        assert is_up(f"{HTTPS}/health", place.certificate)


def _uploading(session: requests.Session, place: Place) -> None:
    with (place.folder / "zeros").open("w+b") as file:
        file.truncate(UPLOAD)
        taken = session.post(f"{HTTPS}/uploads", data=file, timeout=120)
    assert (taken.status_code, taken.json()) == (200, {"size": UPLOAD})


def _whose_address_counts(place: Place) -> None:
    """The one that the proxy sees, whatever the client says of itself."""

    def answers(own: str, count: int) -> list[int]:
        found = []
        with _connected(place, own) as safe:
            reader = safe.makefile("rb")
            for number in range(count):
                safe.sendall(
                    f"GET /.well-known/jwks.json HTTP/1.1\r\nHost: {HOST}\r\n"
                    f"X-Forwarded-For: 10.0.0.{number}\r\n\r\n".encode()
                )
                found.append(int(reader.readline().split()[1]))
                length = 0
                while (line := reader.readline().strip()) != b"":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                reader.read(length)
        return found

    assert answers("127.0.0.2", 62)[-1] == 429
    assert answers("127.0.0.3", 1) == [200]


@contextmanager
def _taking_no_connection() -> Iterator[None]:
    """At the server's address, as one that hangs: what nginx answers with 504 by itself."""
    with ExitStack() as held:
        listening = held.enter_context(socket.socket())
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 8000))
        listening.listen(0)
        with suppress(TimeoutError):
            while True:
                held.enter_context(socket.create_connection(("127.0.0.1", 8000), 0.3))
        yield


def _nobody_answers(session: requests.Session) -> None:
    answer = session.get(f"{HTTPS}/health", timeout=20)
    assert answer.status_code == 503
    assert json.loads(answer.text)["code"] == "OUTCOME_UNKNOWN"
    assert answer.headers["Content-Type"].startswith("application/json")
