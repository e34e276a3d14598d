"""Lets the demo's story happen: every act is a use case that the API calls too, done as its person.

The acts are played in the order of their times, on a clock that stands where the story is.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from procession.core.archive import Verb
from procession.core.times import DAY, Instant, local_day, to_datetime
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.archive.types import Kind
from procession.domains.comments.types import Place, ThreadLabel
from procession.domains.comments.wire import ThreadIn
from procession.domains.holds.actions import placing
from procession.domains.holds.types import Scope
from procession.domains.holds.wire import HoldIn, HoldScopeIn
from procession.domains.people.actions.admitting import authenticate_guest
from procession.domains.people.actions.guests import find_guest_code
from procession.domains.people.wire import OwnersIn
from procession.domains.processes.actions import archiving
from procession.domains.processes.wire import LaunchIn
from procession.domains.retention.wire import PeriodIn, RuleChangesIn
from procession.domains.schedules.wire import ScheduleIn
from procession.domains.snippets.actions import writing as writing_snippets
from procession.domains.snippets.wire import SnippetIn
from procession.domains.tasks.types import Task, TaskType
from procession.domains.tasks.wire import GuestTaskChangesIn, TaskChangesIn, TaskIn
from procession.domains.templates.actions import publishing
from procession.domains.templates.wire.templates import PermissionListIn, PermissionsIn, TemplateIn
from procession.flows.access import founding
from procession.flows.archive import operating, retaining, selecting
from procession.flows.archive.selecting import Wanted
from procession.flows.demo.example_templates import example_names, example_text
from procession.flows.demo.story import (
    ANSWERS,
    INES,
    MEMBERS,
    ONEOFFS,
    ORGANIZATION,
    OWEN,
    PROCESSES,
    SCHEDULES,
    SNIPPETS,
    TEMPLATES,
    TIMEZONE,
    Actor,
    Day,
    OneOffStory,
    ProcessStory,
    ScheduleStory,
)
from procession.flows.discussing.saying import comment
from procession.flows.launching import scheduling, starting
from procession.flows.processes import showing
from procession.flows.tasks import completing, oneoffs, updating
from procession.flows.templates import authoring, granting
from procession.kit.binding import bind_whole
from procession.kit.caller import Caller, Role
from procession.kit.reading import read_json
from procession.kit.server import Server

#: The organization is a little older than its first process.
_FOUNDED = 120.0
#: The demo is looked at again after months: ten years.
_TOKENS_S = 10 * 365 * 86_400


class StoryClock:
    """Stands where the story is; `days` are days before the demo is made."""

    def __init__(self, now: Instant) -> None:
        self._end = now
        self._now = now

    def __call__(self) -> Instant:
        return self._now

    def instant(self, days: float) -> Instant:
        return self._end - int(days * DAY)

    def go_to(self, days: float) -> None:
        self._now = self.instant(days)


@dataclass(frozen=True)
class Moment:
    """Something that happens at its time."""

    days: float
    act: Callable[[], object]


@dataclass
class Stage:
    """The demo's organization while its story is played."""

    server: Server
    clock: StoryClock
    organization_id: str
    #: Address -> access token, and -> password.
    tokens: Mapping[str, str]
    passwords: Mapping[str, str]
    user_ids: Mapping[str, int]
    templates: dict[str, str] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)

    def caller(self, actor: Actor) -> Caller:
        """As the API would know them: by their access token, or by their guest code."""
        if actor.role is None:
            code = find_guest_code(self.caller(INES), actor.email) or ""
            return authenticate_guest(self.server, code, self.organization_id, "demo")
        token = self.tokens[actor.email]
        return authenticate_member(self.server, token, self.organization_id, "demo")


def found(server: Server) -> Stage:
    """The organization with its members, and nothing in it yet."""
    clock = StoryClock(server.clock())
    clock.go_to(_FOUNDED)
    server = in_the_past(server, clock)
    passwords = {member.email: f"Bread-{secrets.token_hex(6)}-1" for member in MEMBERS}
    admin = founding.found_organization(
        server,
        name=ORGANIZATION,
        email=INES.email,
        first_name=INES.first_name,
        last_name=INES.last_name,
        timezone=TIMEZONE,
        password=passwords[INES.email],
    )
    made = {INES.email: admin}
    for member in MEMBERS[1:]:
        made[member.email] = founding.add_member(
            server,
            admin.organization_id,
            email=member.email,
            role=member.role or Role.STANDARD,
            first_name=member.first_name,
            last_name=member.last_name,
            password=passwords[member.email],
        )
    return Stage(
        server,
        clock,
        admin.organization_id,
        tokens={email: person.access_token for email, person in made.items()},
        passwords=passwords,
        user_ids={email: person.user_id for email, person in made.items()},
    )


