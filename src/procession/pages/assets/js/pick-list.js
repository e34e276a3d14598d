// Boxes to tick, narrowed by what is typed above them. What is ticked always shows. Enter in the field
// sends nothing: it ticks the only one that is left.
customElements.define("pick-list", class extends HTMLElement {
  connectedCallback() {
    const find = this.querySelector(".pick-find");
    if (!find) return;
    find.hidden = false;
    const options = [...this.querySelectorAll(".option")];
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const narrow = () => {
      const wanted = plain(find.value.trim());
      for (const each of options) {
        each.hidden = !plain(each.textContent).includes(wanted) && !each.querySelector("input").checked;
      }
    };
    find.addEventListener("input", narrow);
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const left = options.filter((each) => !each.hidden && !each.querySelector("input").checked);
      if (left.length !== 1) return;
      left[0].querySelector("input").click();
      find.value = "";
      narrow();
    });
  }
});
