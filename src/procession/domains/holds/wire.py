"""JSON shapes of holds (contract 70, 4)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.holds.types import Covering, Covers, Hold
from procession.kit.binding import DateTime

_Reason = Annotated[str, Meta(min_length=1, max_length=1000)]
_Reference = Annotated[str, Meta(max_length=200)]


class HoldScopeIn(msgspec.Struct, kw_only=True):
    """What is held: run, checklist, task or organization, and which."""

    type: str
    #: Not needed for the organization.
    id: str | None = None


class HoldIn(msgspec.Struct, kw_only=True):
    """A new hold."""

    reason: _Reason
    #: Such as a number of a case.
    reference: _Reference | None = None
    scope: HoldScopeIn
    #: Null: until somebody releases it.
    expires_at: DateTime | None = None


class HoldChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a hold; what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        (
            "id", "scope", "created_by", "created_at", "released_by", "released_at",
            "release_reason", "covers",
        )
    )  # fmt: skip

    reason: _Reason | UnsetType = UNSET
    reference: _Reference | UnsetType | None = UNSET
    expires_at: DateTime | UnsetType | None = UNSET


class HoldReleaseIn(msgspec.Struct, kw_only=True):
    """Why it is needed no more."""

    reason: _Reason


class HoldScopeOut(msgspec.Struct, kw_only=True):
    type: str
    id: str


class CoversOut(msgspec.Struct, kw_only=True):
    """How many processes, templates and one-off tasks a hold covers now."""

    runs: int
    checklists: int
    tasks: int


class HoldOut(msgspec.Struct, kw_only=True):
    """The Hold object: nothing of what it covers is destroyed until it is released."""

    id: str
    reason: str
    reference: str | None
    scope: HoldScopeOut
    expires_at: str | None
    created_by: int
    created_at: str
    released_by: int | None
    released_at: str | None
    release_reason: str | None
    #: Where one hold is answered.
    covers: CoversOut | UnsetType = UNSET


class CoveringHoldOut(msgspec.Struct, kw_only=True):
    """A hold that covers what it is shown on."""

    id: str
    reason: str
    reference: str | None


def covering_hold_out(covering: Covering) -> CoveringHoldOut:
    return CoveringHoldOut(id=covering.id, reason=covering.reason, reference=covering.reference)


def hold_out(hold: Hold, covers: Covers | None = None) -> HoldOut:
    return HoldOut(
        id=hold.id,
        reason=hold.reason,
        reference=hold.reference,
        scope=HoldScopeOut(type=hold.scope_type, id=hold.scope_id),
        expires_at=optional_wire_time(hold.expires_at),
        created_by=hold.created_by,
        created_at=wire_time(hold.created_at),
        released_by=hold.released_by,
        released_at=optional_wire_time(hold.released_at),
        release_reason=hold.release_reason,
        covers=UNSET if covers is None else CoversOut(**msgspec.structs.asdict(covers)),
    )
