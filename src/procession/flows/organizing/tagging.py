"""Put a tag on something, and take it off (contract 60, 5.1 and 5.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.domains.organizing import policy
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import tags
from procession.domains.organizing.events import TagLinked, TagUnlinked
from procession.domains.organizing.types import (
    Subject,
    SubjectKind,
    TagLink,
    subject_of_step,
    subject_of_task,
    subject_of_template,
)
from procession.domains.organizing.wire.tags import AssociationIn
from procession.flows.reaching.subjects import Held, hold, mark_changed, read_kind
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.ids import find_id
from procession.kit.work import Work, writing

_NO_SUBJECT = "Subject not found"


def attach_tag(caller: Caller, sent: AssociationIn) -> tuple[TagLink, bool]:
    """The tag where it is now, and whether it was not there before."""
    if not policy.can_tag(caller):
        raise Forbidden
    with writing(caller) as work:
        kind = read_kind(sent.subject_type)
        problems: dict[str, list[str]] = {}
        if kind is None:
            problems["subject_type"] = ["The selected subject type is invalid."]
        if (sent.tag_type or "private").lower() != "private":
            problems["tag_type"] = ["There are no public tags here; send private."]
        tag_id = find_id(sent.tag_id) or ""
        if tag_id not in organizing.tags_among(work, [tag_id]):
            problems["tag_id"] = ["The selected tag id is invalid."]
        held: Held | None = None
        try:
            held = None if kind is None else hold(work, kind, sent.subject_id)
        except NotFound:
            problems["subject_id"] = [_NO_SUBJECT]
        if problems or held is None:
            raise Invalid(problems)
        on_it = organizing.links_of(work, [held.subject.id]).get(held.subject.id, [])
        is_new = tag_id not in {link.tag_id for link in on_it}
        if is_new:
            set_tags(work, held, on_it, [*(link.tag_id for link in on_it), tag_id])
            on_it = organizing.links_of(work, [held.subject.id])[held.subject.id]
        return next(link for link in on_it if link.tag_id == tag_id), is_new


def detach_tag(caller: Caller, link_id: int) -> TagLink:
    with writing(caller) as work:
        link = organizing.find_link(work, link_id)
        if link is None:
            raise NotFound
        held = hold(
            work,
            SubjectKind(link.subject_kind),
            link.subject_id,
            link.template_id,
            is_allowed=policy.can_tag(caller),
        )
        on_it = organizing.links_of(work, [held.subject.id]).get(held.subject.id, [])
        if link not in on_it:
            raise NotFound
        set_tags(work, held, on_it, [other.tag_id for other in on_it if other.id != link.id])
        return link


def retag(caller: Caller, kind: SubjectKind, subject_id: str, tag_ids: Sequence[str]) -> str:
    """Make these all the tags of something, at once; what it is called."""
    if not policy.can_tag(caller):
        raise Forbidden
    with writing(caller) as work:
        problems = tag_problems(work, tag_ids)
        if problems:
            raise Invalid(problems)
        held = hold(work, kind, subject_id)
        on_it = organizing.links_of(work, [held.subject.id]).get(held.subject.id, [])
        set_tags(work, held, on_it, [tag_id.lower() for tag_id in tag_ids])
        return held.name


def set_tags(work: Work, held: Held, on_it: Sequence[TagLink], tag_ids: Sequence[str]) -> None:
    """Make these the tags of something; what is on it already stays as it is."""
    had = {link.tag_id: link for link in on_it}
    put = [tag_id for tag_id in dict.fromkeys(tag_ids) if tag_id not in had]
    taken = [link for link in on_it if link.tag_id not in tag_ids]
    organizing.add_links(work, [(held.subject, tag_id) for tag_id in put])
    for link in taken:
        organizing.delete_link(work, link.id)
    titles = {tag.id: tag.title for tag in organizing.tags_among(work, put).values()}
    for tag_id in put:
        work.record(TagLinked(**_about(work, held, tag_id, titles[tag_id])))
    for link in taken:
        work.record(TagUnlinked(**_about(work, held, link.tag_id, link.title)))
    if put or taken:
        mark_changed(work, held)


def tag_problems(work: Work, tag_ids: Sequence[str], path: str = "tags") -> dict[str, list[str]]:
    """What is wrong with a list of tags that was sent."""
    known = organizing.tags_among(work, [tag_id.lower() for tag_id in tag_ids])
    return {
        f"{path}.{place}": ["The selected tag is invalid."]
        for place, tag_id in enumerate(tag_ids)
        if tag_id.lower() not in known
    }


def add_tags(work: Work, subject: Subject, tag_ids: Sequence[str]) -> None:
    """On something that was just made; its creation tells of them."""
    wanted = dict.fromkeys(tag_id.lower() for tag_id in tag_ids)
    organizing.add_links(work, [(subject, tag_id) for tag_id in wanted])


def copy_tags_of_steps(work: Work, template_id: str, tasks: Mapping[str, str]) -> None:
    """Tasks begin with the tags of their steps. `tasks`: the task of each step."""
    if not tasks:
        return
    links = organizing.links_of_templates(work, [template_id])
    organizing.add_links(
        work,
        [
            (subject_of_task(task_id), link.tag_id)
            for step_id, task_id in tasks.items()
            for link in links.get(step_id, ())
        ],
    )


def copy_tags_of_template(
    work: Work, template_id: str, copy_id: str, steps: Mapping[str, str]
) -> None:
    """A copy in the same organization carries what the template does. `steps`: their copies."""
    copied = {template_id: subject_of_template(copy_id)} | {
        step_id: subject_of_step(copy_id, other) for step_id, other in steps.items()
    }
    copy_tags(work, template_id, copied)


def copy_tags(work: Work, template_id: str, copied: Mapping[str, Subject]) -> None:
    """Of a template and its steps, for their copies: those named in `copied`."""
    links = organizing.links_of_templates(work, [template_id])
    wanted = [
        (subject, link.tag_id)
        for original, subject in copied.items()
        for link in links.get(original, ())
    ]
    organizing.add_links(work, wanted)


def tag_ids_in(sent: Any) -> list[str] | None:
    """Ids, or the associations that a step shows; None when nothing was said."""
    if not isinstance(sent, list):
        return None
    named = [each.get("tag_id") if isinstance(each, dict) else each for each in sent]
    return [str(name).strip().lower() for name in named]


def set_tags_of_step(
    work: Work, template_id: str, step_id: str, title: str, tag_ids: Sequence[str] | None
) -> None:
    """None: they stay. The caller edits the template, and holds it."""
    if tag_ids is not None:
        on_it = organizing.links_of(work, [step_id]).get(step_id, [])
        set_tags(work, Held(subject_of_step(template_id, step_id), title), on_it, tag_ids)


def put_titles(work: Work, subject: Subject, titles: Sequence[str]) -> None:
    """Tags by their titles, made where there are none yet, on something that was just made."""
    if not titles:
        return
    organizing.lock_tags(work)
    wanted = []
    for title in dict.fromkeys(titles):
        known = organizing.find_tag_titled(work, title)
        wanted.append((known or tags.create(work, title, None)).id)
    add_tags(work, subject, wanted)


def _about(work: Work, held: Held, tag_id: str, title: str) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "id": tag_id,
        "title": title,
        "subject_kind": held.subject.kind,
        "subject_id": held.subject.id,
        "subject_name": held.name,
        "run_id": held.process_id,
    }
