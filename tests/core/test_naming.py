"""What a process is called (contract 30, 3.2, rows 30; 31, row 30; 50, example E30)."""

from dataclasses import replace

import pytest

from procession.core.launching import LONGEST_NAME
from procession.core.naming import Naming, process_name
from procession.core.times import parse_instant

AT = parse_instant("2025-05-15T22:30:00Z")
FREE = Naming(template_title="T")
CHOSEN = Naming("T", is_automatic=True, name_format="{{TEMPLATE_NAME}} - {{plan}}")
LOCKED = replace(CHOSEN, launcher_may_choose=False)


def named(sent: str, naming: Naming, *, zone: str = "UTC", **values: str) -> str:
    return process_name(sent, naming, values, at=AT, zone=zone)


@pytest.mark.parametrize(
    ("sent", "naming", "name"),
    [
        ("mine", LOCKED, "T - Gold"),
        ("mine", CHOSEN, "mine"),
        ("mine", FREE, "mine"),
        ("mine", replace(FREE, launcher_may_choose=False), "mine"),
        ("", LOCKED, "T - Gold"),
        ("", CHOSEN, "T - Gold"),
        ("", FREE, "T - 2025-05-15"),
        ("", replace(CHOSEN, name_format=None), "T - 2025-05-15"),
        ("mine", replace(LOCKED, name_format=" "), "T - 2025-05-15"),
    ],
)
def test_which_name_wins(sent: str, naming: Naming, name: str) -> None:
    assert named(sent, naming, plan="Gold") == name


def test_what_a_pattern_becomes() -> None:
    def made(name_format: str, **values: str) -> str:
        return named("", replace(LOCKED, name_format=name_format), **values)

    assert made("{{ date }}: {{Template_Name}}") == "2025-05-15: T"
    assert made("{{nope}} {{plan}}", plan="") == "{{nope}}"
    assert made("{{plan}}", plan=" ") == "T - 2025-05-15"
    assert made("<b>{{plan}}</b> \n {{plan}}", plan="a<i>b</i>\t c") == "ab c ab c"
    assert made("{{plan}}", plan="{{DATE}}") == "{{DATE}}"
    assert made("{{plan}}", plan="é" * 600) == "é" * LONGEST_NAME
    assert made("<script>alert(1)</script>x") == "alert(1)x"


def test_days_are_days_of_the_organization() -> None:
    assert named("", FREE, zone="Europe/Paris") == "T - 2025-05-16"
    assert named("", replace(LOCKED, name_format="{{DATE}}"), zone="Asia/Tokyo") == "2025-05-16"


def test_a_default_name_is_never_too_long() -> None:
    assert len(named("", Naming(template_title="x" * 600))) == LONGEST_NAME
