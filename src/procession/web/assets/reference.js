"use strict";

// The page is at <mount>/docs; everything it calls is below the same mount.
const mount = location.pathname.replace(/\/docs\/?$/, "");
const ready = fetch(`${mount}/openapi.json`).then((answer) => answer.json());
const PAGING = ["page", "per_page", "limit", "without_pagination", "sort", "sort_by", "sort_direction", "order"];
const WHO = {
  public: "For anybody, without a token.",
  user: "For anybody with a token.",
  member: "For members of the organization.",
  guest: "For guests, by the code in the path, and members of the organization.",
};
let api;

// --- Making elements ---

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text whose `parts in backticks` are code. */
function prose(text) {
  return text.split("`").map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => make("p", {}, ...prose(part.replace(/\s+/g, " "))));
}

function fold(title, ...children) {
  return make("details", { class: "fold" }, make("summary", {}, title), ...children);
}

function field(label, input) {
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input);
}

function pathParts(path) {
  return path.split(/(\{[^}]+\})/).map((part) => (part.startsWith("{") ? make("i", {}, part) : part));
}

const byId = (id) => document.getElementById(id);

// --- Schemas ---

function resolved(schema) {
  return schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;
}

/** The schema without "or null", and whether null was there. */
function choice(schema) {
  const choices = schema.anyOf;
  if (!choices) return [schema, false];
  const kept = choices.filter((one) => one.type !== "null");
  return [kept.length === 1 ? kept[0] : {}, kept.length < choices.length];
}

function typeName(schema) {
  const [kind, isNullable] = choice(schema);
  return kindName(kind) + (isNullable ? " or null" : "");
}

function kindName(schema) {
  if (schema.$ref) return "object";
  if (schema.type === "array") {
    const inner = kindName(choice(schema.items ?? {})[0]);
    return inner === "anything" ? "array" : `array of ${inner}s`;
  }
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const format = schema.format && schema.format !== "uri" ? ` (${schema.format})` : "";
  return schema.type ? schema.type + format : "anything";
}

function limits(schema) {
  const [kind] = choice(schema);
  const said = [];
  if (kind.maxLength !== undefined) said.push(`At most ${kind.maxLength} characters.`);
  if (kind.minimum !== undefined && kind.maximum !== undefined) said.push(`${kind.minimum} to ${kind.maximum}.`);
  else if (kind.minimum !== undefined) said.push(`At least ${kind.minimum}.`);
  else if (kind.maximum !== undefined) said.push(`At most ${kind.maximum}.`);
  if (schema.default !== undefined) said.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  return said.join(" ");
}

/** The schema whose keys are worth showing: of an object, or of what an array or map holds. */
function objectWithin(schema) {
  let [kind] = choice(schema);
  if (kind.type === "array") [kind] = choice(kind.items ?? {});
  if (kind.type === "object" && typeof kind.additionalProperties === "object" && !kind.properties) {
    [kind] = choice(kind.additionalProperties);
  }
  kind = resolved(kind);
  return kind.properties ? kind : null;
}

function keyList(schema, { marksRequired = true, depth = 0 } = {}) {
  const required = marksRequired ? schema.required ?? [] : [];
  const rows = Object.entries(schema.properties).map(([name, part]) => {
    const note = [part.description, limits(part)].filter(Boolean).join(" ");
    const inner = depth < 5 ? objectWithin(part) : null;
    return make("li", {},
      make("code", { class: "name" }, name),
      make("span", { class: "type" }, typeName(part)),
      required.includes(name) ? make("span", { class: "must" }, "required") : null,
      note ? make("span", { class: "note" }, ...prose(note)) : null,
      inner ? fold("Keys", keyList(inner, { marksRequired, depth: depth + 1 })) : null);
  });
  return make("ul", { class: "keys" }, ...rows);
}

function example(schema, withAll, depth = 0) {
  const kind = resolved(choice(schema)[0]);
  if (kind.default !== undefined) return kind.default;
  if (kind.properties) {
    const names = Object.keys(kind.properties).filter((name) => withAll || (kind.required ?? []).includes(name));
    if (depth > 3) return {};
    return Object.fromEntries(names.map((name) => [name, example(kind.properties[name], withAll, depth + 1)]));
  }
  if (kind.type === "array") return [];
  if (kind.type === "object") return {};
  if (kind.type === "integer") return kind.minimum ?? 0;
  if (kind.type === "boolean") return false;
  if (kind.format === "date-time") return new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 19) + "Z";
  return kind.type === "string" ? "" : null;
}

