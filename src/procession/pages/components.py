"""Every component in every state, for who builds pages. Only with PROCESSION_DEBUG."""

from procession.core.deadline_states import DeadlineState
from procession.domains.answers.wire import Asking, answered_field_out
from procession.domains.templates.types import CHOICES, Column, Field, FieldType, Option
from procession.flows.telling import addresses
from procession.kit.errors import NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.framing import Here, app_page, for_members
from procession.pages.kickoff_fields import shown_field
from procession.pages.lists import Pager
from procession.pages.showing import Segment
from procession.pages.tasks.fields import AT, TaskField
from procession.pages.toasts import Toast

routes = Routes("Pages")


@routes.get(addresses.COMPONENTS, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what pages are built from."""
    if not here.request.settings.debug:
        raise NotFound
    return app_page(
        here,
        "components.html",
        title="Components",
        states=list(DeadlineState),
        segments=[Segment(state, 1) for state in (*DeadlineState, None, None)],
        fields=[_example(kind, place) for place, kind in enumerate(FieldType, start=1)],
        pager=Pager(51, 100, 240, "#previous", "#next"),
        example=Toast("archived", "processes", "0" * 32, "Onboarding of Ann"),
    )


def _example(kind: FieldType, place: int) -> TaskField:
    """A question of this type, as nobody has answered it."""
    options = (Option(id=1, text="Silver"), Option(id=2, text="Gold"))
    asked = Field(
        id=f"{place:032x}",
        alias="example",
        label=kind.value.replace("_", " ").capitalize(),
        field_type=kind.value,
        required=place == 1,
        options=options if kind in CHOICES else (),
        columns=(Column(1, "Item"), Column(2, "Count")) if kind == FieldType.TABLE else (),
        created_at=0,
        updated_at=0,
    )
    owner = Asking(1, is_process=False, answers={}, template_id=None, process_id=None)
    out = answered_field_out(
        asked, place, owner, guidance=None, default_value=None, custom_fields=None
    )
    return TaskField(shown_field(asked, None, at=AT), out)
