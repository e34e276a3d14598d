"""The address of the database means the same to every command, and is never repeated (A5, A6)."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from procession.cli.main import main

COMMANDS = (
    ("serve",),
    ("work",),
    ("migrate",),
    ("demo",),
    ("bootstrap", "--org", "Mill", "--email", "ann@mill.test"),
    ("member", "--org", "0" * 32, "--email", "ann@mill.test"),
    ("token", "list"),
    ("token", "create", "--email", "ann@mill.test"),
    ("token", "revoke", "1"),
    ("sso", "show", "--org", "0" * 32),
    ("receive-mail", "--recipient", "x@y.test"),
)


def said(words: tuple[str, ...], **settings: str) -> tuple[int, str]:
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(told), redirect_stdout(told):
        for name, value in settings.items():
            patch.setenv(f"PROCESSION_{name}", value)
        code = main(words)
    return code, told.getvalue()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:hunter2@h/db",
        "postgresql://u:hunter2@127.0.0.1:bad/db",
        "postgresql://u:hunter2%ss@127.0.0.1/db",
        "postgresql://u:hunter2@ss@127.0.0.1/db",
    ],
)
def test_found_a5_a6_every_command_says_the_same(words: tuple[str, ...], address: str) -> None:
    code, sentence = said(words, DATABASE_URL=address)
    assert code == (75 if words[0] == "receive-mail" else 1)
    assert sentence.startswith("procession: PROCESSION_DATABASE_URL is not readable; it must be ")
    assert "percent-encoded (@ is %40)" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%41.db", "a b.db", "a?mode=ro.db", "é.db"])
def test_found_a6_a_file_is_the_one_that_is_named(name: str, tmp_path: Path) -> None:
    """What makes the database read its address by another parser than what used it."""
    url = f"sqlite:///{tmp_path}/{name}"
    assert said(("migrate",), DATABASE_URL=url)[0] == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == [name]
    code, listed = said(("token", "list"), DATABASE_URL=url)
    assert code == 0, listed


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SMTP_URL", "http://u:hunter2@h"),
        ("SMTP_URL", "smtp://u:hunter2@h:bad"),
        ("PUBLIC_URL", "ftp://u:hunter2@h"),
        ("DNS_SERVER", "dns://u:hunter2@h"),
    ],
)
def test_found_a5_what_may_hold_a_password_is_not_repeated(variable: str, value: str) -> None:
    code, sentence = said(("token", "list"), **{variable: value})
    assert code == 1
    assert sentence.startswith(f"procession: PROCESSION_{variable} is not readable; it must be ")
    assert "hunter2" not in sentence
