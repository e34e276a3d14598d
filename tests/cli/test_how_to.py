"""Found, D8: what the how-to pages tell people to type works as it stands there."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cast import Cast, assemble
from factories import made, make_template
from how_to import FOLDER, Step, blocks_of, missing, run, steps_of
from postgres import Cluster
from providers import real_provider
from server import free_port, running_server

#: The pages, each with the test that runs it.
RUN = {
    "back-up-and-move.md": "test_found_d8_a_backup_comes_back",
    "first-hour.md": "test_found_d8_the_first_hour_works_word_for_word",
    "launch-by-mail.md": "test_found_d8_a_mail_launches",
    "run-a-procedure.md": "test_found_d8_a_procedure_is_run",
    "run-behind-a-proxy.md": "test_found_d8_proxies_pass_on",
    "run-on-postgresql.md": "test_found_d8_it_runs_on_postgresql",
    "single-sign-on.md": "test_found_d8_a_provider_is_connected",
    "walk-and-poll-lists.md": "test_found_d8_a_procedure_is_run",
}

#: Around a page: the server goes on behind it, and what `bootstrap` printed is kept, as it says.
_KEPT = """
procession() { if [ "$1" = serve ]; then
  [ -z "${SERVER:-}" ] || { kill $SERVER; wait $SERVER || true; }
  command procession "$@" & SERVER=$!
  trap 'kill $SERVER; wait $SERVER' EXIT
  for _ in $(seq 400); do curl -sf -o /dev/null http://127.0.0.1:$PROCESSION_PORT/health && return
  sleep .05; done; return 1
  elif [ "$1" = bootstrap ]; then command procession "$@" | tee said
  ORG=$(sed -n 's/^organization_id: //p' said); T=$(sed -n 's/^access_token: //p' said)
  else command procession "$@"; fi; }
