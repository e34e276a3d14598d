// What others change shows by itself: the page asks for itself again when its window gets the focus, and
// every minute; every second while it shows how far something is (`data-soon`). Not while somebody types, selects, chooses from a menu or answers a dialog, and not
// while it holds what would be lost: a form that is filled in, a text that is shown once. What somebody says
// is kept by its own form.
const ON_FOCUS = 5_000;
let last = performance.now();
let isAsking = false;
const BUSY = "dialog[open], .menu:popover-open, .tick-row :checked, #main [data-stays]";
const isFilledIn = ({ type, checked, defaultChecked, value, defaultValue }) =>
  type === "checkbox" || type === "radio" ? checked !== defaultChecked : value !== defaultValue;
const isBusy = () => document.hidden || document.querySelector(BUSY) ||
  document.activeElement?.matches("input, textarea, select, [contenteditable]") ||
  [...document.querySelectorAll("#main :is(input:not([type=hidden]), textarea):not(say-form *)")].some(isFilledIn);
const refresh = async (pause) => {
  const main = document.querySelector("#main[data-address]");
  if (!main || isAsking || performance.now() - last < pause || isBusy()) return;
  isAsking = true;
  const headers = { "HX-Target": "main#main" };
  try {
    await htmx.ajax("GET", main.dataset.address, { target: "#main", swap: "outerMorph", headers });
  } finally {
    isAsking = false;
    last = performance.now();
  }
};
addEventListener("focus", () => refresh(ON_FOCUS));
setInterval(() => refresh(document.querySelector("#main [data-soon]") ? 1_000 : 60_000), 1_000);
