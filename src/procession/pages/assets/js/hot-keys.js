// `/` goes to the search, Ctrl+K too; `?` tells which keys there are. None does anything with a dialog open,
// and of these only Ctrl+K while somebody types.
const keyOf = (event) => {
  if (event.ctrlKey || event.metaKey) return event.key === "k" && !event.altKey ? "/" : null;
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  return isTyping || event.altKey ? null : event.key;
};
document.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  if (!["/", "?"].includes(key) || document.querySelector("dialog[open]")) return;
  const way = document.querySelector(`[data-hot-key='${key}']`);
  if (!way) return;
  event.preventDefault();
  if (key === "/") way.focus(); else way.click();
});
