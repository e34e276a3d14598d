"""Settings of a server, from the environment. docs/reference/settings.md is made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from procession.core.networks import NONE, Networks, read_networks
from procession.core.texts import is_whole
from procession.kit.database_address import (
    default_database_address,
    read_database_address,
    sqlite_file,
)
from procession.kit.environment import OF_FILE, PREFIX, SettingError, text_of
from procession.kit.setting_values import (
    FILE_TYPES,
    read_callers,
    read_file_store,
    read_file_types,
    read_length_of_passwords,
    read_lifetime,
    read_listening_address,
    read_log_level,
    read_name_server,
    read_not_negative,
    read_origin,
    read_patience,
    read_pooler,
    read_port,
    read_positive,
    read_rate,
    read_seconds,
    read_sender,
    read_server_name,
    read_smtp_url,
    read_switch,
    read_synchronous,
)


@dataclass(frozen=True)
class Setting:
    """How one variable is read. `expects` completes the sentence "must be ..."."""

    variable: str
    read: Callable[[str], Any]
    expects: str
    meaning: str
    #: Its value lets somebody in: it is not repeated, and may be in a file (`kit.environment`).
    is_secret: bool = False
    #: In words, where the default depends on the machine.
    default: str = ""


@dataclass(frozen=True)
class Settings:
    """Defaults are right for one machine; every field has its row in `SETTINGS`."""

    database_url: str = field(default_factory=default_database_address)
    postgres_pooler: str = "off"
    statement_timeout: float = 4.0
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 0
    hang_limit: int = 20
    worker_hang_limit: int = 300
    public_url: str = ""
    rate_limit: int = 6000
    anonymous_rate_limit: int = 120
    guess_limit: int = 60
    require_client_header: bool = False
    max_body_bytes: int = 10 * 1024 * 1024
    max_upload_bytes: int = 100 * 1024 * 1024
    files: str = ""
    file_types: tuple[str, ...] = FILE_TYPES
    body_memory: int = 64_000_000
    body_files: int = 4_000_000_000
    body_pause: float = 10.0
    body_timeout: float = 60.0
    upload_pause: float = 30.0
    upload_least_bytes: int = 32 * 1024
    head_timeout: float = 10.0
    keep_alive_timeout: float = 75.0
    answer_pause: float = 60.0
    max_unpaginated: int = 20_000
    cors_origins: str = "*"
    trusted_proxies: Networks = NONE
    sqlite_synchronous: str = "FULL"
    secret_key: str = ""
    token_lifetime: int = 15_778_800
    refresh_lifetime: int = 31_557_600
    application_lifetime: int = 604_800
    application_user_lifetime: int = 7_776_000
    session_lifetime: int = 2_592_000
    session_idle_lifetime: int = 604_800
    password_minimum: int = 6
    client_registration: bool = True
    max_full_seats: int = 0
    max_light_seats: int = 0
    max_hourly_guests: int = 0
    max_hourly_comments: int = 0
    smtp_url: str = ""
    mail_from: str = "Procession <procession@localhost>"
    mail_folder: str = ""
    mail_trusted_server: str = ""
    mail_reply_domain: str = ""
    dns_server: str = ""
    outside_timeout: float = 5.0
    webhook_networks: Networks = NONE
    debug: bool = False
    log_level: str = "info"
    event_log: bool = False
    request_log: bool = True
    slow_request: float = 1.0
    metrics_address: str = ""
    clock_file: str = ""

    @property
    def mails(self) -> Path:
        """The folder that mails go into while there is no mail server."""
        if self.mail_folder:
            return Path(self.mail_folder)
        database = sqlite_file(self.database_url)
        return (Path("var") if database is None else database.parent) / "mail"

    @property
    def files_address(self) -> str:
        """The folder of files, or the address of their bucket."""
        if self.files:
            return self.files
        database = sqlite_file(self.database_url)
        return str((Path("var") if database is None else database.parent) / "files")

    @property
    def local_url(self) -> str:
        """Where somebody on this machine reaches the server, whatever its public address is."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


