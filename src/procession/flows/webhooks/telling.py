"""Writes down what is to be sent of what happened, in its transaction (contract 60, 2 and 3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from procession.core.times import wire_time
from procession.domains.comments import store as comments
from procession.domains.people import store as people
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import TemplateType
from procession.domains.watchers import store as watchers
from procession.domains.watchers.types import GATHERED, Frequency
from procession.domains.webhooks import store
from procession.domains.webhooks.types import Hearer, NewDelivery, Source
from procession.flows.reaching.bots import bot_beside
from procession.flows.webhooks.messages import AUDIENCES, DOCUMENT_UPDATED, News, news_of
from procession.flows.webhooks.payloads import (
    Payload,
    event_payload,
    process_payload,
    task_payload,
)
from procession.flows.webhooks.ringing import KINDS as BELLS
from procession.flows.webhooks.ringing import Ringing, ring
from procession.flows.webhooks.scenes import (
    Scene,
    assets_of,
    scene_of_process,
    scene_of_task,
)
from procession.kit.caller import Caller, CallerKind
from procession.kit.facts import Fact
from procession.kit.leasing import AFTER_OTHERS, AT_ONCE
from procession.kit.work import Work

_encode = msgspec.json.Encoder().encode
_PROCESS_EVENTS = ("process.launched", "process.completed")


class _Address(NamedTuple):
    """Where one message goes, and how it is written."""

    url: str
    #: process, task or event: see `payloads`.
    kind: str


@dataclass
class _Telling:
    """Of one transaction."""

    work: Work
    hearers: Sequence[Hearer]
    #: Who set it all off.
    person: Caller
    scenes: dict[tuple[str | None, str | None], Scene | None] = field(default_factory=dict)
    people: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    deliveries: list[NewDelivery] = field(default_factory=list)
    ringing: list[Ringing] = field(default_factory=list)

    def scene(self, news: News) -> Scene | None:
        key = (news.process_id, None if news.process_id else news.task_id)
        if key not in self.scenes:
            self.scenes[key] = _load(self.work, *key)
        return self.scenes[key]

    def card(self, caller: Caller) -> dict[str, Any] | None:
        """None for the server itself."""
        if caller.kind is CallerKind.BOT:
            return None
        if caller.person not in self.people:
            self.people[caller.person] = _card(self.work, caller)
        return self.people[caller.person]


def tell(work: Work, told: Sequence[tuple[Caller, Fact]]) -> None:
    news = news_of(told)
    hearers = store.hearers_of(
        work,
        {each.process_id for each in news if each.process_id},
        {each.task_id for each in news if each.task_id},
        _objects(work, news),
    )
    if not hearers and not any(each.rule for each in news):
        return
    person = work.caller
    telling = _Telling(work, hearers, person)
    # What is told does not depend on who made the change.
    work.act_as(bot_beside(work))
    for each in news:
        _tell(telling, each)
    store.add_deliveries(work, telling.deliveries)
    ring(work, telling.ringing)
    work.act_as(person)


def _objects(work: Work, news: Sequence[News]) -> set[str]:
    found = {work.caller.organization_id}
    for each in news:
        found.update(filter(None, (each.process_id, each.task_id, each.template_id)))
    return found


def _load(work: Work, process_id: str | None, task_id: str | None) -> Scene | None:
    if process_id is not None:
        return scene_of_process(work, process_id)
    return None if task_id is None else scene_of_task(work, task_id)


def _card(work: Work, caller: Caller) -> dict[str, Any] | None:
    if caller.kind is CallerKind.GUEST:
        address = people.address_of_guest(work, caller.person_id)
        return {"type": "guest", "id": None, "email": address, "full_name": address}
    card = people.cards_of_users(work, [caller.person_id]).get(caller.person_id)
    if card is None:
        return None
    return {"type": "user", "id": card.id, "email": card.email, "full_name": card.full_name}


# --- One piece of news ---


class _Case(NamedTuple):
    """News, with what it happened to."""

    news: News
    scene: Scene | None
    task: Task | None
    #: Who has got the task; None for what is no assignment.
    added: Mapping[str, Any] | None


def _tell(telling: _Telling, news: News) -> None:
    """What an operation does is mailed once, when it ends (`flows.announcing.operations`)."""
    if news.event == "task.assigned" and news.task_id is None:
        _tell_of_launched(telling, news)
        return
    if news.event == DOCUMENT_UPDATED and not _is_document(telling.work, news):
        return
    own = _own_addresses(telling, news)
    watching = [
        each
        for each in telling.hearers
        if _hears(each, news) and (each.url or news.actor.operation is None)
    ]
    if not own and not watching:
        return
    scene = telling.scene(news)
    task = None if scene is None or news.task_id is None else scene.by_id.get(news.task_id)
    if news.task_id is not None and task is None:  # It has gone since.
        return
    case = _Case(news, scene, task, _added(scene, task, news))
    for address in own:
        _write(telling, case, address)
    if task is not None and task.is_hidden:
        return
    for each in watching:
        if not _concerns(each, case):
            continue
        if each.url:
            _write(telling, case, _Address(each.url, "event"))
        elif each.person != news.actor.person:
            _keep_for_bundle(telling, case, each)


def _is_document(work: Work, news: News) -> bool:
    template = templates.find_visible(work, news.template_id or "")
    return template is not None and template.type == TemplateType.DOCUMENT


def _tell_of_launched(telling: _Telling, news: News) -> None:
    """Each visible task that somebody has got with the launch."""
    if not any(each.object_type == "organization" for each in telling.hearers):
        return
    scene = telling.scene(news)
    for task in () if scene is None else scene.tasks:
        if task.assigned and not task.is_hidden:
            _tell(telling, news._replace(task_id=task.id))


def _own_addresses(telling: _Telling, news: News) -> list[_Address]:
    """Of the template, of the step or of the rule."""
    if news.rule is not None:
        return [_Address(news.rule.webhook_url, "task")]
    if news.event in _PROCESS_EVENTS:
        return [_Address(url, "process") for url in _urls(telling, Source.TEMPLATE, news)]
    if news.event == "task.completed":
        # A step's webhook stands in the stead of its template's.
        urls = list(_urls(telling, Source.TASK, news))
        return [_Address(url, "task") for url in urls or _urls(telling, Source.TEMPLATE, news)]
    return []


def _urls(telling: _Telling, source: Source, news: News) -> Iterator[str]:
    subject = news.task_id if source is Source.TASK else news.process_id
    for each in telling.hearers:
        if each.source == source and each.object_id == subject:
            yield each.url


def _hears(hearer: Hearer, news: News) -> bool:
    return hearer.source == Source.WATCHER and hearer.object_type in AUDIENCES.get(news.event, ())


def _concerns(hearer: Hearer, case: _Case) -> bool:
    """Whether it happened to what is watched."""
    news = case.news
    if hearer.object_type == "organization":
        # That somebody has lost a task is no news for all.
        return case.added != _NOBODY
    if hearer.object_type == "user":
        return hearer.object_id == _doer(case)
    subjects = {"run": news.process_id, "task": news.task_id, "checklist": news.template_id}
    return hearer.object_id == subjects[hearer.object_type]


def _doer(case: _Case) -> str | None:
    """The member who launched it, or completed it."""
    if case.news.event == "task.completed":
        done_by = None if case.task is None else case.task.completed_by
        return None if done_by is None else str(done_by)
    process = None if case.scene is None else case.scene.process
    return None if process is None else str(process.started_by)


_NOBODY: dict[str, list[Any]] = {"users": [], "guests": [], "groups": []}


def _added(scene: Scene | None, task: Task | None, news: News) -> Mapping[str, Any] | None:
    if news.event != "task.assigned" or scene is None or task is None:
        return None
    before = _NOBODY if news.before is None else news.before
    users, guests, groups = (
        [each for each in now if each not in (before.get(kind) or ())]
        for kind, now in task.people._asdict().items()
    )
    known = [scene.person(user_id) for user_id in users]
    return {"users": [each for each in known if each], "guests": guests, "groups": groups}


# --- Writing it down ---


def _keep_for_bundle(telling: _Telling, case: _Case, hearer: Hearer) -> None:
    """People are told by mail, by all that happened until their bundle goes."""
    work, process = telling.work, None if case.scene is None else case.scene.process
    if process is not None and case.news.event in BELLS:
        telling.ringing.append(Ringing(case.news.event, process, hearer.person))
    card = telling.card(case.news.actor)
    watchers.add_news(
        work,
        hearer.watcher_id,
        work.now + GATHERED[Frequency(hearer.frequency)],
        event=case.news.event,
        sentence=case.news.sentence,
        actor="" if card is None else card["full_name"],
        process_name=None if process is None else process.name,
        occurred_at=work.now,
    )


def _write(telling: _Telling, case: _Case, address: _Address) -> None:
    uid, work, news, scene = str(uuid4()), telling.work, case.news, case.scene
    process = None if scene is None else scene.process
    body = {
        "event": news.event,
        "delivery_id": uid,
        "occurred_at": wire_time(work.now),
        **_payload(telling, case, address.kind, uid),
    }
    guests = () if scene is None or address.kind == "event" else scene.guests
    kind, subject_id, name = _subject(case)
    telling.deliveries.append(
        NewDelivery(
            uid=uid,
            url=address.url,
            lane=news.process_id or news.task_id or news.template_id or "",
            event=news.event,
            subject_kind=kind,
            subject_id=subject_id,
            subject_name=name,
            process_id=None if process is None else process.id,
            template_id=process.template_id if process else news.template_id,
            body=_encode(body).decode(),
            marks=_encode([(guest.id, guest.version) for guest in guests]).decode(),
            due_at=AT_ONCE if news.actor.operation is None else AFTER_OTHERS,
        )
    )


def _payload(telling: _Telling, case: _Case, kind: str, uid: str) -> Payload:
    news, scene, task = case.news, case.scene, case.task
    if kind == "process" and scene is not None and scene.process is not None:
        return process_payload(scene, scene.process, telling.work.now, uid)
    if kind == "task" and scene is not None and task is not None:
        return _task_payload(telling, scene, task, news, uid)
    thread_id = news.thread_id
    return event_payload(
        scene,
        task,
        telling.work.now,
        organization_id=telling.work.caller.organization_id,
        actor=telling.card(news.actor),
        template=_template(telling.work, case),
        comment=None if thread_id is None else comments.find_thread(telling.work, thread_id),
        assignees=case.added,
    )


def _task_payload(telling: _Telling, scene: Scene, task: Task, news: News, uid: str) -> Payload:
    rule, assets = news.rule, assets_of(telling.work, scene, task)
    if rule is None:
        return task_payload(scene, task, uid, completer=scene.completer(task), assets=assets)
    automation = {
        "id": rule.rule_id,
        "automated_alias": rule.rule_name,
        "alias_name": rule.label,
    }
    payload = task_payload(scene, task, uid, completer=_who(telling), assets=assets)
    return {**payload, "automation": automation}


def _who(telling: _Telling) -> dict[str, Any] | None:
    """Whose change set off the rules; None for the clock."""
    card = telling.card(telling.person)
    return None if card is None else {key: card[key] for key in ("id", "email", "full_name")}


def _template(work: Work, case: _Case) -> dict[str, Any] | None:
    scene, template_id = case.scene, case.news.template_id
    if scene is not None:
        template = scene.template
    else:
        template = templates.find_visible(work, template_id) if template_id else None
    return None if template is None else {"id": template.id, "title": template.title}


def _subject(case: _Case) -> tuple[str, str, str]:
    """Kind, id and name of what it is about."""
    scene, task = case.scene, case.task
    if scene is not None and task is not None:
        return "Task", task.id, scene.texts.title(task)
    if scene is not None and scene.process is not None:
        return "Run", scene.process.id, scene.process.name
    return "Checklist", case.news.template_id or "", ""
