"""Star a template for oneself, or take the star away (contract 20, 3.10; 60, 3)."""

from procession.domains.templates.actions import marking
from procession.domains.templates.types import Template
from procession.domains.templates.wire.attributes import StarIn
from procession.domains.watchers.types import Watched
from procession.flows.telling.starring import follow_star
from procession.kit.caller import Caller
from procession.kit.work import Work, writing


def set_star(caller: Caller, template_id: str, sent: StarIn) -> Template:
    """The caller's own mark, so nobody is told."""
    with writing(caller) as work:
        template = marking.get_live(work, template_id)
        star(work, template, is_starred=sent.starred)
        return template


def star(work: Work, template: Template, *, is_starred: bool) -> None:
    marking.star(work, template, is_starred=is_starred)
    follow_star(work, Watched.TEMPLATE, template.id, is_starred=is_starred)
