// When what had the focus is gone with a change (an archived card), the focus goes to the page, not to
// nowhere. Another page begins at its top, and so does the reader of a screen. A task that opens beside
// its process gets the focus, and gives it back to its row; a form that was refused leads to what is wrong.
// Menus close with what was done in them.
const OPEN_TASK = /^(\/app\/processes\/[^/]+)\/tasks\/([^/]+)$/;
const pathOf = (main) => new URL(main?.dataset.address ?? location.href, location.href).pathname;
const placeOf = (main) => {
  const [, process, task] = OPEN_TASK.exec(pathOf(main)) ?? [];
  return { page: process ?? pathOf(main), task: task ?? null };
};
let before = null;
document.addEventListener("htmx:before:swap", (event) => {
  const isPage = event.detail.ctx.target?.id === "main";
  // The list of news is filled while it is open.
  const open = `.menu:popover-open, .rail:popover-open${isPage ? ", .news:popover-open" : ""}`;
  for (const menu of document.querySelectorAll(open)) menu.hidePopover();
  if (isPage) before = placeOf(document.querySelector("#main"));
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "main") return;
  const main = document.querySelector("#main");
  const now = placeOf(main);
  const isOther = before?.page !== now.page;
  if (isOther) scrollTo(0, 0);
  if (!isOther && before.task !== now.task) {
    document.querySelector(".sheet.is-panel .sheet-body")?.scrollTo(0, 0);
    if (now.task && matchMedia("(width < 48rem)").matches) scrollTo(0, 0);
    document.querySelector(now.task ? "#task-title" : `#open-${before.task}`)?.focus({ preventScroll: now.task !== null });
    return;
  }
  const wrong = event.detail.ctx.response?.raw?.status === 422 && main?.querySelector("[aria-invalid='true']");
  if (wrong) return wrong.focus();
  const isLost = document.activeElement === document.body || !document.activeElement?.isConnected;
  if (isOther || isLost) main?.focus({ preventScroll: true });
});
