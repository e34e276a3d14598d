"""Calls that schemathesis makes up from the description are answered as it says (found D10).

Each operation gets bodies and queries, right ones and wrong ones, the same in every run. All of
them go to a server on each database, to things that are there and by several people; what deletes
comes last.
"""

from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cast import assemble
from procession.web.describing.openapi import openapi, path_names
from procession.web.routes import API_ROUTES
from server import RunningServer
from world import World

#: Of any description.
AnyCase = Case[Any]
SEED = 12
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def operations() -> list[Any]:
    described = from_dict(openapi(API_ROUTES))
    found: list[Any] = [each.ok() for each in described.get_all_operations()]  # type: ignore[union-attr]
    usual = [each for each in found if not each.definition.raw.get("deprecated")]
    return sorted(usual, key=lambda each: (each.method == "delete", each.path == "/me/tokens"))


def cases_of(operation: Any, count: int) -> list[AnyCase]:
    """As many, unless there are not so many different ones. Paths are filled in for each call."""
    somewhere = dict.fromkeys(path_names(operation.path), "0" * 32)
    ways = [
        operation.as_strategy(generation_mode=mode, path_parameters=somewhere)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]
    found: list[AnyCase] = []

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(ways))
    def collect(case: AnyCase) -> None:
        found.append(case)

    collect()
    return found


class Callers:
    """People of one organization that has one of everything, on one server; they take turns."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._before = len(server.log_text())
        self._session = requests.Session()
        self._session.trust_env = False  # Looking for proxies takes as long as the call.
        cast = assemble(server)
        world = World(cast)
        self._ids = {"org": cast.organization_id, "template": world.ids["checklist"], **world.ids}
        olga, mia, guest = cast.olga.token, cast.mia.token, world.ids["guest"]
        by_token = [{"Authorization": f"Bearer {token}"} for token in (olga, mia, olga)]
        self._headers = cycle([*by_token, {"X-Guest-Code": guest}])

    def call(self, case: AnyCase) -> int:
        """The status; raises what schemathesis finds wrong."""
        names = path_names(case.operation.path)
        case.path_parameters = {name: self._ids.get(name, "0" * 32) for name in names}
        answer = case.call(
            base_url=self._server.base_url, session=self._session, headers=next(self._headers)
        )
        # 503 is what it says, too, while no worker runs: none does here.
        is_health = case.operation.path == "/health"
        case.validate_response(answer, checks=_CHECKS[is_health:])
        return answer.status_code

    def check_server(self) -> None:
        assert self._server.death() is None, self._server.death()
        lines = self._server.log_text()[self._before :].splitlines()
        crashes = [line for line in lines if '"error"' in line]
        assert not crashes, "\n".join(crashes)


def test_found_d10_made_up_calls_are_answered_as_described(
    server_on: Callable[[str], RunningServer],
) -> None:
    """Twice on SQLite and once on PostgreSQL, by turns of the people there."""
    on_sqlite, on_postgres = Callers(server_on("sqlite")), Callers(server_on("postgres"))
    statuses: Counter[int] = Counter()
    wrong: dict[str, str] = {}
    for operation in operations():
        for case in cases_of(operation, 3):
            for callers in (on_sqlite, on_sqlite, on_postgres):
                try:
                    statuses[callers.call(case)] += 1
                except FailureGroup as failure:
                    wrong.setdefault(operation.label, str(failure)[:1500])
    told = "\n\n".join(f"{label}: {said}" for label, said in wrong.items())
    assert not wrong, f"seed {SEED}, {statuses}\n{told}"
    on_sqlite.check_server()
    on_postgres.check_server()
    assert statuses.total() >= 2000
    assert statuses[200] + statuses[201] > 500, "too few get past the door to tell much"
