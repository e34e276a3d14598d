// Says that there is no connection, and that nothing typed is lost meanwhile. Whoever leaves the page then
// is asked first.
customElements.define("offline-guard", class extends HTMLElement {
  connectedCallback() {
    addEventListener("offline", () => this.#show(true));
    addEventListener("online", () => this.#show(false));
    document.addEventListener("procession:lost", () => this.#show(true));
    document.addEventListener("procession:found", () => this.#show(false));
    // What is pressed meanwhile would only fail.
    document.addEventListener("htmx:before:request", (event) => { if (!navigator.onLine) event.preventDefault(); });
    addEventListener("beforeunload", (event) => {
      if (document.querySelector("[data-unsaved]")) event.preventDefault();
    });
    this.#show(!navigator.onLine);
  }

  #show(isLost) { this.classList.toggle("is-lost", isLost); }
});
