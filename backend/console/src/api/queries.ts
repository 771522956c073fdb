/** What several pages ask for. What one page asks for stands in its own folder. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ParametersOf } from "./key";
import { POLL_MS, usePolling } from "./live";
import { query } from "./query";

/** How many entries a page of a list holds. */
export const PAGE_SIZE = 20;

/** What a list of cases is narrowed to; what is empty does not narrow it. */
export type CaseFilter = {
  [K in keyof Omit<CaseQuery, "limit">]?: CaseQuery[K] | undefined;
};
type CaseQuery = NonNullable<ParametersOf<"/api/v1/cases">["query"]>;

export function useCases(filter: CaseFilter) {
  return useQuery({
    ...query("/api/v1/cases", { query: { ...present(filter), limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  });
}

/** Dangers of which nobody has told the police; asked only for those who may read them. */
export function useOpenDangers(enabled: boolean) {
  // No event tells of what is deposited.
  return useQuery({ ...query("/api/v1/quarantine/dangers"), enabled, refetchInterval: POLL_MS });
}

/** Dangers about which somebody here is to call the police; asked only for those who may read them. */
export function useDangerCalls(enabled: boolean) {
  // An event tells of one that waits, none of one that is done with.
  return useQuery({ ...query("/api/v1/danger-calls"), enabled, refetchInterval: POLL_MS });
}

/** How much each channel is owed; asked only for those who may read it. */
export function useBacklog(enabled: boolean) {
  // No event tells of what does not arrive.
  return useQuery({ ...query("/api/v1/outbox/backlog"), enabled, refetchInterval: POLL_MS });
}

/** Cases that somebody who looks after the server must see to; asked only for those who may read the list. */
export function useTroubledCases(enabled: boolean) {
  // No event tells of what does not happen.
  return useQuery({ ...query("/api/v1/troubled-cases"), enabled, refetchInterval: POLL_MS });
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends object>(filter: T): Present<T> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as Present<T>;
}
