"""Answers as conditions compare them, and how texts and numbers are compared (contract 50, 3.2)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from procession.core.launching import People
from procession.core.markup import without_tags
from procession.core.times import Instant

#: The people of what names none.
NOBODY = People()


class Kind(StrEnum):
    """How an answer is compared."""

    TEXT = "text"
    #: Several texts at once: chosen options, names of files, cells.
    TEXTS = "texts"
    DATE = "date"
    PEOPLE = "people"


@dataclass(frozen=True)
class Value:
    """The stored answer to a field. Its texts are `plain`."""

    kind: Kind = Kind.TEXT
    texts: tuple[str, ...] = ()
    is_empty: bool = True
    #: Of a table: the cells by the plain label of their column.
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Tags in it are no text, and in what it is compared with neither.
    is_rich: bool = False
    #: What stands before and behind a number of this field; plain.
    prefix: str = ""
    suffix: str = ""
    #: Of a date: its instant (a day's: when the day begins), its day, and where days are told.
    instant: Instant | None = None
    day: str | None = None
    zone: str = "UTC"
    people: People = NOBODY

    def of_column(self, label: str | None) -> "Value":
        """The same, of a table's one column."""
        if label is None or not self.columns:
            return self
        cells = self.columns.get(plain(label), ())
        return replace(self, texts=cells, is_empty=not cells)


_ZERO_WIDTH = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF))


def plain(text: str) -> str:
    """As rules compare texts: trimmed, without signs that have no width, whatever the case."""
    return text.translate(_ZERO_WIDTH).strip().casefold()


def plain_of(text: str, *, is_rich: bool) -> str:
    return plain(without_tags(text) if is_rich else text)


_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)")
_BLANKS = re.compile(r"\s+")


def number(text: str, prefix: str = "", suffix: str = "") -> Decimal | None:
    """`text`, `prefix` and `suffix` are plain. None for what is no number.

    A comma is a thousands comma where three digits follow; `5,5` could be two numbers, so it is
    none.
    """
    text = text.removeprefix(prefix).removesuffix(suffix)
    text = _BLANKS.sub("", text)
    sign = text[:1] if text[:1] in ("+", "-") else ""
    rest = text[len(sign) :]
    if rest and unicodedata.category(rest[0]) == "Sc":
        text = sign + rest[1:]
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None
