"""Statements that destroy content, and what it takes to run one (contract 70, 4; decision 0056).

They need the value that the hold check returned in the same transaction. So a path that forgets to
ask does not work at all, wherever it is and however it came to be.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from procession.kit.content import Unguarded
from procession.kit.statements import Compiled, Statement


class Clearance:
    """Processes, templates, tasks or organizations of which something may be destroyed in this
    transaction: none of them is on hold, and none will be before it ends.

    Only `domains.holds` makes one, when it has asked.
    """

    __slots__ = ("_ids", "_work")

    def __init__(self, work: object, ids: Collection[str]) -> None:
        self._work = work
        self._ids = frozenset(ids)

    def covers(self, subject_id: str) -> bool:
        return subject_id in self._ids

    def check(self, work: object, subject_id: str) -> None:
        if self._work is not work:
            raise Unguarded("the holds were asked for in another transaction")
        if subject_id not in self._ids:
            raise Unguarded(f"the holds on {subject_id} were not asked for")


class Destroying(Statement):
    """A statement that destroys content: `Work.destroy` runs it, and nothing else can."""

    __slots__ = ("_cleared",)

    def __init__(self, expression: sa.sql.expression.Executable) -> None:
        self.expression = expression
        self._cleared = Statement.guarded(expression)

    def compiled_for(self, dialect: sa.Dialect) -> Compiled:
        raise Unguarded("a statement that destroys content was run without a clearance")

    compiled_for_one = compiled_for

    def cleared(self, clearance: Clearance, work: Any, subject_id: str) -> Statement:
        """As it can be run, for what belongs to `subject_id`."""
        clearance.check(work, subject_id)
        return self._cleared
