// Rows that are dragged by their handle, with mouse, pen or finger. Where a row is dropped goes into the
// form `data-sorts`, as the menu's Move up and Move down send it, too.
customElements.define("sortable-list", class extends HTMLElement {
  #gone = new AbortController();

  connectedCallback() {
    this.#gone = new AbortController();
    this.addEventListener("pointerdown", (event) => this.#begin(event), { signal: this.#gone.signal });
  }

  disconnectedCallback() { this.#gone.abort(); }

  #begin(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) return;
    event.preventDefault();
    const row = handle.closest("[data-row]");
    const list = row.parentElement;
    const rows = () => [...list.children].filter((each) => each.matches("[data-row]"));
    const first = rows().indexOf(row);
    const behind = row.nextSibling;
    const done = new AbortController();
    const { signal } = done;
    row.classList.add("is-dragged");
    // Of the window: a row that changes its place lets go of a pointer that it has captured.
    addEventListener("pointermove", ({ clientY }) => {
      const others = rows().filter((each) => each !== row);
      const next = others.find((each) => {
        const { top, height } = each.getBoundingClientRect();
        return clientY < top + height / 2;
      });
      if (next !== row.nextElementSibling || !next) list.insertBefore(row, next ?? null);
    }, { signal });
    const end = (isDropped) => {
      done.abort();
      row.classList.remove("is-dragged");
      if (!isDropped) list.insertBefore(row, behind);
      const now = rows().indexOf(row);
      if (now === first) return;
      const form = this.querySelector("form[data-sorts]");
      form.elements.part.value = row.dataset.row;
      form.elements.position.value = String(now + 1);
      form.requestSubmit();
    };
    addEventListener("pointerup", () => end(true), { signal });
    addEventListener("pointercancel", () => end(false), { signal });
    addEventListener("keydown", ({ key }) => { if (key === "Escape") end(false); }, { signal });
  }
});
