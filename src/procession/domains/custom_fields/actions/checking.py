"""Whether a value is what its key takes, and how it is stored (contract 21, 9.2)."""

from datetime import date, datetime
from typing import Any

from procession.core.texts import NO_NUL, is_storable
from procession.core.urls import is_web_address
from procession.domains.custom_fields.types import KeyRow, ValueType

_LONGEST = 65_535


class WrongValue(Exception):
    """Holds how the sentence about it ends."""


def clean(key: KeyRow, value: Any) -> Any:
    """As it is stored. None stays None: it clears."""
    if value is None or value == "":
        return None
    return _CLEANERS[ValueType(key.field_type)](key, value)


def _text(_: KeyRow, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue("must be a string.")
    if not is_storable(value):
        raise WrongValue(NO_NUL)
    if len(value) > _LONGEST:
        raise WrongValue(f"may not be greater than {_LONGEST} characters.")
    return value


def _number(_: KeyRow, value: Any) -> int | float:
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().lstrip("+-").isdecimal() else float(value)
        except ValueError:
            raise WrongValue("must be a number.") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise WrongValue("must be a number.")
    return value


def _boolean(_: KeyRow, value: Any) -> bool:
    word = value.strip().lower() if isinstance(value, str) else value
    if isinstance(word, str | bool | int):
        if word in ("true", "1", True, 1):
            return True
        if word in ("false", "0", False, 0):
            return False
    raise WrongValue("must be true or false.")


def _date(key: KeyRow, value: Any) -> str:
    text = _text(key, value)
    try:
        if len(text) == len("2031-05-15"):
            date.fromisoformat(text)
        else:
            datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue("is not a valid date.") from None
    return text


def _email(key: KeyRow, value: Any) -> str:
    text = _text(key, value)
    name, at, host = text.partition("@")
    if not (name and at and "." in host) or any(sign.isspace() or sign in "<>," for sign in text):
        raise WrongValue("must be a valid email address.")
    return text


def _url(key: KeyRow, value: Any) -> str:
    text = _text(key, value)
    if not is_web_address(text):
        raise WrongValue("must be a valid URL.")
    return text


def _option(key: KeyRow, value: Any) -> str:
    if not isinstance(value, str) or value not in key.option_texts:
        raise WrongValue("is none of the options.")
    return value


def _options(key: KeyRow, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise WrongValue("must be an array.")
    return list(dict.fromkeys(_option(key, each) for each in value))


def _table(key: KeyRow, value: Any) -> list[dict[str, Any]]:
    labels = set(key.column_labels)
    if not isinstance(value, list) or len(value) > 1_000:
        raise WrongValue("must be an array.")
    for row in value:
        if not isinstance(row, dict) or not set(row) <= labels:
            raise WrongValue("must hold rows of its columns.")
        for cell in row.values():
            if cell is not None:
                _text(key, cell)
    return value


_CLEANERS = {
    ValueType.TEXT: _text,
    ValueType.TEXTAREA: _text,
    ValueType.NUMBER: _number,
    ValueType.BOOLEAN: _boolean,
    ValueType.DATE: _date,
    ValueType.EMAIL: _email,
    ValueType.URL: _url,
    ValueType.RADIO: _option,
    ValueType.DROPDOWN: _option,
    ValueType.MULTISELECT: _options,
    ValueType.TABLE: _table,
}
