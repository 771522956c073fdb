/** What the list shows, kept in the address so that it can be reloaded, sent to a colleague and come back to. */

import { useLocation, useSearchParams } from "react-router";
import type { CaseFilter } from "@/api/queries";

/** Where the pages before this one began; kept with the entry in the browser's history. */
interface Trace {
  before?: string[];
}

export function useCaseSearch() {
  const [params, setParams] = useSearchParams();
  const before = (useLocation().state as Trace | null)?.before ?? [];
  const filter: CaseFilter = {
    status: params.get("status") || undefined,
    q: params.get("q") || undefined,
    after: params.get("after") || undefined,
  };

  function show(next: CaseFilter, trace: Trace = {}) {
    const entries = Object.entries(next).filter((entry): entry is [string, string] => Boolean(entry[1]));
    setParams(new URLSearchParams(entries), { state: trace });
  }

  return {
    filter,
    isFiltered: Boolean(filter.status || filter.q),
    setStatus: (next: string | undefined) => show({ ...filter, status: next, after: undefined }),
    setText: (q: string) => show({ ...filter, q: q.trim(), after: undefined }),
    clear: () => show({}),
    hasPrevious: Boolean(filter.after),
    toNext: (after: string) => show({ ...filter, after }, { before: [...before, filter.after ?? ""] }),
    toPrevious: () => show({ ...filter, after: before.at(-1) }, { before: before.slice(0, -1) }),
  };
}
