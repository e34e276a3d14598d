"""The rules that an author gave a text field (contract 31, 5.4)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from procession.core.addresses import is_address
from procession.core.urls import is_web_address
from procession.domains.templates.types import Field

_NUMERIC = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)

#: Rules without a number, and how a sentence about them ends.
_PLAIN: dict[str, tuple[Callable[[str], bool], str]] = {
    "numeric": (lambda text: bool(_NUMERIC.fullmatch(text)), "must be a number."),
    "integer": (lambda text: bool(_INTEGER.fullmatch(text)), "must be an integer."),
    "email": (is_address, "must be a valid email address."),
    "url": (is_web_address, "must be a valid URL."),
    "alpha": (str.isalpha, "may only contain letters."),
    "alpha_num": (str.isalnum, "may only contain letters and numbers."),
    "alpha_dash": (
        lambda text: all(sign.isalnum() or sign in "-_" for sign in text),
        "may only contain letters, numbers, dashes and underscores.",
    ),
}


def wrongs_of(text: str, field: Field) -> list[str]:
    """A sentence for each rule that the text breaks; rules that nobody knows are passed over."""
    text = text.strip()
    words = {rule.partition(":")[0] for rule in field.field_validation}
    by_value = bool(words & {"numeric", "integer"})
    size = _size(text, by_value=by_value)
    unit = "" if by_value else " characters"
    endings = [_broken(rule, text, size, unit) for rule in field.field_validation]
    return [f"{field.label} {ending}" for ending in endings if ending]


def _size(text: str, *, by_value: bool) -> Decimal | None:
    """What limits are about; None for a text that should be a number and is none."""
    if not by_value:
        return Decimal(len(text))
    return Decimal(text) if _NUMERIC.fullmatch(text) else None


def _broken(rule: str, text: str, size: Decimal | None, unit: str) -> str | None:
    word, _, rest = (part.strip() for part in rule.partition(":"))
    if word in _PLAIN:
        is_kept, ending = _PLAIN[word]
        return None if is_kept(text) else ending
    try:
        limits = [Decimal(limit.strip()) for limit in rest.split(",")]
    except InvalidOperation:
        return None
    if word == "digits":
        is_number = text.isascii() and text.isdecimal()
        return None if is_number and len(text) == limits[0] else f"must be {limits[0]} digits."
    return None if size is None else _beyond(word, size, limits, unit)


def _beyond(word: str, size: Decimal, limits: list[Decimal], unit: str) -> str | None:
    if word == "min" and size < limits[0]:
        return f"must be at least {limits[0]}{unit}."
    if word == "max" and size > limits[0]:
        return f"may not be greater than {limits[0]}{unit}."
    if word == "between" and len(limits) > 1 and not limits[0] <= size <= limits[1]:
        return f"must be between {limits[0]} and {limits[1]}{unit}."
    return None
