/** The live line: server-sent events that say which case has changed, and whether the line stands. */

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { fetchSigned } from "./client";
import { isAboutCase, queryKey } from "./key";
import { follow, type LineState } from "./line";

const Live = createContext<LineState>("connecting");

/** Whether changes arrive by themselves at the moment. */
export function useLive(): LineState {
  return useContext(Live);
}

/** How often a page asks for what no event tells of. */
export const POLL_MS = 20_000;

/** How often a page asks by itself for what events tell of: only while the line is down. */
export function usePolling(): number | false {
  return useLive() === "live" ? false : POLL_MS;
}

/** Keeps the line open while its children are shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LineState>("connecting");
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);

  useEffect(() => {
    // A cut cable leaves a stream open that nothing will ever come out of; the browser knows first.
    if (!online) return setState("lost");
    const stop = new AbortController();
    void follow({
      signal: stop.signal,
      open: (signal) =>
        fetchSigned(new Request("/api/v1/events", { headers: { accept: "text/event-stream" }, signal })),
      onState: setState,
      // Whatever happened while the line was down is not repeated on it.
      onGap: () => void queries.invalidateQueries(),
      onCase: (id) =>
        void queries.invalidateQueries({ predicate: ({ queryKey }) => isAboutCase(id, queryKey) }),
      onCall: () => void queries.invalidateQueries({ queryKey: queryKey("/api/v1/danger-calls") }),
    });
    return () => stop.abort();
  }, [queries, online]);

  return <Live value={state}>{children}</Live>;
}

function subscribeOnline(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
