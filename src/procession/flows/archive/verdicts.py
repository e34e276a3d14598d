"""What is on hold among what would be changed."""

from collections.abc import Container, Mapping

from procession.core.archive import Reason
from procession.domains.archive.types import TO_CHANGE, Verdict

_HELD = Verdict(Reason.HELD)


def fit_among(verdicts: Mapping[str, Verdict]) -> list[str]:
    """Those that are to be changed, in their order."""
    return [each for each, verdict in verdicts.items() if verdict == TO_CHANGE]


def without(verdicts: Mapping[str, Verdict], held: Container[str]) -> dict[str, Verdict]:
    """Those that are held are passed over, where nothing else was said of them."""
    return {
        each: _HELD if verdict == TO_CHANGE and each in held else verdict
        for each, verdict in verdicts.items()
    }
