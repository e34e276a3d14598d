"""What happens to organizations and their OAuth clients."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class OrganizationChanged(Fact, frozen=True, kw_only=True):
    """One setting of it has another value now."""

    event: ClassVar[str] = "organization.changed"
    verb: ClassVar[str] = "updated"
    category: ClassVar[str] = "Organization"
    organization_id: str
    field: str
    before: object

    @property
    def subject(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f"changed the {self.field.replace('_', ' ')} of the organization"


class _DomainFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    id: str
    domain: str

    @property
    def subject(self) -> Subject:
        return Subject("Domain", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


class DomainAdded(_DomainFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "domain.added"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f"added the domain {self.domain}"


class DomainVerified(_DomainFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "domain.verified"
    verb: ClassVar[str] = "updated"

    @property
    def changed_field(self) -> str:
        return "verified_at"

    def sentence(self) -> str:
        return f"verified the domain {self.domain}"


class DomainDeleted(_DomainFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "domain.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"deleted the domain {self.domain}"


class _ClientFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    client_id: int
    name: str

    @property
    def subject(self) -> Subject:
        return Subject("OAuthClient", str(self.client_id))

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


class ClientRegistered(_ClientFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "client.registered"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'registered the OAuth client "{self.name}"'


class ClientChanged(_ClientFact, frozen=True, kw_only=True):
    """Its name, its addresses, or how it may ask for tokens."""

    event: ClassVar[str] = "client.changed"
    verb: ClassVar[str] = "updated"

    def sentence(self) -> str:
        return f'changed the OAuth client "{self.name}"'


class ClientSecretReplaced(_ClientFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "client.secret_replaced"
    verb: ClassVar[str] = "updated"

    def sentence(self) -> str:
        return f'replaced the secret of the OAuth client "{self.name}"'


class ClientDeleted(_ClientFact, frozen=True, kw_only=True):
    """Its tokens were deleted with it."""

    event: ClassVar[str] = "client.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the OAuth client "{self.name}"'


class _ProviderFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    verb: ClassVar[str] = "updated"
    organization_id: str
    issuer: str

    @property
    def subject(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def changed_field(self) -> str:
        return "single_sign_on"


class ProviderConnected(_ProviderFact, frozen=True, kw_only=True):
    """Members may sign in there."""

    event: ClassVar[str] = "provider.connected"

    def sentence(self) -> str:
        return f"connected the sign-in provider {self.issuer}"


class ProviderDisconnected(_ProviderFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "provider.disconnected"

    def sentence(self) -> str:
        return f"disconnected the sign-in provider {self.issuer}"


class ProviderEnforced(_ProviderFact, frozen=True, kw_only=True):
    """Administrators alone may still come with a password."""

    event: ClassVar[str] = "provider.enforced"

    def sentence(self) -> str:
        return f"made signing in at {self.issuer} the only way for members"


class ProviderRelaxed(_ProviderFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "provider.relaxed"

    def sentence(self) -> str:
        return f"let members sign in with passwords again, beside {self.issuer}"
