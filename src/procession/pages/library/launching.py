"""Launch a process: the kick-off form of a template, and whatever else it asks (contract 95, 3.9).

Opening the page launches nothing; its form does, once, however often it is sent.
"""

from collections.abc import Mapping, Sequence
from secrets import token_urlsafe
from typing import Any

from procession.domains.processes.wire import LaunchIn
from procession.flows.files.uploading import keep_for_kickoff
from procession.flows.launching.by_hand import Preparation, launch_by_hand, prepare_launch
from procession.flows.processes.surveying import read_process
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Invalid, raise_if_any
from procession.kit.http import HTML, PAGE, TAKING, Answer, Routes
from procession.pages.forms import Form, LaunchQuery, by_field
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.kickoff_fields import prefilled, sent_answers, shown_fields
from procession.pages.library.showing import flat
from procession.pages.toasts import Toast
from procession.pages.uploads import keep_for_form

routes = Routes("Pages")

_UNREADABLE = "What this link wanted to fill in cannot be read: it is left out."
_MAY_NOT = (
    "You may not launch processes from this template. Its owner or an administrator can let you."
)


class StartForm(Form, kw_only=True):
    """What a member fills in to launch a process."""

    #: Of the page: sent twice, it launches once.
    mark: str | None = None
    name: str | None = None
    #: By field.
    prerun: Any = None
    #: Members by job title.
    titles: Any = None
    tags: Any = None
    folder: str | None = None
    #: The form is wanted once more.
    again: str | None = None


@routes.get(
    addresses.LAUNCH_TEMPLATE, door=PAGE, policy="visible", query=LaunchQuery, content_type=HTML
)
@for_members
def show(here: Here) -> Answer:
    """Show what is asked before a process is launched."""
    query: LaunchQuery = here.request.query
    asked = _prepare(here)
    before = prefilled(asked.form.content.kickoff, query.ko_fields)
    sent = StartForm(name=query.default_run_name)
    notice = _UNREADABLE if before.is_unreadable else None
    return _form(here, asked, sent, before.answers, notice=notice)


@routes.post(
    addresses.LAUNCH_TEMPLATE, door=PAGE, policy="visible", body=StartForm, status=303,
    takes_upload=True, place=TAKING,
)  # fmt: skip
@for_members
def launch(here: Here) -> Answer:
    """Launch a process, and open it."""
    sent: StartForm = here.request.body
    asked = _prepare(here)
    form = asked.form
    kept = keep_for_form(
        form.content.kickoff,
        sent_answers(form.content.kickoff, sent.prerun, form.zone),
        here.request.files,
        lambda file: keep_for_kickoff(here.caller, form.template.id, file),
    )
    wanted = LaunchIn(
        checklist_id=form.template.id,
        name=sent.name,
        prerun=kept.answers,
        roles=_people_by_title(asked, sent.titles) or None,
        tags=_texts(sent.tags) or None,
        folders=[sent.folder] if sent.folder else None,
    )
    try:
        raise_if_any(kept.wrong)
        process_id = launch_by_hand(here.caller, wanted, sent.mark, kept.typed)
    except Invalid as wrong:
        return _form(here, asked, sent, kept.answers, problems=by_field(wrong))
    process = read_process(here.caller, process_id).view.process
    toast = Toast("launched", "processes", process.id, process.name)
    is_again = bool(sent.again)
    target = addresses.LAUNCH_TEMPLATE.format(template=form.template.id) if is_again else (
        addresses.PROCESS.format(process=process.id)
    )  # fmt: skip
    return back_to(here, target, toast._replace(kind="launched-another") if is_again else toast)


def _prepare(here: Here) -> Preparation:
    try:
        return prepare_launch(here.caller, here.request.id("template"))
    except Forbidden:
        raise Forbidden(_MAY_NOT) from None


def _form(
    here: Here,
    asked: Preparation,
    sent: StartForm,
    given: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
    notice: str | None = None,
) -> Answer:
    """`given`: answers by field. What has no place beside a field stands above them all."""
    wrong = dict(problems or {})
    fields = shown_fields(asked.form.content.kickoff, given, wrong)
    of_titles = _of_titles(asked, wrong)
    beside = {
        "name", "tags", "folders",
        *(f"prerun.{shown.asked.id}" for shown in fields),
        *(path for path in wrong if path.startswith("roles.")),
    }  # fmt: skip
    chosen = sent.titles if isinstance(sent.titles, dict) else {}
    return app_page(
        here,
        "library/launch.html",
        422 if wrong else 200,
        title=f"Launch {asked.form.template.title}",
        asked=asked,
        form=asked.form,
        template=asked.form.template,
        mark=token_urlsafe(12),
        name=sent.name or "",
        fields=fields,
        wrong=wrong,
        of_titles=of_titles,
        chosen_titles={key: set(_texts(value)) for key, value in chosen.items()},
        chosen_tags=set(_texts(sent.tags)),
        folders=list(flat(asked.folders)),
        chosen_folder=sent.folder,
        problem=" ".join(text for path, text in wrong.items() if path not in beside),
        listed=_listed(wrong, fields, asked, of_titles),
        notice=notice,
    )


def _listed(
    wrong: Mapping[str, str],
    fields: Sequence[Any],
    asked: Preparation,
    of_titles: Mapping[str, str],
) -> list[tuple[str, str]]:
    """Where to go for each problem that stands beside a field."""
    found = [("name", wrong["name"])] if "name" in wrong else []
    found += [(each.asked.id, f"{each.asked.label}: {each.problem}")
              for each in fields if each.problem is not None]  # fmt: skip
    found += [(f"title-{each}", f"{asked.job_titles[each]}: {text}")
              for each, text in of_titles.items()]  # fmt: skip
    return found + [(name, wrong[name]) for name in ("tags", "folders") if name in wrong]


def _of_titles(asked: Preparation, wrong: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the people for each job title."""
    found = {}
    for title in asked.job_titles:
        texts = [text for path, text in wrong.items() if path.startswith(f"roles.{title}")]
        if texts:
            found[title] = " ".join(texts)
    return found


def _people_by_title(asked: Preparation, sent: Any) -> dict[str, Any]:
    """As a launch takes them; numbers that are none are left to it to refuse."""
    chosen = sent if isinstance(sent, dict) else {}
    return {
        title: {"users": users}
        for title in asked.job_titles
        if (users := _texts(chosen.get(title)))
    }


def _texts(sent: Any) -> list[str]:
    """Of a field that may be there several times; blank ones are nothing."""
    listed = sent if isinstance(sent, list) else [sent]
    return [each for each in listed if isinstance(each, str) and each]
