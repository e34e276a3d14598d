"""Which texts are kept, how, and which of them say nothing.

PostgreSQL keeps no NUL, neither in a text nor in JSON; half of a surrogate pair is no text in UTF-8
for anybody. All else that people write is kept in one form (NFC) and without control signs; where a
text is asked for, one of signs that nobody can see is none (ruling 19).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

_LOST = "\ufffd"
#: Signs that steer printers and terminals; tab and newline are text.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: Spaces, controls, what joins or turns others, and marks that need a sign to stand on.
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"))
#: By their category these could be seen; they are blank: braille without dots, Hangul fillers.
_BLANK = frozenset("\u2800\u115f\u1160\u3164\uffa0")

#: How a sentence about such a text ends.
NO_NUL = "may not contain a NUL character."


def is_whole(text: str) -> bool:
    """It can be written in UTF-8: no half of a surrogate pair is in it."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_storable(text: str) -> bool:
    return "\x00" not in text and is_whole(text)


def storable(text: str) -> str:
    """The same text; U+FFFD stands for what cannot be kept."""
    if is_storable(text):
        return text
    return text.replace("\x00", _LOST).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def tidied(text: str) -> str:
    """As people's text is stored. A NUL stays, for who refuses it."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def tidied_json(value: Any) -> Any:
    """The same for every text in a JSON value; keys are no text that people write.

    Values that were sent have 64 levels at most (`core.nesting`).
    """
    if isinstance(value, str):
        return tidied(value)
    if isinstance(value, Mapping):
        return {key: tidied_json(inside) for key, inside in value.items()}
    return [tidied_json(inside) for inside in value] if isinstance(value, list) else value


def is_blank(text: str) -> bool:
    """Nothing in it can be seen."""
    return all(sign in _BLANK or unicodedata.category(sign) in _UNSEEN for sign in text)


def places_of_nul(value: Any, at: str) -> Iterator[str]:
    """Dot paths of all texts in a JSON value that hold NUL. Keys are texts, too.

    Values that were sent have 64 levels at most (`core.nesting`).
    """
    if isinstance(value, str):
        if "\x00" in value:
            yield at
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            path = f"{at}.{storable(str(key))}"
            if "\x00" in str(key):
                yield path
            else:
                yield from places_of_nul(inside, path)
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from places_of_nul(inside, f"{at}.{place}")


def without_nul(value: Any) -> Any:
    """The same JSON value with U+FFFD for each NUL; it goes as deep as `places_of_nul`."""
    if isinstance(value, str):
        return value.replace("\x00", _LOST)
    if isinstance(value, Mapping):
        return {without_nul(key): without_nul(inside) for key, inside in value.items()}
    return [without_nul(inside) for inside in value] if isinstance(value, list) else value
