// A table to fill in: more rows, and what was copied from a spreadsheet, cell by cell.
customElements.define("table-answer", class extends HTMLElement {
  connectedCallback() {
    this.querySelector(".answer-grid-more").addEventListener("click", () => this.#add().querySelector("input").focus());
    this.addEventListener("paste", (event) => this.#paste(event));
  }

  #rows() { return [...this.querySelectorAll("tbody tr")]; }

  #add() {
    const last = this.#rows().at(-1);
    const row = last.cloneNode(true);
    const number = this.#rows().length + 1;
    for (const cell of row.querySelectorAll("input")) {
      cell.value = "";
      cell.setAttribute("value", "");
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+$/, number));
    }
    last.after(row);
    return row;
  }

  #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const start = event.target.closest("tr");
    const first = [...start.querySelectorAll("input")].indexOf(event.target);
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    let place = this.#rows().indexOf(start);
    for (const line of lines) {
      const cells = (this.#rows()[place] ?? this.#add()).querySelectorAll("input");
      line.split("\t").forEach((value, step) => { if (cells[first + step]) cells[first + step].value = value; });
      place += 1;
    }
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
