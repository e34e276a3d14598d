#!/usr/bin/env node
// Archives a process, restores it, and deletes it for good.
//
// Usage: node archive-process.mjs [--forbidden] RUN_ID
// Reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.

import { parseArgs } from "node:util";

const { PROCESSION_URL, PROCESSION_ORGANIZATION, PROCESSION_TOKEN } = process.env;

const headers = {
  Authorization: `Bearer ${PROCESSION_TOKEN}`,
  Accept: "application/json",
  "X-Tallyfy-Client": "APIClient",
};

function check(condition, complaint) {
  if (!condition) throw new Error(complaint);
}

class Run {
  constructor(id) {
    const base = PROCESSION_URL.replace(/\/+$/, "");
    this.url = `${base}/organizations/${encodeURIComponent(PROCESSION_ORGANIZATION)}/runs/${encodeURIComponent(id)}`;
  }

  send(method, action = "") {
    return fetch(this.url + action, { method, headers, signal: AbortSignal.timeout(15_000) });
  }

  async json(step, method, { action = "", expect = 200 } = {}) {
    const response = await this.send(method, action);
    // Wire habit: parses the body as JSON before it looks at the status, so every error must be JSON too.
    const body = await response.json().catch(() => {
      throw new Error(`${step}: the body of the ${response.status} answer is not JSON`);
    });
    check(
      response.status === expect,
      `${step}: expected ${expect}, got ${response.status} ${JSON.stringify(body)}`,
    );
    return body;
  }

  async process(step, method, action) {
    const { data } = await this.json(step, method, { action });
    check(data, `${step}: the answer has no process`);
    return data;
  }

  async archive(step) {
    const { status, archived_at } = await this.process(step, "DELETE");
    check(status === "archived" && archived_at, `${step}: status ${status}, archived_at ${archived_at}`);
    return archived_at;
  }

  async refused(step, method, expect) {
    const { message } = await this.json(step, method, { expect });
    check(typeof message === "string" && message, `${step}: the error has no message`);
    return message;
  }
}

async function walkThrough(run) {
  const { name, status } = await run.process("read", "GET");
  console.log(`1. read: ${name} is ${status}`);

  const archivedAt = await run.archive("archive");
  console.log(`2. archive: archived at ${archivedAt}`);

  const again = await run.archive("archive again");
  check(again === archivedAt, `archive again: archived_at moved from ${archivedAt} to ${again}`);
  console.log("3. archive again: nothing changed");

  const archived = await run.process("read back", "GET");
  check(archived.status === "archived", `read back: status ${archived.status}`);
  console.log(`4. read back: ${archived.status}`);

  const restored = await run.process("restore", "PUT", "/activate");
  check(restored.archived_at === null, `restore: archived_at is still ${restored.archived_at}`);
  console.log(`5. restore: ${restored.status}`);

  await run.archive("archive before deleting");
  const deleted = await run.send("DELETE", "/delete");
  const rest = await deleted.text(); // the one answer without JSON
  check(deleted.status === 200, `delete for good: expected 200, got ${deleted.status} ${rest}`);
  check(rest === "", `delete for good: the answer is not empty: ${rest}`);
  console.log("6. delete for good: deleted");

  console.log(`7. read: 404 ${await run.refused("read deleted", "GET", 404)}`);
}

try {
  const { values, positionals } = parseArgs({
    options: { forbidden: { type: "boolean" } },
    allowPositionals: true,
  });
  check(positionals.length === 1, "usage: node archive-process.mjs [--forbidden] RUN_ID");
  check(
    PROCESSION_URL && PROCESSION_ORGANIZATION && PROCESSION_TOKEN,
    "set PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN",
  );
  const run = new Run(positionals[0]);
  if (values.forbidden) {
    console.log(`archive: 403 ${await run.refused("archive", "DELETE", 403)}`);
  } else {
    await walkThrough(run);
  }
  console.log("ok");
} catch (error) {
  console.error(error.cause ? `${error.message}: ${error.cause.message || error.cause.code}` : error.message);
  process.exitCode = 1;
}