"""
HERE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def typed_with() -> None:
    if lacking := missing():
        pytest.skip(f"the pages need {', '.join(lacking)}")


def test_every_page_is_run() -> None:
    assert {page.name for page in FOLDER.glob("*.md")} == set(RUN)
    assert set(RUN.values()) <= set(globals())


def test_found_d8_the_first_hour_works_word_for_word(tmp_path: Path) -> None:
    """All but installing; and on a free port and in a folder of its own."""
    port = free_port()
    install, *rest = steps_of("first-hour.md")
    assert install.typed.startswith("make setup\n")
    exports = install.typed.splitlines()[-1]
    (tmp_path / "var").mkdir()
    answers = run(
        rest,
        tmp_path,
        before=f"{exports}\n{_KEPT}",
        instead={HERE: f"http://127.0.0.1:{port}"},
        variables={"PROCESSION_PORT": str(port)},
    )
    assert '"name":"A second mill stone"' in answers[-2]


def variables_of(cast: Cast) -> dict[str, str]:
    """What a page takes for granted: a server, and what `bootstrap` printed."""
    settings = cast.server.settings
    return {
        "ORG": cast.organization_id,
        "T": cast.olga.token,
        "PROCESSION_DATABASE_URL": settings.database_url,
    }


def test_found_d8_a_procedure_is_run(cast: Cast, tmp_path: Path) -> None:
    steps = [*steps_of("run-a-procedure.md"), *steps_of("walk-and-poll-lists.md")]
    for number in range(12):  # More than one page of them.
        made(cast.olga.post("/runs", {"name": f"Process {number}"}))
    run(steps, tmp_path, instead={HERE: cast.server.base_url}, variables=variables_of(cast))


def test_found_d8_a_mail_launches(cast: Cast, tmp_path: Path) -> None:
    """As the page says it, and as it says that Postfix does it."""
    sender = made(cast.olga.get("/users/me"), 200)["email"]
    template = make_template(cast.olga)["id"]
    proof = f"spf=pass smtp.mailfrom={sender.rpartition('@')[2]}"
    for name in ("mail", "another"):
        (tmp_path / name).write_text(
            f"Authentication-Results: mx.example.com; {proof}\nFrom: <{sender}>\n"
            f"Subject: {name}\nMessage-ID: <{name}@cast.test>\n\nPlease.\n"
        )
    (by_hand,) = steps_of("launch-by-mail.md")
    (of_postfix,) = blocks_of("launch-by-mail.md", "ini")
    argv = of_postfix.partition("argv=")[2].replace("\n", " ")
    answers = run(
        [by_hand, Step(f"{argv} < another\n")],
        tmp_path,
        instead={
            "bot+...-launch": f"bot+{template}-launch",
            "${recipient}": f"bot+{template}-launch@example.com",
            "sqlite:////srv/procession/procession.db": cast.server.settings.database_url,
            "/opt/procession/.venv/bin/": "",
        },
        variables={**variables_of(cast), "PROCESSION_MAIL_TRUSTED_SERVER": "mx.example.com"},
    )
    assert [answer.split()[-1] for answer in answers[:2]] == ["launched", "launched"]
    named = {process["name"] for process in made(cast.olga.get("/runs"), 200)}
    assert named == {"mail", "another"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_found_d8_a_provider_is_connected(cast: Cast, tmp_path: Path) -> None:
    """All but signing in, which tests/api/accounts do: so it is enforced with force."""
    (tmp_path / "secret.txt").write_text("the-secret\n")
    with real_provider() as provider:
        run(
            steps_of("single-sign-on.md"),
            tmp_path,
            instead={
                "https://login.example.com": provider.issuer,
                "sso enforce": "sso enforce --force",
                HERE: cast.server.base_url,
            },
            variables=variables_of(cast),
        )
    shown = made(cast.olga.get(""), 200)
    assert shown["sso_default_role"] == "light"


def variables_for(postgres: Cluster, *tools: str) -> dict[str, str]:
    """Its own programs come first: those of another version refuse to dump."""
    if lacking := [tool for tool in tools if not (postgres.binaries / tool).exists()]:
        pytest.skip(f"the page needs {', '.join(lacking)}")
    path = f"{postgres.binaries}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "PGHOST": str(postgres.folder), "PGUSER": "procession"}


def test_found_d8_a_backup_comes_back(
    tmp_path: Path, postgres: Cluster, new_database: Callable[[str], str]
) -> None:
    of_cluster = variables_for(postgres, "pg_dump", "pg_restore", "createdb")
    (tmp_path / "var").mkdir()
    database = tmp_path / "var" / "procession.db"
    shutil.move(new_database("sqlite").removeprefix("sqlite:///"), database)
    copy, restore, of_postgres, check = steps_of("back-up-and-move.md")
    bootstrap = Step("procession bootstrap --org Mill --email ann@mill.example\n")
    lost = Step("procession member --org $ORG --email bo@mill.example --role light\n")
    answers = run(
        [bootstrap, copy, lost, restore, check],
        tmp_path,
        before=_KEPT,
        instead={"PROCESSION_PORT=8001": f"PROCESSION_PORT={free_port()}"},
        variables={
            "PROCESSION_DATABASE_URL": f"sqlite:///{database}",
            "PROCESSION_PORT": str(free_port()),
        },
    )
    assert "ann@mill.example" in answers[4]
    assert "bo@mill.example" not in answers[4]
    restored = postgres.url("procession_new")
    run(
        [bootstrap, of_postgres, Step("procession token list\n", "ann@...")],
        tmp_path,
        instead={
            "postgresql://procession:PASSWORD@localhost/procession_new": f"'{restored}'",
            "procession token": f"PROCESSION_DATABASE_URL='{restored}' procession token",
        },
        variables={
            "PROCESSION_DATABASE_URL": new_database("postgres"),
            **of_cluster,
        },
    )


def test_found_d8_it_runs_on_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    """With a role of another name: the suite's own is called procession."""
    of_cluster = variables_for(postgres, "createuser", "createdb")
    port = free_port()
    of_administrator, of_user = steps_of("run-on-postgresql.md")
    run(
        [of_administrator, of_user, Step("curl -s $ADDRESS/health\n", '{"status":"ok"...')],
        tmp_path,
        before=f"sudo() {{ shift 2; printf 'PASSWORD\\nPASSWORD\\n' | \"$@\"; }}\n{_KEPT}",
        instead={
            "--pwprompt procession": "--pwprompt miller",
            "--owner=procession": "--owner=miller",
            "template0 procession": "template0 mill",
            "postgresql://procession:PASSWORD@localhost/procession":
                f"'postgresql://miller:PASSWORD@/mill?host={postgres.folder}'",
        },
        variables={
            **of_cluster,
            "PROCESSION_PORT": str(port), "ADDRESS": f"http://127.0.0.1:{port}",
        },
    )  # fmt: skip


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the proxy did not start: {log.read_text()[-2000:]}")


