"""Those who are told: where they are written to, in which language, and what they want to hear."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.types import (
    SWITCHES,
    Group,
    LinkedGuest,
    Member,
    guest_key,
    preferences_of,
    user_key,
)
from procession.domains.tasks.types import AssignedPeople
from procession.flows.telling import addresses
from procession.flows.telling.language import Words, language_of, words_of
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.reading import read_stored
from procession.kit.work import Work


@dataclass(frozen=True)
class Recipient:
    """A member or guest who is in, and can be told something."""

    #: As lists of people store them: `u:7`, `e:3`.
    key: str
    email: str
    words: Words
    #: The organization's: everybody is told of a deadline by the same clocks.
    zone: str
    #: Switches of mails that they have on; guests have one for all.
    wanted: frozenset[str]
    #: They want no mail at all, or have every switch off.
    is_silent: bool
    #: They want mails, whatever their switches say.
    takes_mail: bool
    #: As a caller, to see what they may see.
    caller: Caller
    #: By whose clocks their morning begins.
    own_zone: str = "UTC"
    #: Days on which they are told what is due; empty: never.
    digest_days: frozenset[str] = frozenset()
    #: What lets a guest in; None for members.
    code: str | None = None

    @property
    def is_guest(self) -> bool:
        return self.code is not None

    def task_link(self, public_url: str, task_id: str) -> str:
        if self.code is None:
            return public_url + addresses.TASK.format(task=task_id)
        organization_id = self.caller.organization_id
        page = addresses.GUESTS_TASK.format(org=organization_id, code=self.code, task=task_id)
        return public_url + page


@dataclass
class Directory:
    """The people of one organization, each looked up once."""

    work: Work
    _members: dict[int, Recipient | None] = field(default_factory=dict)
    _guests: dict[str, Recipient | None] = field(default_factory=dict)
    _groups: dict[str, Group] = field(default_factory=dict)
    _settings: dict[str, Any] | None = None

    def know(self, lists: Iterable[AssignedPeople]) -> None:
        """Look up everybody in these lists, in few statements."""
        users: set[int] = set()
        guests: set[str] = set()
        groups: set[str] = set()
        for named in lists:
            users.update(named.users)
            guests.update(address.lower() for address in named.guests)
            groups.update(named.groups)
        for group in people.groups_with_ids(self.work, groups - self._groups.keys()):
            self._groups[group.id] = group
        for group_id in groups & self._groups.keys():
            users.update(self._groups[group_id].members)
            guests.update(address.lower() for address in self._groups[group_id].addresses)
        self._know_members(users - self._members.keys())
        self._know_guests(guests - self._guests.keys())

    def among(self, named: AssignedPeople) -> dict[str, Recipient]:
        """By stored key; groups stand for who is in them now, and who is shut out is left out."""
        self.know([named])
        groups = [self._groups[each] for each in named.groups if each in self._groups]
        users = [*named.users, *(user for group in groups for user in group.members)]
        guests = [*named.guests, *(address for group in groups for address in group.addresses)]
        found = [
            *(self._members[user] for user in users),
            *(self._guests[address.lower()] for address in guests),
        ]
        return {each.key: each for each in found if each is not None}

    def members(self, user_ids: Collection[int]) -> dict[str, Recipient]:
        return self.among(AssignedPeople(sorted(set(user_ids)), [], []))

    def of_keys(self, keys: Iterable[str]) -> dict[str, Recipient]:
        """Of stored keys, groups among them."""
        users: list[int] = []
        groups: list[str] = []
        guest_ids: list[int] = []
        for key in keys:
            kind, _, name = key.partition(":")
            if kind == "u":
                users.append(int(name))
            elif kind == "e":
                guest_ids.append(int(name))
            else:
                groups.append(name)
        named = people.linked_guests_among(self.work, guest_ids)
        return self.among(AssignedPeople(users, [each.email for each in named.values()], groups))

    def _know_members(self, user_ids: Collection[int]) -> None:
        self._members.update(dict.fromkeys(user_ids))
        for member in people.members_among(self.work, user_ids):
            if member.is_active and not member.is_bot:
                self._members[member.id] = self._member(member)

    def _know_guests(self, keys: Collection[str]) -> None:
        self._guests.update(dict.fromkeys(keys))
        if not keys:
            return
        ids = [guest.id for guest in people.guests_by_email(self.work, sorted(keys)).values()]
        for guest in people.linked_guests_among(self.work, ids).values():
            if guest.disabled_at is None:
                self._guests[guest.email.lower()] = self._guest(guest)

    def _member(self, member: Member) -> Recipient:
        preferences = preferences_of(member)
        wanted = [name for name, is_on in preferences["notifications"].items() if is_on]
        caller = replace(
            self.work.caller,
            kind=CallerKind.MEMBER,
            person_id=member.id,
            role=Role(member.role or Role.LIGHT),
        )
        return Recipient(
            key=user_key(member.id),
            email=member.email,
            words=words_of(language_of(member.locale)),
            zone=self.work.caller.timezone,
            wanted=frozenset(wanted if preferences["mail_enabled"] else ()),
            is_silent=not preferences["mail_enabled"] or not wanted,
            takes_mail=bool(preferences["mail_enabled"]),
            caller=caller,
            own_zone=member.timezone,
            digest_days=self._days(
                "cadence_days",
                read_stored(member.preferences or "{}").get("cadence_days"),
                is_on=preferences["digest_enabled"] and preferences["mail_enabled"],
            ),
        )

    def _days(self, setting: str, chosen: list[str] | None, *, is_on: bool) -> frozenset[str]:
        """Who has chosen none has those of the organization."""
        if not is_on:
            return frozenset()
        if chosen is None:
            if self._settings is None:
                self._settings = accounts.get_settings(self.work)
            chosen = self._settings[setting]
        return frozenset(chosen)

    def _guest(self, guest: LinkedGuest) -> Recipient:
        details = guest.details
        caller = replace(self.work.caller, kind=CallerKind.GUEST, person_id=guest.id, role=None)
        return Recipient(
            key=guest_key(guest.id),
            email=guest.email,
            words=words_of(language_of(details.content_language, details.app_language)),
            zone=self.work.caller.timezone,
            wanted=frozenset(SWITCHES if details.mail_enabled else ()),
            is_silent=not details.mail_enabled,
            takes_mail=details.mail_enabled,
            caller=caller,
            own_zone=details.timezone or self.work.caller.timezone,
            digest_days=self._days(
                "guest_cadence_days",
                details.cadence_days,
                is_on=details.digest_enabled and details.mail_enabled,
            ),
            code=guest.code,
        )
