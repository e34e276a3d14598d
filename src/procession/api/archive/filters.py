"""From a filter as it was sent to what a list is narrowed to, strictly (contract 70, 1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from procession.api.processes.filters import ProcessesQuery, process_filter
from procession.api.tasks.filters import TasksQuery, task_filter_of
from procession.api.templates.templates import TemplatesQuery, template_filter
from procession.core.archive import ArchivedShown, Verb
from procession.domains.archive.types import Kind
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, invalid
from procession.kit.ids import find_id
from procession.kit.querying import comma_list
from procession.kit.strict_querying import Texts, bind_strictly, names_in, read_strictly

AT = "filter."
_QUERIES: dict[str, type[Any]] = {
    Kind.RUN: ProcessesQuery,
    Kind.CHECKLIST: TemplatesQuery,
    Kind.TASK: TasksQuery,
}
#: Parameters that say something together alone.
_PAIRS = (("kickoff_field", "kickoff_value"), ("custom_field_key", "custom_field_value"))
#: That narrow nothing when they are false.
_ONLY_TRUE = ("me", "unassigned")
#: That only archived objects have.
_OF_ARCHIVED = ("archived_after", "archived_before", "archived_by", "operation")
MOST_IDS = 10_000

#: What a filter names: the parameter, the kind, and the names.
Named = list[tuple[str, str, Sequence[str]]]


def read_ids(sent: Any) -> tuple[str, ...]:
    """Each once. What cannot be an id names nothing, and is passed over as that."""
    if not isinstance(sent, list) or not sent:
        raise invalid("ids", f"The ids must be a list of 1 to {MOST_IDS:,} ids.")
    if len(sent) > MOST_IDS:
        raise invalid("ids", f"At most {MOST_IDS:,} ids can be selected.")
    wrong = [place for place, each in enumerate(sent) if not isinstance(each, str) or not each]
    if wrong:
        raise invalid(f"ids.{wrong[0]}", "The ids must be texts.")
    unlike = [each for each in sent if find_id(each) is None]
    if unlike:
        raise invalid("ids", f"This cannot be an id: {unlike[0][:40]}")
    return tuple(dict.fromkeys(each.lower() for each in sent))


def read_filter(sent: Any, kind: str, verb: Verb, caller: Caller) -> tuple[Any, Named]:
    """What the store of the list takes, and what it names. Raises Invalid, naming every key."""
    if not isinstance(sent, Mapping):
        raise invalid("filter", "The filter must be an object.")
    if "all" in sent:
        if len(sent) > 1 or sent["all"] is not True:
            raise invalid(f"{AT}all", 'Whoever means everything sends {"all": true}, alone.')
        return _narrowed({}, kind, verb, caller), []
    if not sent:
        raise invalid("filter", 'The filter is empty. Who means all sends {"all": true}.')
    query = _QUERIES[kind]
    texts = read_strictly(sent, query, AT)
    _check_sense(texts, kind, verb)
    return _narrowed(texts, kind, verb, caller), [*names_in(texts, query)]


def _check_sense(texts: Texts, kind: str, verb: Verb) -> None:
    """What would do nothing, or contradicts the verb."""
    problems: dict[str, list[str]] = {}
    for one, other in _PAIRS:
        if (one in texts) != (other in texts):
            missing = other if one in texts else one
            problems[f"{AT}{missing}"] = [f"The {missing.replace('_', ' ')} field is required."]
    for name in _ONLY_TRUE:
        if _word(texts, name) in ("false", "0", "no", "off"):
            problems[f"{AT}{name}"] = [f"The {name} filter can only be true."]
    if kind == Kind.TASK and _word(texts, "is_oneoff") in ("false", "0", "no", "off"):
        problems[f"{AT}is_oneoff"] = ["Only one-off tasks have an archive of their own."]
    statuses = {word.lower() for word in comma_list(texts.get("status", []))}
    is_live = verb is Verb.ARCHIVE
    said = _word(texts, "archived")
    if said is not None and is_live is not (said in ("false", "0", "no", "off")):
        problems[f"{AT}archived"] = [_CONTRADICTS.format(verb=verb.value)]
    if "archived" in statuses and is_live:
        problems[f"{AT}status"] = [_CONTRADICTS.format(verb=verb.value)]
    if is_live:
        problems |= {
            f"{AT}{name}": [_CONTRADICTS.format(verb=verb.value)]
            for name in _OF_ARCHIVED
            if name in texts
        }
    if problems:
        raise Invalid(problems)


_CONTRADICTS = "The verb {verb} says already whether archived or live ones are meant."


def _word(texts: Texts, name: str) -> str | None:
    return texts[name][-1].lower() if name in texts else None


def _narrowed(texts: Texts, kind: str, verb: Verb, caller: Caller) -> Any:
    """The list's own filter, with the state that the verb takes."""
    state = ArchivedShown.HIDDEN if verb is Verb.ARCHIVE else ArchivedShown.ONLY
    query = bind_strictly(texts, _QUERIES[kind])
    try:
        found = _filter_of(query, kind, caller)
    except Invalid as wrong:
        raise Invalid({f"{AT}{name}": said for name, said in wrong.problems.items()}) from None
    if kind == Kind.RUN:
        statuses = tuple(word for word in found.statuses if word != "archived")
        return msgspec.structs.replace(found, archived=state, statuses=statuses, sort=())
    if kind == Kind.TASK:
        return msgspec.structs.replace(
            found, archived=state, is_by_own_mark=True, is_oneoff=True, sort=()
        )
    return msgspec.structs.replace(found, archived=state, sort=())


def _filter_of(query: Any, kind: str, caller: Caller) -> Any:
    if kind == Kind.RUN:
        return process_filter(query, caller)
    if kind == Kind.TASK:
        return task_filter_of(query, caller, usual_status="all")
    return template_filter(query, caller)
