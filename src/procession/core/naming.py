"""What a process is called when it is launched (contract 30, 3.2; 50, 7.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from procession.core.launching import LONGEST_NAME, default_name
from procession.core.markup import without_tags
from procession.core.times import Instant, local_day
from procession.core.variables import substituted


@dataclass(frozen=True)
class Naming:
    """What a template says about the names of its processes."""

    template_title: str
    #: Names are made from `name_format`.
    is_automatic: bool = False
    launcher_may_choose: bool = True
    name_format: str | None = None


def process_name(
    sent: str, naming: Naming, values: Mapping[str, str], *, at: Instant, zone: str
) -> str:
    """The first that is not blank, of what was sent, what is generated, and the title with a date.

    `sent` is one line already. `values`: plain text of the kick-off answers, by the fields'
    aliases; empty ones stand for nothing, and what names no field stays as it was typed.
    """
    is_locked = naming.is_automatic and not naming.launcher_may_choose
    if sent and not is_locked:
        return sent
    generated = _generated(naming, values, at, zone) if naming.is_automatic else ""
    return generated or default_name(naming.template_title, at, zone)


def _generated(naming: Naming, values: Mapping[str, str], at: Instant, zone: str) -> str:
    """Never too long: a name that nobody typed is cut, not refused."""
    words = {"DATE": local_day(at, zone), "TEMPLATE_NAME": naming.template_title}
    text = substituted(
        naming.name_format or "", lambda name: words.get(name.upper(), values.get(name))
    )
    return " ".join(without_tags(text).split())[:LONGEST_NAME].rstrip()
