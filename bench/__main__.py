"""`python -m bench`: everything that is measured, in one run."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.cases import CASES
from bench.hostile import HOSTILE
from bench.measures import EXTRAS, measure_case, opened
from bench.peer_cases import CASES as PEER_CASES
from bench.peers import measure_peers
from bench.report import print_table, write_json
from bench.results import Plan, Result

_PEERS = (
    "measure processor time beside a Django twin instead; its packages are installed into "
    "var/peers, a virtual environment of its own, when this is first asked for"
)
_DATABASES = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "both": ["sqlite", "postgresql"]}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.peers:
        return _measure_peers(options)
    plan = Plan.quick() if options.quick else Plan()
    if options.searched:
        plan = replace(plan, searched=options.searched)
    usual = [*HOSTILE] if options.hostile else [*CASES, *EXTRAS]
    wanted = options.only.split(",") if options.only else usual
    unknown = set(wanted) - {*CASES, *EXTRAS, *HOSTILE}
    if unknown:
        print(f"bench: no such case: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    results: list[Result] = []
    for kind in _DATABASES[options.database]:
        results += _measure(kind, plan, wanted)
    print_table(results)
    write_json(results, Path(options.json or "var/bench.json"), is_quick=options.quick)
    return 0


def _measure_peers(options: argparse.Namespace) -> int:
    wanted = options.only.split(",") if options.only else [*PEER_CASES]
    unknown = set(wanted) - {*PEER_CASES}
    if unknown:
        print(f"bench: no such case beside the twin: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    results = measure_peers(_DATABASES[options.database], wanted, is_quick=options.quick)
    print_table(results)
    write_json(results, Path(options.json or "var/bench-peers.json"), is_quick=options.quick)
    return 0


def _measure(kind: str, plan: Plan, wanted: Sequence[str]) -> list[Result]:
    results: list[Result] = []
    with opened(kind, plan) as bench:
        steps: list[tuple[str, Callable[[], list[Result]]]] = []
        for name in wanted:
            if name in CASES:
                steps.append((name, lambda name=name: [measure_case(bench, CASES[name])]))  # type: ignore[misc]
            else:
                steps.append((name, lambda name=name: (EXTRAS | HOSTILE)[name](bench)))  # type: ignore[misc]
        for name, step in steps:
            print(f"{kind}: {name} ...", flush=True)
            for result in step():
                print(f"  {result.line()}", flush=True)
                results.append(result)
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds and little data")
    names, others = ", ".join([*CASES, *EXTRAS, *HOSTILE]), ", ".join(PEER_CASES)
    parser.add_argument("--only", help=f"comma-separated: {names}; with --peers: {others}")
    parser.add_argument("--database", default="both", choices=[*_DATABASES, "postgres"])
    parser.add_argument("--searched", type=int, help="processes that are searched: 100,000")
    parser.add_argument("--json", help="where the figures go: var/bench.json or bench-peers.json")
    parser.add_argument(
        "--hostile", action="store_true", help="measure what slow and many clients cost the others"
    )
    parser.add_argument("--peers", action="store_true", help=_PEERS)
    return parser


_DATABASES["postgres"] = _DATABASES["postgresql"]

if __name__ == "__main__":
    sys.exit(main())
