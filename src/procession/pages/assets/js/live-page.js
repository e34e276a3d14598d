// What others change shows by itself: the page asks for itself again when its window gets the focus, and
// every minute. Not while somebody types, selects, chooses from a menu or answers a dialog, and not
// while it holds what would be lost: a form that is filled in, a text that is shown once. What somebody says
// is kept by its own form.
let last = performance.now();
const BUSY = "dialog[open], .menu:popover-open, .tick-row :checked, #main [data-stays]";
const isFilledIn = ({ type, checked, defaultChecked, value, defaultValue }) =>
  type === "checkbox" || type === "radio" ? checked !== defaultChecked : value !== defaultValue;
const isBusy = () => document.hidden || document.querySelector(BUSY) ||
  document.activeElement?.matches("input, textarea, select, [contenteditable]") ||
  [...document.querySelectorAll("#main :is(input:not([type=hidden]), textarea):not(say-form *)")].some(isFilledIn);
const refresh = () => {
  const main = document.querySelector("#main[data-address]");
  if (!main || isBusy() || performance.now() - last < 5_000) return;
  last = performance.now();
  const headers = { "HX-Target": "main#main" };
  htmx.ajax("GET", main.dataset.address, { target: "#main", swap: "outerMorph", headers });
};
addEventListener("focus", refresh);
setInterval(() => { if (performance.now() - last >= 60_000) refresh(); }, 5_000);