// --- One endpoint ---

function endpoint(path, method, operation) {
  const box = make("details", { class: "endpoint", id: operation.operationId },
    make("summary", {},
      make("span", { class: `method ${method}` }, method.toUpperCase()),
      make("span", { class: "path" }, ...pathParts(path)),
      make("span", { class: "gist" }, ...prose(operation.summary.replace(/\.$/, "")))));
  box.dataset.text = `${method} ${path} ${operation.summary}`.toLowerCase();
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    if (box.children.length === 1) {
      box.append(make("div", { class: "inside" }, facts(operation), trying(path, method, operation)));
    }
    history.replaceState(null, "", `#${box.id}`);
  });
  return box;
}

function facts(operation) {
  const parts = [];
  parts.push(make("div", {},
    ...(operation.description ? paragraphs(operation.description) : []),
    make("p", { class: "who" }, `${WHO[operation["x-door"]]} `, ...rule(operation)),
    ...others(operation)));
  const parameters = operation.parameters.filter((one) => !PAGING.includes(one.name));
  const paging = operation.parameters.filter((one) => PAGING.includes(one.name));
  if (operation.parameters.length) {
    parts.push(make("div", {}, make("h3", {}, "Parameters"), parameterList(parameters),
      paging.length ? fold("Paging and sorting", parameterList(paging)) : null));
  }
  if (operation.requestBody) parts.push(bodyFacts(operation.requestBody));
  const answers = Object.entries(operation.responses);
  const errors = answers.filter(([status]) => status >= "400");
  parts.push(make("div", {}, make("h3", {}, "Answers"),
    statusList(answers.filter(([status]) => status < "400")),
    fold(`Errors (${errors.length})`, statusList(errors))));
  return make("div", { class: "facts" }, ...parts);
}

function rule(operation) {
  const name = operation["x-policy"];
  return name === "visible" ? [] : ["Rule: ", make("code", {}, name), "."];
}

/** The other ways to say the same. */
function others(operation) {
  const found = [];
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, other] of Object.entries(methods)) {
      if (other["x-alias-of"] === operation.operationId) found.push(`${method.toUpperCase()} ${path}`);
    }
  }
  if (!found.length) return [];
  const names = found.flatMap((name, place) => [place ? ", " : "", make("code", {}, name)]);
  return [make("p", { class: "who" }, "Also: ", ...names, ".")];
}

function parameterList(parameters) {
  const rows = parameters.map((one) => make("li", {},
    make("code", { class: "name" }, one.name),
    make("span", { class: "type" }, one.in === "path" ? "in the path" : typeName(one.schema)),
    one.description ? make("span", { class: "note" }, ...prose(one.description)) : null));
  return make("ul", { class: "keys" }, ...rows);
}

function bodyFacts(body) {
  const schema = resolved(body.content["application/json"].schema);
  return make("div", {}, make("h3", {}, "Body"),
    schema.description ? make("p", { class: "note" }, ...prose(schema.description)) : null,
    keyList(schema));
}

function statusList(answers) {
  const rows = answers.map(([status, answer]) => {
    const isGood = status < "400";
    const said = answer.$ref ? api.components.responses[answer.$ref.split("/").pop()] : answer;
    const schema = isGood && said.content ? Object.values(said.content)[0].schema : null;
    return make("li", {},
      make("span", { class: `status ${isGood ? "good" : "bad"}` }, status),
      make("div", {}, ...prose(said.description),
        schema && schema.properties ? keyList(schema, { marksRequired: false }) : plainKeys(schema)));
  });
  return make("ul", { class: "statuses" }, ...rows);
}

function plainKeys(schema) {
  const kind = schema ? objectWithin(schema) : null;
  return kind ? keyList(kind, { marksRequired: false }) : null;
}

// --- Trying it ---

