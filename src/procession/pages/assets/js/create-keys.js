// Ctrl+Alt+T (Mac: Ctrl+Option+T) begins a task, Ctrl+Alt+P a process: what is in the menu of what can be
// created. Not where the same keys mean other things, and not while a dialog is open.
const ELSEWHERE = /^\/app\/(processes\/|templates\/[^/]+\/edit)/;
document.addEventListener("keydown", (event) => {
  const key = { KeyT: "t", KeyP: "p" }[event.code];
  if (!key || !event.ctrlKey || !event.altKey || event.metaKey || event.shiftKey) return;
  if (document.querySelector("dialog[open]") || ELSEWHERE.test(location.pathname)) return;
  const way = document.querySelector(`#create [data-hot-key='${key}']`);
  if (!way) return;
  event.preventDefault();
  way.click();
});
