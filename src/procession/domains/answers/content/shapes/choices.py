"""Radio, dropdown and multiselect. Radio is stored as bare text, dropdown as an object: on
purpose, clients compare them so."""

from typing import Any

from procession.domains.answers.content.asking import Asked, BadAnswer
from procession.domains.answers.content.choosing import Options, kept_keys
from procession.domains.templates.types import Option

_MOST_ENTRIES = 2_000
_TRUE = (True, 1, "1", "true")
_FALSE = (False, 0, "0", "false")


def read_radio(sent: Any, asked: Asked) -> str:
    return Options(asked.field).choose(_word(_only(sent))).text


def read_dropdown(sent: Any, asked: Asked) -> dict[str, Any]:
    one = _only(sent)
    return _stored(Options(asked.field).choose(one), one)


def read_multiselect(sent: Any, asked: Asked) -> list[dict[str, Any]]:
    """False entries are kept; without any flag all are selected. Of an option named twice the
    last entry counts."""
    options = Options(asked.field)
    entries = _entries(sent, options)
    if len(entries) > _MOST_ENTRIES:
        raise options.refuse(f" {len(entries)} are too many.")
    flags = [_flag(entry, asked) for entry in entries]
    is_flagged = any(flag is not None for flag in flags)
    stored: dict[int, dict[str, Any]] = {}
    for entry, flag in zip(entries, flags, strict=True):
        option = options.choose(entry)
        chosen = _stored(option, entry)
        stored[option.id] = {
            "id": chosen.pop("id"),
            "text": chosen.pop("text"),
            "selected": bool(flag) if is_flagged else True,
            **chosen,
        }
    return list(stored.values())


def _only(sent: Any) -> Any:
    """A list of one means its entry; a longer one is no choice."""
    return sent[0] if isinstance(sent, list) and len(sent) == 1 else sent


def _word(sent: Any) -> Any:
    """`false` may be the text of a radio's option."""
    return str(sent).lower() if isinstance(sent, bool) else sent


def _entries(sent: Any, options: Options) -> list[Any]:
    if isinstance(sent, list):
        return sent
    if not isinstance(sent, str) or "," not in sent or _is_option(sent, options):
        return [sent]
    return [part.strip() for part in sent.split(",", _MOST_ENTRIES) if part.strip()]


def _is_option(text: str, options: Options) -> bool:
    """A text with commas is tried whole first."""
    try:
        return options.find(text) is not None
    except BadAnswer:
        return True


def _flag(entry: Any, asked: Asked) -> bool | None:
    if not isinstance(entry, dict) or entry.get("selected") is None:
        return None
    selected = entry["selected"]
    if isinstance(selected, str):
        selected = selected.strip().lower()
    if isinstance(selected, str | bool | int):
        if selected in _TRUE:
            return True
        if selected in _FALSE:
            return False
    raise asked.invalid


def _stored(option: Option, sent: Any) -> dict[str, Any]:
    return {"id": option.id, "text": option.text, **kept_keys(sent)}
