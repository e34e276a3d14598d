"""Print how long files and functions are: median, 90th percentile, largest.

    python tools/sizes.py FOLDER...

Sizes are taste to aim at, never a gate. Blank lines and comments count.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Size(NamedTuple):
    """Sorts by length."""

    lines: int
    name: str


def file_sizes(folder: Path) -> Iterator[Size]:
    for path in sorted(folder.rglob("*.py")):
        yield Size(len(path.read_text(encoding="utf-8").splitlines()), str(path))


def function_sizes(folder: Path) -> Iterator[Size]:
    """Functions and methods, from the first decorator to the last line."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                yield Size((node.end_lineno or first) - first + 1, f"{path}:{first} {node.name}")


def row(title: str, sizes: list[Size]) -> str:
    if not sizes:
        return f"{title:<30} none"
    ordered = sorted(sizes)
    median, ninetieth = (ordered[int(part * (len(ordered) - 1))].lines for part in (0.5, 0.9))
    largest = ordered[-1]
    count = f"{title} ({len(ordered)})"
    return f"{count:<30} {median:>6} {ninetieth:>6} {largest.lines:>6}  {largest.name}"


def main(folders: list[str]) -> None:
    print(f"{'lines of':<30} {'median':>6} {'90th':>6} {'max':>6}")
    for folder in folders or ["src"]:
        print(row(f"{folder}: files", list(file_sizes(Path(folder)))))
        print(row(f"{folder}: functions", list(function_sizes(Path(folder)))))


if __name__ == "__main__":
    main(sys.argv[1:])
