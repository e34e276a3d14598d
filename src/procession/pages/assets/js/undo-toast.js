// A toast goes after 10 s, but never while somebody points at it or is in it: what it offers must be
// reachable by keyboard before it disappears.
customElements.define("undo-toast", class extends HTMLElement {
  #timer = 0;
  #left = 10_000;
  #since = 0;

  connectedCallback() {
    for (const event of ["pointerenter", "focusin"]) this.addEventListener(event, () => this.#stop());
    for (const event of ["pointerleave", "focusout"]) this.addEventListener(event, () => this.#start());
    // Its undo comes back to the page that somebody has gone on to.
    this.addEventListener("submit", ({ target }) => {
      const place = document.querySelector("#main")?.dataset.address;
      if (place) target.elements.next.value = place;
    }, true);
    this.#start();
  }

  disconnectedCallback() { clearTimeout(this.#timer); }

  #start() {
    if (this.matches(":hover, :focus-within") && this.#since) return;
    clearTimeout(this.#timer);
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#leave(), this.#left);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#left = Math.max(3_000, this.#left - (performance.now() - this.#since));
  }

  #leave() {
    this.classList.add("is-leaving");
    setTimeout(() => this.remove(), 200);
  }
});
