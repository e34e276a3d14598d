"""Selections and operations of the tests (contract 70, 1 and 2)."""

from typing import Any

from cast import Cast, Person
from factories import made
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.flows.archive import operating
from procession.kit.caller import Caller

SELECTIONS = "/archive/selections"
OPERATIONS = "/archive/operations"


def select(by: Person, verb: str = "archive", **sent: Any) -> Any:
    """Of everything, unless `filter` or `ids` say otherwise."""
    body = {"verb": verb, **sent}
    if not {"filter", "ids"} & body.keys():
        body["filter"] = {"all": True}
    return made(by.post(SELECTIONS, body))


def operate(by: Person, selection: Any, **sent: Any) -> Any:
    """Few objects, so that it is done when this answers."""
    return made(by.post(OPERATIONS, {"token": selection["token"], **sent}), 200)


def do_all(by: Person, verb: str = "archive", **sent: Any) -> Any:
    """Select, and do it."""
    selection = select(by, verb, **sent)
    confirm = {"confirm": selection["will_change"]} if verb == "delete" else {}
    return operate(by, selection, **confirm)


def undo(by: Person, operation: Any) -> Any:
    return made(by.post(f"{OPERATIONS}/{operation['number']}/undo"), 200)


def read_operation(by: Person, operation: Any) -> Any:
    return made(by.get(f"{OPERATIONS}/{operation['number']}"), 200)


def reasons(seen: Any) -> dict[str, int]:
    return {each["reason"]: each["count"] for each in seen["skipped"]}


def items(by: Person, of: Any, query: str = "") -> dict[str, Any]:
    """By id: `done`, or why it was passed over. `of`: an operation or a selection."""
    is_operation = "number" in of
    path = f"{OPERATIONS}/{of['number']}" if is_operation else f"{SELECTIONS}/{of['token']}"
    found = made(by.get(f"{path}/items?per_page=1000{query}"), 200)
    return {each["id"]: each["reason"] or each["result"] for each in found}


def caller(cast: Cast, person: Person) -> Caller:
    """For use cases that are called in the process of the tests."""
    return authenticate_member(cast.server.storage, person.token, cast.organization_id, "tests")


def start_here(
    cast: Cast, by: Person, selection: Any, monkeypatch: Any, *, confirm: int | None = None,
    **limits: Any,
) -> int:  # fmt: skip
    """Begun, and left to the worker. `limits`: of turns, by their names."""
    for name, limit in {"_MOST_IN_A_REQUEST": -1, **limits}.items():
        monkeypatch.setattr(operating, name, limit)
    return operating.start(caller(cast, by), selection["token"], None, confirm).number


def take_turns(cast: Cast, number: int) -> None:
    """To its end."""
    while operating.take_turn(cast.server.storage, cast.organization_id, number):
        pass
