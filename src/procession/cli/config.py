"""The commands `procession config check` and `config print`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procession.cli.serving import name_database
from procession.kit.environment import text_of
from procession.kit.setting_texts import default_text
from procession.kit.settings import (
    SETTINGS,
    likely_variable,
    read_settings,
    setting_errors,
    unknown_variables,
)


@dataclass(frozen=True)
class Shown:
    """A setting in force. `value` is None for a secret that is set; `origin` is `default`,
    `environment`, `.env`, or `file` for one that a file of its own holds."""

    variable: str
    value: str | None
    origin: str


def check(environment: Mapping[str, str]) -> int:
    """0 when all of them can be used and each name is one of ours."""
    wrong = [*setting_errors(environment), *_unknown(environment)]
    if not wrong:
        name_database(read_settings(environment))
        print("ok     every setting can be used")
    for sentence in wrong:
        print(f"WRONG  {sentence}")
    return int(bool(wrong))


def show(environment: Mapping[str, str], from_file: Sequence[str], *, as_json: bool) -> int:
    """In a form that `.env` takes; defaults and secrets are remarks there. `from_file`: the names
    that came into the environment from `.env`."""
    name_database(read_settings(environment))
    for sentence in _unknown(environment):
        print(f"procession: {sentence}", file=sys.stderr)
    shown = list(_settings(environment, from_file))
    if as_json:
        rows = [{"variable": s.variable, "value": s.value, "from": s.origin} for s in shown]
        print(json.dumps(rows))
        return 0
    for each in shown:
        print(_line(each))
    return 0


def _line(shown: Shown) -> str:
    if shown.value is None:
        return f"# {shown.variable} is set by the {shown.origin} and is not shown"
    remark = "# " if shown.origin == "default" else ""
    return f"{remark}{shown.variable}={shown.value}"


def _settings(environment: Mapping[str, str], from_file: Sequence[str]) -> Iterator[Shown]:
    for name, setting in SETTINGS.items():
        variable = setting.variable
        text = text_of(variable, environment, is_secret=setting.is_secret)
        if not text.strip():
            yield Shown(variable, default_text(name), "default")
            continue
        origin = ".env" if variable in from_file else "environment"
        if not environment.get(variable, "").strip():
            origin = "file"
        yield Shown(variable, None if setting.is_secret else text, origin)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    for variable in unknown_variables(environment):
        likely = likely_variable(variable)
        meant = f" Did you mean {likely}?" if likely else ""
        yield f"There is no setting {variable}.{meant}"