def in_the_past(server: Server, clock: StoryClock) -> Server:
    """Where nobody was listening, and nobody is told afterwards."""
    settings = replace(server.settings, token_lifetime=_TOKENS_S, event_log=False)
    return replace(server, clock=clock, settings=settings, tells_people=False)


def play(stage: Stage) -> None:
    for name in example_names():
        _make_template(stage, name, TEMPLATES.get(name, ()))
    moments = [moment for story in PROCESSES for moment in _process_moments(stage, story)]
    moments += [moment for story in ONEOFFS for moment in _oneoff_moments(stage, story)]
    moments += [Moment(0, partial(_schedule, stage, story)) for story in SCHEDULES]
    moments += [*_operation_moments(stage), Moment(0, partial(_write_rule, stage))]
    for moment in sorted(moments, key=lambda moment: -moment.days):
        stage.clock.go_to(moment.days)
        moment.act()


def read_template(name: str) -> TemplateIn:
    return bind_whole(read_json(example_text(name)), TemplateIn)


def _make_template(stage: Stage, name: str, workers: tuple[Actor, ...]) -> None:
    """Standard members may launch from it, and light ones who are named.

    `workers`: who works on each step; nobody yet, where the story has no such process.
    """
    sent = read_template(name)
    steps = sent.steps or []
    assert isinstance(steps, list)
    for step, worker in zip(steps, workers, strict=bool(workers)):
        if worker.role is None:
            step.guests = [worker.email]
        else:
            step.assignees = [stage.user_ids[worker.email]]
    admin = stage.caller(INES)
    _write_snippets(admin, name, steps)
    template_id = authoring.create_template(admin, sent).template_id
    publishing.publish_template(admin, template_id)
    light = [stage.user_ids[member.email] for member in MEMBERS if member.role is Role.LIGHT]
    launchers = PermissionListIn(all_members=True, users=light)
    granting.set_template_permissions(admin, template_id, PermissionsIn(process_launch=launchers))
    stage.templates[name] = template_id


def _write_snippets(admin: Caller, template: str, steps: list[Any]) -> None:
    """Those that steps of this template name, and their names in it."""
    for story in SNIPPETS:
        if story.template == template:
            snippet = SnippetIn(title=story.title, content=story.content, is_public=True)
            made = writing_snippets.create_snippet(admin, snippet)
            for number in story.steps:
                step = steps[number - 1]
                step.summary = f"{step.summary or ''}<p>{{{{snippet:{made.id}}}}}</p>"


def _schedule(stage: Stage, story: ScheduleStory) -> None:
    sent = ScheduleIn(
        checklist_id=stage.templates[story.template],
        name_format=story.name,
        cron=dict(story.rhythm),
    )
    scheduling.create_schedule(stage.caller(story.owner), sent)


# --- Processes ---


def _process_moments(stage: Stage, story: ProcessStory) -> Iterator[Moment]:
    name = _name(stage, story)
    yield Moment(story.launched, lambda: _launch(stage, story, name))
    for number in range(1, story.done + 1):
        days = story.launched - number * story.pace
        yield Moment(days, lambda number=number: _complete(stage, name, number, story))  # type: ignore[misc]
    yield from _troubles(stage, story, name)
    if story.archived is not None:
        if not story.archived_together:
            yield Moment(story.archived, lambda: _archive(stage, story, name))
        if story.held:
            yield Moment(story.archived - 1, lambda: _hold(stage, story, name))
    if story.restored is not None:
        yield Moment(story.restored, lambda: _unarchive(stage, story, name))


def _name(stage: Stage, story: ProcessStory) -> str:
    return story.name.format(month=_month(stage, story))


def _month(stage: Stage, story: ProcessStory) -> str:
    """The month before the launch."""
    launched_on = to_datetime(stage.clock.instant(story.launched), TIMEZONE)
    last_month = launched_on.replace(day=1) - timedelta(days=1)
    return f"{last_month:%B %Y}"


def _answer(stage: Stage, story: ProcessStory, value: str | Day) -> str:
    if isinstance(value, Day):
        return local_day(stage.clock.instant(value.before), TIMEZONE)
    return value.format(month=_month(stage, story))


def _launch(stage: Stage, story: ProcessStory, name: str) -> None:
    template_id = None if story.template is None else stage.templates[story.template]
    sent = LaunchIn(
        checklist_id=template_id,
        name=name,
        starred=template_id is None,
        prerun={label: _answer(stage, story, value) for label, value in story.kickoff.items()}
        or None,
    )
    starter = stage.caller(story.starter)
    process = starting.launch_process(starter, sent, has_unknown_keys=False).process
    stage.processes[name] = process.id


def _complete(stage: Stage, name: str, number: int, story: ProcessStory) -> None:
    task = _task(stage, name, number)
    worker = stage.caller(_worker(stage, task))
    _fill_in(worker, task, ANSWERS.get(story.template or "", {}).get(number))
    is_approved = True if task.task_type == TaskType.APPROVAL else None
    wanted = completing.Completion(task.id, is_approved, comment=story.remarks.get(number))
    completing.complete_task(worker, wanted)


