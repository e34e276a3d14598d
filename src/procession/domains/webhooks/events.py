"""What happens to webhooks."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class WebhookDelivered(Fact, frozen=True, kw_only=True):
    """Or not: what became of it in the end. Of the address its host alone: some are secret."""

    event: ClassVar[str] = "webhook.delivered"
    verb: ClassVar[str] = "emitted"
    category: ClassVar[str] = "Process"
    organization_id: str
    subject_kind: str
    subject_id: str
    subject_name: str
    run_id: str | None
    template_id: str | None
    told: str
    host: str
    #: What was answered; None: nothing.
    status: int | None
    error: str | None

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    @property
    def parent(self) -> Subject:
        if self.template_id is None:
            return Subject("Organization", self.organization_id)
        return Subject("Checklist", self.template_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id

    def sentence(self) -> str:
        what = f'{self.host} of "{self.told}" ("{self.subject_name}")'
        return f"told {what}" if self.error is None else f"could not tell {what}: {self.error}"


class TaskWebhookDelivered(WebhookDelivered, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.webhook_delivered"
    category: ClassVar[str] = "Task"

    @property
    def parent(self) -> Subject:
        if self.run_id is None:
            return Subject("Organization", self.organization_id)
        return Subject("Run", self.run_id)


class _EndpointFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    verb: ClassVar[str] = "updated"
    organization_id: str
    #: Of the address its host alone.
    host: str

    @property
    def subject(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def changed_field(self) -> str:
        return "webhooks"


class WebhookPaused(_EndpointFact, frozen=True, kw_only=True):
    """By the server: it has not answered well for too often."""

    event: ClassVar[str] = "webhook.paused"
    failure_count: int

    def sentence(self) -> str:
        return f"paused the webhook to {self.host} after {self.failure_count} failures in a row"


class WebhookPausedByHand(_EndpointFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "webhook.paused_by_hand"

    def sentence(self) -> str:
        return f"paused the webhook to {self.host}"


class WebhookResumed(_EndpointFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "webhook.resumed"

    def sentence(self) -> str:
        return f"resumed the webhook to {self.host}"


class WebhookSecretRotated(Fact, frozen=True, kw_only=True):
    event: ClassVar[str] = "webhook.secret_rotated"
    category: ClassVar[str] = "Organization"
    verb: ClassVar[str] = "updated"
    organization_id: str
    is_first: bool

    @property
    def subject(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def changed_field(self) -> str:
        return "webhook_secret"

    def sentence(self) -> str:
        return "made a secret for webhooks" if self.is_first else "made another webhook secret"