SETTINGS: dict[str, Setting] = {
    "database_url": Setting(
        "PROCESSION_DATABASE_URL",
        read_database_address,
        "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME, where in user and password "
        "signs such as @ : / ? # % are percent-encoded (@ is %40)",
        "Where everything is kept.",
        is_secret=True,
        default="`sqlite:///var/procession.db` where the folder that the command runs in has this "
        "file; else `procession/procession.db` in `XDG_DATA_HOME` (`~/.local/share`)",
    ),
    "postgres_pooler": Setting(
        "PROCESSION_POSTGRES_POOLER",
        read_pooler,
        "`off` or `transaction`",
        "`transaction`: between the server and PostgreSQL is a pooler, such as PgBouncer, that "
        "shares connections by transaction.",
    ),
    "statement_timeout": Setting(
        "PROCESSION_STATEMENT_TIMEOUT",
        read_seconds,
        "seconds, 0.1 to 60",
        "How long a statement of a request may take on PostgreSQL before it is given up with 503; "
        "and, half a second more, how long PostgreSQL may be silent.",
    ),
    "host": Setting("PROCESSION_HOST", str, "an address", "Address to listen on."),
    "port": Setting(
        "PROCESSION_PORT", read_port, "a port number, 1 to 65535", "Port to listen on."
    ),
    "workers": Setting(
        "PROCESSION_WORKERS",
        read_positive,
        "a whole number, at least 1",
        "Server processes. 1 is best on SQLite.",
    ),
    "threads": Setting(
        "PROCESSION_THREADS",
        read_not_negative,
        "a whole number",
        "Threads of each server process; 0 chooses 2 on SQLite, 4 on PostgreSQL.",
    ),
    "hang_limit": Setting(
        "PROCESSION_HANG_LIMIT",
        read_positive,
        "a whole number of seconds, at least 1",
        "A server process that gave no sign of life for so long is ended and started again.",
    ),
    "worker_hang_limit": Setting(
        "PROCESSION_WORKER_HANG_LIMIT",
        read_positive,
        "a whole number of seconds, at least 1",
        "The same for the worker; more than its longest step, which is a mail to a slow server.",
    ),
    "public_url": Setting(
        "PROCESSION_PUBLIC_URL",
        read_origin,
        "an address without a path, such as https://procession.example.org",
        "Address of the web pages in links; empty: the origin of the request, and in mails the "
        "address listened on.",
    ),
    "rate_limit": Setting(
        "PROCESSION_RATE_LIMIT",
        read_rate,
        "`off` or requests per minute",
        "Requests a minute for each user, counted in each server process.",
    ),
    "anonymous_rate_limit": Setting(
        "PROCESSION_ANONYMOUS_RATE_LIMIT",
        read_rate,
        "`off` or requests per minute",
        "Requests a minute for each address without a valid token.",
    ),
    "guess_limit": Setting(
        "PROCESSION_GUESS_LIMIT",
        read_positive,
        "a whole number, 1 or more",
        "Wrong passwords, secrets, codes and tokens a minute for each address, counted for all "
        "servers together. Right ones are let in all the same.",
    ),
    "require_client_header": Setting(
        "PROCESSION_REQUIRE_CLIENT_HEADER",
        read_switch,
        "`on` or `off`",
        "Refuse requests without an X-Tallyfy-Client header.",
    ),
    "max_body_bytes": Setting(
        "PROCESSION_MAX_BODY_BYTES",
        read_not_negative,
        "a number of bytes",
        "Largest JSON or form body.",
    ),
    "max_upload_bytes": Setting(
        "PROCESSION_MAX_UPLOAD_BYTES",
        read_not_negative,
        "a number of bytes",
        "Largest file that is taken.",
    ),
    "files": Setting(
        "PROCESSION_FILES",
        read_file_store,
        "a folder, or s3://BUCKET/PATH, gs://BUCKET/PATH or az://CONTAINER/PATH",
        "Where files are kept; empty: `files` beside the file of SQLite, `var/files` on "
        "PostgreSQL. Keys of a bucket are read from the environment, as its own tools do.",
    ),
    "file_types": Setting(
        "PROCESSION_FILE_TYPES",
        read_file_types,
        "endings of names, comma-separated, such as pdf,png",
        "Which files are taken, by the ending of their names. Programs, HTML and SVG are refused "
        "whatever they are called.",
    ),
    "body_memory": Setting(
        "PROCESSION_BODY_MEMORY",
        read_not_negative,
        "a number of bytes",
        "Memory of each server process for bodies while they are received; one above 256 KiB, and "
        "what does not fit, waits in a temporary file.",
    ),
    "body_files": Setting(
        "PROCESSION_BODY_FILES",
        read_not_negative,
        "a number of bytes",
        "Room of each server process for those temporary files (in TMPDIR); what does not fit is "
        "answered with 503.",
    ),
    "body_pause": Setting(
        "PROCESSION_BODY_PAUSE",
        read_patience,
        "seconds, 0.1 to 3600",
        "How long a JSON or form body may pause before it is given up with 408.",
    ),
    "body_timeout": Setting(
        "PROCESSION_BODY_TIMEOUT",
        read_patience,
        "seconds, 0.1 to 3600",
        "How long a JSON or form body may take in all.",
    ),
    "upload_pause": Setting(
        "PROCESSION_UPLOAD_PAUSE",
        read_patience,
        "seconds, 0.1 to 3600",
        "Where files are taken: how long less than PROCESSION_UPLOAD_LEAST_BYTES may come before "
        "it is given up with 408. There is no limit in all.",
    ),
    "upload_least_bytes": Setting(
        "PROCESSION_UPLOAD_LEAST_BYTES",
        read_not_negative,
        "a number of bytes",
        "See PROCESSION_UPLOAD_PAUSE.",
    ),
    "head_timeout": Setting(
        "PROCESSION_HEAD_TIMEOUT",
        read_patience,
        "seconds, 0.1 to 3600",
        "How long a request's line and headers may take.",
    ),
    "keep_alive_timeout": Setting(
        "PROCESSION_KEEP_ALIVE_TIMEOUT",
        read_patience,
        "seconds, 0.1 to 3600",
        "How long a connection is kept that asks for nothing; a proxy's own limit should be less.",
    ),
    "answer_pause": Setting(
        "PROCESSION_ANSWER_PAUSE",
        read_patience,
        "seconds, 0.1 to 3600",
        "How long a client may take none of its answer before the connection is closed.",
    ),
    "max_unpaginated": Setting(
        "PROCESSION_MAX_UNPAGINATED",
        read_not_negative,
        "a number of rows",
        "Most rows of a list asked for with without_pagination.",
    ),
    "cors_origins": Setting(
        "PROCESSION_CORS_ORIGINS",
        read_callers,
        "`*`, or one origin, such as https://app.example.org",
        "Who may call from a browser.",
    ),
    "trusted_proxies": Setting(
        "PROCESSION_TRUSTED_PROXIES",
        read_networks,
        "addresses and networks, comma-separated, such as 127.0.0.1,10.0.0.0/8",
        "Proxies whose X-Forwarded-* headers are believed.",
    ),
    "sqlite_synchronous": Setting(
        "PROCESSION_SQLITE_SYNCHRONOUS",
        read_synchronous,
        "FULL or NORMAL",
        "FULL: a commit survives a power cut. NORMAL: it survives a crash, and is faster.",
    ),
    "secret_key": Setting(
        "PROCESSION_SECRET_KEY",
        str,
        "a long random text",
        "Key that guest links are derived from, and that the key of access tokens is encrypted "
        "with; empty: one is made and kept in the database.",
        is_secret=True,
    ),
    "token_lifetime": Setting(
        "PROCESSION_TOKEN_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long access tokens of users are good, at most.",
    ),
    "refresh_lifetime": Setting(
        "PROCESSION_REFRESH_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long refresh tokens are good.",
    ),
    "application_lifetime": Setting(
        "PROCESSION_APPLICATION_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long an application's own tokens are good.",
    ),
    "application_user_lifetime": Setting(
        "PROCESSION_APPLICATION_USER_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long the tokens are good that an application gets for a member.",
    ),
    "session_lifetime": Setting(
        "PROCESSION_SESSION_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long somebody stays signed in to the pages, at most.",
    ),
    "session_idle_lifetime": Setting(
        "PROCESSION_SESSION_IDLE_LIFETIME",
        read_lifetime,
        "a number of seconds, at least 1",
        "How long somebody stays signed in to the pages without asking for one.",
    ),
    "password_minimum": Setting(
        "PROCESSION_PASSWORD_MINIMUM",
        read_length_of_passwords,
        "a number of characters, 6 to 64",
        "How long passwords must be when they are chosen. Those that are there stay good.",
    ),
    "client_registration": Setting(
        "PROCESSION_CLIENT_REGISTRATION",
        read_switch,
        "`on` or `off`",
        "Let programs register themselves as OAuth clients, without a secret, as MCP clients do.",
    ),
    "max_full_seats": Setting(
        "PROCESSION_MAX_FULL_SEATS",
        read_rate,
        "`off` or a number of members",
        "Most administrators and standard members of an organization, invited ones included.",
    ),
    "max_light_seats": Setting(
        "PROCESSION_MAX_LIGHT_SEATS",
        read_rate,
        "`off` or a number of members",
        "Most light members of an organization, invited ones included.",
    ),
    "max_hourly_guests": Setting(
        "PROCESSION_MAX_HOURLY_GUESTS",
        read_rate,
        "`off` or a number of guests",
        "Most new guests of an organization within an hour.",
    ),
    "max_hourly_comments": Setting(
        "PROCESSION_MAX_HOURLY_COMMENTS",
        read_rate,
        "`off` or a number of comments",
        "Most comments and issues of an organization within an hour.",
    ),
    "smtp_url": Setting(
        "PROCESSION_SMTP_URL",
        read_smtp_url,
        "smtp://[USER:PASSWORD@]HOST[:PORT], or smtps://..., where in user and password signs "
        "such as @ : / ? # % are percent-encoded",
        "Mail server; smtp uses TLS where the server offers it. Empty: mails become files.",
        is_secret=True,
    ),
    "mail_from": Setting(
        "PROCESSION_MAIL_FROM",
        read_sender,
        "an address, such as Procession <procession@example.org>",
        "Sender of mails.",
    ),
    "mail_folder": Setting(
        "PROCESSION_MAIL_FOLDER",
        str,
        "a folder",
        "Where mails go while there is no mail server; empty: `mail` beside the file of SQLite, "
        "`var/mail` on PostgreSQL.",
    ),
    "mail_trusted_server": Setting(
        "PROCESSION_MAIL_TRUSTED_SERVER",
        read_server_name,
        "the name that your mail server writes into Authentication-Results",
        "Whose word counts for who sent a mail to a template or a task. Empty: no mail launches "
        "anything, and none becomes a comment.",
    ),
    "mail_reply_domain": Setting(
        "PROCESSION_MAIL_REPLY_DOMAIN",
        read_server_name,
        "a domain whose mails your mail server hands to `procession receive-mail`",
        "Answers to mails go to addresses of this domain, and become comments. Empty: they go to "
        "PROCESSION_MAIL_FROM.",
    ),
    "dns_server": Setting(
        "PROCESSION_DNS_SERVER",
        read_name_server,
        "ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT",
        "Name server that is asked for the proof that a domain is an organization's; empty: those "
        "of the machine.",
    ),
    "outside_timeout": Setting(
        "PROCESSION_OUTSIDE_TIMEOUT",
        read_seconds,
        "seconds, 0.1 to 60",
        "How long a call to the outside may take that somebody waits for: to a name server, to a "
        "sign-in provider.",
    ),
    "webhook_networks": Setting(
        "PROCESSION_WEBHOOK_NETWORKS",
        read_networks,
        "addresses and networks, comma-separated, such as 127.0.0.1,10.0.0.0/8",
        "Networks that are not public and that webhooks may call all the same.",
    ),
    "debug": Setting(
        "PROCESSION_DEBUG",
        read_switch,
        "`on` or `off`",
        "For who works on Procession: the page of all components, /app/_components, is there.",
    ),
    "log_level": Setting(
        "PROCESSION_LOG_LEVEL",
        read_log_level,
        "debug, info, warning or error",
        "How much is logged.",
    ),
    "event_log": Setting(
        "PROCESSION_EVENT_LOG",
        read_switch,
        "`on` or `off`",
        "Tell every event in the worker's log: what happened, and where. Off: an event that nobody "
        "else receives is not kept waiting for the worker at all.",
    ),
    "request_log": Setting(
        "PROCESSION_REQUEST_LOG",
        read_switch,
        "`on` or `off`",
        "A line in the log for each request, at the level info: route, status, how long it took "
        "and who asked, by number; never a token, a code or an address.",
    ),
    "slow_request": Setting(
        "PROCESSION_SLOW_REQUEST",
        read_patience,
        "seconds, 0.1 to 3600",
        "A request that takes so long is marked `slow` in the log, at the level warning.",
    ),
    "metrics_address": Setting(
        "PROCESSION_METRICS_ADDRESS",
        read_listening_address,
        "HOST:PORT, such as 127.0.0.1:9464",
        "Where Prometheus finds `/metrics`, of all processes that one `procession serve` or "
        "`procession work` has. Whoever reaches it may read it. Empty: nowhere.",
    ),
    "clock_file": Setting(
        "PROCESSION_CLOCK_FILE",
        str,
        "a file",
        "For trials only: a file with the time to go by, in microseconds since 1970, or with how "
        "far the machine's clock is to be off, as in -180000000. Empty, or without the file: the "
        "machine's clock.",
    ),
}


