"""Deadlines that count from other steps: what they may count from (contract 50, 6.1)."""

from collections.abc import Mapping

from procession.domains.templates.content.steps import LAUNCH, Problems
from procession.domains.templates.types import Step


def check_anchor(steps: Mapping[str, Step], step: Step, at: str, problems: Problems) -> None:
    """`steps`: all of the template by id, the checked one as it shall be."""
    anchor = anchor_of(step)
    if anchor is None:
        return
    if anchor not in steps:
        problems[f"{at}deadline.step"] = ["The selected step is invalid."]
        return
    circle = _circle(steps, step)
    if circle:
        titles = ", ".join(f'"{each.title}"' for each in circle)
        problems[f"{at}deadline.step"] = [
            f"The deadlines of these steps would depend on each other: {titles}."
            if len(circle) > 1
            else "The deadline of a step cannot depend on itself."
        ]


def anchor_of(step: Step) -> str | None:
    """The step that its deadline counts from; None: the launch."""
    anchor = step.deadline.step if step.deadline is not None else None
    return None if anchor in LAUNCH else anchor


def _circle(steps: Mapping[str, Step], step: Step) -> list[Step]:
    """The steps of the circle that `step` is part of, itself first; empty when it is in none."""
    circle = {step.id: step}
    link = steps.get(anchor_of(step) or "")
    while link is not None and link.id not in circle:
        circle[link.id] = link
        link = steps.get(anchor_of(link) or "")
    return list(circle.values()) if link is not None and link.id == step.id else []