function trying(path, method, operation) {
  const inputs = operation.parameters.map((one) => parameterInput(one, operation.operationId));
  const inPath = inputs.filter((input) => input.dataset.in === "path" && input.name !== "org");
  const inQuery = inputs.filter((input) => input.dataset.in === "query");
  const body = operation.requestBody ? bodyInput(operation) : null;
  const result = make("div", { class: "result", role: "status" });
  const send = make("button", { type: "submit", class: method }, `Send ${method.toUpperCase()}`);
  const curl = make("button", { type: "button", class: "quiet" }, "Copy as curl");
  const form = make("form", { autocomplete: "off" },
    ...inPath.map((input) => field(input.name, input)),
    inQuery.length ? fold(`Query (${inQuery.length})`, ...inQuery.map((input) => field(input.name, input))) : null,
    ...(body ? [field("Body", body), fillButton(operation, body)] : []),
    make("div", { class: "buttons" }, send, curl));
  const request = () => requestFor(path, method, inputs, body);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await call(request(), result);
    send.disabled = false;
  });
  curl.addEventListener("click", () => copy(asCurl(request()), curl));
  return make("div", { class: "try" }, make("h3", {}, "Try it"), form, result);
}

function parameterInput(parameter, operationId) {
  const input = make("input", {
    id: `${operationId}-${parameter.in}-${parameter.name}`,
    name: parameter.name,
    spellcheck: "false",
    autocapitalize: "off",
    placeholder: parameter.in === "query" ? typeName(parameter.schema) : undefined,
    required: parameter.in === "path" && parameter.name !== "org" ? "" : undefined,
  });
  input.dataset.in = parameter.in;
  if (parameter.in === "path" && parameter.name !== "org") {
    // A process just read is probably the one to try the next endpoint with.
    input.value = sessionStorage.getItem(`path.${parameter.name}`) ?? "";
    input.addEventListener("change", () => sessionStorage.setItem(`path.${parameter.name}`, input.value.trim()));
  }
  return input;
}

const bodySchema = (operation) => operation.requestBody.content["application/json"].schema;

function bodyInput(operation) {
  const text = JSON.stringify(example(bodySchema(operation), false), null, 2);
  const input = make("textarea", { id: `${operation.operationId}-body`, spellcheck: "false", rows: rowsFor(text) });
  input.value = text;
  return input;
}

function fillButton(operation, body) {
  const button = make("button", { type: "button", class: "quiet" }, "Fill in all keys");
  button.addEventListener("click", () => {
    body.value = JSON.stringify(example(bodySchema(operation), true), null, 2);
    body.rows = rowsFor(body.value);
  });
  return make("div", { class: "buttons" }, button);
}

const rowsFor = (text) => Math.min(Math.max(text.split("\n").length, 4), 20);

function requestFor(path, method, inputs, body) {
  const values = { org: byId("org").value.trim() };
  const query = new URLSearchParams();
  for (const input of inputs) {
    const value = input.value.trim();
    if (input.dataset.in === "path" && input.name !== "org") values[input.name] = value;
    else if (value && input.dataset.in === "query") query.append(input.name, value);
  }
  const filled = path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  const asked = query.toString();
  return {
    method: method.toUpperCase(),
    url: location.origin + mount + filled + (asked ? `?${asked}` : ""),
    body: body && body.value.trim() ? body.value : undefined,
    needsOrganization: path.includes("{org}") && !values.org,
  };
}

function headersFor(request, token) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (request.body) headers["Content-Type"] = "application/json";
  return headers;
}

async function call(request, result) {
  if (request.needsOrganization) {
    result.replaceChildren(make("p", { class: "says bad" }, "Give the organization first, at the top of the page."));
    byId("org").focus();
    return;
  }
  const started = performance.now();
  try {
    const headers = headersFor(request, byId("token").value.trim());
    const answer = await fetch(request.url, { method: request.method, headers, body: request.body });
    show(answer, await answer.text(), Math.round(performance.now() - started), result);
  } catch {
    result.replaceChildren(make("p", { class: "says bad" }, "The server did not answer."));
  }
}

function show(answer, text, milliseconds, result) {
  const ignored = answer.headers.get("X-Ignored-Fields");
  result.replaceChildren(
    make("p", {},
      make("span", { class: `status ${answer.ok ? "good" : "bad"}` }, `${answer.status} ${answer.statusText}`),
      make("span", { class: "type" }, `${milliseconds} ms · request ${answer.headers.get("X-Request-Id") ?? "?"}`)),
    ignored ? make("p", { class: "says" }, `Keys that nothing read: ${ignored}`) : "",
    make("pre", { tabindex: "0", role: "region", "aria-label": "Answer" }, text ? pretty(text) : "(empty)"));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** With the token's name instead of the token, so that it can be shared. */
function asCurl(request) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const words = [`curl -X ${request.method} ${quoted(request.url)}`, '-H "Authorization: Bearer $TOKEN"'];
  if (request.body) words.push("-H 'Content-Type: application/json'", `-d ${quoted(request.body)}`);
  return words.join(" \\\n  ");
}

