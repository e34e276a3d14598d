"""What commands import before they answer: who starts one waits for all of it."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

#: What is imported to read the words and the settings.
BEGINNING = {
    "cli", "cli.main", "cli.operating", "cli.serving", "core", "core.networks", "core.texts", "kit",
    "kit.database_address", "kit.environment", "kit.errors", "kit.schema", "kit.setting_texts",
    "kit.setting_values", "kit.settings",
}  # fmt: skip
#: What structlog imports where it is installed, as tools of ours have it done.
OF_TOOLS = {"attr", "greenlet", "pygments", "rich"}

PROGRAM = """
import sys
before = set(sys.modules)
from procession.cli.main import main
try:
    main()
except SystemExit:
    pass
print(*(set(sys.modules) - before), file=sys.stderr)
"""


def imported(*words: str, url: str = "") -> set[str]:
    """By a command; ours without the name of the package, others' by the name of theirs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PROCESSION_DATABASE_URL": url},
    )
    names = [name.split(".") for name in done.stderr.splitlines()[-1].split()]
    ours = {".".join(rest) for package, *rest in names if package == "procession" and rest}
    packages = {package for package, *_ in names} - OF_TOOLS - {"procession"}
    dialects = {".".join(name) for name in names if name[:2] == ["sqlalchemy", "dialects"]}
    return ours | dialects | packages - sys.stdlib_module_names


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("--version",), set()),
        (("--help",), set()),
        (("examples",), {"cli.examples", "flows", "flows.demo", "flows.demo.example_templates"}),
        # With nothing to do.
        (("migrate",), {"cli.migrating", "kit.log", "structlog"}),
    ],
)
def test_14_what_takes_no_time_waits_for_nothing(
    words: tuple[str, ...], more: set[str], new_database: Callable[[str], str]
) -> None:
    assert imported(*words, url=new_database("sqlite")) == BEGINNING | more


def test_14_tokens_are_listed_without_what_launches_and_mails(
    new_database: Callable[[str], str],
) -> None:
    names = imported("token", "list", url=new_database("sqlite"))
    assert {"cli.tokens", "kit.db"} < names
    assert not names & {"alembic", "authlib", "falcon", "jinja2", "httpx2", "dns", "zxcvbn"}
    assert "sqlalchemy.dialects.sqlite" in names
    assert not names & {"psycopg", "sqlalchemy.dialects.postgresql"}, "nobody uses PostgreSQL here"
    assert not {name for name in names if name.startswith(("api", "pages", "web", "worker"))}
    assert {name for name in names if name.startswith("flows.")} == {
        "flows.access", "flows.access.opening", "flows.reaching", "flows.reaching.bots",
        # What hears of what happened.
        "flows.telling", "flows.telling.log_keeping", "flows.webhooks", "flows.webhooks.hearing",
    }  # fmt: skip
