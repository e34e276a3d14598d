// The one dialog of the page: it opens when htmx has filled it, and closes with what was done in it.
// Its content is a page of its own, so without scripts the same link leads there.
const FIRST = "input:not([type=hidden]), select, textarea, button, a";
const dialog = document.querySelector("#dialog");
if (dialog) {
  let opener = null;
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.target === dialog) opener = document.activeElement;
  });
  // What it asked for while it was open is of no use any more, and would open it again.
  document.addEventListener("htmx:before:swap", (event) => {
    const { target, sourceElement } = event.detail.ctx;
    if (target === dialog && !dialog.open && !sourceElement.isConnected) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const { target } = event.detail.ctx;
    if (target === dialog && dialog.childElementCount && !dialog.open) {
      for (const menu of document.querySelectorAll(".menu:popover-open")) menu.hidePopover();
      dialog.showModal();
    } else if (target === dialog && dialog.open) {
      // It was refused: on with what is wrong; else where it begins.
      const wrong = dialog.querySelector("[aria-invalid='true']");
      if (wrong || !dialog.contains(document.activeElement)) (wrong ?? dialog.querySelector(FIRST))?.focus();
    } else if (target?.id === "main" && dialog.open) {
      dialog.close();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-closes]")) return;
    event.preventDefault();
    event.stopPropagation();
    dialog.close();
  }, true);
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    // The menu that it was opened from is closed: its button is what was pressed first.
    const menu = opener?.closest?.(".menu");
    const button = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : opener;
    if (button?.isConnected) button.focus(); else document.querySelector("#main")?.focus();
  });
}
