/** What the parties of a case are called: by their masked names, never more. */

import type { Party } from "@/api/model";

/** The masked name of a party by its id. */
export type PartyNames = (id: string) => string;

export function partyNames(parties: Party[]): PartyNames {
  const names = new Map(parties.map(({ id, name_masked }) => [id, name_masked]));
  return (id) => names.get(id) ?? "—";
}
