"""Who writes a text that is searched writes which text it is (decision 0048)."""

import re

from sqlalchemy.sql.dml import Insert, Update

from homes import named_statements
from procession.kit.db import SQLITE_DIALECT, Compiled, metadata
from procession.kit.searching import searched_columns

#: The names of what is written, as a list or with what they are set to.
_WRITTEN = re.compile(r"(?:INSERT INTO (\w+) \(([^)]*)\))|(?:UPDATE (\w+) SET (.*) WHERE)")


def test_a_statement_that_writes_a_searched_text_writes_its_number() -> None:
    """Those that are made for the columns at hand go through `with_searched`; were one forgotten, a
    trigger of the database would give the row to the worker."""
    seen = 0
    for name, statement in named_statements().items():
        if not isinstance(statement.expression, Insert | Update):
            continue
        sql = " ".join(Compiled(statement.expression, SQLITE_DIALECT).sql.split())
        found = _WRITTEN.match(sql)
        assert found is not None, sql
        written = set(re.findall(r"\w+", found[2] or found[4]))
        for column in searched_columns(metadata.tables[found[1] or found[3]]):
            if column.info["of"] in written:
                assert column.name in written, (name, sql)
                seen += 1
    assert seen > 10
