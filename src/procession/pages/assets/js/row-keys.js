// Lists by keys: j and k go from row to row, and so do the arrows where a row has the focus; Enter follows its
// link. x ticks it; e and Shift+E press what the bar of the ticked ones, or its own menu, has for that key. Not
// while somebody types, and not with a dialog or a menu open.
const IN_THE_WAY = "dialog[open], [popover]:popover-open";
const TAKES_KEYS = "textarea, select, [contenteditable], input:not([type=checkbox])";
const wayOf = (row) => row.querySelector("[data-opens]") ?? row.querySelector("a");
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector(IN_THE_WAY) || event.target.closest?.(TAKES_KEYS)) return;
  const rows = [...document.querySelectorAll("#main [data-row]")].filter((row) => wayOf(row)?.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const step = { j: 1, k: -1, ArrowDown: at < 0 ? 0 : 1, ArrowUp: at < 0 ? 0 : -1 }[event.key];
  const next = step && rows[Math.max(0, Math.min(at + step, rows.length - 1))];
  if (next) wayOf(next).focus();
  else if (event.key === "x" && at >= 0) rows[at].querySelector(".tick-row input")?.click();
  else if (event.key === "e" || event.key === "E") {
    const isAnyTicked = document.querySelector("#main [data-row] .tick-row :checked");
    const place = isAnyTicked ? document.querySelector("#bulk") : rows[at];
    place?.querySelector(`[data-key="${event.key}"]`)?.click();
  } else return;
  event.preventDefault();
});
