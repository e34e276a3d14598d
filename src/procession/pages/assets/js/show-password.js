"use strict";
// A box below the last password of each form that shows what is typed; sent, it is hidden again.
for (const form of document.forms) {
  const fields = [...form.querySelectorAll("input[type=password]")];
  if (!fields.length) continue;
  const box = document.createElement("input");
  const label = document.createElement("label");
  const show = (isShown) => fields.forEach((field) => { field.type = isShown ? "text" : "password"; });
  box.type = "checkbox";
  box.addEventListener("change", () => show(box.checked));
  form.addEventListener("submit", () => show(false));
  label.className = "choice";
  label.append(box, fields.length > 1 ? "Show passwords" : "Show password");
  fields.at(-1).after(label);
}