def _fill_in(worker: Caller, task: Task, answers: dict[str, Any] | None) -> None:
    if answers is None:
        return
    if worker.is_guest:
        updating.update_as_guest(worker, task.id, GuestTaskChangesIn(taskdata=answers))
    else:
        updating.update_task(worker, task.id, TaskChangesIn(taskdata=answers))


def _task(stage: Stage, name: str, number: int) -> Task:
    view = showing.get_process(stage.caller(INES), stage.processes[name], frozenset({"tasks"}))
    return (view.tasks or [])[number - 1]


def _worker(stage: Stage, task: Task) -> Actor:
    """Who does it: its guest, else the member it is assigned to."""
    if task.guests:
        return OWEN
    return next(member for member in MEMBERS if stage.user_ids[member.email] in task.users)


def _troubles(stage: Stage, story: ProcessStory, name: str) -> Iterator[Moment]:
    days = story.launched - story.done * story.pace - 1
    if story.problem:
        yield Moment(days, lambda: _report_on_task(stage, story, name))
    if story.issue:
        yield Moment(days, lambda: _report_on_process(stage, story, name))


def _report_on_task(stage: Stage, story: ProcessStory, name: str) -> None:
    task = _task(stage, name, story.done + 1)
    reporter = stage.caller(_worker(stage, task))
    said = ThreadIn(content=story.problem)
    comment(reporter, Place(task_id=task.id), said, ThreadLabel.PROBLEM)


def _report_on_process(stage: Stage, story: ProcessStory, name: str) -> None:
    process_id = stage.processes[name]
    reporter = stage.caller(story.starter)
    said = ThreadIn(content=story.issue)
    comment(reporter, Place(process_id=process_id), said, ThreadLabel.PROBLEM)


def _archive(stage: Stage, story: ProcessStory, name: str) -> None:
    archiving.archive_process(stage.caller(story.starter), stage.processes[name])


def _operation_moments(stage: Stage) -> Iterator[Moment]:
    """One for all that were archived together in a moment."""
    together = [story for story in PROCESSES if story.archived_together]
    for days in sorted({story.archived for story in together if story.archived is not None}):
        names = [_name(stage, story) for story in together if story.archived == days]
        yield Moment(days, partial(_archive_together, stage, names))


def _archive_together(stage: Stage, names: Sequence[str]) -> None:
    admin = stage.caller(INES)
    ids = tuple(stage.processes[name] for name in names)
    wanted = Wanted(verb=Verb.ARCHIVE, kind=Kind.RUN, ids=ids)
    _, token = selecting.select(admin, wanted)
    operation = operating.start(admin, token, "Nobody has asked for these in a week.", None)
    operating.finish_here(stage.server, stage.organization_id, operation.number)


def _write_rule(stage: Stage) -> None:
    """Only written down: it is previewed, and does nothing until somebody turns it on."""
    sent = RuleChangesIn(
        archive_after=PeriodIn(unit="weeks", value=2),
        delete_after=PeriodIn(unit="weeks", value=8),
    )
    retaining.set_default(stage.caller(INES), sent)


def _hold(stage: Stage, story: ProcessStory, name: str) -> None:
    scope = HoldScopeIn(type=Scope.RUN.value, id=stage.processes[name])
    sent = HoldIn(reason=story.held, reference="Audit 7", scope=scope)
    placing.place(stage.caller(INES), sent)


def _unarchive(stage: Stage, story: ProcessStory, name: str) -> None:
    archiving.unarchive_process(stage.caller(story.starter), stage.processes[name])


# --- One-off tasks ---


def _oneoff_moments(stage: Stage, story: OneOffStory) -> Iterator[Moment]:
    yield Moment(story.created, lambda: _create_oneoff(stage, story))
    if story.completed is not None:
        yield Moment(story.completed, lambda: _complete_oneoff(stage, story))
    if story.archived is not None:
        yield Moment(story.archived, lambda: _archive_oneoff(stage, story))


def _create_oneoff(stage: Stage, story: OneOffStory) -> None:
    sent = TaskIn(
        title=story.title,
        task_type=TaskType.TASK.value,
        deadline=stage.clock.instant(story.due),
        owners=OwnersIn(users=[stage.user_ids[story.owner.email]]),
        run_id=None if story.inside is None else stage.processes[story.inside],
    )
    stage.tasks[story.title] = oneoffs.create_oneoff(stage.caller(INES), sent).task.id


def _complete_oneoff(stage: Stage, story: OneOffStory) -> None:
    wanted = completing.Completion(stage.tasks[story.title])
    completing.complete_task(stage.caller(story.owner), wanted)


def _archive_oneoff(stage: Stage, story: OneOffStory) -> None:
    oneoffs.archive_oneoff(stage.caller(INES), stage.tasks[story.title])
