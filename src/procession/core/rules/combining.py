"""How conditions combine (contract 50, 3.3): a strict left fold, no operator before another."""

from collections.abc import Sequence

from procession.core.rules.model import Condition


def combined(conditions: Sequence[Condition], results: Sequence[bool]) -> bool:
    """`results`: of each. The first one's own `logic` says nothing; without any it never holds."""
    if not results:
        return False
    holds = results[0]
    for condition, result in zip(conditions[1:], results[1:], strict=True):
        holds = (holds or result) if condition.logic == "or" else (holds and result)
    return holds
