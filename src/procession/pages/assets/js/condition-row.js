// One condition of a rule: only what can be compared with what it looks at is offered, and of a field with
// options one is chosen. Without scripts everything is there, and the server leaves out what means nothing.
const STEP = "Step:";
const WITHOUT = ["is_empty", "is_not_empty"];
customElements.define("condition-row", class extends HTMLElement {
  #gone = new AbortController();

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("change", ({ target }) => { if (!target.matches("[data-statement]")) this.#fit(); }, { signal });
    document.addEventListener("htmx:after:swap", () => this.#fit(), { signal });
    this.#fit();
  }

  disconnectedCallback() { this.#gone.abort(); }

  #fit() {
    const about = this.querySelector("[data-about]");
    const operation = this.querySelector("[data-operation]");
    if (!about || !operation) return;
    const isStep = about.value.startsWith(STEP);
    for (const option of operation.options) {
      option.hidden = option.disabled = isStep !== option.hasAttribute("data-of-step");
    }
    if (operation.selectedOptions[0]?.disabled) {
      operation.value = [...operation.options].find((option) => !option.disabled).value;
    }
    this.#offer(document.getElementById(`options-${about.value.split(":")[1]}`)?.options ?? []);
    for (const each of this.querySelectorAll("[data-statement]")) {
      const isOther = each.matches("select") !== this.hasAttribute("data-chooses");
      each.hidden = each.disabled = isStep || isOther || WITHOUT.includes(operation.value);
    }
    operation.hidden = !about.value;
    if (!about.value) for (const each of this.querySelectorAll("[data-statement]")) each.hidden = true;
  }

  /** A choice of these in place of the text. */
  #offer(options) {
    const text = this.querySelector("input[data-statement]");
    const texts = [...options].map(({ value }) => value);
    let choice = this.querySelector("select[data-statement]");
    this.toggleAttribute("data-chooses", texts.length > 0);
    if (!texts.length) return choice?.remove();
    if (choice && texts.join() === [...choice.options].map(({ value }) => value).join()) return;
    choice?.remove();
    choice = document.createElement("select");
    Object.assign(choice, { className: "input", name: text.name });
    choice.dataset.statement = "";
    choice.setAttribute("aria-label", "With what");
    choice.append(...texts.map((each) => new Option(each, each, false, each === text.value)));
    text.after(choice);
  }
});
