// A task that is open beside its process. Escape closes it; what is not saved yet is asked about first.
const QUESTION = "Some of what you typed is not saved. Close it all the same?";
customElements.define("side-panel", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#pressed);
    this.addEventListener("click", (event) => {
      const isClosing = event.target.closest("[data-closes-panel]");
      if (!isClosing || !this.querySelector("[data-unsaved] .is-wrong") || confirm(QUESTION)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }

  disconnectedCallback() { document.removeEventListener("keydown", this.#pressed); }

  #pressed = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("dialog[open], .menu:popover-open, .rail:popover-open")) return;
    document.activeElement?.blur();
    this.querySelector("[data-closes-panel]")?.click();
  };
});
