"""stub."""

from typing import Any

from procession.kit.work import Work


def answer_kickoff(work: Work, process_id: str, sent: Any, at: str) -> None:
    raise NotImplementedError
