"""Measuring Procession beside a floor: a bare application that runs the same statements.

`python -m bench` (or `make bench`) prints a table of ratios and writes `var/bench.json`.
"""

import sys
from pathlib import Path

# The temporary PostgreSQL of the tests is used here too.
sys.path.append(str(Path(__file__).parents[1] / "tests"))
