"""Public kick-off forms that run in the name of a member who leaves (contract 10, 4.7)."""

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.templates import store as templates
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Template
from procession.flows.telling import letters
from procession.kit.mail import post
from procession.kit.work import Work


def hand_over_forms(work: Work, user_id: int) -> None:
    """To the owners of the templates; where that is nobody else who is active, the form closes.

    After the member was shut out, and what they owned was handed on.
    """
    forms = templates.lock_forms_run_by(work, user_id)
    owners = people.active_users_among(work, [form.owner_id for form in forms]) - {user_id}
    for form in forms:
        if form.owner_id in owners:
            templates.set_columns(work, form, {"public_form_user_id": form.owner_id})
        else:
            _close(work, form)


def _close(work: Work, form: Template) -> None:
    templates.set_columns(work, form, {"has_public_form": False, "public_form_user_id": None})
    told = about(form, work.caller.organization_id)
    work.record(TemplateChanged(**told, attribute="is_public_kickoff", before=True))
    organization = accounts.get_organization(work).name
    for member in people.list_members(work):
        if member.is_active and member.role == "admin":
            post(work, letters.form_closed(member, organization, form.title))
