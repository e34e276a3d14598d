"""Public kick-off forms, filled in without any account (contract 30, 3.7)."""

from typing import Annotated

import msgspec
from msgspec import Meta

from procession.domains.files.wire import FileOut, FormFileIn, file_out
from procession.domains.processes.wire import FormLaunchIn, GuestProcessOut, submitted_process_out
from procession.domains.templates.wire.public import (
    FormAccessIn,
    FormAccessOut,
    PublicFormOut,
    public_form_out,
)
from procession.flows.launching import public_forms
from procession.flows.launching.public_forms import FormAddress
from procession.kit.http import PUBLIC, TAKING, Answer, Request, Routes, item
from procession.kit.ids import find_id

routes = Routes("Processes")

FORM = "/public/{org}/kickoff/{template}"


class GuestCodeQuery(msgspec.Struct, kw_only=True):
    """Who comes by the mailed link."""

    guest_code: Annotated[str | None, Meta(description="Code of the mailed link.")] = None


@routes.post(
    f"{FORM}/access",
    door=PUBLIC,
    policy="visible",
    answers=FormAccessOut,
    status=202,
    body=FormAccessIn,
    raises=(422,),
)
def ask_for_link(request: Request) -> Answer:
    """Ask for the link to a public kick-off form by mail.

    The answer is the same whoever has the address. Five mails an hour at most.
    """
    public_forms.send_link(
        request.caller, _address(request), request.body.email, request.mailed_url
    )
    return item(FormAccessOut(), 202)


@routes.get(
    FORM, door=PUBLIC, policy="visible", answers=PublicFormOut, query=GuestCodeQuery, raises=(403,)
)
def read(request: Request) -> Answer:
    """Read a public kick-off form, by the template's id or alias and a mailed code.

    Without the code, or with one that is good no longer, the answer is 401.
    """
    form = public_forms.read_form(
        request.caller, _address(request), request.query.guest_code, request.address
    )
    out = public_form_out(form.title, form.template, form.content)
    return item(out).with_header("X-Robots-Tag", "noindex")


@routes.post(
    f"{FORM}/runs",
    door=PUBLIC,
    policy="visible",
    answers=GuestProcessOut,
    status=201,
    body=FormLaunchIn,
    query=GuestCodeQuery,
    raises=(403, 422),
)
def submit(request: Request) -> Answer:
    """Launch a process by its public kick-off form."""
    process = public_forms.submit(
        request.caller,
        _address(request),
        request.query.guest_code,
        request.address,
        request.body,
    )
    return item(submitted_process_out(process), 201)


@routes.post(
    f"{FORM}/file",
    door=PUBLIC,
    policy="visible",
    answers=FileOut,
    body=FormFileIn,
    query=GuestCodeQuery,
    raises=(403, 413, 415, 422),
    takes_upload=True,
    place=TAKING,
)
def upload(request: Request) -> Answer:
    """Upload a file for a public kick-off form; the form names it when it is sent."""
    file = public_forms.upload(
        request.caller,
        _address(request),
        request.query.guest_code,
        request.address,
        request.file,
    )
    organization_id = find_id(request.path["org"]) or ""
    return item(file_out(file, organization_id, request.public_url))


def _address(request: Request) -> FormAddress:
    return FormAddress(request.path["org"], request.path["template"])
