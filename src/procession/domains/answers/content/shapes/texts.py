"""Text, addresses and dates."""

from typing import Any

from procession.core.addresses import is_address
from procession.core.markup import holds_large_picture, length_of
from procession.core.texts import is_storable
from procession.core.times import parse_moment
from procession.domains.answers.content.asking import Asked

LONGEST_TEXT = 200
LONGEST_TEXTAREA = 30_000
_LONGEST_DATE = 64


def read_text(sent: Any, asked: Asked) -> Any:
    """Numbers stay numbers."""
    if not isinstance(sent, str | int | float) or not is_storable(str(sent)):
        raise asked.invalid
    if len(str(sent)) > LONGEST_TEXT:
        raise asked.refuse(f"may not be greater than {LONGEST_TEXT} characters.")
    return sent


def read_textarea(sent: Any, asked: Asked) -> str:
    text = _text(sent, asked)
    is_rich = asked.field.use_wysiwyg_editor
    if (length_of(text) if is_rich else len(text)) > LONGEST_TEXTAREA:
        raise asked.refuse(f"may not be greater than {LONGEST_TEXTAREA} characters.")
    if is_rich and holds_large_picture(text):
        raise asked.refuse("may not hold pictures of more than 256 KB.")
    return text


def read_email(sent: Any, asked: Asked) -> str:
    address = _text(sent, asked).strip()
    if not is_address(address):
        raise asked.refuse("must be a valid email address.")
    return address


def read_date(sent: Any, asked: Asked) -> str:
    """The text as sent. No day is guessed from a number or from words."""
    if isinstance(sent, list | dict):
        raise asked.invalid
    if not isinstance(sent, str) or not is_date(sent):
        raise asked.refuse("is not a valid date.")
    return sent


def is_date(text: str) -> bool:
    try:
        parse_moment(text)
    except (ValueError, OverflowError):
        return False
    return len(text) <= _LONGEST_DATE


def _text(sent: Any, asked: Asked) -> str:
    if not isinstance(sent, str) or not is_storable(sent):
        raise asked.invalid
    return sent
