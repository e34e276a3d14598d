"""What happens to presets. Preferences are nobody else's business: they are on no record."""

from typing import ClassVar

from procession.domains.desk.types import Preset
from procession.kit.facts import Fact, Subject


class PresetFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    id: str
    name: str

    @property
    def subject(self) -> Subject:
        return Subject("Preset", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about_preset(preset: Preset, organization_id: str) -> dict[str, str]:
    """The fields every fact about a preset carries."""
    return {"organization_id": organization_id, "id": preset.id, "name": preset.name}


class PresetSaved(PresetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "preset.saved"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'saved the preset "{self.name}"'


class PresetChanged(PresetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "preset.changed"
    verb: ClassVar[str] = "updated"

    def sentence(self) -> str:
        return f'changed the preset "{self.name}"'


class PresetDeleted(PresetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "preset.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the preset "{self.name}"'