async function copy(text, button) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Browsers give the clipboard to secure pages only.
    window.prompt("Copy this:", text.replaceAll(" \\\n  ", " "));
  }
  setTimeout(() => { button.textContent = said; }, 1500);
}

// --- Token and organization ---

function remembered(id) {
  const input = byId(id);
  input.value = sessionStorage.getItem(id) ?? "";
  input.addEventListener("input", () => sessionStorage.setItem(id, input.value.trim()));
}

function say(text, mood = "") {
  const says = byId("access-says");
  says.textContent = text;
  says.className = `says ${mood}`;
}

async function checkToken() {
  const token = byId("token").value.trim();
  if (!token) return say("Paste an access token first.", "bad");
  try {
    const headers = headersFor({}, token);
    const me = await fetch(`${mount}/me`, { headers });
    if (!me.ok) return say("The server does not accept this token.", "bad");
    const { data } = await me.json();
    const found = await fetch(`${mount}/me/organizations?per_page=100`, { headers });
    const organizations = (await found.json()).data;
    offer(organizations, data.default_organization_id);
    say(`You are ${data.full_name.trim() || data.email}, in ${organizations.map((one) => one.name).join(", ") || "no organization"}.`, "good");
  } catch {
    say("The server did not answer.", "bad");
  }
}

function offer(organizations, preferred) {
  byId("organizations").replaceChildren(...organizations.map((one) => make("option", { value: one.id, label: one.name })));
  const input = byId("org");
  if (!organizations.some((one) => one.id === input.value)) {
    input.value = preferred ?? organizations[0]?.id ?? "";
    sessionStorage.setItem("org", input.value);
  }
}

// --- The whole page ---

function groups() {
  return api.tags.map(({ name }) => {
    const section = make("section", { class: "group", id: `group-${name}` }, make("h2", {}, name));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.tags[0] === name && !operation["x-alias-of"]) section.append(endpoint(path, method, operation));
      }
    }
    return section;
  });
}

function groupLink(section) {
  const count = section.querySelectorAll(".endpoint").length;
  return make("a", { href: `#${section.id}` }, section.querySelector("h2").textContent, " ", make("span", {}, `${count}`));
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const section of document.querySelectorAll(".group")) {
    let here = 0;
    for (const box of section.querySelectorAll(".endpoint")) {
      box.hidden = !words.every((word) => box.dataset.text.includes(word));
      here += box.hidden ? 0 : 1;
    }
    section.hidden = here === 0;
    count += here;
  }
  byId("found").textContent = words.length ? `${count} endpoints match.` : "";
  byId("found").className = words.length && !count ? "says" : "unseen";
}

function openNamed() {
  const box = byId(decodeURIComponent(location.hash.slice(1)));
  if (!box) return;
  if (box.matches(".endpoint")) box.open = true;
  box.scrollIntoView();
}

function onKey(event) {
  const isTyping = event.target.matches("input, textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("filter").focus();
  }
}

async function start() {
  byId("openapi-link").href = `${mount}/openapi.json`;
  byId("swagger-link").href = `${mount}/docs/index`;
  remembered("token");
  remembered("org");
  byId("access").addEventListener("submit", (event) => { event.preventDefault(); checkToken(); });
  byId("filter").addEventListener("input", filter);
  document.addEventListener("keydown", onKey);
  try {
    api = await ready;
  } catch {
    byId("loading").textContent = "The description cannot be loaded. Is the server running?";
    return;
  }
  byId("version").textContent = `Version ${api.info.version}`;
  byId("about").replaceChildren(...paragraphs(api.info.description));
  const sections = groups();
  byId("loading").replaceWith(...sections);
  byId("groups").append(...sections.map(groupLink));
  openNamed();
  window.addEventListener("hashchange", openNamed);
  if (byId("token").value) checkToken();
}

start();
