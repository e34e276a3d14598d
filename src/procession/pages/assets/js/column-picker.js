// Columns are moved up and down by buttons, which without scripts are not there: then the order stays.
customElements.define("column-picker", class extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-moves]")) button.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-moves]");
      const row = button?.closest("li");
      const other = button?.dataset.moves === "1" ? row?.nextElementSibling : row?.previousElementSibling;
      if (!other) return;
      if (button.dataset.moves === "1") other.after(row); else other.before(row);
      button.focus();
      row.scrollIntoView({ block: "nearest" });
    });
  }
});