#: Not ours to read: what clients of the API take their address and token from.
_OF_CLIENTS = {"PROCESSION_URL", "PROCESSION_TOKEN", "PROCESSION_ORGANIZATION"}


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Names that look like settings, and are none: mostly misspelled."""
    known = {name for setting in SETTINGS.values() for name in variables_of(setting)} | _OF_CLIENTS
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def variables_of(setting: Setting) -> list[str]:
    """Those that it is read from."""
    variable = setting.variable
    return [variable, f"{variable}{OF_FILE}"] if setting.is_secret else [variable]


def likely_variable(unknown: str) -> str | None:
    """The setting that was meant, as far as one can tell."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for who misspelled one

    known = [setting.variable for setting in SETTINGS.values()]
    return next(iter(get_close_matches(unknown, known, n=1)), None)


def read_option(name: str, text: str) -> Any:
    """The same setting given as an option, `--port 80`."""
    return _read(replace(SETTINGS[name], variable=f"--{name}"), text)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises SettingError for the first variable that cannot be used."""
    values: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        text = text_of(setting.variable, environment, is_secret=setting.is_secret)
        if text.strip():
            values[name] = _read(setting, text)
    return Settings(**values)


def setting_errors(environment: Mapping[str, str]) -> list[str]:
    """All that is wrong with them, a sentence each."""
    found = []
    for setting in SETTINGS.values():
        try:
            text = text_of(setting.variable, environment, is_secret=setting.is_secret)
            if text.strip():
                _read(setting, text)
        except SettingError as wrong:
            found.append(str(wrong))
    return found


def _read(setting: Setting, text: str) -> Any:
    if not is_whole(text):
        raise SettingError(f"{setting.variable} is no text in UTF-8.")
    try:
        return setting.read(text)
    except (ValueError, KeyError):
        shown = "not readable" if setting.is_secret or _may_hold_a_password(text) else repr(text)
        raise SettingError(
            f"{setting.variable} is {shown}; it must be {setting.expects}."
        ) from None


def _may_hold_a_password(text: str) -> bool:
    """An address has one before its `@`, also where nobody expects it."""
    return "://" in text and "@" in text
