"""What happens to people."""

from typing import Any, ClassVar

from procession.domains.people.types import Group, JobTitle, LinkedGuest, Member
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


class OnboardingSkipped(_MemberFact, frozen=True, kw_only=True):
    """The process that new members are started with could not be launched."""

    event: ClassVar[str] = "member.onboarding_skipped"
    verb: ClassVar[str] = "updated"
    reason: str

    def sentence(self) -> str:
        return f"did not start the onboarding of {self.full_name}: {self.reason}"


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


class _GuestFact(_PersonFact, frozen=True, kw_only=True):
    guest_id: int
    email: str

    @property
    def subject(self) -> Subject:
        return Subject("Guest", str(self.guest_id))


class GuestCreated(_GuestFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f"added the guest {self.email}"


class GuestChanged(_GuestFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.changed"
    verb: ClassVar[str] = "updated"
    #: first_name, phone_1... or link.
    field: str
    before: Any = None

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f"changed the {self.field} of the guest {self.email}"


class GuestDisabled(_GuestFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.disabled"
    verb: ClassVar[str] = "disabled"

    def sentence(self) -> str:
        return f"disabled the guest {self.email}"


class GuestEnabled(_GuestFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.enabled"
    verb: ClassVar[str] = "enabled"

    def sentence(self) -> str:
        return f"enabled the guest {self.email}"


class GuestDeleted(_GuestFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "guest.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"deleted the guest {self.email}"


def about_guest(guest: LinkedGuest, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a guest carries."""
    return {"organization_id": organization_id, "guest_id": guest.id, "email": guest.email}


class _GroupFact(_PersonFact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Group"
    id: str
    name: str

    @property
    def subject(self) -> Subject:
        return Subject("Group", self.id)


def about_group(group: Group, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a group carries."""
    return {"organization_id": organization_id, "id": group.id, "name": group.name}


class GroupCreated(_GroupFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "group.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the group "{self.name}"'


class GroupUpdated(_GroupFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "group.updated"
    verb: ClassVar[str] = "updated"
    #: name, description, members or guests.
    field: str
    before: Any

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed the {self.field} of the group "{self.name}"'


class GroupDeleted(_GroupFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "group.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the group "{self.name}"'


class _JobTitleFact(_PersonFact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    id: str
    name: str

    @property
    def subject(self) -> Subject:
        return Subject("JobTitle", self.id)


def about_job_title(title: JobTitle, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a job title carries."""
    return {"organization_id": organization_id, "id": title.id, "name": title.name}


class JobTitleCreated(_JobTitleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "jobtitle.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the job title "{self.name}"'


class JobTitleUpdated(_JobTitleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "jobtitle.updated"
    verb: ClassVar[str] = "updated"
    #: name or description.
    field: str
    before: str | None

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed the {self.field} of the job title "{self.name}"'


class JobTitleDeleted(_JobTitleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "jobtitle.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the job title "{self.name}"'
