"""Words of the commands by which a server is run from day to day; `operations` does them.

`add_commands` is all that starts with the program: what a command needs is imported when it runs.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from procession.kit.settings import Settings

#: Of settings and options; `show_config` alone has other ones.
Run = Callable[..., int]


def add_commands(verbs: Any) -> None:
    _add_config(verbs)
    _add_mail(verbs)
    _add_organizations(verbs)
    _add_sessions(verbs)
    _add_keys(verbs)
    _add(verbs, "reindex", "index all texts again that search looks into", _reindex)


def _group(verbs: Any, name: str, help_text: str) -> Any:
    parser = verbs.add_parser(name, help=help_text, description=help_text.capitalize() + ".")
    return parser.add_subparsers(required=True, metavar="ACTION")


def _add(verbs: Any, name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help_text, description=help_text.capitalize() + "."
    )
    parser.set_defaults(run=run)
    return parser


_OF_MEMBER = {"--org", "--email", "--role", "--token", "--json"}


def as_now(given: Sequence[str]) -> Sequence[str]:
    """`member add` was `member` alone."""
    if list(given[:1]) == ["member"] and set(given[1:2]) & _OF_MEMBER:
        return ["member", "add", *given[1:]]
    return given


def _add_config(verbs: Any) -> None:
    parser = verbs.add_parser("config", help="check the settings, or print them")
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    _add(actions, "check", "say all that is wrong with the settings", show_config)
    shown = _add(actions, "print", "print the settings in force, without secrets", show_config)
    shown.add_argument("--json", action="store_true", help="print JSON")


def show_config(options: argparse.Namespace, from_file: Sequence[str]) -> int:
    """It reads the settings by itself: they may be what is wrong."""
    from procession.cli import config

    if options.action == "check":
        return config.check(os.environ)
    return config.show(os.environ, from_file, as_json=options.json)


def _add_mail(verbs: Any) -> None:
    actions = _group(verbs, "mail", "see whether mails arrive")
    _add(actions, "test", "send a mail now", _mail_test).add_argument("address", help="to whom")


def _add_organizations(verbs: Any) -> None:
    actions = _group(verbs, "org", "list, rename and delete organizations")
    listing = _add(actions, "list", "list the organizations", _org_list)
    listing.add_argument("--json", action="store_true", help="print JSON")
    rename = _add(actions, "rename", "give an organization another name", _org_rename)
    rename.add_argument("id", help="number from `procession org list`")
    rename.add_argument("name", help="the new name")
    delete = _add(actions, "delete", "delete an organization for ever", _org_delete)
    delete.add_argument("id", help="number from `procession org list`")
    delete.add_argument("--name", help="its name, in the stead of typing it")


def add_members(actions: Any) -> None:
    """To `procession member`, beside `add`."""
    listing = _add(actions, "list", "list the members of an organization", _member_list)
    listing.add_argument("--org", required=True, help="id of the organization")
    listing.add_argument("--json", action="store_true", help="print JSON")
    disable = _add(actions, "disable", "shut a member out of an organization", _member_disable)
    disable.add_argument("--org", required=True, help="id of the organization")
    disable.add_argument("--email", required=True, help="address of the member")
    password = _add(
        actions, "set-password", "give a user another password, from standard input", _set_password
    )
    password.add_argument("--email", required=True, help="address of the user")


def _add_sessions(verbs: Any) -> None:
    actions = _group(verbs, "sessions", "sign people out")
    end = _add(actions, "end", "end the sessions of browsers; tokens stay good", _sessions_end)
    whose = end.add_mutually_exclusive_group(required=True)
    whose.add_argument("--email", help="address of the user")
    whose.add_argument("--all", action="store_true", help="of everybody")


def _add_keys(verbs: Any) -> None:
    actions = _group(verbs, "keys", "keys of the server")
    rotate = "sign access tokens with a new key; those that are there, and guests' links, stay good"
    _add(actions, "rotate", rotate, _keys_rotate)


def _operations(settings: Settings) -> Any:
    from procession.cli import operations
    from procession.kit.log import configure_logging

    configure_logging(settings.log_level)
    return operations


def _mail_test(settings: Settings, options: argparse.Namespace) -> int:
    print(_operations(settings).send_test_mail(settings, options.address))
    return 0


def _org_list(settings: Settings, options: argparse.Namespace) -> int:
    rows = _operations(settings).organization_rows(settings)
    print_rows(rows, ("id", "name", "members", "created_at"), as_json=options.json)
    return 0


def _org_rename(settings: Settings, options: argparse.Namespace) -> int:
    name = _operations(settings).rename_organization(settings, options.id, options.name)
    print(f"It is called {name} now.")
    return 0


def _org_delete(settings: Settings, options: argparse.Namespace) -> int:
    operations = _operations(settings)
    organization = operations.get_organization(settings, options.id)
    typed = options.name
    if typed is None:
        question = f"All of {organization.name} goes, for ever. Type its name: "
        print(question, end="", file=sys.stderr, flush=True)
        typed = sys.stdin.readline().strip()
    operations.delete_organization(settings, organization, typed, _tell_rows)
    print(f"{organization.name} is deleted.")
    return 0


def _tell_rows(kind: str, count: int) -> None:
    print(f"  {kind.replace('_', ' ')}: {count}", flush=True)


def _member_list(settings: Settings, options: argparse.Namespace) -> int:
    rows = _operations(settings).member_rows(settings, options.org)
    print_rows(rows, ("id", "email", "name", "role", "status", "last_login_at"),
                as_json=options.json)  # fmt: skip
    return 0


def _member_disable(settings: Settings, options: argparse.Namespace) -> int:
    _operations(settings).disable_member(settings, options.org, options.email)
    print(f"{options.email} is shut out. Their work is still theirs.")
    return 0


def _set_password(settings: Settings, options: argparse.Namespace) -> int:
    _operations(settings).set_password(settings, options.email, read_password())
    print(f"{options.email} has another password. Their sessions are ended; a mail tells them.")
    return 0


def _sessions_end(settings: Settings, options: argparse.Namespace) -> int:
    count = _operations(settings).end_sessions(settings, options.email)
    print(f"{count} {'session is' if count == 1 else 'sessions are'} ended.")
    return 0


def _keys_rotate(settings: Settings, options: argparse.Namespace) -> int:
    key_id = _operations(settings).rotate_keys(settings)
    print(f"New access tokens are signed with key {key_id}. The key before it stays published")
    print("for as long as tokens may be good that it has signed.")
    return 0


def _reindex(settings: Settings, options: argparse.Namespace) -> int:
    _operations(settings).reindex(settings, _tell_rows)
    print("All texts are indexed.")
    return 0


def read_password() -> str:
    """The first line of standard input: never an argument, which others can see."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("New password: ")
    return sys.stdin.readline().rstrip("\r\n")


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """A table, its columns as wide as they need to be; or a list of JSON objects."""
    found = list(rows)
    if as_json:
        print(json.dumps(found))
        return
    table = [columns, *[["-" if row[c] is None else str(row[c]) for c in columns] for row in found]]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    for line in table:
        print(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )
