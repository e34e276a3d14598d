// Shows what is found while somebody types. The arrows go through it, Escape closes it; Enter in the box
// leads to the page of all results, as it does without this.
customElements.define("find-box", class extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), 250);
    });
    this.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.#close(); });
    this.addEventListener("submit", () => this.#close());
    this.addEventListener("click", (event) => { if (event.target.closest("a")) this.#close(); });
    this.closest("form")?.addEventListener("submit", () => this.#close());
  }

  get #box() { return this.querySelector("input"); }
  get #hits() { return this.querySelector(".find-hits"); }

  async #find() {
    const words = this.#box.value.trim();
    if (words.length < 2) return this.#close();
    const number = ++this.#asked;
    const headers = { "HX-Request-Type": "partial", "HX-Target": "div#hits" };
    const address = `${this.closest("form").action}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { headers }).catch(() => null);
    if (number !== this.#asked || !answer?.ok || !this.contains(document.activeElement)) return;
    this.#hits.innerHTML = await answer.text();
    this.#hits.hidden = false;
    htmx.process(this.#hits);
  }

  #press(event) {
    if (this.#hits.hidden) return;
    const places = [this.#box, ...this.#hits.querySelectorAll("a")];
    const place = places.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) places.at((place + step) % places.length).focus();
    else if (event.key === "Escape") { this.#box.focus(); this.#close(); }
    else return;
    event.preventDefault();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#hits.hidden = true;
  }
});
