// Files on their way to the server: each shows how far it is. In a form that saves field by field
// (`answers-form`) a file is sent as soon as it is chosen, one after the other; elsewhere it goes with its
// form. What did not arrive stays chosen, and is sent again by Retry.
const LONGEST_EDGE = 2_500;

customElements.define("file-field", class extends HTMLElement {
  #waiting = [];
  #isSending = false;

  connectedCallback() {
    const photo = this.querySelector(".file-photo");
    if (photo && matchMedia("(pointer: coarse)").matches) photo.hidden = false;
    if (this.isAtOnce) this.#input.multiple = true;
    // Not an answer that is typed.
    for (const event of ["input", "change"]) {
      this.addEventListener(event, (told) => {
        if (!told.target.matches("[type=file]")) return;
        told.stopPropagation();
        if (event === "change") this.#chosen(told.target);
      });
    }
  }

  get isAtOnce() { return this.closest("answers-form") !== null; }
  get isBusy() { return this.#isSending; }
  get #input() { return this.querySelector("[type=file][name]"); }

  async #chosen(control) {
    const files = control === this.#input ? [...control.files] : await Promise.all([...control.files].map(shrunk));
    if (control !== this.#input) {
      control.value = "";
      if (!this.isAtOnce) return this.#put(files);
    }
    if (!this.isAtOnce) return this.tell("");
    this.#input.value = "";
    this.#waiting.push(...files);
    this.#sendNext();
  }

  // A photo goes with the form as if it had been chosen.
  #put(files) {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    this.#input.files = held.files;
    this.tell(files.map((file) => file.name).join(", "));
  }

  async #sendNext() {
    const file = this.#waiting[0];
    if (!file || this.#isSending) return;
    this.#isSending = true;
    const form = this.closest("form");
    const body = new FormData();
    for (const name of ["form_token", "next"]) body.append(name, form.elements[name].value);
    body.append("field", this.closest("[data-field]").dataset.field);
    body.append(this.#input.name, file, file.name);
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#task-actions" };
    const answer = await send(this, form.action, body, headers, file.name);
    this.#isSending = false;
    if (answer.status !== 200) return this.#failed(answer);
    this.#waiting.shift();
    this.tell(`${file.name} is saved.`);
    const target = document.querySelector("#task-actions");
    if (target) await htmx.swap({ text: answer.responseText, target, swap: "outerMorph", sourceElement: target });
    this.#sendNext();
  }

  #failed(answer) {
    const file = this.#waiting.shift();
    this.tell(whatIsWrong(answer), () => { this.#waiting.unshift(file); this.#sendNext(); });
    if (answer.status === 422) this.#sendNext();
  }

  show(share, name) {
    const bar = this.querySelector(".file-progress");
    bar.hidden = share === null;
    if (share === null) return;
    bar.value = share;
    bar.setAttribute("aria-label", `Sending ${name}`);
    this.tell(`Sending ${name} …`);
  }

  tell(words, retry = null) {
    const note = this.querySelector(".file-note");
    note.textContent = words;
    note.classList.toggle("is-wrong", retry !== null);
    if (retry === null) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fill-retry";
    button.textContent = "Retry";
    button.addEventListener("click", retry);
    note.append(" ", button);
  }
});

// A form with files is sent here: only so it is known how far they are.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const fields = [...form.querySelectorAll("file-field")];
  if (!fields.length) return;
  const busy = fields.find((field) => field.isBusy);
  const chosen = fields.find((field) => field.querySelector("[type=file][name]").files.length);
  if (!busy && !chosen && !form.hasAttribute("data-sending")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (busy) return busy.tell("Wait until the file is there.");
  if (!form.hasAttribute("data-sending")) sendForm(form, event.submitter, chosen);
}, true);

async function sendForm(form, submitter, field) {
  form.setAttribute("data-sending", "");
  const action = submitter?.getAttribute("formaction") ?? field.dataset.action ?? form.getAttribute("action") ?? location.href;
  const name = field.querySelector("[type=file][name]").files[0].name;
  const isApp = typeof htmx !== "undefined";
  const headers = isApp ? { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main" } : {};
  const answer = await send(field, action, new FormData(form, submitter), headers, name);
  form.removeAttribute("data-sending");
  if (![200, 422].includes(answer.status)) {
    field.tell(whatIsWrong(answer), () => form.requestSubmit(submitter));
    return;
  }
  field.tell("");
  form.dispatchEvent(new CustomEvent("procession:sent", { bubbles: true, detail: answer.status === 200 }));
  const target = document.querySelector("main");
  if (isApp) await htmx.swap({ text: answer.responseText, target, swap: "outerMorph", sourceElement: target });
  else target.replaceWith(new DOMParser().parseFromString(answer.responseText, "text/html").querySelector("main"));
  if (answer.status === 200) history.replaceState(history.state, "", answer.responseURL);
  document.querySelector("main [autofocus]")?.focus();
}

function send(field, action, body, headers, name) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", action);
    // What comes then is a page, also where a program would be told something else.
    request.setRequestHeader("Accept", "text/html");
    for (const [key, value] of Object.entries(headers)) request.setRequestHeader(key, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => field.show(loaded / (total || 1), name));
    request.addEventListener("loadend", () => { field.show(null); resolve(request); });
    field.show(0, name);
    request.send(body);
  });
}

function whatIsWrong(answer) {
  if (answer.status === 0) return "It did not arrive: there is no connection.";
  if (answer.status === 204) return "You are signed out. Sign in in another tab, then try again.";
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  return page.querySelector(".problem")?.textContent || "It could not be saved.";
}

// A photo as large as anybody looks at it; as it is where the browser cannot read it.
async function shrunk(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  const share = picture ? LONGEST_EDGE / Math.max(picture.width, picture.height) : 1;
  if (share >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", .85); });
  return blob ? new File([blob], file.name.replace(/\.[^.]*$/u, ".jpg"), { type: "image/jpeg" }) : file;
}
