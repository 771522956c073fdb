/** One act of the life of the case, as the form of its own. */

import type { ActName, DeskAct, Says } from "@/api/act";
import { ActForm, type ActFormProps } from "./ActForm";

const acts = "/api/v1/cases/{id}/acts";

export interface DeskFormProps<A extends ActName, F extends object>
  extends Omit<ActFormProps<typeof acts, F>, "path" | "params" | "body"> {
  act: A;
  /** What the act says, of what was filled in; nothing for an act that needs no more than to be done. */
  says: (fields: F) => Says<A>;
}

export function DeskForm<A extends ActName, F extends object>({ act, says, ...form }: DeskFormProps<A, F>) {
  return (
    <ActForm<typeof acts, F> {...form} path={acts} body={(fields) => ({ act: said(act, says(fields)) })} />
  );
}

/** That what is said belongs to the act is held by the types of the properties. */
function said<A extends ActName>(act: A, says: Says<A>): DeskAct {
  return (says === undefined ? act : { [act]: says }) as DeskAct;
}
