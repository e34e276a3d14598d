"""TypeScript types are generated from the description, and a client with them is used (found D10).

By openapi-typescript, and openapi-fetch, whose calls are typed by them. What they need is in
`typescript/node_modules` once `.ci/run` or `npm ci` has been there; nothing is fetched here.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cast import assemble
from factories import make_template
from server import RunningServer

SOURCES = Path(__file__).parent / "typescript"
TOOLS = SOURCES / "node_modules"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not TOOLS.exists(),
    reason="typescript: it needs node, and `npm ci` in tests/api/clients/typescript",
)


def run(folder: Path, program: str, *arguments: str) -> str:
    done = subprocess.run(
        ["node", program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_found_d10_a_generated_typescript_client_is_typed_and_works(
    tmp_path: Path, server_on: Callable[[str], RunningServer]
) -> None:
    """One test for both databases: making the client is the long part."""
    for name in ("package.json", "tsconfig.json", "use.mts"):
        shutil.copy(SOURCES / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TOOLS)
    casts = [assemble(server_on(kind)) for kind in ("sqlite", "postgres")]
    document = casts[0].nobody.get("/openapi.json")
    (tmp_path / "openapi.json").write_bytes(document.content)

    generator = "node_modules/openapi-typescript/bin/cli.js"
    run(tmp_path, generator, "openapi.json", "--output", "schema.d.ts")
    check_types((tmp_path / "schema.d.ts").read_text(), document.json()["paths"])
    run(tmp_path, "node_modules/typescript/bin/tsc")
    for cast in casts:
        step = {"title": "Sign", "assignees": [cast.mia.user_id]}
        template = make_template(cast.olga, [step])["id"]
        of_olga = (cast.server.base_url, cast.olga.token, cast.organization_id, template)
        assert run(tmp_path, "made/use.mjs", *of_olga) == "ok\n"


def check_types(made: str, paths: dict[str, object]) -> None:
    """Each path is there, and nothing may be anything but what says so."""
    assert set(re.findall(r'^    "(/[^"]*)": \{$', made, re.MULTILINE)) == set(paths)
    lines = made.splitlines()
    untyped = []
    for place, line in enumerate(lines):
        if re.search(r"^ +[a-z_]+\??: (unknown|any);", line):
            described = " ".join(lines[max(place - 6, 0) : place]).rpartition("/**")[2]
            if "Free: " not in described:
                untyped.append(f"{place}: {line.strip()}")
    assert untyped == []
