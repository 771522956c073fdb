/** Which forms a role is shown. Only a courtesy: the server decides on every request. */

import type { CaseSummary } from "@/api/model";

const ruling = new Set(["supervisor", "dispatcher", "judicial_office"]);
const closing = new Set(["supervisor", "dispatcher", "judicial_office"]);

export function mayRule(role: string): boolean {
  return ruling.has(role);
}

/** Whether the dossier was filed: nothing is decided about it any more. */
export function isArchived({ status }: CaseSummary): boolean {
  return status === "archived";
}

export function mayClose(role: string, { status }: CaseSummary): boolean {
  return closing.has(role) && (status === "pending_close" || status === "close_disputed");
}
