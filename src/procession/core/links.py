"""Codes in links, and whose they are.

Who asks with a code alone names no organization, and would have to ask every machine that keeps
some (decision 0018). So a link carries both, in one word. Those that were handed out before 0.2
carry the code alone, and stay good.
"""

import re

_ORGANIZATION = re.compile(r"[0-9a-f]{32}", re.ASCII)


def placed(organization_id: str, code: str) -> str:
    """The word for a link: whose the code is, then the code."""
    return f"{organization_id}{code}"


def find_place(word: str, length: int) -> tuple[str | None, str]:
    """Whose the code in a link is (None: that is not said), and the code, of `length` signs.

    What stands before the code and can be no organization is the empty one, which nothing is in.
    """
    if len(word) <= length:
        return None, word
    before = word[:-length].lower()
    return before if _ORGANIZATION.fullmatch(before) else "", word[-length:]
