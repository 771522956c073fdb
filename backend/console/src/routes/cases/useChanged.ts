import { useEffect, useRef, useState } from "react";
import type { CaseSummary } from "@/api/model";

/** As long as the fading of `.case-changed`. */
const SHOWN_MS = 4_000;

/** The cases that changed while they stood in the list, for as long as that is worth pointing out. */
export function useChanged(items: CaseSummary[]): ReadonlySet<string> {
  const versions = useRef(new Map<string, number>());
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const fresh = items.filter(({ id, version }) => (versions.current.get(id) ?? version) < version);
    for (const { id, version } of items) versions.current.set(id, version);
    if (fresh.length > 0) setChanged(new Set(fresh.map(({ id }) => id)));
  }, [items]);

  useEffect(() => {
    if (changed.size === 0) return;
    const timer = setTimeout(() => setChanged(new Set()), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [changed]);

  return changed;
}
