"""When finished processes are archived by themselves (contract 95, 3.13; 70, 3).

Whoever makes the next pass do more is told how many that are, before it is switched on.
"""

from typing import Any

from procession.core.archive import Verb
from procession.core.retention import CountedFrom, Unit
from procession.domains.retention.wire import ConfirmIn, PeriodIn, RuleChangesIn, SwitchesIn
from procession.flows.archive import previewing, retaining
from procession.flows.archive.previewing import Preview
from procession.flows.telling import addresses
from procession.kit.errors import Invalid
from procession.kit.http import HTML, LONG, PAGE, Answer, Routes
from procession.pages.forms import Beside, RetentionForm, by_field
from procession.pages.framing import Here, back_to, for_members
from procession.pages.settings.frame import require_admin, settings_page
from procession.pages.toasts import Toast

routes = Routes("Pages")

_MOST = 1200
_UNITS = {Unit.DAYS.value: "days", Unit.WEEKS.value: "weeks", Unit.MONTHS.value: "months"}
_FROM = {
    CountedFrom.COMPLETED.value: "after they were completed",
    CountedFrom.LAST_ACTIVITY.value: "after anything last happened in them",
}


@routes.get(addresses.RETENTION, door=PAGE, policy="visible", content_type=HTML, place=LONG)
@for_members
def show(here: Here) -> Answer:
    """Show the organization's rule, and what it would archive now."""
    require_admin(here)
    return _page(here)


@routes.post(
    addresses.RETENTION, door=PAGE, policy="visible", body=RetentionForm, status=303, place=LONG
)
@for_members
def change(here: Here) -> Answer:
    """Change the rule; where more would be archived than was agreed to, ask first."""
    require_admin(here)
    sent: RetentionForm = here.request.body
    try:
        wanted = _wanted(sent)
        wanted.confirm = ConfirmIn(archive=sent.agreed or 0)
        retaining.set_default(here.caller, wanted)
    except Invalid as wrong:
        if "confirm" not in wrong.problems:
            return _page(here, 422, sent=sent, problems=Beside(by_field(wrong)))
        preview = previewing.preview_change(here.caller, _wanted(sent))
        return _page(here, sent=sent, preview=preview, asks=_count(preview))
    return back_to(here, addresses.RETENTION, Toast("saved"))


def _wanted(sent: RetentionForm) -> RuleChangesIn:
    """Raises Invalid for a time that is none."""
    if sent.value is None or not 1 <= sent.value <= _MOST:
        raise Invalid({"value": [f"It can be 1 to {_MOST}."]})
    if sent.unit not in _UNITS:
        raise Invalid({"value": ["Choose days, weeks or months."]})
    return RuleChangesIn(
        archive_after=PeriodIn(unit=sent.unit, value=sent.value),
        archive_from=sent.counted_from or CountedFrom.COMPLETED.value,
        enabled=SwitchesIn(archive=bool(sent.is_on)),
    )


def _count(preview: Preview) -> int:
    return preview.total.changes.get(Verb.ARCHIVE, 0)


def _page(here: Here, status: int = 200, **more: Any) -> Answer:
    retention, backlog, last = previewing.get_retention(here.caller)
    rule = retention.rule
    period = rule.archive_after or rule.last_archive_after
    shown = {"asks": None, "problems": Beside(), "sent": None, "preview": None, **more}
    sent: RetentionForm = shown["sent"] or RetentionForm(
        is_on="1" if rule.enabled.archive and rule.archive_after is not None else None,
        value=period.value if period is not None else 7,
        unit=period.unit if period is not None else Unit.DAYS.value,
        counted_from=rule.archive_from,
    )
    preview = shown["preview"] or previewing.preview(here.caller, None)
    return settings_page(
        here,
        "settings/archive.html",
        status,
        title="Archive",
        **shown | {"sent": sent, "preview": preview},
        rule=rule,
        is_on=rule.enabled.archive and rule.archive_after is not None,
        would=_count(preview),
        lines=[
            (line.title, line.tally.changes[Verb.ARCHIVE])
            for line in preview.lines
            if line.tally.changes.get(Verb.ARCHIVE)
        ],
        backlog=backlog,
        last=last,
        units=_UNITS.items(),
        counted=_FROM.items(),
    )
