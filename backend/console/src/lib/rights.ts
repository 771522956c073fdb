/** Which forms a role is shown. Only a courtesy: the server decides on every request. */

import type { CaseSummary, CurrentUser } from "@/api/model";

type Role = CurrentUser["role"];

const ruling = new Set<Role>(["supervisor", "dispatcher", "judicial_office"]);
const closing = new Set<Role>(["supervisor", "dispatcher", "judicial_office"]);

export function mayRule(role: Role): boolean {
  return ruling.has(role);
}

export function mayClose(role: Role, { status }: CaseSummary): boolean {
  return closing.has(role) && status === "pending_close";
}

export function mayDispatch(role: Role, { status }: CaseSummary): boolean {
  return role === "dispatcher" && (status === "pending_dispatch" || status === "registered");
}
