"""Found, D8: what the how-to pages tell people to type works as it stands there."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
#: Pages whose commands are not run, and why.
NOT_RUN = {
    "back-up-and-move.md": "it stops servers, moves files and needs pg_dump",
    "install-with-containers.md": "it needs podman and a registry of images",
    "install-with-systemd.md": "systemd must be the first process; tests/deploy verify its unit",
    "launch-by-mail.md": "it needs Postfix",
    "run-a-procedure.md": "its ids are shortened; tests/api run every one of its calls",
    "run-behind-a-proxy.md": "tests/deploy start nginx and Caddy with its files",
    "run-on-postgresql.md": "it needs the rights of PostgreSQL's administrator",
    "single-sign-on.md": "it needs a provider; tests/api/accounts run it with one",
    "upgrade.md": "it has no commands of its own; tests/migrations upgrade a database of 0.1.0",
    "watch-it.md": "its blocks are settings and a log; tests/worker and tests/deploy read them",
    "walk-and-poll-lists.md": "its ids and cursors are shortened",
}
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks_of(page: Path) -> list[str]:
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def commands_in(block: str) -> str:
    """What is typed: after each `$ ` with the lines that go on; all of it where there is none."""
    if not re.search(r"^\$ ", block, re.MULTILINE):
        return block
    typed, goes_on = [], False
    for line in block.splitlines():
        if goes_on or line.startswith("$ "):
            typed.append(line.removeprefix("$ "))
            goes_on = line.endswith("\\")
    return "\n".join(typed) + "\n"


def test_every_page_is_run_or_says_why_not() -> None:
    assert {page.name for page in PAGES} == {"first-hour.md", *NOT_RUN}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


#: Around the page: the server goes on behind it, and what `bootstrap` printed is kept, as it says.
_KEPT = """
set -euo pipefail
procession() { if [ "$1" = serve ]; then command procession serve & SERVER=$!
  trap 'kill $SERVER; wait $SERVER' EXIT
  for _ in $(seq 200); do curl -sf -o /dev/null $SERVER_ADDRESS/health && return; sleep .05; done
  elif [ "$1" = bootstrap ]; then command procession "$@" | tee said
  ORG=$(sed -n 's/^organization_id: //p' said); T=$(sed -n 's/^access_token: //p' said)
  else command procession "$@"; fi; }
"""


_TYPED_WITH = ("bash", "curl", "jq")


@pytest.mark.skipif(
    not all(map(shutil.which, _TYPED_WITH)), reason=f"the page needs {', '.join(_TYPED_WITH)}"
)
def test_found_d8_the_first_hour_works_word_for_word(tmp_path: Path) -> None:
    """All but installing; and on a free port and in a folder of its own."""
    port = free_port()
    install, *rest = blocks_of(ROOT / "docs" / "how-to" / "first-hour.md")
    assert install.startswith("make setup\n")
    exports = install.splitlines()[-1]
    typed = "".join(commands_in(block) for block in rest)
    script = f"{exports}\n{_KEPT}\n{typed}"
    address = f"http://127.0.0.1:{port}"
    for name in ("src", "var"):
        (tmp_path / name).symlink_to(ROOT / name) if name == "src" else (tmp_path / name).mkdir()
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PROCESSION_")}
    here = f"{Path(sys.executable).parent}:{kept['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script.replace("http://127.0.0.1:8000", address)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**kept, "PATH": here, "PROCESSION_PORT": str(port), "SERVER_ADDRESS": address},
    )
    assert done.returncode == 0, done.stderr
    assert '"error":true' not in done.stdout
    assert '"name":"A second mill stone"' in done.stdout
    assert '"email":"ann@mill.example"' in done.stdout
