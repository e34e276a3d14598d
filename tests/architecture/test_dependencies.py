"""What the package asks for when it is installed without our locked files (found, D13)."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DEPENDENCIES = [
    Requirement(line)
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
]
LOCKED = dict(
    re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
)
#: Tables of facts, named after their year: the newest is right.
_FACTS = {"tzdata"}


@pytest.mark.parametrize("asked", DEPENDENCIES, ids=lambda asked: asked.name)
def test_found_d13_every_dependency_has_bounds_that_the_locked_one_keeps(
    asked: Requirement,
) -> None:
    kinds = {each.operator for each in asked.specifier}
    assert kinds == ({">="} if asked.name in _FACTS else {">=", "<"}), asked
    assert asked.specifier.contains(LOCKED[asked.name]), (asked, LOCKED[asked.name])


def test_found_d13_what_is_locked_is_what_is_asked_for() -> None:
    named = (ROOT / "requirements/run.in").read_text().splitlines()
    listed = {re.split(r"[\[<>=]", line)[0] for line in named if line and line[0] != "#"}
    assert listed == {asked.name for asked in DEPENDENCIES}
