// `/` goes to the search, Ctrl+K too; no key does anything while somebody types or a dialog is open.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  const isFind = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping;
  const isCommand = event.key === "k" && (event.ctrlKey || event.metaKey) && !event.target.closest?.("dialog");
  if (!isFind && !isCommand) return;
  const field = document.querySelector("[data-hot-key='/']");
  if (!field) return;
  event.preventDefault();
  field.focus();
});
