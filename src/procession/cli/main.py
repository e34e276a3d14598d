"""The command `procession`.

Each command's own module is imported when it runs: `serve` and `--help` shall not wait for what
the others need.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from procession import __version__
from procession.cli import operating
from procession.cli.serving import CannotListen, name_database, serve
from procession.core.texts import is_whole
from procession.kit.environment import SettingError, add_env_file
from procession.kit.errors import Refusal
from procession.kit.schema import MigrationFailed, NotMigrated
from procession.kit.setting_texts import option_help, variables_help
from procession.kit.settings import (
    Settings,
    likely_variable,
    read_option,
    read_settings,
    unknown_variables,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 with a sentence on standard error that says what to do."""
    given = sys.argv[1:] if arguments is None else arguments
    if not all(map(is_whole, given)):
        return _fail("An argument is no text in UTF-8.")
    options = _parser().parse_args(operating.as_now(given))
    try:
        from_file = add_env_file(os.environ)
        if options.run is operating.show_config:
            return int(operating.show_config(options, from_file))
        settings = read_settings(os.environ)
        _warn_of_unknown(settings)
        name_database(settings)
        command: Callable[[Settings, argparse.Namespace], int] = options.run
        return command(settings, options)
    except SettingError as wrong:
        _fail(str(wrong))
        # A mail shall wait until the setting is mended, and not be sent back.
        return _TRY_AGAIN if options.run is _receive_mail else 1
    except Refusal as refusal:
        return _fail(refusal.message)
    except (NotMigrated, MigrationFailed, CannotListen) as wrong:
        return _fail(str(wrong))
    except BrokenPipeError:
        # Whoever reads the output (`| head`) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as wrong:
        sentence = _about_database(wrong)
        if sentence is None:
            raise
        return _fail(sentence)


def _warn_of_unknown(settings: Settings) -> None:
    """A setting that nobody reads is mostly one that somebody relies on."""
    for variable in unknown_variables(os.environ):
        _log_of(settings).warning(
            "no such setting", variable=variable, did_you_mean=likely_variable(variable)
        )


def _log_of(settings: Settings) -> Any:
    import structlog

    _log_as_the_server(settings)
    return structlog.get_logger("procession.cli")


def _log_as_the_server(settings: Settings) -> None:
    """What commands log goes where the server's log goes; their answers are on standard output."""
    from procession.kit.log import configure_logging

    configure_logging(settings.log_level)


#: Whose errors tell what a database says when it is away, is none, or may not be written.
_DATABASE_LIBRARIES = ("psycopg", "sqlalchemy", "sqlite3")


def _about_database(wrong: Exception) -> str | None:
    """None for errors of another kind."""
    library = type(wrong).__module__.partition(".")[0]
    if library == "alembic":
        return f"The database's schema is not one of this version's: {wrong}."
    if library not in _DATABASE_LIBRARIES and not isinstance(wrong, OSError):
        return None
    reason = str(getattr(wrong, "orig", None) or wrong).strip().splitlines()[0]
    return f"The database cannot be used: {reason}. See PROCESSION_DATABASE_URL."


#: EX_TEMPFAIL: a mail server keeps the mail and tries later.
_TRY_AGAIN = 75


