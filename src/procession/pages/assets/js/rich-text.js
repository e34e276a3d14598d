// Text with a little markup. What is sent is the text area inside, which without scripts is what one
// types into; the server decides which markup stays. Pasted text comes as plain text.
const COMMANDS = { b: "bold", i: "italic" };
customElements.define("rich-text", class extends HTMLElement {
  #gone = new AbortController();

  // Looked up each time: when the page is put anew they may be others.
  get #area() { return this.querySelector("textarea"); }
  get #box() { return this.querySelector("[contenteditable]"); }

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const listen = (name, act) => this.addEventListener(name, act, { signal });
    document.execCommand("defaultParagraphSeparator", false, "p");
    this.#show();
    document.addEventListener("htmx:after:swap", () => this.#show(), { signal });
    listen("input", (event) => {
      if (event.target !== this.#box) return;
      event.stopPropagation();
      this.#take();
    });
    listen("focusout", ({ target }) => {
      if (target === this.#box) this.#area.dispatchEvent(new Event("change", { bubbles: true }));
    });
    listen("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    });
    listen("keydown", (event) => {
      const command = (event.ctrlKey || event.metaKey) && COMMANDS[event.key];
      if (!command) return;
      event.preventDefault();
      document.execCommand(command);
    });
    // The selection stays where it is.
    listen("mousedown", (event) => { if (event.target.closest("[data-command]")) event.preventDefault(); });
    listen("click", ({ target }) => {
      const command = target.closest("[data-command]")?.dataset.command;
      if (!command) return;
      this.#box.focus();
      document.execCommand(command);
      this.#take();
    });
  }

  disconnectedCallback() { this.#gone.abort(); }

  #show() {
    const box = this.#box;
    if (box && document.activeElement !== box && box.innerHTML !== this.#area.value) box.innerHTML = this.#area.value;
  }

  #take() {
    const box = this.#box;
    const isSaying = box.textContent.trim() || box.querySelector("img, iframe");
    this.#area.value = isSaying ? box.innerHTML : "";
    this.#area.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
