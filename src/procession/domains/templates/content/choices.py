"""Options and columns of a field, from whatever clients send for them (contract 21, 1 and 4)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from procession.core.texts import NO_NUL, is_blank, is_storable
from procession.domains.templates.content.findings import Findings, name_of
from procession.domains.templates.types import Column, Option

MOST_OPTIONS = 1_000
MOST_COLUMNS = 100
_LONGEST_TEXT = 500
_LONGEST_LABEL = 255
#: What numbers in JSON carry exactly.
_LARGEST_ID = 2**53 - 1
_TRUE = (True, 1, "1", "true")
_FALSE = (False, 0, "0", "false", None, "")
_OPTION_WORDS = ("text", "label", "name", "value")
_COLUMN_WORDS = ("label", "text", "name")

Entry = TypeVar("Entry", Option, Column)


def read_options(sent: Sequence[Any], path: str, found: Findings) -> tuple[Option, ...]:
    """Texts are kept exactly: answers are matched against them."""
    if len(sent) > MOST_OPTIONS:
        found.refuse(path, f"A field may not have more than {MOST_OPTIONS} options.")
        return ()
    texts = [
        _text_of(entry, _OPTION_WORDS, f"{path}.{place}.text", _LONGEST_TEXT, found)
        for place, entry in enumerate(sent)
    ]
    ids = _ids_of(sent, path, found)
    options = tuple(
        Option(
            id=option_id,
            text=text,
            description=_description_of(entry, f"{path}.{place}.description", found),
            required=_is_required(entry, f"{path}.{place}.required", found),
        )
        for place, (option_id, text, entry) in enumerate(zip(ids, texts, sent, strict=True))
    )
    for text in _repeated([text for text in texts if text]):
        found.warn(path, f'the text "{text}" is there more than once.')
    return options


def read_columns(sent: Sequence[Any], path: str, found: Findings) -> tuple[Column, ...]:
    if len(sent) > MOST_COLUMNS:
        found.refuse(path, f"A table may not have more than {MOST_COLUMNS} columns.")
        return ()
    labels = [
        _text_of(entry, _COLUMN_WORDS, f"{path}.{place}.label", _LONGEST_LABEL, found).strip()
        for place, entry in enumerate(sent)
    ]
    ids = _ids_of(sent, path, found)
    return tuple(Column(column_id, label) for column_id, label in zip(ids, labels, strict=True))


def options_mentioned(sent: Any, options: Sequence[Option]) -> list[Option | None]:
    """Options that a default names by object, text or id; None for what is none of them."""
    entries = sent if isinstance(sent, list) else [sent]
    return [
        _option_mentioned(entry, options)
        for entry in entries
        if not (isinstance(entry, dict) and entry.get("selected") in (False, 0, "0", "false"))
    ]


def _option_mentioned(entry: Any, options: Sequence[Option]) -> Option | None:
    """By text first: options may have numbers for texts."""
    if isinstance(entry, dict):
        text = next((entry[word] for word in _OPTION_WORDS if is_text(entry.get(word))), None)
        by_id = _first(options, lambda option: str(option.id) == str(entry.get("id")))
        if text is None or (by_id is not None and by_id.text == text):
            return by_id
        return _first(options, lambda option: option.text == text)
    if not is_text(entry):
        return None
    for matches in (
        lambda option: option.text == str(entry),
        lambda option: option.text.strip().casefold() == str(entry).strip().casefold(),
        lambda option: str(option.id) == str(entry).strip(),
    ):
        option = _first(options, matches)
        if option is not None:
            return option
    return None


def renamed_options(was: Sequence[Option], now: Sequence[Option]) -> dict[str, str]:
    """New texts by old ones (contract 21, 5.2).

    Clients number options anew after inserting or removing one, so the same id alone does not
    prove a rename: the old text must be gone, and the new one must not have been there.
    """
    old_texts = {option.text for option in was}
    new_texts = {option.text for option in now}
    new_by_id = {option.id: option.text for option in now}
    return {
        option.text: new_by_id[option.id]
        for option in was
        if option.id in new_by_id
        and option.text not in new_texts
        and new_by_id[option.id] not in old_texts
    }


def is_text(value: Any) -> bool:
    """Text, or a number that stands for it."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def read_flag(value: Any) -> bool | None:
    """None for what is neither true nor false."""
    word = value.strip().lower() if isinstance(value, str) else value
    if isinstance(word, float | list | dict):
        return None
    return True if word in _TRUE else False if word in _FALSE else None


def _text_of(entry: Any, words: Sequence[str], path: str, longest: int, found: Findings) -> str:
    if isinstance(entry, Mapping):
        entry = next((entry[word] for word in words if entry.get(word) not in (None, "")), None)
    if not is_text(entry) or is_blank(str(entry)):
        found.require(path)
        return ""
    text = str(entry)
    if len(text) > longest:
        sentence = f"The {name_of(path)} may not be greater than {longest} characters."
        found.refuse(path, sentence)
    elif not is_storable(text):
        found.refuse(path, f"The {name_of(path)} {NO_NUL}")
    return text


def _ids_of(sent: Sequence[Any], path: str, found: Findings) -> list[int]:
    """Those sent; entries without one get the lowest numbers that are free."""
    given = [_id_of(entry) for entry in sent]
    taken = [number for number in given if number is not None]
    if len(set(taken)) < len(taken):
        found.refuse(path, "The options have duplicate ids.")
    free = _free_numbers(set(taken), len(given) - len(taken))
    return [next(free) if number is None else number for number in given]


def _free_numbers(taken: Collection[int], count: int) -> Any:
    return (number for number in range(1, len(taken) + count + 1) if number not in taken)


def _id_of(entry: Any) -> int | None:
    value = entry.get("id") if isinstance(entry, Mapping) else None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        value = int(value.strip()[:20])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_ID:
        return None
    return value


def _description_of(entry: Any, path: str, found: Findings) -> str | None:
    value = entry.get("description") if isinstance(entry, Mapping) else None
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not is_storable(value):
        found.refuse(
            path, f"The {name_of(path)} must be a string of at most {_LONGEST_TEXT} characters."
        )
        return None
    return value


def _is_required(entry: Any, path: str, found: Findings) -> bool:
    value = read_flag(entry.get("required") if isinstance(entry, Mapping) else None)
    if value is None:
        found.refuse(path, f"The {name_of(path)} must be true or false.")
    return bool(value)


def _repeated(texts: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    again: dict[str, None] = {}
    for text in texts:
        if text in seen:
            again[text] = None
        seen.add(text)
    return list(again)


def _first(options: Sequence[Option], matches: Callable[[Option], bool]) -> Option | None:
    return next((option for option in options if matches(option)), None)
