"""What is other in one version of a template than in another."""

from typing import Any, Literal

import msgspec

DifferenceKind = Literal["added", "deleted", "moved", "changed"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`attribute` and the values are of what changed; what rules look at and do has no values."""

    kind: DifferenceKind
    part: Literal["template", "milestone", "step", "field", "rule"]
    #: None: the template itself.
    part_id: str | None = None
    #: As it is called now, or was called last.
    title: str
    attribute: str | None = None
    before: Any = None
    after: Any = None
