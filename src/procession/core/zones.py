"""Timezones by their IANA names (contract 00, 4.7): the same ones on every machine.

The files of a machine hold others, too, such as `localtime`, which mean something else elsewhere.
"""

from functools import cache
from importlib.resources import files

#: In the list, and a zone of nowhere: what a machine is set to before anybody sets it.
_UNSET = "Factory"


def is_zone(name: str) -> bool:
    return name in _names()


def zone_names() -> list[str]:
    """All of them, to choose from."""
    return sorted(_names())


@cache
def _names() -> frozenset[str]:
    return frozenset((files("tzdata") / "zones").read_text().split()) - {_UNSET}
