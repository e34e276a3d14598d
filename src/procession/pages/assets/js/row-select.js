// Rows that can be ticked, each a `[data-row]` with a box that belongs to the form of the bar. Shift takes
// all between two; Escape unticks all. How many there are is told in the bar.
customElements.define("row-select", class extends HTMLElement {
  #last = null;
  #listeners = new AbortController();

  connectedCallback() {
    const { signal } = this.#listeners = new AbortController();
    this.addEventListener("click", (event) => this.#range(event), { signal });
    this.addEventListener("change", (event) => this.#change(event), { signal });
    this.addEventListener("reset", () => setTimeout(() => this.#tell()), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("htmx:after:swap", () => this.#tell(), { signal });
    this.#tell();
  }

  disconnectedCallback() { this.#listeners.abort(); }

  get #boxes() { return [...this.querySelectorAll("[data-row] .tick-row input")]; }
  get #ticked() { return this.#boxes.filter((box) => box.checked); }

  #range(event) {
    const boxes = this.#boxes;
    const [here, before] = [boxes.indexOf(event.target), boxes.indexOf(this.#last)];
    if (here < 0) return;
    if (event.shiftKey && before >= 0) {
      for (const box of boxes.slice(Math.min(here, before), Math.max(here, before) + 1)) box.checked = event.target.checked;
    }
    this.#last = event.target;
  }

  #change(event) {
    if (event.target.matches("[data-ticks-page]")) {
      for (const box of this.#boxes) box.checked = event.target.checked;
    }
    this.#tell();
  }

  #tell() {
    const [count, boxes] = [this.#ticked.length, this.#boxes];
    for (const place of this.querySelectorAll("[data-ticked]")) {
      const words = count ? `${count} selected` : "";
      if (place.textContent !== words) place.textContent = words;
    }
    for (const more of this.querySelectorAll("[data-everything]")) {
      more.hidden = !count || count < boxes.length || Number(more.dataset.everything) <= count;
    }
    for (const whole of this.querySelectorAll("[data-ticks-page]")) {
      whole.checked = count > 0 && count === boxes.length;
      whole.indeterminate = count > 0 && count < boxes.length;
    }
  }

  #key(event) {
    if (event.key !== "Escape" || !this.#ticked.length || document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox])")) return;
    this.querySelector("#bulk")?.reset();
    event.preventDefault();
  }
});
