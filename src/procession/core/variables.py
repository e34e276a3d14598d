"""Variables in texts: `{{alias}}` stands for the answer to a field (contract 50, 7)."""

import re
from collections.abc import Callable, Mapping

#: Editors leave spaces and zero-width signs at the braces and inside; they mean nothing.
_UNSEEN = "\u200b-\u200d\ufeff"
#: It begins where unseen signs do, not at each of them: a text may hold 60,000 in a row.
_VARIABLE = re.compile(
    rf"(?<![{_UNSEEN}])[{_UNSEEN}]*+\{{[{_UNSEEN}]*+\{{([^{{}}]+?)\}}[{_UNSEEN}]*+\}}[{_UNSEEN}]*+"
)
_BLANK = re.compile(rf"&nbsp;|[\s{_UNSEEN}]")

#: What a variable may name besides fields, whatever its case.
CURRENT_TASK, CURRENT_PROCESS = "current-task-id", "current-process-id"
DATE, TEMPLATE_NAME = "date", "template_name"


def _name(found: re.Match[str]) -> str:
    return _BLANK.sub("", found[1])


def names_in(text: str | None) -> list[str]:
    """What the variables of a text name, in their order; aliases are case sensitive."""
    if text is None or "{" not in text:
        return []
    return [name for name in map(_name, _VARIABLE.finditer(text)) if name]


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Variables that name a key of `names` name its value; everything else stays as typed."""
    return substituted(text, lambda name: "{{" + names[name] + "}}" if name in names else None)


def substituted(text: str, value_of: Callable[[str], str | None]) -> str:
    """Each variable gives way to its value; one whose value is None stays as typed.

    Once: a value that looks like a variable is not one.
    """
    if "{" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        known = value_of(_name(found))
        return found[0] if known is None else known

    return _VARIABLE.sub(value, text)
