/** What the pages ask for, and what they change: one hook each. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import { keys } from "./keys";
import { useLive } from "./live";
import type { CaseDetail } from "./model";
import { unwrap } from "./problem";
import type { paths } from "./schema";

export interface CaseFilter {
  status?: string | undefined;
  q?: string | undefined;
  after?: string | undefined;
}

const PAGE_SIZE = 20;
/** While the live line is down the pages ask by themselves. */
const POLL_MS = 20_000;

export function useCases(filter: CaseFilter) {
  const poll = usePolling();
  return useQuery({
    queryKey: [...keys.cases, filter],
    placeholderData: keepPreviousData,
    refetchInterval: poll,
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET("/api/v1/cases", {
          params: { query: { ...present(filter), limit: PAGE_SIZE } },
          signal,
        }),
      ),
  });
}

export function useCase(id: string) {
  const poll = usePolling();
  return useQuery({
    queryKey: keys.case(id),
    refetchInterval: poll,
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/api/v1/cases/{id}", { params: { path: { id } }, signal })),
  });
}

type RulingBody = Body<"/api/v1/cases/{id}/conflicts/{conflict_id}/ruling">;

export function useRuleConflict(id: string, conflictId: string) {
  const path = { id, conflict_id: conflictId };
  return useCaseChange(id, async (body: RulingBody) =>
    unwrap(await api.POST("/api/v1/cases/{id}/conflicts/{conflict_id}/ruling", { params: { path }, body })),
  );
}

export function useCloseCase(id: string) {
  return useCaseChange(id, async (body: Body<"/api/v1/cases/{id}/close">) =>
    unwrap(await api.POST("/api/v1/cases/{id}/close", { params: { path: { id } }, body })),
  );
}

/** The version of the facts that a decision is made on; the server refuses a decision made on an old one. */
export function baseVersion(detail: CaseDetail): number {
  return detail.summary.version;
}

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { "application/json": infer B } } };
}
  ? B
  : never;

function useCaseChange<B>(id: string, send: (body: B) => Promise<unknown>) {
  const queries = useQueryClient();
  // A refusal may mean that the case has moved on: what is shown is fetched anew either way.
  const refetch = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.case(id) }),
      queries.invalidateQueries({ queryKey: keys.cases }),
    ]);
  return useMutation({ mutationFn: send, onSettled: refetch });
}

function usePolling(): number | false {
  return useLive() === "live" ? false : POLL_MS;
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends object>(filter: T): Present<T> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as Present<T>;
}
