"""Which keys do what (contract 95, 5): told by `?` on every page."""

from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.framing import Here, app_page, for_members

routes = Routes("Pages")

#: Any of these keys, what it does, and where; `assets/js` has a file for each kind.
_SHORTCUTS = (
    (("/", "Ctrl+K"), "Search", "Everywhere"),
    (("?",), "Show this list", "Everywhere"),
    (("Ctrl+Alt+T",), "Create a task", "Not in a process, nor in the editor"),
    (("Ctrl+Alt+P",), "Launch a process", "Not in a process, nor in the editor"),
    (("j", "↓"), "Next row", "Lists"),
    (("k", "↑"), "Row before", "Lists"),
    (("Enter",), "Open the row", "Lists"),
    (("x",), "Select the row", "Lists"),
    (("e",), "Archive it, or what is selected", "Lists"),
    (("Shift+E",), "Restore it, or what is selected", "Lists"),
    (("Ctrl+Enter",), "Send, save or complete", "Forms"),
    (("Esc",), "Close a menu, a dialog or a task; select nothing", "Everywhere"),
)


@routes.get(addresses.KEYS, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show which keys do what."""
    return app_page(here, "help/keys.html", title="Keyboard shortcuts", shortcuts=_SHORTCUTS)
