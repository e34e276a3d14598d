// A form that adds one of many is empty again when that is done, and stays where one types the next.
let added = null;
document.addEventListener("submit", ({ target }) => { if (target.matches("form[data-adds]")) added = target.id; });
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "main" || !added) return;
  const form = document.getElementById(added);
  added = null;
  if (!form || form.querySelector("[aria-invalid]")) return;
  form.reset();
  form.querySelector("input:not([type=hidden])").focus();
});
