"""What happens to people."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class _PersonFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "User"
    organization_id: str

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


class MemberJoined(_PersonFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "member.joined"
    verb: ClassVar[str] = "invite-accepted"
    user_id: int
    full_name: str
    role: str

    @property
    def subject(self) -> Subject:
        return Subject("User", str(self.user_id))

    def sentence(self) -> str:
        return f"joined the organization as {self.role}: {self.full_name}"


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
