"""Migrates a large database of schema 0001, kills the command at random moments, and compares.

Run by hand, as it takes minutes; `test_migrating.py` does the same with a thousand processes:

    PYTHONPATH=src:tests .venv/bin/python tests/migrations/kill_at_random.py sqlite 100000
    PYTHONPATH=src:tests .venv/bin/python tests/migrations/kill_at_random.py postgres 100000 8

It prints what `procession migrate` said when nothing disturbed it, where each kill hit it, and
whether every row is there afterwards with what it said before.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from migrations.many import columns_of, digests, fill
from postgres import start_cluster
from procession.kit.schema import current_revision, newest_revision


def migrate(url: str, kill_after_s: float | None = None) -> str:
    """What the command said; killed after so many seconds, unless it has ended by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "procession.cli", "migrate"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PROCESSION_DATABASE_URL": url},
    )
    try:
        return process.communicate(timeout=kill_after_s or 3600)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def try_it(url: str, copy: str, kills: int) -> None:
    began = time.monotonic()
    print(migrate(copy))
    took = time.monotonic() - began
    columns = columns_of(url)
    before = digests(url, columns)
    # What was done before a kill may be kept, so those that come soon come first.
    for after_s in sorted(random.uniform(0.6, took / 2) for _ in range(kills)):
        said = migrate(url, after_s).strip().splitlines() or ["nothing yet"]
        print(f"killed after {after_s:.1f} of {took:.1f} s, at {current_revision(url)}: {said[-1]}")
    print(migrate(url))
    assert current_revision(url) == newest_revision()
    now = columns_of(url)
    kept = {
        table: [name for name in names if name in now.get(table, ())]
        for table, names in columns.items()
    }
    after = digests(url, kept)
    if kept != columns:
        before = digests(copy, kept)
    wrong = [table for table in columns if after[table] != before[table]]
    print(f"{sum(count for count, _ in after.values()):,} rows compared; differing: {wrong}")
    assert not wrong


def main() -> None:
    kind, count = sys.argv[1], int(sys.argv[2])
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    folder = Path(tempfile.mkdtemp(prefix="procession-kill-"))
    cluster = start_cluster() if kind == "postgres" else None
    try:
        url = cluster.create_database("many") if cluster else f"sqlite:///{folder}/many.db"
        began = time.monotonic()
        fill(url, count)
        print(f"{count:,} processes made in {time.monotonic() - began:.0f} s")
        if cluster:
            copy = cluster.create_database("copy", "many")
        else:
            (folder / "copy").mkdir()
            copy = f"sqlite:///{folder}/copy/many.db"
            shutil.copyfile(folder / "many.db", folder / "copy" / "many.db")
        try_it(url, copy, kills)
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
