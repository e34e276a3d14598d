"""Runs what a how-to page tells people to type, and compares what it says is answered.

Commands stand in blocks without a language: after `$ `, with what they answer below; or alone.
Blocks with a language (nginx, ini, text) are nothing to type.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "how-to"
#: What every page is typed with.
TYPED_WITH = ("bash", "curl", "jq")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_DONE = "@@@ done"
#: What differs from run to run is shortened on the pages, or an id.
_SHORTENED = re.compile(r"[\w-]*\.\.\.")
_ID = re.compile(r"\b[0-9a-f]{32}\b")


class Step(NamedTuple):
    typed: str
    #: What the page says is answered; empty: nothing is said.
    shown: str = ""


def missing(*also: str) -> list[str]:
    return [tool for tool in (*TYPED_WITH, *also) if not shutil.which(tool)]


def blocks_of(page: str, language: str = "") -> list[str]:
    text = (FOLDER / page).read_text(encoding="utf-8")
    return [block for name, block in _BLOCK.findall(text) if name == language]


def steps_of(page: str) -> list[Step]:
    return [step for block in blocks_of(page) for step in steps_in(block)]


def steps_in(block: str) -> list[Step]:
    if not re.search(r"^\$ ", block, re.MULTILINE):
        return [Step(block)]
    steps = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        end = 1
        # A command goes on after a backslash, and until its quotes are closed.
        while lines[end - 1].endswith("\\") or "".join(lines[:end]).count("'") % 2:
            end += 1
        steps.append(Step("\n".join(lines[:end]) + "\n", "\n".join(lines[end:])))
    return steps


def run(
    steps: list[Step],
    folder: Path,
    *,
    before: str = "",
    instead: Mapping[str, str] | None = None,
    variables: Mapping[str, str],
) -> list[str]:
    """What each command answered; each must succeed, and answer what the page says.

    `before`: typed first, by the test alone. `instead`: what the page cannot know of this machine.
    """
    steps = [Step(*(_with(text, instead or {}) for text in step)) for step in steps]
    script = f"set -euo pipefail\n{before}\necho '{_DONE}'\n"
    script += "".join(f"{step.typed}\necho; echo '{_DONE}'\n" for step in steps)
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PROCESSION_")}
    done = subprocess.run(
        ["bash", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        # A session of its own has no terminal: passwords are asked for on standard input.
        start_new_session=True,
        env={**kept, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", **variables},
    )
    answers = done.stdout.split(f"{_DONE}\n")
    failed = steps[len(answers) - 2].typed if 2 <= len(answers) < len(steps) + 2 else before
    assert done.returncode == 0, f"{failed}\n{answers[-1]}\n{done.stderr[-3000:]}"
    for step, answer in zip(steps, answers[1:], strict=False):
        check(step, answer)
    return answers[1:]


def _with(text: str, instead: Mapping[str, str]) -> str:
    for word, real in instead.items():
        text = text.replace(word, real)
    return text


def check(step: Step, answer: str) -> None:
    """Spaces aside, all that is shown comes in this order."""
    rest = "".join(_ID.sub("ID", answer).split())
    for fragment in _SHORTENED.split("".join(_ID.sub("ID", step.shown).split())):
        at = rest.find(fragment)
        assert at >= 0, f"{step.typed}\nshown: {fragment}\nanswered: {rest[:3000]}"
        rest = rest[at + len(fragment) :]
    assert '"error":true' not in answer or '"error": true' in step.shown, f"{step.typed}{answer}"
