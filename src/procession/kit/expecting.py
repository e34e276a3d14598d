"""What a caller changes only as long as it is what they looked at (ruling 31): `If-Match`.

The row's own counter decides, under the lock that the change holds anyway: where a row is got hold
of for a change, `check_unchanged` is asked.
"""

import re

from procession.kit.errors import ChangedSince
from procession.kit.work import Work

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
#: `If-Match: *`: whatever it is, as long as it is there.
ANY = "*"


def tags_in(header: str) -> frozenset[str]:
    """Of `If-Match` and `If-None-Match`. What is no tag matches nothing."""
    if header.strip() == ANY:
        return frozenset((ANY,))
    return frozenset(_TAG.findall(header))


def check_unchanged(work: Work, kind: str, thing_id: str, version: int) -> None:
    """Raises ChangedSince where the caller expects this thing to be another one."""
    expected = work.caller.expected
    if expected is None or (expected.kind, expected.id) != (kind, thing_id):
        return
    # What stands behind a point counts what is no change of the thing itself (templates).
    good = {tag.partition(".")[0] for tag in expected.tags}
    if ANY not in good and str(version) not in good:
        raise ChangedSince
