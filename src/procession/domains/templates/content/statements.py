"""What conditions compare with: the time clause of a step, the statement of a field (50, 2.1)."""

from collections.abc import Sequence
from typing import Any

from procession.core.rules.values import plain
from procession.core.texts import is_storable
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import CHOICES, Field, FieldType, Option
from procession.kit.reading import NotJson, read_json

ANY_TIME = "any_time"
ON_TIME = "on-time"
EARLY = "early_24"
LATE = "late_24"
#: What clients write for a clause; words that only repeat the operation restrict nothing.
_CLAUSES = {
    **dict.fromkeys(
        (
            "any_time", "any-time", "any", "anytime", "always", "complete", "completed", "done",
            "true", "yes", "none", "null", "",
        ),
        ANY_TIME,
    ),
    **dict.fromkeys(("on-time", "on_time", "ontime"), ON_TIME),
    **dict.fromkeys(("early_24", "early-24", "early24"), EARLY),
    **dict.fromkeys(("late_24", "late-24", "late24"), LATE),
}  # fmt: skip
_WITHOUT_STATEMENT = ("is_empty", "is_not_empty")
#: These look at numbers or instants: an option's id in their statement is no option.
_ORDERING = ("greater_than", "less_than")
_PARTIAL = ("contains", "not_contains")
_EMPTY: tuple[Any, ...] = (None, "", [], {})
#: The longest answer there is (contract 21, 2).
_LONGEST = 30_000
_MOST_ENTRIES = 1_000


def read_clause(sent: Any, operation: str) -> str | None:
    """Of a step's condition; None for words that mean nothing.

    What is left out means any time. Read as "never", which one could read it as, too, it made
    rules that silently did nothing.
    """
    if sent in (None, [], {}) or sent is True:
        return ANY_TIME
    if not isinstance(sent, str):
        return None
    word = sent.strip().lower()
    return ANY_TIME if word == operation else _CLAUSES.get(word)


def read_statement(
    sent: Any, field: Field, operation: str, path: str, found: Findings
) -> str | list[str] | None:
    """Of a field's condition: a text, or a list of them where several are compared with."""
    if operation in _WITHOUT_STATEMENT:
        return None
    entries = _entries(sent, field, operation)
    texts = [text for text in map(_text_of, entries) if text is not None]
    if len(texts) < len(entries) or len(texts) > _MOST_ENTRIES:
        found.refuse(path, f"The selected {path} is invalid.")
        return None
    texts = [text for text in texts if plain(text)]
    if not texts:
        found.refuse(path, f"The {path} field is required.")
        return None
    if any(len(text) > _LONGEST for text in texts):
        found.refuse(path, f"The {path} may not be greater than {_LONGEST} characters.")
        return None
    if len(texts) > 1 and not _takes_several(field, operation):
        found.refuse(path, f"The selected {path} is invalid.")
        return None
    if field.field_type in CHOICES and operation not in _ORDERING:
        texts = [_option_text(text, field, operation, path, found) for text in texts]
    is_list = operation == "equals_any" or (len(texts) > 1 or isinstance(sent, list))
    return texts if is_list and _takes_several(field, operation) else texts[0]


def same(one: str, other: str) -> bool:
    """As rules compare texts (contract 50, 3.2)."""
    return plain(one) == plain(other)


def _takes_several(field: Field, operation: str) -> bool:
    is_set = field.field_type == FieldType.MULTISELECT and operation in ("equals", "not_equals")
    return is_set or operation == "equals_any"


def _entries(sent: Any, field: Field, operation: str) -> Sequence[Any]:
    if sent in _EMPTY:
        return []
    if isinstance(sent, list):
        return sent
    if operation == "equals_any" and isinstance(sent, str):
        return _listed(sent, field.options)
    return [sent]


def _listed(text: str, options: Sequence[Option]) -> Sequence[Any]:
    """A list written as JSON, or with commas unless some option holds one itself."""
    if text.lstrip().startswith("["):
        try:
            entries = read_json(text)
        except NotJson:
            entries = None
        if isinstance(entries, list):
            return entries
    if any("," in option.text for option in options):
        return [text]
    return text.split(",")


def _text_of(entry: Any) -> str | None:
    """Of a text, a number, or an option as it is read; None for anything else."""
    if isinstance(entry, dict):
        entry = entry.get("text") or entry.get("id")
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if not isinstance(entry, str | int | float):
        return None
    text = str(entry).strip()
    return text if is_storable(text) else None


def _option_text(text: str, field: Field, operation: str, path: str, found: Findings) -> str:
    """As the option writes it, so that the statement follows when the option is renamed."""
    for option in field.options:
        if same(option.text, text):
            return option.text
    if operation in _PARTIAL and any(plain(text) in plain(each.text) for each in field.options):
        return text
    for option in field.options:
        if str(option.id) == text:
            return option.text
    found.warn(path, f'"{text}" is none of the options of "{field.label}".')
    return text
