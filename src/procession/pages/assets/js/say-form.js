// A box to write in. What was typed outlives a reload, a refusal and a dialog that was closed, and is sent
// once however often that is asked for.
customElements.define("say-form", class extends HTMLElement {
  #isOnItsWay = false;

  connectedCallback() {
    if (!this.#kept && this.#box) this.#restore();
    this.addEventListener("input", () => this.#keep());
    this.addEventListener("submit", (event) => {
      if (this.#isOnItsWay) { event.preventDefault(); event.stopImmediatePropagation(); }
      this.#isOnItsWay = true;
    }, true);
    this.addEventListener("htmx:after:request", (event) => {
      this.#isOnItsWay = false;
      if (!event.detail.ctx.response?.raw?.ok) return;
      sessionStorage.removeItem(this.#key);
      this.#form.reset();
    });
    // With a file it goes another way (`file-field`).
    this.addEventListener("procession:sent", ({ detail }) => {
      if (!detail) return;
      sessionStorage.removeItem(this.#key);
      this.#form.reset();
    });
    this.addEventListener("htmx:error", () => { this.#isOnItsWay = false; });
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-closes]")) sessionStorage.removeItem(this.#key);
    }, true);
  }

  get #form() { return this.querySelector("form"); }
  get #box() { return this.querySelector("textarea"); }
  get #kept() { return this.#box && this.#box.value !== this.#box.defaultValue; }
  // Of a comment that is changed: another version of it is another draft.
  get #key() { return `draft:${this.#form.getAttribute("action")}:${this.#form.elements.version?.value ?? ""}`; }

  #keep() {
    if (this.#kept) sessionStorage.setItem(this.#key, this.#box.value);
    else sessionStorage.removeItem(this.#key);
  }

  #restore() {
    const draft = sessionStorage.getItem(this.#key);
    if (draft) this.#box.value = draft;
  }
});
