// A text that is copied by its button, and selected by a click into it. Where the browser gives no
// clipboard (a page without TLS), the button selects the text, for the keys to copy it.
customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    const word = button.querySelector("span");
    button.hidden = false;
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        word.textContent = "Copied";
      } catch {
        word.textContent = "Press Ctrl+C";
      }
      setTimeout(() => { word.textContent = "Copy"; }, 3_000);
    });
  }
});
