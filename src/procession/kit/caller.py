"""Who is asking: an explicit argument of every use case, never ambient."""

from dataclasses import dataclass
from enum import StrEnum

from procession.core.archive import ArchivedVia
from procession.kit.server import Server

#: The server itself, as a client (contract 00, 5.2).
_OWN_CLIENT = 1


class Role(StrEnum):
    """A member's role in one organization (contract 00, 8.1)."""

    ADMIN = "admin"
    STANDARD = "standard"
    LIGHT = "light"
    BOT = "bot"


class CallerKind(StrEnum):
    MEMBER = "user"
    GUEST = "guest"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a caller takes something for (ruling 31): the thing, and the tags that are good."""

    kind: str
    id: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Caller:
    """One person (or the organization's bot) acting in one organization."""

    server: Server
    kind: CallerKind
    #: A user's id, or a guest's when `kind` is GUEST.
    person_id: int
    organization_id: str
    #: IANA name; days of filters and names are days of this zone.
    timezone: str
    #: None for guests.
    role: Role | None
    can_create_templates: bool = True
    can_archive_processes: bool = True
    request_id: str = ""
    #: What the token is good for, separated by spaces; `*`: everything the person may do.
    scopes: str = "*"
    #: The only organization the token is good in; None: wherever the person is a member.
    token_organization_id: str | None = None
    #: Whether anything in the organization carries a custom field. As it was when the request came:
    #: good for what is shown, not for what is changed.
    has_custom_values: bool = True
    #: Whether anything in the organization is on hold; the same holds of it.
    has_holds: bool = True
    #: Whether anybody may be told of what happens: there is a webhook or a watcher. As it was when
    #: the request came.
    is_heard: bool = True
    #: The OAuth client, when it is an application that asks; it acts as the bot.
    client_id: int = 1
    #: That they are here, and use this token, was noted a moment ago.
    is_noticed: bool = True
    #: The number of the operation that what they do is a part of (contract 70, 2).
    operation: int | None = None
    #: What they do is done by a rule of retention, in the bot's name.
    sweeps: bool = False
    #: What they change only as long as it is what they looked at; None: whatever it is.
    expected: Expected | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def is_standard(self) -> bool:
        return self.role is Role.STANDARD

    @property
    def is_light(self) -> bool:
        return self.role is Role.LIGHT

    @property
    def is_guest(self) -> bool:
        return self.kind is CallerKind.GUEST

    @property
    def archives_via(self) -> ArchivedVia:
        """What is said of what they archive."""
        is_application = self.client_id != _OWN_CLIENT
        if self.sweeps or (self.role is Role.BOT and not is_application):
            return ArchivedVia.SWEEP
        if self.operation is not None:
            return ArchivedVia.OPERATION
        return ArchivedVia.APPLICATION if is_application else ArchivedVia.PERSON

    @property
    def person(self) -> str:
        """How assignee and reader lists store this person: `u:7` or `e:3`."""
        return f"{'e' if self.is_guest else 'u'}:{self.person_id}"
