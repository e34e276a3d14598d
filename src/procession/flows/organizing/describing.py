"""Read and write the custom fields of any record, found as its own domain finds it."""

from collections.abc import Mapping
from dataclasses import dataclass

from procession.domains.custom_fields import policy
from procession.domains.custom_fields import store as custom_fields
from procession.domains.custom_fields.actions import valuing
from procession.domains.custom_fields.types import Record, RecordKind, Values
from procession.domains.custom_fields.wire import ValueIn, ValuesIn
from procession.domains.organizing import store as organizing
from procession.domains.people import store as people
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.types import guest_key, user_key
from procession.domains.processes import policy as process_policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.tasks import store as tasks
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import get_editable
from procession.domains.templates.content.arranging import find
from procession.domains.templates.types import Content, Template
from procession.flows.reaching.tasks import reach, require_open_to_change
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.ids import find_id
from procession.kit.work import Work, reading, writing


@dataclass(frozen=True)
class Named:
    """A record as a path names it."""

    kind: RecordKind
    path: Mapping[str, str]

    def id(self, name: str) -> str:
        found = find_id(self.path[name])
        if found is None:
            raise NotFound
        return found


def get_values(caller: Caller, named: Named) -> Values:
    """For whoever may read the record; guests never."""
    with reading(caller) as work:
        record = _read(work, named)
        return custom_fields.values_of(work, [record.id]).get(record.id, {})


def replace(caller: Caller, named: Named, sent: ValuesIn) -> Values:
    with writing(caller) as work:
        return valuing.replace_values(work, _hold(work, named), sent.custom_fields)


def set_one(caller: Caller, named: Named, key: str, sent: ValueIn) -> Values:
    with writing(caller) as work:
        record = _hold(work, named)
        valuing.get_key(work, record, key)
        return valuing.set_value(work, record, key, sent.value)


def clear_one(caller: Caller, named: Named, key: str) -> Values:
    with writing(caller) as work:
        return valuing.clear_value(work, _hold(work, named), key)


def _read(work: Work, named: Named) -> Record:
    kind = named.kind
    if kind is RecordKind.PROCESS:
        return Record(kind=kind, id=processes.get_visible(work, named.id("run")).id)
    if kind is RecordKind.TASK:
        return Record(kind=kind, id=_task_id(work, named))
    if kind in _PARTS:
        template = templates.get_visible(work, named.id("checklist"))
        version = template_policy.version_shown(work.caller, template)
        if template.archived_at is not None or version is None:
            raise NotFound(kind="Template")
        content = templates.get_content(work, template.id, version)
        return _part(named, template, content)
    return _sorted_or_person(work, named)


def _hold(work: Work, named: Named) -> Record:
    """Locked, live, and the caller's to change."""
    kind = named.kind
    if kind is RecordKind.PROCESS:
        process = processes.get_visible(work, named.id("run"), lock=True)
        if not process_policy.can_arrange(work.caller):
            raise Forbidden
        require_live(process)
        return Record(
            kind=kind,
            id=process.id,
            title=process.name,
            process_id=process.id,
            told_in=process.id,
        )
    if kind is RecordKind.TASK:
        return _hold_task(work, named)
    if kind in _PARTS:
        template = get_editable(work, named.id("checklist"))
        content = templates.get_content(work, template.id, template.version)
        return _part(named, template, content)
    record = _sorted_or_person(work, named)
    if kind is RecordKind.GUEST and not policy.can_describe_guest(work.caller):
        raise Forbidden
    custom_fields.lock_keys(work)
    return record


def _task_id(work: Work, named: Named) -> str:
    from_process = named.id("run") if "run" in named.path else None
    return tasks.get_visible(work, named.id("task"), from_process).id


def _hold_task(work: Work, named: Named) -> Record:
    from_process = named.id("run") if "run" in named.path else None
    reached = reach(work, named.id("task"), from_process)
    task = reached.task
    if not policy.can_describe_task(work.caller, is_assignee=task.is_callers):
        raise Forbidden
    require_open_to_change(reached)
    return Record(
        kind=RecordKind.TASK,
        id=task.id,
        title=task.title,
        task_id=task.id,
        told_in=task.process_id,
    )


#: What belongs to a template.
_PARTS = (
    RecordKind.TEMPLATE,
    RecordKind.STEP,
    RecordKind.FIELD,
    RecordKind.KICKOFF_FIELD,
)


def _part(named: Named, template: Template, content: Content) -> Record:
    kind = named.kind
    if kind is RecordKind.TEMPLATE:
        return Record(kind=kind, id=template.id, title=template.title, template_id=template.id)
    if kind is RecordKind.KICKOFF_FIELD:
        field = find(content.kickoff, named.id("field"))
    else:
        step = content.step(named.id("step"))
        if step is None:
            raise NotFound(kind="Step")
        if kind is RecordKind.STEP:
            return Record(kind=kind, id=step.id, title=step.title, template_id=template.id)
        field = find(step.fields, named.id("capture"))
    if field is None:
        raise NotFound(kind="Field")
    return Record(kind=kind, id=field.id, title=field.label, template_id=template.id)


def _sorted_or_person(work: Work, named: Named) -> Record:
    """A folder, tag, member or guest."""
    kind = named.kind
    if kind is RecordKind.TAG:
        tag = organizing.find_tag(work, named.id("tag"))
        if tag is None:
            raise NotFound(kind="Tag")
        return Record(kind=kind, id=tag.id, title=tag.title, tag_id=tag.id)
    if kind is RecordKind.FOLDER:
        folder = find(organizing.list_folders(work), named.id("folder"))
        if folder is None:
            raise NotFound(kind="Folder")
        return Record(kind=kind, id=folder.id, title=folder.name, folder_id=folder.id)
    return _member(work, named) if kind is RecordKind.MEMBER else _guest(work, named)


def _member(work: Work, named: Named) -> Record:
    member = find_member_named(work, named.path["user"])
    if member is None:
        raise NotFound("User not found")
    if not policy.can_describe_member(work.caller, member.id):
        raise Forbidden
    name = f"{member.first_name} {member.last_name}".strip()
    return Record(kind=RecordKind.MEMBER, id=user_key(member.id), title=name, user_id=member.id)


def _guest(work: Work, named: Named) -> Record:
    guest = people.find_linked_guest(work, named.path["guest"])
    if guest is None:
        raise NotFound
    if work.caller.is_guest:
        raise Forbidden
    return Record(
        kind=RecordKind.GUEST, id=guest_key(guest.id), title=guest.email, guest_id=guest.id
    )
