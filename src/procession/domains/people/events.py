"""What happens to people."""

from typing import Any, ClassVar

from procession.domains.people.types import Member
from procession.kit.facts import Fact, Subject


class _PersonFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "User"
    organization_id: str

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


class _MemberFact(_PersonFact, frozen=True, kw_only=True):
    user_id: int
    full_name: str

    @property
    def subject(self) -> Subject:
        return Subject("User", str(self.user_id))


def about(member: Member, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a member carries."""
    return {
        "organization_id": organization_id,
        "user_id": member.id,
        "full_name": member.full_name,
    }


class MemberInvited(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.invited"
    verb: ClassVar[str] = "invited"
    role: str

    def sentence(self) -> str:
        return f"invited {self.full_name} as {self.role}"


class InvitationWithdrawn(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.invitation_withdrawn"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"withdrew the invitation of {self.full_name}"


class MemberJoined(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.joined"
    verb: ClassVar[str] = "invite-accepted"
    role: str

    def sentence(self) -> str:
        return f"joined the organization as {self.role}: {self.full_name}"


class _MemberChange(_MemberFact, frozen=True, kw_only=True):
    """One thing about a member has another value now."""

    verb: ClassVar[str] = "updated"
    field: str
    before: object

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before


class MemberChanged(_MemberChange, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.changed"

    def sentence(self) -> str:
        return f"changed the {self.field.replace('_', ' ')} of {self.full_name}"


class MemberRoleChanged(_MemberChange, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.role_changed"
    field: str = "role"
    role: str

    def sentence(self) -> str:
        return f"changed the role of {self.full_name} from {self.before} to {self.role}"


class MemberDisabled(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.disabled"
    verb: ClassVar[str] = "disabled"

    def sentence(self) -> str:
        return f"disabled {self.full_name}"


class MemberEnabled(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.enabled"
    verb: ClassVar[str] = "enabled"

    def sentence(self) -> str:
        return f"enabled {self.full_name}"


class MemberDeleted(_MemberFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"deleted {self.full_name} for ever"


class GuestCreated(_PersonFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.created"
    verb: ClassVar[str] = "created"
    guest_id: int
    email: str

    @property
    def subject(self) -> Subject:
        return Subject("Guest", str(self.guest_id))

    def sentence(self) -> str:
        return f"added the guest {self.email}"
