"""Rows as programs for tables read them: CSV, with nothing that a spreadsheet would calculate."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

_ROWS_AT_ONCE = 200
#: What formulas begin with, the wide forms too, which some spreadsheets read alike; `+` and `-`
#: also begin numbers.
_FORMULA, _SIGN = ("=", "@", "\t", "\r", "\n", "\uff1d", "\uff20"), ("+", "-", "\uff0b", "\uff0d")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


def csv_pieces(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """RFC 4180, some rows at a time; the first line names the columns."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names)
    for count, row in enumerate(rows, start=1):
        writer.writerow([harmless(cell) for cell in row])
        if count % _ROWS_AT_ONCE == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    if not isinstance(cell, str):
        return cell
    is_signed = cell.startswith(_SIGN) and not _NUMBER.fullmatch(cell)
    is_formula = cell.startswith(_FORMULA) or is_signed
    return f"'{cell}" if is_formula else cell
