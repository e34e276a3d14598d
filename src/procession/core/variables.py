"""Variables in texts: `{{alias}}` stands for the answer to a field (contract 50, 7)."""

import re
from collections.abc import Callable, Mapping

#: Editors leave spaces and zero-width signs inside the braces; they mean nothing.
_BLANK = "[\\s\u200b-\u200d\ufeff]*"
_VARIABLE = re.compile(r"\{\{" + _BLANK + r"([^{}]+?)" + _BLANK + r"\}\}")


def names_in(text: str | None) -> list[str]:
    """What the variables of a text name, in their order; aliases are case sensitive."""
    return [] if text is None else _VARIABLE.findall(text)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Variables that name a key of `names` name its value; everything else stays as typed."""
    if "{{" not in text:
        return text

    def other(found: re.Match[str]) -> str:
        name = names.get(found[1])
        return found[0] if name is None else "{{" + name + "}}"

    return _VARIABLE.sub(other, text)


def filled_in(text: str, value_of: Callable[[str], str | None]) -> str:
    """In one pass: what a value holds is not looked at again. None: it stays as it was typed."""
    if "{{" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        known = value_of(found[1])
        return found[0] if known is None else known

    return _VARIABLE.sub(value, text)
