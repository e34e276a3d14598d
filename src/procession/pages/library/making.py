"""Make a template from scratch: what it is called, and what kind it is (contract 95, 3.7)."""

from msgspec import UNSET

from procession.domains.templates import policy
from procession.domains.templates.types import TemplateType
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.telling import addresses
from procession.flows.templates.authoring import create_template
from procession.kit.errors import Forbidden, Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import Form, by_field
from procession.pages.framing import Here, app_page, back_to, for_members

routes = Routes("Pages")

_LONGEST_TITLE = 250


class MakingForm(Form, kw_only=True):
    """What a new template begins with."""

    title: str | None = None
    type: str | None = None


@routes.get(addresses.NEW_TEMPLATE, door=PAGE, policy="visible", content_type=HTML)
@for_members
def ask(here: Here) -> Answer:
    """Ask what the template is called, and what kind it is."""
    return _ask(here, MakingForm(type=TemplateType.PROCEDURE.value), {})


@routes.post(addresses.NEW_TEMPLATE, door=PAGE, policy="visible", body=MakingForm, status=303)
@for_members
def make(here: Here) -> Answer:
    """Make it, and go on to its steps."""
    sent: MakingForm = here.request.body
    wrong = _wrong(sent)
    if wrong:
        return _ask(here, sent, wrong)
    try:
        wanted = TemplateIn(title=sent.title or UNSET, type=sent.type or UNSET)
        made = create_template(here.caller, wanted)
    except Invalid as refused:
        return _ask(here, sent, by_field(refused))
    return back_to(here, addresses.EDIT_TEMPLATE.format(template=made.template_id))


def _wrong(sent: MakingForm) -> dict[str, str]:
    """Said in the words of the page, before the use case says it in its own."""
    if not (sent.title or "").strip():
        return {"title": "Say what the template is called."}
    if len(sent.title or "") > _LONGEST_TITLE:
        return {"title": f"At most {_LONGEST_TITLE} characters."}
    return {}


def _ask(here: Here, sent: MakingForm, wrong: dict[str, str]) -> Answer:
    if not policy.can_create(here.caller):
        raise Forbidden("You may not create templates. An administrator can let you.")
    return app_page(
        here,
        "library/new.html",
        422 if wrong else 200,
        title="New template",
        typed=sent.title or "",
        chosen=sent.type,
        wrong=wrong,
    )
