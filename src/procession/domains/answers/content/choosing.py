"""Which option a value chooses (contract 31, 4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.core.texts import is_storable
from procession.domains.answers.content.asking import BadAnswer
from procession.domains.templates.types import Field, Option

_MOST_LISTED = 100
_TEXT_WORDS = ("text", "label", "value")
_NO_OPTIONS = "This field has no options."


class Options:
    """The options of one field, found by text and by id."""

    def __init__(self, field: Field) -> None:
        if not field.options:
            raise BadAnswer(_NO_OPTIONS)
        self._field = field
        self._by_text: dict[str, Option] = {}
        self._by_folded: dict[str, list[Option]] = {}
        self._by_id: dict[str, Option] = {}
        for option in field.options:
            self._by_text.setdefault(option.text, option)
            self._by_folded.setdefault(_folded(option.text), []).append(option)
            self._by_id.setdefault(str(option.id), option)

    def find(self, sent: Any) -> Option | None:
        """None for what chooses nothing; raises BadAnswer for what contradicts itself."""
        if isinstance(sent, Mapping):
            return self._find_described(sent)
        text = text_of(sent)
        return None if text is None else self._find_named(text)

    def choose(self, sent: Any) -> Option:
        option = self.find(sent)
        if option is None:
            raise self.refuse()
        return option

    def refuse(self, because: str = "") -> BadAnswer:
        """The sentence that clients match, what was wrong, and what there is to choose."""
        listed = ", ".join(f"{each.id}={each.text}" for each in self._field.options[:_MOST_LISTED])
        more = ", ..." if len(self._field.options) > _MOST_LISTED else ""
        sentence = f"Invalid {self._field.field_type} choice selected."
        return BadAnswer(f"{sentence}{because} Options: {listed}{more}")

    def _find_described(self, sent: Mapping[str, Any]) -> Option | None:
        """By id, when its text does not say otherwise; else by text (4.1)."""
        if set(sent) == {"value"}:
            return None
        text = described_text(sent)
        wanted = text_of(sent.get("id"))
        option = None if wanted is None else self._by_id.get(wanted.strip())
        if option is None:
            if text is None:
                return None
            return self._find_named(text) if wanted is None else self._find_text(text)
        if text is not None and _folded(text) != _folded(option.text):
            raise self.refuse(f' {wanted} is "{option.text}", not "{text[:200]}".')
        return option

    def _find_named(self, text: str) -> Option | None:
        """By exact text, by text, by id: each over all options before the next (4.2)."""
        return self._find_text(text) or self._by_id.get(text.strip())

    def _find_text(self, text: str) -> Option | None:
        exact = self._by_text.get(text)
        if exact is not None:
            return exact
        alike = self._by_folded.get(_folded(text), [])
        if len({option.text for option in alike}) > 1:
            raise self.refuse(f' "{text[:200]}" is ambiguous.')
        return alike[0] if alike else None


def text_of(value: Any) -> str | None:
    """Text, or a number that stands for it; 2.0 is 2."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def described_text(sent: Mapping[str, Any]) -> str | None:
    """The text of an option object; some clients call it otherwise."""
    for word in _TEXT_WORDS:
        text = text_of(sent.get(word))
        if text is not None and text.strip():
            return text
    return None


def kept_keys(sent: Any) -> dict[str, Any]:
    """`value` and `required` of an option object: kept when they were sent, never added."""
    if not isinstance(sent, Mapping):
        return {}
    has_text = text_of(sent.get("text")) is not None
    kept: dict[str, Any] = {}
    if has_text and _is_small(sent.get("value", ())):
        kept["value"] = sent["value"]
    if isinstance(sent.get("required"), bool):
        kept["required"] = sent["required"]
    return kept


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 500 and is_storable(value)
    return value is None or isinstance(value, bool | int | float)


def _folded(text: str) -> str:
    return text.strip().casefold()


def ids_among(entries: Sequence[Mapping[str, Any]]) -> set[int]:
    """Of stored multiselect entries, the options that are selected."""
    return {entry["id"] for entry in entries if entry["selected"]}
