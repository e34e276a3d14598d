"""Calls to servers outside that misbehave (contract 60, 2.2); the servers are real."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates import certificate_for
from names import NameServer, name_server
from procession.core.networks import NONE
from procession.kit.outside import Call, Reply, Trouble
from procession.kit.settings import Settings
from procession.kit.switchboard import Outside
from receivers import HERE, Receiver, receiver
from server import free_port

NAME = "hooks.test"


@pytest.fixture(scope="module")
def hooks() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with name_server() as found:
        yield found


@pytest.fixture(scope="module")
def outside() -> Outside:
    return Outside()


def call(outside: Outside, url: str, settings: Settings, timeout_s: float = 5.0) -> Reply:
    sent = Call(url, {"Content-Type": "application/json"}, b"{}", timeout_s)
    return outside.call(sent, settings).result(10)


def here(names: NameServer | None = None) -> Settings:
    server = "" if names is None else names.address
    return Settings(webhook_networks=HERE, dns_server=server, outside_timeout=1.0)


@pytest.mark.parametrize(
    ("path", "status", "trouble"),
    [
        ("/ok", 200, None), ("/500", 500, None), ("/redirect", 302, None), ("/endless", 200, None),
        ("/reset", None, Trouble.CONNECTION), ("/hang", None, Trouble.TIMEOUT),
    ],
)  # fmt: skip
def test_60_2_2_whatever_a_receiver_does_is_told(
    outside: Outside, hooks: Receiver, path: str, status: int | None, trouble: Trouble | None
) -> None:
    hooks.got.clear()
    is_patient = path != "/hang"
    reply = call(outside, hooks.url(path), here(), timeout_s=5.0 if is_patient else 0.3)
    assert (reply.status, reply.trouble) == (status, trouble)
    assert [each.path for each in hooks.got] == [path]
    assert reply.duration_ms < 5000


def test_60_16_nothing_private_is_called(outside: Outside, hooks: Receiver) -> None:
    hooks.got.clear()
    strict = Settings(webhook_networks=NONE)
    for host in ("127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"):
        reply = call(outside, f"http://{host}:{hooks.port}/ok", strict)
        assert reply.trouble in (Trouble.REFUSED, Trouble.NAME), host
    assert hooks.got == []


def test_60_2_2_nobody_there_and_no_such_name(outside: Outside, names: NameServer) -> None:
    nobody = call(outside, f"http://127.0.0.1:{free_port()}/", here())
    assert nobody.trouble is Trouble.CONNECTION
    assert call(outside, "http://unknown.test/", here(names)).trouble is Trouble.NAME
    assert call(outside, "http://a..b/", here(names)).trouble is not None
    assert call(outside, "http://127.0.0.1:99999/", here()).trouble is not None


def test_60_2_2_a_name_is_looked_up_once_and_all_of_it_must_be_public(
    outside: Outside, hooks: Receiver, names: NameServer
) -> None:
    hooks.got.clear()
    url = f"http://{NAME}:{hooks.port}/ok"
    names.machines[NAME] = [["127.0.0.1"], ["192.168.7.7"]]
    names.asked.clear()
    assert call(outside, url, here(names)).status == 200
    assert names.asked.count(NAME) == 2  # For addresses of each kind; and not again to connect.
    (got,) = hooks.got
    assert got.headers["Host"] == f"{NAME}:{hooks.port}"
    assert call(outside, url, here(names)).trouble is Trouble.REFUSED
    names.machines[NAME] = [["127.0.0.1", "10.0.0.1"]]
    assert call(outside, url, here(names)).trouble is Trouble.REFUSED
    assert len(hooks.got) == 1


def test_60_2_2_a_certificate_must_be_valid_for_the_name(
    names: NameServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for(NAME, tmp_path)
    names.machines[NAME] = names.machines["other.test"] = [["127.0.0.1"]]
    with receiver(certificate.trust, host=NAME) as secure:
        strangers = call(Outside(), secure.url(), here(names))
        assert strangers.trouble is Trouble.CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        trusting = Outside()
        assert call(trusting, secure.url(), here(names)).status == 200
        other = f"https://other.test:{secure.port}/ok"
        assert call(trusting, other, here(names)).trouble is Trouble.CERTIFICATE
        plain = f"http://{NAME}:{secure.port}/ok"
        assert call(trusting, plain, here(names)).status is None
        assert len(secure.got) == 1
