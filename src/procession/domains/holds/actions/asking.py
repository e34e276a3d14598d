"""Whether something may be destroyed: nothing is that is on hold (contract 70, 4; decision 0056).

The order is always the same: `HoldGate` is made, what is to go is locked, then the gate is asked.
Its answer is what statements that destroy content need (`kit.destroying`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from procession.domains.holds import policy, store
from procession.domains.holds.events import HoldRefused
from procession.domains.holds.types import Covering, Scope, Subjects
from procession.kit.caller import Caller
from procession.kit.destroying import Clearance
from procession.kit.errors import Held, NamedHold
from procession.kit.work import Work, writing

_MOST_NAMED = 20
_KINDS = {
    Scope.RUN: ("Run", "process"),
    Scope.CHECKLIST: ("Checklist", "template"),
    Scope.TASK: ("Task", "task"),
    Scope.ORGANIZATION: ("Organization", "organization"),
}


class Asked(NamedTuple):
    """What may be destroyed, and what is held, with the holds that cover each."""

    clearance: Clearance
    held: Mapping[str, Sequence[Covering]]


class HoldGate:
    """From its making to the end of the work no hold comes or goes."""

    def __init__(self, work: Work) -> None:
        self._work = work
        store.shut_out_changes(work)

    def ask(self, subjects: Subjects) -> Asked:
        """Of things that the caller has locked."""
        held = store.covering(self._work, subjects)
        return Asked(Clearance(self._work, subjects.ids - held.keys()), held)

    def clear(self, scope: Scope, thing_id: str) -> Clearance:
        """For all of one thing: raises Held when it is on hold."""
        asked = self.ask(_alone(scope, thing_id))
        refuse_held(self._work.caller, scope, thing_id, asked.held.get(thing_id))
        return asked.clearance

    def clear_parts(self, homes: Sequence["Home"]) -> Clearance:
        """For something that is in each of these: raises Held for the first that is on hold."""
        for home in homes:
            found = self.ask(home.subjects).held.get(home.id)
            refuse_held(self._work.caller, home.scope, home.id, found, only_part=True)
        return Clearance(self._work, {home.id for home in homes})

    def clear_values(self, key_id: str) -> Clearance:
        """For a custom field with all its values: raises Held when something has one that is on
        hold."""
        found = store.covering_values_of(self._work, key_id)
        if found:
            sentence = "Something on hold has a value of this custom field, so it stays."
            raise Held(sentence, "CustomFieldKey", key_id, _named(self._work.caller, found))
        return Clearance(self._work, {key_id})

    def clear_everything(self) -> Clearance:
        """For the whole organization: raises Held when anything in it is on hold."""
        caller = self._work.caller
        found = store.list_covering(self._work, _MOST_NAMED)
        refuse_held(caller, Scope.ORGANIZATION, caller.organization_id, found)
        return Clearance(self._work, {caller.organization_id})


def _alone(scope: Scope, thing_id: str) -> Subjects:
    only = (thing_id,)
    return {
        Scope.RUN: Subjects(processes=only),
        Scope.CHECKLIST: Subjects(templates=only),
        Scope.TASK: Subjects(tasks=only),
    }[scope]


class Home(NamedTuple):
    """What a comment or a file belongs to: a task with all that is around it, or a process or a
    template apart from its tasks."""

    scope: Scope
    id: str

    @property
    def subjects(self) -> Subjects:
        if self.scope is Scope.RUN:
            return Subjects(parts=(self.id,))
        return _alone(self.scope, self.id)


class _AtHome(Protocol):
    """A comment, a file, or an answer that names one."""

    @property
    def process_id(self) -> str | None: ...
    @property
    def task_id(self) -> str | None: ...


def home_of(part: _AtHome) -> Home:
    """What is in a task may name its process, too; what is in neither is a template's."""
    if part.task_id is not None:
        return Home(Scope.TASK, part.task_id)
    if part.process_id is not None:
        return Home(Scope.RUN, part.process_id)
    template_id: str | None = getattr(part, "template_id", None)
    assert template_id is not None
    return Home(Scope.CHECKLIST, template_id)


def refuse_held(
    caller: Caller,
    scope: Scope,
    thing_id: str,
    covering: Sequence[Covering] | None,
    *,
    only_part: bool = False,
) -> None:
    """Raises Held where something covers it."""
    if not covering:
        return
    kind, word = _KINDS[scope]
    sentence = f"This {word} is on hold and cannot be deleted."
    if only_part:
        sentence = f"This {word} is on hold: its comments and files cannot be deleted."
    raise Held(sentence, kind, thing_id, _named(caller, covering))


def _named(caller: Caller, covering: Sequence[Covering]) -> list[NamedHold] | None:
    """Why something is on hold is for those who may place one, and for who runs the server."""
    if not policy.sees_holds(caller):
        return None
    return [NamedHold(each.id, each.reason, each.reference) for each in covering[:_MOST_NAMED]]


def note_refusal(caller: Caller, refusal: Held) -> None:
    """An entry, in a transaction of its own after the refused one has ended: at most one for each
    caller and thing in an hour."""
    with writing(caller) as work:
        if not store.has_just_been_refused(work, refusal.id):
            organization_id = caller.organization_id
            work.record(
                HoldRefused(organization_id=organization_id, kind=refusal.kind, id=refusal.id)
            )
