/** What the person may do, as the server says: by its rules for this case, and by the role for whole operations. */

import type { CaseDetail, CaseSummary, CurrentUser, Operation } from "@/api/model";

/** Whether the person may decide an event of the life cycle, such as `E03`, on the case as it stands. */
export function may({ acts }: Pick<CaseDetail, "acts">, event: string): boolean {
  return acts.includes(event);
}

/** Whether the role is let through to an operation at all. */
export function mayCall(user: CurrentUser | undefined, operation: Operation): boolean {
  return user?.may.includes(operation) ?? false;
}

/** Whether the dossier was filed: nothing is decided about it any more. */
export function isArchived({ status }: CaseSummary): boolean {
  return status === "archived";
}
