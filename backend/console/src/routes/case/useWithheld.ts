/** What stands in place of a part that its reader may not see: an empty part says that nothing stands there. */

import type { CaseDetail } from "@/api/model";
import { useWords } from "@/locales/words";
import { caseWords } from "./words";

/** Tells of a class of fields that it is withheld and why; otherwise what is said of an empty part. */
export function useWithheld({ withheld }: CaseDetail) {
  const { withheld: words } = useWords(caseWords);
  return (kind: string, otherwise?: string): string | undefined => {
    const found = withheld.find((one) => one.class === kind);
    return found ? words(found.why_zh) : otherwise;
  };
}
