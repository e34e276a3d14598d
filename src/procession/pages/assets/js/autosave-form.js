// A form that saves by itself: on leaving a field, on Enter, at a choice, and long texts as they are
// typed. Only what differs from what the server gave is sent, with all of its `data-together`; what the
// form holds unseen goes along. The answer is the page as it is now: whatever has `data-follows` and an
// id is taken from it, so what is wrong comes to stand beside its field, and typed text stays.
const ASKING = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main" };
const isTicked = ({ type }) => type === "checkbox" || type === "radio";
const controlsIn = (place) => [...place.querySelectorAll("input, select, textarea")]
  .filter(({ name, type }) => name && type !== "hidden");
const chosenAtFirst = (select) => {
  const chosen = [...select.options].filter((option) => option.defaultSelected);
  return chosen.length || select.multiple ? chosen : [...select.options].slice(0, 1);
};
const stateOf = (control) => isTicked(control) ? String(control.checked)
  : control.options ? JSON.stringify([...control.selectedOptions].map(({ value }) => value)) : control.value;
const savedStateOf = (control) => isTicked(control) ? String(control.defaultChecked)
  : control.options ? JSON.stringify(chosenAtFirst(control).map(({ value }) => value)) : control.defaultValue;
const isChanged = (control) => stateOf(control) !== savedStateOf(control);
const keep = (control, state) => {
  if (isTicked(control)) control.defaultChecked = state === "true";
  else if (!control.options) control.defaultValue = state;
  else {
    const shown = control.selectedIndex;
    for (const option of control.options) option.defaultSelected = JSON.parse(state).includes(option.value);
    if (!control.multiple) control.selectedIndex = shown;
  }
};

customElements.define("autosave-form", class extends HTMLElement {
  #timer = 0;
  #isSending = false;
  #isAskedAgain = false;
  #gone = new AbortController();

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("change", () => this.#save(), { signal });
    this.addEventListener("input", ({ target }) => {
      if (!target.matches("textarea")) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#save(), 1_000);
    }, { signal });
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.#save();
    }, { signal, capture: true });
    addEventListener("online", () => { if (this.hasAttribute("data-unsaved")) this.#save(); }, { signal });
  }

  disconnectedCallback() { this.#gone.abort(); }

  async #save() {
    clearTimeout(this.#timer);
    this.#isAskedAgain = this.#isSending;
    if (this.#isSending) return;
    const form = this.querySelector("form");
    const changed = controlsIn(form).filter(isChanged);
    if (!changed.length) {
      if (this.hasAttribute("data-unsaved")) this.#say("");  // It was typed back.
      return;
    }
    this.#isSending = true;
    this.#say("saving", "Saving …");
    const sent = changed.map((control) => [control, stateOf(control)]);
    try {
      await this.#send(form, sent);
    } catch {
      this.#say("failed", navigator.onLine ? "Not saved: the server did not answer." : "Not saved: you are offline.");
    }
    this.#isSending = false;
    if (this.#isAskedAgain) this.#save();
  }

  async #send(form, sent) {
    const body = this.#body(form, sent.map(([control]) => control));
    const answer = await fetch(form.action, {
      method: "POST", body, headers: ASKING, keepalive: String(body).length < 60_000,
    });
    if (answer.status === 429) {
      const pause = Number(answer.headers.get("Retry-After")) || 2;
      this.#timer = setTimeout(() => this.#save(), pause * 1_000);
      return;
    }
    if (answer.headers.has("HX-Redirect")) return this.#say("failed", "Not saved: you are signed out.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!this.isConnected) return;
    if (answer.ok) sent.forEach(([control, state]) => keep(control, state));
    if (answer.ok || answer.status === 422) this.#follow(page, form);
    if (answer.ok) this.#say("saved", "Saved");
    else if (answer.status === 422) this.#say("refused", "Not saved");
    else this.#say("failed", page.querySelector("[role=alert] p")?.textContent ?? "Not saved.");
  }

  #body(form, changed) {
    const names = new Set(changed.flatMap((control) => {
      const group = control.closest("[data-together]");
      return (group ? controlsIn(group) : [control]).map(({ name }) => name);
    }));
    const seen = new Set(controlsIn(form).map(({ name }) => name));
    const body = form.enctype === "multipart/form-data" ? new FormData() : new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (names.has(name) || !seen.has(name)) body.append(name, value);
    }
    return body;
  }

  #follow(page, form) {
    for (const fresh of page.querySelectorAll("[data-follows][id]")) {
      const shown = document.getElementById(fresh.id);
      if (!shown || shown.isEqualNode(fresh) || shown.contains(document.activeElement)) continue;
      shown.replaceWith(fresh);
      globalThis.htmx?.process(fresh);
    }
    for (const control of controlsIn(form)) {
      const fresh = control.id && page.getElementById(control.id);
      if (fresh?.hasAttribute("aria-invalid")) control.setAttribute("aria-invalid", "true");
      else if (fresh) control.removeAttribute("aria-invalid");
    }
  }

  #say(state, words = "") {
    this.toggleAttribute("data-unsaved", ["saving", "refused", "failed"].includes(state));
    // What is not saved yet is not put anew by what others change meanwhile.
    this.toggleAttribute("hx-morph-skip", this.hasAttribute("data-unsaved"));
    const place = this.querySelector("[data-saving]") ?? document.querySelector("[data-saving]");
    const isElsewhere = document.querySelector("autosave-form[data-unsaved]");
    if (!place || (isElsewhere && isElsewhere !== this && state !== "failed")) return;
    place.dataset.saving = state;
    place.replaceChildren(words);
    if (state !== "failed") return;
    const retry = document.createElement("button");
    Object.assign(retry, { type: "button", className: "button is-quiet", textContent: "Retry" });
    retry.addEventListener("click", () => this.#save());
    place.append(retry);
  }
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("autosave-form[data-unsaved]")) event.preventDefault();
});
