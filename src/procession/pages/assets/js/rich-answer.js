// A box to write formatted text in, before a text area that goes with the form in its stead. Without
// scripts the area shows, and what is typed there is plain. The server decides which tags stay.
customElements.define("rich-answer", class extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("[contenteditable]");
    const area = this.querySelector("textarea");
    box.addEventListener("input", () => { area.value = box.innerHTML; });
  }
});
