"""The page where members launch a process; magic links lead here (contract 30, 3.7, row 50)."""

from urllib.parse import urlencode

from procession.domains.processes.wire import FormLaunchIn
from procession.flows.launching import by_page
from procession.flows.launching.public_forms import FormAddress
from procession.flows.telling import addresses
from procession.kit.errors import Invalid, raise_if_any
from procession.kit.http import HTML, PAGE, TAKING, Answer, Request, Routes
from procession.pages.forms import LaunchForm, LaunchQuery, by_field, is_signed_in
from procession.pages.kickoff_fields import sent_answers
from procession.pages.kickoff_forms import form_page, fresh_form, sent_page
from procession.pages.layout import redirect
from procession.pages.targets import safe_target
from procession.pages.uploads import keep_for_form

routes = Routes("Pages")


@routes.get(addresses.LAUNCH, door=PAGE, policy="visible", query=LaunchQuery, content_type=HTML)
def show(request: Request) -> Answer:
    """Show the kick-off form, filled in as the link says. Opening it launches nothing."""
    if not is_signed_in(request):
        return _sign_in(request)
    if request.query.process:
        outcome = by_page.look_at_launched(request.caller, _address(request), request.query.process)
        return sent_page(outcome)
    form = by_page.read_launch_form(request.caller, _address(request))
    return fresh_form(request, form, None)


@routes.post(
    addresses.LAUNCH, door=PAGE, policy="visible", body=LaunchForm, status=303,
    takes_upload=True, place=TAKING,
)  # fmt: skip
def launch(request: Request) -> Answer:
    """Launch a process with the answers."""
    if not is_signed_in(request):
        return _sign_in(request)
    sent, at = request.body, _address(request)
    form = by_page.read_launch_form(request.caller, at)
    asked = form.content.kickoff
    kept = keep_for_form(
        asked,
        sent_answers(asked, sent.prerun, form.zone),
        request.files,
        lambda file: by_page.upload(request.caller, at, file),
    )
    wanted = FormLaunchIn(name=sent.name, prerun=kept.answers)
    try:
        raise_if_any(kept.wrong)
        process_id = by_page.launch_by_page(request.caller, at, wanted, sent.mark, kept.typed)
    except Invalid as wrong:
        return form_page(
            request,
            form,
            None,
            name=sent.name or "",
            given=kept.answers,
            problems=by_field(wrong),
        )
    return redirect(f"{request.path_text}?{urlencode({'process': process_id})}")


def _address(request: Request) -> FormAddress:
    return FormAddress(request.path["org"], request.path["template"])


def _sign_in(request: Request) -> Answer:
    """And back here, with everything that the link said; not where a header could not hold it."""
    query = f"?{request.query_text}" if request.query_text else ""
    return redirect(addresses.sign_in_page(safe_target(f"{request.path_text}{query}")))
