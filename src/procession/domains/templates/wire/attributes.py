"""JSON shape of what may be written of a template besides its parts (contract 20, 3.3 and 3.4)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.domains.templates.wire.fields import FieldIn
from procession.domains.templates.wire.steps import Url
from procession.kit.binding import PersonNumber, RichText

Title = Annotated[str, Meta(min_length=1, max_length=250)]
Flag = bool | UnsetType
Text = RichText | UnsetType | None
Link = Url | UnsetType | None

#: Texts with the tokens of their snippets, beside those that show what the snippets say.
ORIGINALS = ("original_summary", "original_guidance", "original_kickoff_description")

#: Keys of the Checklist object that nobody writes; clients send them back with what they read.
READ_ONLY = frozenset(
    (
        "id", "increment_id", "created_by", "last_updated_by", "started_processes", "created_at",
        "last_updated", "archived_at", "archived_by", "archived_via",
        "archived_operation", "archived_by_name", "held", "holds", "industry_tags",
        "topic_tags", "steps_count",
        "kickoff_sharing_user_id", "ko_form_blueprint_id", "is_published_state", "custom_fields",
        "version", "owner", "folder", "linked_tasks", "assets", "member_watchers",
        "guest_watchers", "threads", "issues", "threads_count", *ORIGINALS,
    )
)  # fmt: skip


class AttributesIn(msgspec.Struct, kw_only=True):
    """An absent key leaves what is stored, or means the default of a new template."""

    ECHOED: ClassVar[frozenset[str]] = READ_ONLY

    title: Title | UnsetType | None = UNSET
    #: Other words for title, summary and guidance, read where those are absent.
    name: Title | UnsetType | None = UNSET
    description: Text = UNSET
    help_text: Text = UNSET
    type: str | UnsetType | None = UNSET
    summary: Text = UNSET
    guidance: Text = UNSET
    explanation_video: Link = UNSET
    icon: Annotated[str, Meta(max_length=100)] | UnsetType | None = UNSET
    kickoff_title: Annotated[str, Meta(max_length=250)] | UnsetType | None = UNSET
    kickoff_description: Text = UNSET
    default_process_name_format: Annotated[str, Meta(max_length=550)] | UnsetType | None = UNSET
    webhook: Link = UNSET
    #: Null means `started`.
    status: str | UnsetType | None = UNSET
    owner_id: PersonNumber | UnsetType = UNSET
    folder_id: str | UnsetType | None = UNSET
    default_folder: str | UnsetType | None = UNSET
    folder_changeable_by_launcher: Flag = UNSET
    folderize_process: Flag = UNSET
    tag_process: Flag = UNSET
    auto_naming: Flag = UNSET
    allow_launcher_change_name: Flag = UNSET
    can_add_oot: Flag = UNSET
    dual_version_enabled: Flag = UNSET
    replace_state_conditionally: Flag = UNSET
    is_public: Flag = UNSET
    public_cover: Link = UNSET
    is_public_kickoff: Flag = UNSET
    is_featured: Flag = UNSET
    is_pinned: Flag = UNSET
    #: The caller's own mark.
    starred: Flag = UNSET
    #: Fields of the kick-off form; later those that none of them names stay.
    prerun: list[FieldIn] | UnsetType = UNSET
    #: Members and groups with default access.
    users: list[PersonNumber] | UnsetType = UNSET
    groups: list[str] | UnsetType = UNSET


class TemplateChangesIn(AttributesIn, kw_only=True):
    """What to change of a template: only the keys that are sent."""

    NEEDS_TITLE: ClassVar[bool] = False

    alias: Annotated[str, Meta(min_length=1, max_length=250)] | UnsetType = UNSET


class TemplatePutIn(TemplateChangesIn, kw_only=True):
    """As with PATCH, but clients that use PUT always send the title (contract 20, 3.4)."""

    NEEDS_TITLE: ClassVar[bool] = True


class StatusIn(msgspec.Struct, kw_only=True):
    """Its author's label of progress; null means `started`."""

    status: str | None


class StarIn(msgspec.Struct, kw_only=True):
    """Whether the template is a favourite of the caller."""

    starred: bool


class PinIn(msgspec.Struct, kw_only=True):
    """Whether the template comes first in everybody's list."""

    is_pinned: bool
