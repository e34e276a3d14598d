// Ctrl+Enter (Mac: Command+Enter) sends the form that somebody is in, as its main button does.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.form ?? event.target.closest?.("form");
  if (event.defaultPrevented || !form || !event.target.matches("textarea, input, select, [contenteditable]")) return;
  event.preventDefault();
  const main = [...form.elements].find((each) => each.matches("button.is-main")) ?? null;
  if (!main?.disabled) form.requestSubmit(main);
});
