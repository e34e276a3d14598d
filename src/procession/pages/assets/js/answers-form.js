// A form whose fields are saved one by one, as soon as they are left; long texts while one types. What is
// refused, or cannot be sent, stays as it was typed: it is sent again by Retry, and by itself when there is
// a connection again. A field that is not saved yet is never touched by what comes from the server.
const SOON = 1_000;
const AGAIN = 5_000;
customElements.define("answers-form", class extends HTMLElement {
  #timers = new WeakMap();
  #lost = new Set();
  #pulse = 0;

  connectedCallback() {
    this.addEventListener("input", (event) => this.#typed(event));
    for (const event of ["change", "focusout"])
      this.addEventListener(event, ({ target }) => this.#save(this.#fieldOf(target)));
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("formdata", (event) => this.#prune(event));
    addEventListener("online", this.#reconnect);
    this.#pulse = setInterval(this.#reconnect, AGAIN);
  }

  disconnectedCallback() {
    removeEventListener("online", this.#reconnect);
    clearInterval(this.#pulse);
  }

  #reconnect = () => { for (const field of this.#lost) this.#save(field); };
  #fieldOf(element) { return element.closest("[data-field]"); }

  #typed({ target }) {
    const field = this.#fieldOf(target);
    if (!field) return;
    field.setAttribute("data-unsaved", "");
    field.setAttribute("hx-morph-skip", "");
    field.typings = (field.typings ?? 0) + 1;
    this.#unlock();
    if (!target.matches("textarea, [contenteditable]") || this.#timers.has(field)) return;
    this.#timers.set(field, setTimeout(() => { this.#timers.delete(field); this.#save(field); }, SOON));
  }

  // Enter saves the one field; else it would press the button that completes the task.
  #pressed(event) {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (!event.target.matches("input")) return;
    event.preventDefault();
    this.#save(this.#fieldOf(event.target));
  }

  // What is saved already is not sent again: somebody else may have changed it since.
  #prune({ formData }) {
    for (const field of this.querySelectorAll("[data-field]:not([data-unsaved])"))
      for (const name of new Set([...formData.keys()]))
        if (name.startsWith(`answers[${field.dataset.field}]`)) formData.delete(name);
  }

  async #save(field) {
    if (!field?.isConnected || !field.hasAttribute("data-unsaved")) return;
    if (field.isSaving) { field.isWaiting = true; return; }
    field.isSaving = true;
    const typings = field.typings;
    this.#tell(field, "Saving …");
    const answer = await this.#send(field);
    field.isSaving = false;
    if (answer?.ok && answer.status !== 204) await this.#saved(field, typings, await answer.text());
    else await this.#failed(field, answer);
    const isNewer = field.isWaiting && field.typings !== typings;
    field.isWaiting = false;
    if (isNewer) this.#save(field);
  }

  async #send(field) {
    const form = this.querySelector("form");
    const id = field.dataset.field;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && (!name.startsWith("answers[") || name.startsWith(`answers[${id}]`))) body.append(name, value);
    body.append("field", id);
    if (!field.overrules) body.append("seen", field.dataset.seen || "never");
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#task-actions" };
    try {
      return await fetch(form.dataset.saves, { method: "POST", body, headers });
    } catch {
      return null;
    }
  }

  async #saved(field, typings, text) {
    this.#found(field);
    if (!field.isConnected) return;
    if (field.typings === typings) {
      field.removeAttribute("data-unsaved");
      field.removeAttribute("hx-morph-skip");
      this.#tell(field, "Saved");
    }
    const target = document.querySelector("#task-actions");
    if (target) await htmx.swap({ text, target, swap: "outerMorph", sourceElement: target });
    field.dataset.seen = JSON.parse(document.querySelector("#task-actions")?.dataset.seen ?? "{}")[field.dataset.field] ?? "";
    field.overrules = false;
    this.#unlock();
  }

  async #failed(field, answer) {
    if (answer === null) {
      this.#lost.add(field);
      document.dispatchEvent(new CustomEvent("procession:lost"));
      this.#tell(field, "Not saved yet: there is no connection.", true);
      return;
    }
    this.#found(field);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Somebody else was quicker: what they answered is told, and Retry keeps what was typed here.
    field.overrules = answer.status === 409;
    const said = [409, 422].includes(answer.status) ? page.querySelector(".problem")?.textContent : "";
    const why = answer.status === 204 ? "You are signed out. Sign in in another tab, then try again." : said;
    this.#tell(field, why || "It could not be saved.", true);
  }

  #found(field) {
    this.#lost.delete(field);
    document.dispatchEvent(new CustomEvent("procession:found"));
  }

  #tell(field, words, isWrong = false) {
    const note = field.querySelector(".fill-note");
    note.textContent = words;
    note.classList.toggle("is-wrong", isWrong);
    for (const control of field.querySelectorAll("input:not([type=hidden]), textarea, select"))
      if (isWrong) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
    if (!isWrong) return;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "fill-retry";
    retry.textContent = "Retry";
    retry.addEventListener("click", () => this.#save(field));
    note.append(" ", retry);
  }

  // The button waits for what is required: not longer than until it is typed.
  #unlock() {
    const actions = document.querySelector("#task-actions[data-waits]");
    if (!actions) return;
    const isWhole = [...this.querySelectorAll("[data-needed]")].every(isFilled);
    for (const button of actions.querySelectorAll(".sheet-buttons button")) button.disabled = !isWhole;
    actions.querySelector(".sheet-reason").hidden = isWhole;
  }
});

function isFilled(field) {
  const box = field.querySelector("[contenteditable]");
  if (box) return box.textContent.trim() !== "" || box.querySelector("img") !== null;
  return [...field.querySelectorAll("input:not([type=hidden]), textarea, select")].some((control) =>
    control.matches("[type=checkbox], [type=radio]") ? control.checked : control.value.trim() !== "");
}
