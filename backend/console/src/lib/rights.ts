/** Which forms a role is shown. Only a courtesy: the server decides on every request. */

import type { CaseSummary } from "@/api/model";

const ruling = new Set(["supervisor", "dispatcher", "judicial_office"]);
const closing = new Set(["supervisor", "dispatcher", "judicial_office"]);

export function mayRule(role: string): boolean {
  return ruling.has(role);
}

/** Whether anything can still be decided about the case. */
export function isOpen({ status }: CaseSummary): boolean {
  return status !== "closed" && status !== "archived";
}

export function mayClose(role: string, { status }: CaseSummary): boolean {
  return closing.has(role) && (status === "pending_close" || status === "close_disputed");
}
