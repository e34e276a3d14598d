// Launches, completes and archives with types that were generated from the description.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Process = components["schemas"]["ProcessOut"];
type Task = components["schemas"]["TaskOut"];

declare const process: { argv: string[] };
const [base, token, org, template] = process.argv.slice(2) as [string, string, string, string];
const client = createClient<paths>({
  baseUrl: base,
  headers: { Authorization: `Bearer ${token}` },
});

// What an answer holds, or its error told by its typed message.
function held<T>(answer: { data?: { data: T }; error?: { message: string } }): T {
  if (answer.data === undefined) throw new Error(answer.error?.message ?? "empty");
  return answer.data.data;
}

function check(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

const launched: Process = held(
  await client.POST("/organizations/{org}/runs", {
    params: { path: { org }, query: { with: ["tasks", "permissions"] } },
    body: { checklist_id: template, name: "Ann joins" },
  }),
);
check(launched.name === "Ann joins" && launched.status === "active", "launched");
const canArchive: boolean | undefined = launched.permissions?.data.can.archive;
check(canArchive === true, "permissions");
const task: Task | undefined = launched.tasks?.data[0];
if (task === undefined) throw new Error("no task");
const [assignee]: number[] = task.owners.users;
check(assignee !== undefined, "assignees");

const completed: Task = held(
  await client.POST("/organizations/{org}/completed-tasks", {
    params: { path: { org } },
    body: { task_id: task.id },
  }),
);
check(completed.status === "completed", "completed");

const run = launched.id;
// With its family the answer may be an operation; alone it is the process.
const archived = held<Process | components["schemas"]["OperationOut"]>(
  await client.DELETE("/organizations/{org}/runs/{run}", { params: { path: { org, run } } }),
);
check("archived_at" in archived && archived.archived_at !== null, "archived");

const listed = await client.GET("/organizations/{org}/runs", {
  params: { path: { org }, query: { archived: "only", per_page: 5 } },
});
const total: number | undefined = listed.data?.meta.pagination.total;
check(total === 1 && held(listed)[0]?.id === run, "listed");

const refused = await client.GET("/organizations/{org}/runs/{run}", {
  params: { path: { org, run: "0".repeat(32) } },
});
const said: string | undefined = refused.error?.message;
check(said !== undefined && refused.response.status === 404, "refused");
console.log("ok");
