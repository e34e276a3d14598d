"""The table and the JSON of a run."""

import json
import os
import platform
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.results import Result

_HEAD = ("case", "database", "base", "ours", "unit", "ratio", "target", "met")


def print_table(results: Sequence[Result]) -> None:
    rows = [_HEAD, *[_cells(result) for result in results]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
    print()
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    print()
    for result in results:
        if result.note:
            print(f"{result.case} ({result.database}): {result.note}")


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.case,
        result.database,
        _figure(result.base),
        _figure(result.ours),
        result.unit,
        f"{result.ratio:.2f}",
        result.target,
        "yes" if result.is_met else "NO",
    )


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def write_json(results: Sequence[Result], path: Path, *, is_quick: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "is_quick": is_quick,
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "results": [asdict(result) for result in results],
    }
    path.write_text(json.dumps(told, indent=2) + "\n")
    print(f"\nWritten to {path}.")
