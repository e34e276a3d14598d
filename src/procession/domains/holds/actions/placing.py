"""Put something on hold, say more of it, and release it (contract 70, 4)."""

from typing import Any

import msgspec
from msgspec import UNSET

from procession.domains.holds import policy, store
from procession.domains.holds.events import HoldChanged, HoldPlaced, HoldReleased, about
from procession.domains.holds.types import Covers, Hold, HoldFilter, Scope
from procession.domains.holds.wire import HoldChangesIn, HoldIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.ids import find_id, new_id
from procession.kit.paging import Page, PageRequest
from procession.kit.server import Server
from procession.kit.work import Work, reading, writing

#: So long whoever changes a hold waits for others who destroy, or who write at all on SQLite.
_PATIENCE_S = 5.0
_BY_TIME = "Its time was over."


def place(caller: Caller, sent: HoldIn) -> tuple[Hold, Covers]:
    with writing(caller, patience_s=_PATIENCE_S) as work:
        _check_right(caller)
        store.take_alone(work, _PATIENCE_S)
        scope, scope_id = _read_scope(work, sent)
        _check_end(work, sent.expires_at)
        hold = Hold(
            id=new_id(),
            reason=sent.reason,
            reference=sent.reference or None,
            scope_type=scope.value,
            scope_id=scope_id,
            expires_at=sent.expires_at,
            created_by=caller.person_id,
            created_at=work.now,
            released_by=None,
            released_at=None,
            release_reason=None,
        )
        store.add_hold(work, hold)
        work.record(HoldPlaced(**about(hold)))
        return hold, store.count_covered(work, hold)


def _read_scope(work: Work, sent: HoldIn) -> tuple[Scope, str]:
    words = tuple(Scope)
    if sent.scope.type not in words:
        sentence = f"The selected scope.type is invalid. It can be: {', '.join(words)}."
        raise invalid("scope.type", sentence)
    scope = Scope(sent.scope.type)
    of_all = work.caller.organization_id if scope is Scope.ORGANIZATION else ""
    scope_id = find_id(sent.scope.id or of_all)
    if scope_id is None or not store.is_there(work, scope, scope_id):
        raise invalid("scope.id", "The selected scope.id is invalid.")
    return scope, scope_id


def _check_end(work: Work, expires_at: int | None) -> None:
    if expires_at is not None and expires_at <= work.now:
        raise invalid("expires_at", "The expires_at must be in the future.")


def change(caller: Caller, hold_id: str, sent: HoldChangesIn) -> Hold:
    """Only the keys that were sent."""
    with writing(caller, patience_s=_PATIENCE_S) as work:
        hold = _take(work, hold_id)
        if not hold.is_active:
            raise Invalid({"hold": ["This hold was released; place a new one."]})
        wanted: dict[str, Any] = {
            "reason": sent.reason,
            "reference": UNSET if sent.reference is UNSET else sent.reference or None,
            "expires_at": sent.expires_at,
        }
        changes = {
            name: value
            for name, value in wanted.items()
            if value is not UNSET and value != getattr(hold, name)
        }
        if "expires_at" in changes:
            _check_end(work, changes["expires_at"])
        if changes:
            store.set_columns(work, hold, changes)
        changed = msgspec.structs.replace(hold, **changes)
        for name in changes:
            before = getattr(hold, name)
            work.record(HoldChanged(**about(changed), field=name, before=before))
        return changed


def release(caller: Caller, hold_id: str, reason: str) -> Hold:
    """Repeated: unchanged."""
    with writing(caller, patience_s=_PATIENCE_S) as work:
        hold = _take(work, hold_id)
        return _released(work, hold, reason) if hold.is_active else hold


def _released(work: Work, hold: Hold, reason: str) -> Hold:
    changes = {
        "released_by": work.caller.person_id,
        "released_at": work.now,
        "release_reason": reason,
    }
    store.set_columns(work, hold, changes)
    released = msgspec.structs.replace(hold, **changes)
    work.record(HoldReleased(**about(released), release_reason=reason))
    return released


def release_if_expired(bot: Caller, hold_id: str) -> bool:
    """By the clock. What was prolonged meanwhile stays."""
    with writing(bot) as work:
        store.take_alone(work, _PATIENCE_S)
        hold = store.find_hold(work, hold_id)
        if hold is None or not hold.is_active or (hold.expires_at or work.now + 1) > work.now:
            return False
        _released(work, hold, _BY_TIME)
        return True


def list_expired(server: Server) -> list[store.Expired]:
    connection = server.database.connection()
    return store.list_expired(connection, server.clock())


def list_holds(caller: Caller, request: PageRequest, wanted: HoldFilter) -> Page[Hold]:
    _check_right(caller)
    with reading(caller) as work:
        return store.list_holds(work, request, wanted)


def get_hold(caller: Caller, hold_id: str) -> tuple[Hold, Covers]:
    _check_right(caller)
    with reading(caller) as work:
        hold = _get(work, hold_id)
        return hold, store.count_covered(work, hold)


def _take(work: Work, hold_id: str) -> Hold:
    """Against everybody who destroys, and who changes it."""
    _check_right(work.caller)
    store.take_alone(work, _PATIENCE_S)
    return _get(work, hold_id)


def _get(work: Work, hold_id: str) -> Hold:
    hold = store.find_hold(work, hold_id)
    if hold is None:
        raise NotFound(kind="Hold")
    return hold


def _check_right(caller: Caller) -> None:
    if not policy.can_hold(caller):
        raise Forbidden
