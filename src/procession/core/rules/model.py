"""What rules are, what they look at and what they come to: values without behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from procession.core.deadlines import Offset
from procession.core.launching import People
from procession.core.redating import Calendar
from procession.core.rules.values import NOBODY, Value
from procession.core.times import Instant

# --- A version's rules ---


@dataclass(frozen=True)
class Condition:
    id: str
    #: A step's id or a field's.
    about: str
    is_about_step: bool
    operation: str
    #: The time clause of a step; the text, or the texts, that an answer is compared with.
    statement: str | tuple[str, ...] | None = None
    #: `and` or `or`: joins it to the result of all earlier ones.
    logic: str = "and"
    #: Of a table: the label of the column to look in; None: all of them.
    column: str | None = None


@dataclass(frozen=True)
class Action:
    id: str
    verb: str
    #: The step whose task is acted on.
    step_id: str
    #: What a deadline counts from: another step's deadline, or `start_run` or `now`.
    from_step: str | None = None
    from_moment: str | None = None
    #: The field that holds the date, or the people.
    from_field: str | None = None
    #: How far from there; before it: negative.
    offset: Offset | None = None
    #: Named in the action itself.
    people: People = NOBODY
    webhook_url: str = ""
    webhook_label: str = ""


@dataclass(frozen=True)
class Rule:
    id: str
    name: str
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Book:
    """All rules of a version that are evaluated, in their order, and who listens to what."""

    rules: tuple[Rule, ...]
    #: Fields of each step's form.
    fields_of_steps: Mapping[str, tuple[str, ...]]
    #: The step that each of them is in; fields of the kick-off form are in none.
    steps_of_fields: Mapping[str, str]
    #: Places in `rules`: of those with a condition on a step, ...
    on_step: Mapping[str, tuple[int, ...]]
    #: ... with one that nobody is assigned to it, ...
    on_owners: Mapping[str, tuple[int, ...]]
    #: ... with a condition on a field or an action that takes its answer.
    on_field: Mapping[str, tuple[int, ...]]


# --- The state of a process ---

NOT_STARTED, IN_PROGRESS = "not-started", "in-progress"
COMPLETED, HIDDEN = "completed", "auto-skipped"


@dataclass(frozen=True)
class StepTask:
    """What of a step's task rules look at and change."""

    id: str
    step_id: str
    task_type: str = "task"
    state: str = NOT_STARTED
    state_before_hiding: str | None = None
    is_approved: bool | None = None
    completed_at: Instant | None = None
    #: At least once, whether or not it was reopened since.
    was_completed: bool = False
    deadline_at: Instant | None = None
    deadline_is_pinned: bool = False
    #: A person hid or showed it: rules leave it so.
    visibility_locked: bool = False
    shown_at: Instant | None = None
    owners: People = NOBODY
    #: Members and guests; 0: no limit.
    max_assignable: int = 0

    @property
    def is_completed(self) -> bool:
        return self.state == COMPLETED

    @property
    def is_hidden(self) -> bool:
        return self.state == HIDDEN

    @property
    def is_open(self) -> bool:
        return not (self.is_completed or self.is_hidden)


#: What an action counted from when it ran last: an instant, people, or None for nothing.
Seen = int | str | None


@dataclass(frozen=True)
class Memory:
    """What a process remembers of one rule."""

    #: Of its last evaluation; a rule that was never evaluated had none, which is false.
    last_result: bool = False
    fired_count: int = 0
    last_fired_at: Instant | None = None
    #: By action.
    seen: Mapping[str, Seen] = field(default_factory=dict)
    #: By action: people that it brought, out of a field.
    brought: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Directory:
    """Who of those whom rules may name can be given work."""

    #: Active members.
    users: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    #: Lower-cased addresses that are kept out.
    shut_out: frozenset[str] = frozenset()
    #: Addresses that are members'.
    members: Mapping[str, int] = field(default_factory=dict)
    #: The member who is put on a task of guests alone.
    responsible: int = 0


@dataclass(frozen=True)
class Situation:
    """A process as it is after what happened, and what can be asked about it.

    The functions are asked only where a rule needs the answer; asked twice they say the same.
    """

    #: By step.
    tasks: Mapping[str, StepTask]
    #: By rule; those that there is nothing to remember of are left out.
    memories: Mapping[str, Memory]
    started_at: Instant
    now: Instant
    #: The stored answer to a field.
    value_of: Callable[[str], Value]
    calendar: Callable[[], Calendar]
    directory: Callable[[], Directory]


# --- What happens ---


@dataclass(frozen=True)
class Launched:
    """Its tasks, deadlines and people are there."""


@dataclass(frozen=True)
class Answered:
    """Fields have other answers than before."""

    fields: tuple[str, ...]


@dataclass(frozen=True)
class Completed:
    """In whatever way: approved, rejected, acknowledged, expired, mailed."""

    step_id: str


@dataclass(frozen=True)
class Reopened:
    step_id: str


@dataclass(frozen=True)
class Reassigned:
    """Other people are assigned than before."""

    step_id: str


@dataclass(frozen=True)
class Turned:
    """Shown or hidden."""

    step_id: str


#: What happens to the task of a step.
StepEvent = Completed | Reopened | Reassigned | Turned
Event = Launched | Answered | StepEvent


# --- What it comes to ---


@dataclass(frozen=True)
class Effect:
    """One action of one rule. For a webhook nothing of the task differs."""

    rule: Rule
    action: Action
    before: StepTask
    after: StepTask


@dataclass(frozen=True)
class Skip:
    """An action that changed nothing, and why."""

    rule: Rule
    action: Action
    why: str


@dataclass(frozen=True)
class Firing:
    """A rule that fired, or (`is_again`) some of whose actions were worked out anew."""

    rule: Rule
    event: Event
    #: Of each condition.
    results: tuple[bool, ...]
    done: tuple[Effect | Skip, ...]
    is_again: bool = False


@dataclass(frozen=True)
class Outcome:
    """All that followed, and the next state."""

    firings: tuple[Firing, ...] = ()
    #: By step, in the final state: tasks that a rule has changed.
    tasks: Mapping[str, StepTask] = field(default_factory=dict)
    #: By rule: only those that are others now.
    memories: Mapping[str, Memory] = field(default_factory=dict)
    #: Rules that would have fired once more, or beyond the most there may be (4.4).
    stopped: tuple[str, ...] = ()
    #: Every task was hidden after the launch, so all are shown (4.5).
    was_all_hidden: bool = False

    @property
    def effects(self) -> list[Effect]:
        done = [each for firing in self.firings for each in firing.done]
        return [each for each in done if isinstance(each, Effect)]

    @property
    def skips(self) -> list[Skip]:
        done = [each for firing in self.firings for each in firing.done]
        return [each for each in done if isinstance(each, Skip)]
