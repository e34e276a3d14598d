// The button that prints a page is there where it can be pressed.
const show = () => { for (const button of document.querySelectorAll("[data-prints]")) button.hidden = false; };
document.addEventListener("htmx:after:swap", show);
document.addEventListener("click", (event) => { if (event.target.closest("[data-prints]")) print(); });
show();
