"""Django's settings: only what the twin needs, and what makes Django quick.

`TWIN_DATABASE_URL` is the address, in the form that ours has.
"""

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: As `procession.kit.db` opens SQLite: WAL, and the synchronous setting as installed.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY"
)


def _database(url: str) -> dict[str, Any]:
    """Connections stay open as long as the thread that uses them."""
    always = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
    if url.startswith("sqlite:///"):
        options: dict[str, Any] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": _PRAGMAS,
            "cached_statements": 1024,
        }
        return {
            **always,
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": options,
        }
    parts = urlsplit(url)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    # Statements are prepared at their first call, as ours are, with parameters sent beside them.
    options = {"server_side_binding": True, "prepare_threshold": 0}
    return {
        **always,
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": said.get("user", ""),
        "HOST": said.get("host", ""),
        "OPTIONS": options,
    }


DEBUG = False
SECRET_KEY = "signs nothing"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.twin"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.twin.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database(os.environ["TWIN_DATABASE_URL"])}
USE_TZ = True
USE_I18N = False
TIME_ZONE = "UTC"
APPEND_SLASH = False
LOGGING_CONFIG = None