@contextmanager
def proxy(kind: str, folder: Path, server: str) -> Iterator[int]:
    """Started with the page's block; at this port it speaks TLS."""
    port, plain = free_port(), free_port()
    (block,) = blocks_of("run-behind-a-proxy.md", kind)
    pair = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "1", "-subj", "/CN=procession.example.org", *pair],
        check=True, capture_output=True,
    )  # fmt: skip
    block = block.replace("127.0.0.1:8000", server.removeprefix("http://"))
    config = folder / "config"
    if kind == "nginx":
        block = block.replace("/etc/ssl/procession.pem", f"{folder}/cert.pem")
        block = block.replace("/etc/ssl/procession.key", f"{folder}/key.pem")
        block = block.replace("listen 443", f"listen 127.0.0.1:{port}")
        block = block.replace("listen 80", f"listen 127.0.0.1:{plain}")
        around = f"pid {folder}/pid; error_log {folder}/log; daemon off; events {{}}\n"
        paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        kept = "".join(f"{name}_temp_path {folder}/{name};\n" for name in paths)
        config.write_text(f"{around}http {{ access_log off; {kept}{block} }}\n")
        command = ["nginx", "-p", str(folder), "-c", str(config), "-e", f"{folder}/log"]
    else:
        block = block.replace(
            "procession.example.org {",
            f"https://procession.example.org:{port} {{\n    tls {folder}/cert.pem {folder}/key.pem",
        )
        config.write_text(f"{{\n  admin off\n  http_port {plain}\n}}\n{block}")
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    log = (folder / "said").open("wb")
    running = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "HOME": "/tmp"})
    try:
        wait_for(port, running, folder / "said")
        yield port
    finally:
        running.terminate()
        running.wait(timeout=10)
        log.close()


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_found_d8_proxies_pass_on(
    kind: str, tmp_path: Path, new_database: Callable[[str], str]
) -> None:
    if lacking := missing(kind, "openssl"):
        pytest.skip(f"the page needs {', '.join(lacking)}")
    settings = dict(
        line.removeprefix("PROCESSION_").split("=", 1)
        for line in blocks_of("run-behind-a-proxy.md", "ini")[0].split()
    )
    trusted, public = settings["TRUSTED_PROXIES"], settings["PUBLIC_URL"]
    with running_server(
        kind, new_database("sqlite"), TRUSTED_PROXIES=trusted, PUBLIC_URL=public
    ) as server:
        cast = assemble(server)
        for name in ("One", "Two"):
            made(cast.olga.post("/runs", {"name": name}))
        with proxy(kind, tmp_path, server.base_url) as port:
            (tmp_path / ".curlrc").write_text(
                f"insecure\nconnect-to = procession.example.org:443:127.0.0.1:{port}\n"
            )
            (tmp_path / "large").write_bytes(b" " * 10_600_000)
            address = "https://procession.example.org/organizations/$ORG/runs"
            large = Step(
                f'curl -s -H "Authorization: Bearer $T" {address} -d @large\n',
                '{"error": true...,"code":"PAYLOAD_TOO_LARGE"}',
            )
            variables = {**variables_of(cast), "CURL_HOME": str(tmp_path)}
            run([*steps_of("run-behind-a-proxy.md"), large], tmp_path, variables=variables)
            server.process.terminate()
            server.process.wait(timeout=10)
            away = Step(f"curl -s {address}\n", '{"error": true...,"code":"OUTCOME_UNKNOWN"}')
            run([away], tmp_path, variables=variables)
