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
    _add_holds(verbs)
    _add_retention(verbs)
    _add_archive(verbs)
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


def _add_holds(verbs: Any) -> None:
    """Each action does what the route of the same name does."""
    actions = verbs.add_parser(
        "hold", help="keep things from being deleted", description="Keep things from being deleted."
    ).add_subparsers(required=True, metavar="ACTION", dest="action")
    place = _add(actions, "place", "put something on hold; without more: everything", _hold)
    what = place.add_mutually_exclusive_group()
    what.add_argument("--run", dest="run_id", metavar="ID", help="a process")
    what.add_argument(
        "--checklist", dest="checklist_id", metavar="ID", help="a template with its processes"
    )
    what.add_argument("--task", dest="task_id", metavar="ID", help="a one-off task")
    listing = _add(actions, "list", "list the holds that are not released", _hold)
    listing.add_argument("--all", action="store_true", help="also those that are")
    shown = _add(actions, "show", "show a hold, and how much it covers", _hold)
    change = _add(actions, "change", "change why, or until when, something is on hold", _hold)
    released = _add(actions, "release", "release a hold", _hold)
    for each in (place, change):
        each.add_argument("--reason", required=each is place, help="why")
        each.add_argument("--reference", help="such as the number of a case")
        each.add_argument("--expires", metavar="INSTANT", help="until when, or `never`")
    released.add_argument("--reason", required=True, help="why it is needed no more")
    for each in (shown, change, released):
        each.add_argument("id", help="from `procession hold list`")
    for each in (place, listing, shown, change, released):
        each.add_argument("--org", required=True, help="id of the organization")
        each.add_argument("--json", action="store_true", help="print JSON")


def _hold(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import holding
    from procession.kit.log import configure_logging

    configure_logging(settings.log_level)
    found = list(holding.act(settings, options))
    if options.json:
        shown = [each.json for each in found]
        print(json.dumps(shown if options.action == "list" else shown[0]))
        return 0
    columns = ("id", "scope", "reason", "reference", "expires_at", "released_at")
    print_rows((each.row for each in found), columns, as_json=False)
    for each in found:
        if each.covers is not None:
            covers = each.covers
            print(
                f"It covers {covers.runs} processes, {covers.checklists} templates "
                f"and {covers.tasks} one-off tasks."
            )
    return 0


def _add_retention(verbs: Any) -> None:
    actions = _group(verbs, "retention", "see what rules of retention would do")
    preview = _add(
        actions,
        "preview",
        "what one pass would archive and delete, now or then",
        _retention_preview,
    )
    preview.add_argument("--org", required=True, help="id of the organization")
    preview.add_argument(
        "--at", help="an instant, or a day: its start in the organization's timezone"
    )
    preview.add_argument("--json", action="store_true", help="print JSON, as the API answers")


def _add_archive(verbs: Any) -> None:
    actions = _group(verbs, "archive", "archive, restore or delete many, watch it, take it back")
    select = _add(actions, "select", "say what would become of each; changes nothing", _select)
    select.add_argument("verb", choices=["archive", "activate", "delete"])
    select.add_argument(
        "--object", default="run", choices=["run", "checklist", "task"], help="default: run"
    )
    which = select.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--filter", help="JSON: parameters of the object's list; everything: '{\"all\": true}'"
    )
    which.add_argument("--ids", help="ids, separated by commas")
    select.add_argument(
        "--with-children", action="store_true", help="also all processes below them"
    )
    run = _add(actions, "run", "do what was selected, to its end", _run_operation)
    run.add_argument("token", help="from `procession archive select`")
    run.add_argument("--comment", help="why; people read it with the operation")
    run.add_argument("--confirm", type=int, help="to delete: how many that are")
    undo = _add(actions, "undo", "take an operation back, to its end", _undo_operation)
    undo.add_argument("number", type=int, help="from `procession archive status`")
    status = _add(actions, "status", "show an operation, or the last of them", _show_operations)
    status.add_argument("number", type=int, nargs="?", help="which one")
    for parser in (select, run, undo, status):
        parser.add_argument("--org", required=True, help="id of the organization")
        parser.add_argument("--json", action="store_true", help="print JSON")


def _archiving(settings: Settings) -> Any:
    from procession.cli import archiving
    from procession.kit.log import configure_logging

    configure_logging(settings.log_level)
    return archiving


def _select(settings: Settings, options: argparse.Namespace) -> int:
    selected = _archiving(settings).select(settings, options)
    if options.json:
        print(json.dumps(selected))
        return 0
    print(f"{selected['will_change']} of {selected['matching']} would change.")
    for skip in selected["skipped"]:
        print(f"  {skip['count']} would not: {skip['reason']}")
    for each in selected["sample"]:
        print(f"  #{each['increment_id']} {each['name']}")
    print(f"Good until {selected['expires_at']}: procession archive run {selected['token']}")
    return 0


def _run_operation(settings: Settings, options: argparse.Namespace) -> int:
    ended = _archiving(settings).run(
        settings, options.org, options.token, options.comment, options.confirm
    )
    return _tell_operation(ended, as_json=options.json)


def _undo_operation(settings: Settings, options: argparse.Namespace) -> int:
    ended = _archiving(settings).undo(settings, options.org, options.number)
    return _tell_operation(ended, as_json=options.json)


def _tell_operation(ended: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(ended))
        return 0
    print(f"Operation {ended['number']} is {ended['status']}: {ended['done']} of {ended['total']}.")
    for skip in ended["skipped"]:
        print(f"  {skip['count']} passed over: {skip['reason']}")
    return 0


def _show_operations(settings: Settings, options: argparse.Namespace) -> int:
    rows = _archiving(settings).status(settings, options.org, options.number)
    columns = ("number", "verb", "object", "kind", "status", "done", "total", "requested_at")
    print_rows(rows, columns, as_json=options.json)
    return 0


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


def _retention_preview(settings: Settings, options: argparse.Namespace) -> int:
    operations = _operations(settings)
    found = operations.retention_preview(settings, options.org, options.at)
    if options.json:
        print(json.dumps(found))
        return 0
    if not found["checklists"]:
        print(f"Nothing is due at {found['at']}.")
        return 0
    columns = ("template", "archive", "delete", "passed over", "due since", "rule", "on")
    print_rows(operations.preview_rows(found), columns, as_json=False)
    print(f"At {found['at']}: archive {found['would_archive']}, delete {found['would_delete']}.")
    if found["would_delete"] and not found["deletion_allowed"]:
        print("Rules may not delete: nothing is deleted before that is allowed.")
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
