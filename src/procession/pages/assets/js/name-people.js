// Offers whom a comment can name to who types behind an `@`. Without it they type the whole name.
const NAMING = /(?:^|[\s(])@([^\s@][^@\n]{0,40})?$/u;
customElements.define("name-people", class extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#offer(), 120);
    });
    this.addEventListener("keydown", (event) => this.#press(event), true);
    this.addEventListener("focusout", () => this.#close());
    // The box keeps the focus.
    this.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.#take(option);
    });
  }

  get #box() { return this.querySelector("textarea"); }
  get #list() { return this.querySelector("[role=listbox]"); }
  get #options() { return [...this.#list.querySelectorAll("[role=option]")]; }
  get #typed() { return this.#box.value.slice(0, this.#box.selectionStart).match(NAMING); }

  async #offer() {
    const typed = this.#typed;
    if (!typed) return this.#close();
    const number = ++this.#asked;
    const address = `${this.dataset.source}?${new URLSearchParams({ q: typed[1] ?? "" })}`;
    const headers = { "HX-Request-Type": "partial", "HX-Target": "div#namable" };
    const answer = await fetch(address, { headers }).catch(() => null);
    if (number !== this.#asked || !answer?.ok || !this.#typed) return;
    this.#list.innerHTML = await answer.text();
    this.#options.forEach((option, place) => { option.id = `${this.#box.id}-name-${place}`; });
    this.#list.hidden = !this.#options.length;
    this.#choose(this.#options[0]);
  }

  #press(event) {
    if (this.#list.hidden) return;
    const options = this.#options;
    const place = options.findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose(options.at((place + step) % options.length));
    else if (event.key === "Enter" || event.key === "Tab") this.#take(options[place]);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(chosen) {
    for (const option of this.#options) option.ariaSelected = String(option === chosen);
    if (chosen) this.#box.setAttribute("aria-activedescendant", chosen.id);
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #take(option) {
    const end = this.#box.selectionStart;
    const start = end - (this.#typed?.[1]?.length ?? 0);
    this.#box.setRangeText(`${option.dataset.written} `, start, end, "end");
    this.#close();
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #close() {
    this.#asked++;
    this.#list.hidden = true;
    this.#box.removeAttribute("aria-activedescendant");
  }
});
