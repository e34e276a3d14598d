"""`/metrics`: what all processes of a server counted, and how its database is doing (5.5)."""

import socket
import time
from collections.abc import Callable

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from cast import assemble
from factories import launch, make_template
from procession import __version__
from procession.kit.meters import meters
from procession.kit.setting_values import host_and_port, read_listening_address
from server import RunningServer, free_port, running_server

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(address: str) -> tuple[str, Samples]:
    answer = requests.get(f"http://{address}/metrics", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.text, {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """The sum of all that have these labels."""
    wanted = set(labels.items())
    return sum(
        number
        for (found, its), number in samples.items()
        if found == f"procession_{name}" and wanted <= set(its)
    )


def wait_for(met: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not met():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_5_5_metrics_add_up_what_all_processes_did(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    address = f"127.0.0.1:{free_port()}"
    with running_server(
        database_kind,
        new_database(database_kind),
        with_worker=True,
        WORKERS="2",
        METRICS_ADDRESS=address,
    ) as server:
        cast = assemble(server)
        process = launch(cast.olga, make_template(cast.olga))
        for _ in range(20):
            # A connection of its own each: some reach the one process, some the other.
            requests.get(
                f"{server.base_url}/organizations/{cast.organization_id}/runs/{process['id']}",
                headers={"Authorization": f"Bearer {cast.olga.token}", "Connection": "close"},
                timeout=10,
            )
        assert cast.olga.delete(f"/runs/{process['id']}").status_code == 200
        assert cast.nobody.get("/no/such/place").status_code == 404
        wait_for(lambda: value(scraped(address)[1], "worker_rounds_total") > 0)
        text, samples = scraped(address)
        _check(text, samples, cast.organization_id, process["id"], server)


def _check(
    text: str, samples: Samples, organization_id: str, process_id: str, server: RunningServer
) -> None:
    route = "/organizations/{org}/runs/{run}"
    read = {"method": "GET", "route": route}
    assert value(samples, "requests_total", **read, status="200") == 20
    assert value(samples, "request_seconds_count", **read) == 20
    assert value(samples, "request_seconds_bucket", **read, le="+Inf") == 20
    assert value(samples, "requests_total", method="DELETE", route=route) == 1
    assert value(samples, "requests_total", route="none", status="404") == 1
    assert value(samples, "database_wait_seconds_count") >= 2
    assert value(samples, "worker_failures_total") == 0
    assert value(samples, "database_up") == 1
    assert value(samples, "worker_alive") == 1
    assert value(samples, "worker_last_round_timestamp_seconds") > time.time() - 60
    assert value(samples, "outbox_failed", kind="mail") == 0
    assert value(samples, "processes", state="live") == 0
    assert value(samples, "processes", state="archived") == 1
    assert value(samples, "database_bytes") > 10_000
    assert value(samples, "disk_free_bytes", disk="temporary") > 0
    assert value(samples, "info", version=__version__) == 1
    assert ("procession_requests_unfinished", (("place", "reading"),)) in samples
    # Nothing of whose it is.
    assert organization_id not in text
    assert process_id not in text
    assert requests.get(f"{server.base_url}/metrics", timeout=10).status_code == 404


def test_5_5_nothing_is_counted_where_nobody_asks() -> None:
    assert meters() is None


@pytest.mark.parametrize("text", ["127.0.0.1", ":9464", "a:b", "a:0", "a:70000", "u@a:1", "a:1/x"])
def test_5_5_an_address_of_metrics_has_a_host_and_a_port(text: str) -> None:
    with pytest.raises(ValueError):
        read_listening_address(text)
    assert host_and_port(read_listening_address(" [::1]:9464 ")) == ("::1", 9464)


def test_5_5_the_version_is_told(server: RunningServer) -> None:
    told = requests.get(f"{server.base_url}/version", timeout=10).json()
    assert told["version"] == __version__
    assert told["schema"] >= "0005"


def test_5_5_a_taken_address_of_metrics_is_said(
    new_database: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    from procession.cli.main import main

    with socket.socket() as other, pytest.MonkeyPatch.context() as patch:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        patch.setenv("PROCESSION_DATABASE_URL", new_database("sqlite"))
        patch.setenv("PROCESSION_PORT", str(free_port()))
        patch.setenv("PROCESSION_METRICS_ADDRESS", address)
        assert main(["serve"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        f"procession: Metrics cannot be at {address}: Address already in use. "
        "See PROCESSION_METRICS_ADDRESS."
    )
