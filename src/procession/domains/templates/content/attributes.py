"""From what a client sent of a template to columns: every problem at once (contract 20, 3.3)."""

import re
from typing import Any

from msgspec import UNSET

from procession.core.markup import length_of
from procession.core.urls import is_web_address
from procession.core.variables import names_in
from procession.domains.templates.types import STATUSES, Content, FieldType, TemplateType
from procession.domains.templates.wire.attributes import AttributesIn
from procession.kit.html import clean_html
from procession.kit.ids import find_id

Problems = dict[str, list[str]]

#: Columns by the contract's word for them.
COLUMNS = {
    "title": "title",
    "type": "type",
    "summary": "summary",
    "guidance": "guidance",
    "explanation_video": "explanation_video",
    "icon": "icon",
    "kickoff_title": "kickoff_title",
    "kickoff_description": "kickoff_description",
    "default_process_name_format": "process_name_format",
    "alias": "alias",
    "webhook": "webhook",
    "status": "status",
    "owner_id": "owner_id",
    "folder_id": "folder_id",
    "default_folder": "process_folder_id",
    "folder_changeable_by_launcher": "launcher_may_change_folder",
    "folderize_process": "launcher_must_choose_folder",
    "tag_process": "launcher_must_tag",
    "auto_naming": "names_processes",
    "allow_launcher_change_name": "launcher_may_change_name",
    "can_add_oot": "can_add_tasks",
    "dual_version_enabled": "has_draft",
    "replace_state_conditionally": "only_owner_publishes",
    "is_public": "is_public",
    "public_cover": "public_cover",
    "is_public_kickoff": "has_public_form",
    "is_featured": "is_featured",
    "is_pinned": "is_pinned",
}
WORDS = {column: word for word, column in COLUMNS.items()}

_SYNONYMS = {"title": "name", "summary": "description", "guidance": "help_text"}
_RICH = ("summary", "guidance", "kickoff_description")
_LONGEST_RICH = 65_535
_LINKS = ("explanation_video", "webhook", "public_cover")
_ALIAS = re.compile(r"[a-z0-9-]+")
#: What a process can be named after besides answers (contract 30, 3.2).
_NAMING_WORDS = ("DATE", "TEMPLATE_NAME")
_EMPTY_IN_NAMES = (FieldType.TEXTAREA, FieldType.FILE, FieldType.TABLE)


def read_columns(sent: AttributesIn, problems: Problems) -> dict[str, Any]:
    """What was sent, by column, as it would be stored."""
    columns = {}
    for word, column in COLUMNS.items():
        value = getattr(sent, word, UNSET)
        if value is UNSET and word in _SYNONYMS:
            value = getattr(sent, _SYNONYMS[word])
        if value is not UNSET:
            columns[column] = _read(word, value, problems)
    return columns


def _read(word: str, value: Any, problems: Problems) -> Any:
    if word in _RICH:
        return _read_rich(word, value, problems)
    if word in _LINKS and value is not None and not is_web_address(value):
        problems[word] = [f"The {word.replace('_', ' ')} must be a valid URL."]
    if word in ("title", "type") and value is None:
        problems[word] = [f"The {word} field is required."]
    elif word == "type" and value not in tuple(TemplateType):
        problems[word] = ["The selected type is invalid."]
    if word == "status":
        return read_status(value, problems)
    if word == "alias" and (not _ALIAS.fullmatch(value) or find_id(value)):
        problems[word] = ["The alias may only contain lowercase letters, digits and hyphens."]
    return value


def _read_rich(word: str, text: str | None, problems: Problems) -> str | None:
    if text is not None and length_of(text) > _LONGEST_RICH:
        name = word.replace("_", " ")
        problems[word] = [f"The {name} may not be greater than {_LONGEST_RICH} characters."]
        return None
    return clean_html(text) or None


def read_status(sent: str | None, problems: Problems) -> str:
    """Clients write it with a space or an underscore, too; `active` is `started` (ruling 24)."""
    status = (sent or STATUSES[0]).lower().replace("_", "-").replace(" ", "-")
    if status == "active":
        return STATUSES[0]
    if status not in STATUSES:
        problems["status"] = ["The selected status is invalid."]
    return status


def naming_warnings(name_format: str | None, content: Content) -> list[str]:
    """Variables of a pattern for names of processes that will never say anything."""
    types = {field.alias: field.field_type for field in content.kickoff}
    warnings = []
    for name in dict.fromkeys(names_in(name_format)):
        if name in _NAMING_WORDS:
            continue
        at = f"default_process_name_format: {{{{{name}}}}}"
        if name not in types:
            warnings.append(f"{at} names no field of the kick-off form.")
        elif types[name] in _EMPTY_IN_NAMES:
            warnings.append(f"{at} is a {types[name]} field, which leaves names empty.")
    return warnings
