"""Pages of public kick-off forms: the address first, then the form by the mailed link (30, 3.7).

They need no script. What is launched is launched by a form that is sent back, never by a link.
"""

from collections.abc import Sequence
from secrets import token_urlsafe
from urllib.parse import urlencode

from procession.domains.processes.wire import FormLaunchIn
from procession.domains.templates.types import FieldType
from procession.flows.launching import public_forms
from procession.flows.launching.public_forms import FormAddress, OpenForm, Outcome
from procession.flows.telling import addresses
from procession.kit.errors import Invalid, NotFound, Unauthenticated, raise_if_any
from procession.kit.http import HTML, PAGE, TAKING, Answer, Request, Routes
from procession.pages.forms import KickoffForm, KickoffQuery, browser_of, by_field
from procession.pages.kickoff_fields import ShownField, prefilled, sent_answers, shown_fields
from procession.pages.layout import page, redirect, unlisted
from procession.pages.uploads import keep_for_form

routes = Routes("Pages")

_CLOSED = "This form is not available."
_OLD_LINK = "This link is good no longer. Ask for another one."
_UNREADABLE = "What this link wanted to fill in cannot be read: it is left out."


@routes.get(addresses.FORM, door=PAGE, policy="visible", query=KickoffQuery, content_type=HTML)
@routes.get(
    addresses.FORM_OF_ALIAS, door=PAGE, policy="visible", query=KickoffQuery, content_type=HTML
)
def show(request: Request) -> Answer:
    """Ask for an address, show the form to who has the link, or what became of it."""
    query: KickoffQuery = request.query
    if not query.guest_code:
        return _asking(request, _look(request))
    try:
        if query.process:
            return _after(request, query.guest_code, query.process)
        form = public_forms.read_form(
            request.caller, _address(request), query.guest_code, request.address
        )
    except Unauthenticated:
        return _asking(request, _look(request), status=401, problem=_OLD_LINK)
    except NotFound:
        raise NotFound(_CLOSED) from None
    return fresh_form(request, form, query.guest_code)


@routes.post(
    addresses.FORM, door=PAGE, policy="visible", body=KickoffForm, status=303,
    takes_upload=True, place=TAKING,
)  # fmt: skip
@routes.post(
    addresses.FORM_OF_ALIAS, door=PAGE, policy="visible", body=KickoffForm, status=303,
    takes_upload=True, place=TAKING,
)  # fmt: skip
def send(request: Request) -> Answer:
    """Mail the link, or launch a process with the answers."""
    form = _look(request)
    if not request.body.guest_code:
        return _mail_link(request, form)
    return _launch(request, form, request.body.guest_code)


def _mail_link(request: Request, form: OpenForm) -> Answer:
    email = request.body.email or ""
    try:
        public_forms.send_link(request.caller, _address(request), email, request.mailed_url)
    except Invalid as wrong:
        problem = by_field(wrong).get("email")
        return _asking(request, form, status=422, email=email, problem=problem)
    return _asking(request, form, is_sent=True)


def _launch(request: Request, form: OpenForm, code: str) -> Answer:
    sent: KickoffForm = request.body
    asked = form.content.kickoff
    try:
        kept = keep_for_form(
            asked,
            sent_answers(asked, sent.prerun, form.zone),
            request.files,
            lambda file: public_forms.upload(
                request.caller, _address(request), code, request.address, file
            ),
        )
    except Unauthenticated:
        return _asking(request, form, status=401, problem=_OLD_LINK)
    wanted = FormLaunchIn(name=sent.name, prerun=kept.answers)
    try:
        raise_if_any(kept.wrong)
        process_id = public_forms.submit_page(
            request.caller,
            _address(request),
            code,
            request.address,
            wanted,
            mark=sent.mark,
            typed=kept.typed,
        )
    except Unauthenticated:
        return _asking(request, form, status=401, problem=_OLD_LINK)
    except Invalid as wrong:
        return form_page(
            request,
            form,
            code,
            name=sent.name or "",
            given=kept.answers,
            problems=by_field(wrong),
        )
    after = urlencode({"guest_code": code, "process": process_id})
    return redirect(f"{request.path_text}?{after}")


# --- What is shown ---


def _address(request: Request) -> FormAddress:
    return FormAddress(request.path["org"], request.path["template"])


def _look(request: Request) -> OpenForm:
    try:
        return public_forms.look_at_form(request.caller, _address(request))
    except NotFound:
        raise NotFound(_CLOSED) from None


def _asking(
    request: Request,
    form: OpenForm,
    *,
    status: int = 200,
    email: str = "",
    problem: str | None = None,
    is_sent: bool = False,
) -> Answer:
    return unlisted(
        page(
            "kickoff_access.html",
            status,
            form_token=browser_of(request).form_token,
            form=form,
            email=email,
            problem=problem,
            is_sent=is_sent,
        )
    )


def fresh_form(request: Request, form: OpenForm, code: str | None) -> Answer:
    """With what the address fills in."""
    before = prefilled(form.content.kickoff, request.query.ko_fields)
    return form_page(
        request,
        form,
        code,
        name=request.query.default_run_name or "",
        given=before.answers,
        notice=_UNREADABLE if before.is_unreadable else None,
    )


def form_page(
    request: Request,
    form: OpenForm,
    code: str | None,
    *,
    name: str,
    given: dict[str, object],
    problems: dict[str, str] | None = None,
    notice: str | None = None,
) -> Answer:
    wrong = problems or {}
    fields = shown_fields(form.content.kickoff, given, wrong)
    beside = {"name", *(f"prerun.{shown.asked.id}" for shown in fields)}
    elsewhere = [text for path, text in wrong.items() if path not in beside]
    return unlisted(
        page(
            "kickoff_form.html",
            422 if wrong else 200,
            form_token=browser_of(request).form_token,
            mark=token_urlsafe(12),
            form=form,
            code=code,
            name=name,
            name_problem=wrong.get("name"),
            fields=fields,
            problem=" ".join(elsewhere),
            listed=_listed(wrong.get("name"), fields),
            notice=notice,
            takes_files=any(each.asked.field_type == FieldType.FILE for each in fields),
        )
    )


def _listed(name_problem: str | None, fields: Sequence[ShownField]) -> list[tuple[str, str]]:
    """Where to go for each problem that stands beside a field."""
    beside = [(shown.asked.id, f"{shown.asked.label}: {shown.problem}")
              for shown in fields if shown.problem is not None]  # fmt: skip
    return [("name", f"Name: {name_problem}"), *beside] if name_problem else beside


def sent_page(outcome: Outcome) -> Answer:
    return unlisted(page("kickoff_sent.html", outcome=outcome, process=outcome.process))


def _after(request: Request, code: str, process_id: str) -> Answer:
    return sent_page(
        public_forms.look_back(request.caller, _address(request), code, request.address, process_id)
    )
