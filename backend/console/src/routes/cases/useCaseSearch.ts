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
    without_lead: params.get("without_lead") === "true" || undefined,
    after: params.get("after") || undefined,
  };

  function show(next: CaseFilter, trace: Trace = {}) {
    const given = Object.entries(next).filter(([, value]) => Boolean(value));
    const entries = given.map(([key, value]): [string, string] => [key, String(value)]);
    setParams(new URLSearchParams(entries), { state: trace });
  }

  return {
    filter,
    isFiltered: Boolean(filter.status || filter.q || filter.without_lead),
    setStatus: (next: string | undefined) => show({ ...filter, status: next, after: undefined }),
    setWithoutLead: (on: boolean) => show({ ...filter, without_lead: on || undefined, after: undefined }),
    setText: (q: string) => show({ ...filter, q: q.trim(), after: undefined }),
    clear: () => show({}),
    hasPrevious: Boolean(filter.after),
    toNext: (after: string) => show({ ...filter, after }, { before: [...before, filter.after ?? ""] }),
    toPrevious: () => show({ ...filter, after: before.at(-1) }, { before: before.slice(0, -1) }),
  };
}
