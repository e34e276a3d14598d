"""`make bench` can run: its floor runs the statements that our server runs (bench/checking.py).

Whoever changes a statement of the measured requests changes the floor with it.
"""

from pathlib import Path

from bench import data
from bench.checking import check_statements
from bench.sides import SqliteDatabases


def test_the_floor_of_the_bench_runs_our_statements(tmp_path: Path) -> None:
    made = SqliteDatabases(tmp_path)
    seeded = data.make(made.create("seeded"), process_count=8, archived_count=8)
    check_statements((made.copy("seeded", "floor"), made.copy("seeded", "ours")), seeded)
