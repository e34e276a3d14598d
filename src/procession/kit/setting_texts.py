"""How settings are written, for people: in help, in `config print`, in the reference."""

from dataclasses import fields

from procession.kit.database_address import default_database_address
from procession.kit.settings import SETTINGS, Settings

_DEFAULTS = {each.name: each.default for each in fields(Settings)}


def option_help(name: str) -> str:
    """Of a setting that is an option, too."""
    setting = SETTINGS[name]
    meaning = setting.meaning.partition(".")[0]
    first = meaning[0].lower() + meaning[1:]
    return f"{first} ({setting.variable}, default {default_text(name)})"


def variables_help() -> str:
    """Every variable with its default, a line each."""
    lines = (f"  {SETTINGS[name].variable}={default_text(name)}" for name in SETTINGS)
    return "\n".join(
        (
            "Variables and their defaults, from the environment or from .env in this folder:",
            "",
            *lines,
            "",
            "A secret may be in a file: PROCESSION_SECRET_KEY_FILE=/run/secrets/key. What each",
            "means is in docs/reference/settings.md; `procession config print` shows those in",
            "force.",
        )
    )


def default_text(name: str) -> str:
    """As it would be written in the environment."""
    if name == "database_url":
        return default_database_address()
    return value_text(_DEFAULTS[name])


def value_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)
