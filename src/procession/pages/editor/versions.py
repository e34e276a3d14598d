"""Versions of a template: who froze what when, what is other since, and going back (issue 18)."""

from procession.domains.templates.actions.reading import list_versions
from procession.flows.telling import addresses
from procession.flows.templates.versions import compare_version, restore_version
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.editor.people import read_directory
from procession.pages.editor.showing import editor_page, read
from procession.pages.editor.versions_in_words import sentences_of
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.toasts import Toast

routes = Routes("Pages")


@routes.get(addresses.EDIT_VERSIONS, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the versions that launches and publishing have frozen, the newest first."""
    view = read(here)
    directory = read_directory(here.caller, view.content)
    return editor_page(
        here,
        view,
        directory,
        "versions",
        versions=list_versions(here.caller, view.template.id),
        names=directory.names.users,
        open=None,
    )


@routes.get(addresses.EDIT_VERSION, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show_one(here: Here) -> Answer:
    """Show in words what is other since a version of a template was frozen."""
    view = read(here)
    compared = compare_version(here.caller, view.template.id, here.request.number("version"))
    directory = read_directory(here.caller, view.content)
    return editor_page(
        here,
        view,
        directory,
        "versions",
        versions=[compared.version],
        names=directory.names.users,
        open=compared.version,
        sentences=sentences_of(compared.differences, view.content),
    )


@routes.post(addresses.RESTORE_VERSION, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def restore(here: Here) -> Answer:
    """Make a version of a template what is edited, and keep what was edited as a version."""
    template_id = here.request.id("template")
    version = here.request.number("version")
    restored = restore_version(here.caller, template_id, version)
    kind = "version-parts" if restored.warnings else "version"
    toast = Toast(kind, "templates", template_id, f"Version {version}")
    return back_to(here, addresses.EDIT_VERSIONS.format(template=template_id), toast)