def _fail(sentence: str) -> int:
    print(f"procession: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="procession", description="A self-hosted server for a team's repeatable procedures."
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(verbs)
    _add(verbs, "work", "run the background worker by itself", _work)
    _add(verbs, "migrate", "bring the database to the newest schema", _migrate)
    _add_bootstrap(verbs)
    _add_member(verbs)
    _add_token(verbs)
    _add_activity(verbs)
    _add_single_sign_on(verbs)
    _add_receive_mail(verbs)
    _add_demo(verbs)
    _add_examples(verbs)
    doctor = _add(verbs, "doctor", "say what is wrong, and what to do about it", _doctor)
    doctor.add_argument("--json", action="store_true", help="print JSON")
    operating.add_commands(verbs)
    return parser


def _add(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_text: str,
    run: Callable[..., int],
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help_text, description=help_text.capitalize() + ".")
    parser.set_defaults(run=run)
    return parser


def _add_examples(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(verbs, "examples", "list templates of daily work, or print one", _examples)
    parser.add_argument("name", nargs="?", help="which one to print, as JSON to import")
    parser.add_argument("--json", action="store_true", help="list their names as JSON")


def _examples(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli.examples import show_examples

    return show_examples(options.name, as_json=options.json)


def _add_serve(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(verbs, "serve", "start the server", _serve)
    for name in ("host", "port", "workers"):
        parser.add_argument(f"--{name}", help=option_help(name))
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = variables_help()
    parser.add_argument(
        "--no-worker", action="store_true", help="leave background work to `procession work`"
    )


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    given = {
        name: read_option(name, getattr(options, name))
        for name in ("host", "port", "workers")
        if getattr(options, name) is not None
    }
    return serve(replace(settings, **given), with_worker=not options.no_worker)


def _work(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import working

    _log_as_the_server(settings)
    return working.work(settings)


def _migrate(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import migrating

    _log_as_the_server(settings)
    return migrating.migrate_database(settings)


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import doctor

    _log_as_the_server(settings)
    return doctor.run(settings, as_json=options.json)


def _demo(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import demo

    _log_as_the_server(settings)
    return demo.run(settings, options)


def _add_receive_mail(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(
        verbs, "receive-mail", "launch a process from a mail on standard input", _receive_mail
    )
    parser.add_argument("--recipient", required=True, help="address that it was delivered to")


def _receive_mail(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import receiving_mail

    _log_as_the_server(settings)
    try:
        print(receiving_mail.receive_mail(settings, options.recipient))
    except Exception as wrong:
        _fail(_about_database(wrong) or str(wrong))
        return _TRY_AGAIN
    return 0


def _add_demo(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(verbs, "demo", "fill an empty database with a demo organization", _demo)
    parser.add_argument("--serve", action="store_true", help="start the server on it")


def _add_bootstrap(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(verbs, "bootstrap", "make an organization with an administrator", _bootstrap)
    parser.add_argument("--org", required=True, help="name of the organization")
    parser.add_argument("--email", required=True, help="address of its administrator")
    parser.add_argument("--name", default="", help="name of its administrator")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read their password from standard input"
    )
    parser.add_argument("--token", help="access token to give them, instead of a new one")
    parser.add_argument("--timezone", default="UTC", help="IANA name, such as Europe/London")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--force", action="store_true", help="make it even in the demo's database")


def _bootstrap(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import people

    _log_as_the_server(settings)
    made = people.bootstrap(
        settings,
        name=options.org,
        email=options.email,
        admin_name=options.name,
        password=operating.read_password() if options.password_stdin else None,
        token=options.token,
        timezone=options.timezone,
        is_forced=options.force,
    )
    _print(asdict(made), as_json=options.json)
    return 0


def _add_member(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = verbs.add_parser("member", help="add, list and disable members, set passwords")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    operating.add_members(actions)
    parser = _add(actions, "add", "add a member to an organization", _member)
    parser.add_argument("--org", required=True, help="id of the organization")
    parser.add_argument("--email", required=True, help="address of the member")
    parser.add_argument("--role", default="standard", choices=["admin", "standard", "light"])
    parser.add_argument("--token", help="access token to give them, instead of a new one")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _member(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import people

    _log_as_the_server(settings)
    made = people.add_member(
        settings,
        organization_id=options.org,
        email=options.email,
        role=options.role,
        token=options.token,
    )
    _print(asdict(made), as_json=options.json)
    return 0


def _add_token(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("token", help="create, list and revoke access tokens")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = _add(actions, "create", "create an access token for a user", _token_create)
    create.add_argument("--email", required=True, help="address of the user")
    create.add_argument("--name", default="command line", help="what the token is for")
    create.add_argument(
        "--days", type=int, help="days until it expires; default: PROCESSION_TOKEN_LIFETIME"
    )
    listing = _add(actions, "list", "list access tokens, without their text", _token_list)
    listing.add_argument("--json", action="store_true", help="print JSON")
    revoke = _add(actions, "revoke", "revoke an access token", _token_revoke)
    revoke.add_argument("id", type=int, help="number from `procession token list`")


def _token_create(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import tokens

    _log_as_the_server(settings)
    print(tokens.create_token(settings, options.email, options.name, options.days))
    return 0


def _token_list(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import tokens

    _log_as_the_server(settings)
    rows = tokens.token_rows(settings)
    operating.print_rows(rows, tokens.TOKEN_COLUMNS, as_json=options.json)
    return 0


def _token_revoke(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import tokens

    _log_as_the_server(settings)
    if tokens.revoke_token(settings, options.id):
        print(f"Token {options.id} is revoked.")
        return 0
    return _fail(f"There is no token {options.id} that could be revoked.")


def _add_activity(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("activity", help="export what happened, for auditors")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    export = _add(actions, "export", "write the activity of an organization", _activity_export)
    export.add_argument("--org", required=True, help="id of the organization")
    export.add_argument("--format", choices=("csv", "jsonl"), default="jsonl")
    export.add_argument("--entity-type", help="checklist, run, step, task or thread")
    export.add_argument("--entity-id", help="id of that")
    export.add_argument("--verb", help="created, archived, completed...")
    export.add_argument("--after", help="first day, YYYY-MM-DD")
    export.add_argument("--before", help="last day, YYYY-MM-DD")


def _activity_export(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import auditing

    _log_as_the_server(settings)
    for piece in auditing.exported(settings, options):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return 0


def _add_single_sign_on(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("sso", help="sign in through an organization's OpenID provider")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    connect = _add(actions, "connect", "connect an organization with its provider", _sso_connect)
    connect.add_argument("--issuer", required=True, help="address of the provider, https://...")
    connect.add_argument("--client-id", required=True, help="what the provider knows us by")
    connect.add_argument(
        "--client-secret-file", required=True, help="file that holds the secret; - reads it"
    )
    connect.add_argument(
        "--domain",
        default=[],
        action="append",
        help="vouch for a domain, where the organization has not verified it",
    )
    for name, help_text in (
        ("show", "show the provider of an organization"),
        ("test", "ask the provider whether people could sign in there"),
        ("disconnect", "let go of the provider"),
        ("relax", "let members in with passwords again"),
    ):
        _add(actions, name, help_text, _sso_change).set_defaults(action=name)
    enforce = _add(
        actions,
        "enforce",
        "let members in through the provider only; administrators keep passwords",
        _sso_enforce,
    )
    enforce.add_argument("--force", action="store_true", help="though nobody has tried it yet")
    for action in actions.choices.values():
        action.add_argument("--org", required=True, help="id of the organization")


def _sso_connect(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import single_sign_on

    _log_as_the_server(settings)
    try:
        secret = single_sign_on.read_secret(options.client_secret_file)
    except OSError as wrong:
        return _fail(f"The file with the client secret cannot be read: {wrong.strerror}.")
    callback = single_sign_on.connect_provider(
        settings,
        options.org,
        issuer=options.issuer,
        client_id=options.client_id,
        client_secret=secret,
        domains=options.domain,
    )
    print(f"Connected. Register this address at the provider, if it is not yet: {callback}")
    return 0


def _sso_change(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import single_sign_on

    _log_as_the_server(settings)
    if options.action == "show":
        shown = asdict(single_sign_on.show_provider(settings, options.org))
        enforced, domains = shown.pop("is_enforced"), ", ".join(shown.pop("domains"))
        _print({**shown, "enforced": enforced, "domains": domains}, as_json=False)
    elif options.action == "test":
        page = single_sign_on.test_provider(settings, options.org)
        print(f"It offers what is needed. Whether it lets people in, a person finds out at {page}")
    else:
        single_sign_on.change_provider(settings, options.org, options.action)
        print(_TOLD)
    return 0


def _sso_enforce(settings: Settings, options: argparse.Namespace) -> int:
    from procession.cli import single_sign_on

    _log_as_the_server(settings)
    single_sign_on.enforce_provider(settings, options.org, is_untried=options.force)
    print(_TOLD)
    return 0


_TOLD = "Done. The administrators are told by mail."


def _print(values: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(values))
    else:
        for name, value in values.items():
            print(f"{name}: {_in_words(value)}")


def _in_words(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
