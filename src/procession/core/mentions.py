"""Who is named in a comment, so that they hear of it (contract 45, 3.7).

`@[7]` names a member and `@[<32 hex signs>]` a group; rich editors write a member as
`<span data-id="7">`. `@jo@acme.test` names a guest who is there already, `+jo@acme.test` one who is
to be put on the task. Everything else that begins with `@` is text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape

from procession.core.addresses import is_address, once

#: Rich text is clean when it is read here: what begins with `<` is a whole tag.
_SPAN = re.compile(
    r'<span\b[^>]*?\bdata-id="(?P<span>[0-9]{1,18}|[0-9a-f]{32})"[^>]*>[^<]*</span>'
    r"|(?P<tag><[^>]*>)"
    r"|@\[(?P<mark>[0-9]{1,18}|[0-9a-f]{32})\]"
)
_ADDRESS = re.compile(r"(?:^|(?<=[\s>]))(?P<sign>[+@])(?P<address>[^\s<>@]{1,64}@[^\s<>@]{1,190})")
_TAG = re.compile(r"<[^>]*>")
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Named:
    """As it was written; whether there is anybody of that name the store knows."""

    users: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    #: Addresses behind `@` and behind `+`.
    guests: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.users) + len(self.groups) + len(self.guests) + len(self.newcomers)


def named_in(text: str) -> Named:
    """Each once, in the order in which they are first named."""
    if "@" not in text and "data-id" not in text:
        return Named()
    words = dict.fromkeys(
        found["span"] or found["mark"] for found in _SPAN.finditer(text) if not found["tag"]
    )
    addresses: dict[str, list[str]] = {"+": [], "@": []}
    for found in _ADDRESS.finditer(unescape(_TAG.sub(_gap, text))):
        address = _trimmed(found["address"])
        if is_address(address):
            addresses[found["sign"]].append(address)
    return Named(
        users=tuple(int(word) for word in words if len(word) <= _LONGEST_NUMBER),
        groups=tuple(word for word in words if len(word) > _LONGEST_NUMBER),
        guests=tuple(once(addresses["@"])),
        newcomers=tuple(once(addresses["+"])),
    )


def _gap(_: re.Match[str]) -> str:
    """A tag parts words: what stands behind `<p>` stands at the beginning."""
    return "\n"


def _trimmed(address: str) -> str:
    """The sentence's own signs are not the address's."""
    return address.rstrip(".,;:!?)]}'\"")


def with_addressed(text: str, user_ids: Iterable[int]) -> str:
    """Those of them that are not named yet are named in front of it."""
    known = named_in(text).users
    missing = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in known]
    return "".join(f"@[{user_id}] " for user_id in missing) + text


def with_marks(text: str) -> str:
    """Whom rich editors name, as everybody else does: `@[7]`."""
    return _SPAN.sub(
        lambda found: f"@[{found['span']}]" if found["span"] is not None else found[0], text
    )


def with_names(text: str, names: Mapping[str, str]) -> str:
    """`names`: of those who were known when it was written, by what stands for them in the text.

    A mention of anybody else stays as it was typed.
    """
    if not names:
        return text

    def name(found: re.Match[str]) -> str:
        known = names.get(found["span"] or found["mark"] or "")
        return found[0] if known is None else f"<strong>{escape(known, quote=False)}</strong>"

    return _SPAN.sub(name, text)
