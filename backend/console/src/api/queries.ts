/** What the pages ask for, and what they change: one hook each. */

import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api } from "./client";
import { keys } from "./keys";
import { useLive } from "./live";
import type { CaseDetail, Duty, OpenDanger, Quarantined, QuarantinePage } from "./model";
import { unwrap } from "./problem";
import type { paths } from "./schema";

export interface CaseFilter {
  status?: string | undefined;
  q?: string | undefined;
  without_lead?: boolean | undefined;
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

/** What desks decide about a case. */
export type ActPath = Extract<keyof paths, `/api/v1/cases/{id}/${string}`>;
type ActParams<P extends ActPath> = paths[P] extends { post: { parameters: { path: infer T } } } ? T : never;
export type ActBody<P extends ActPath> = Body<P>;

/** Sends one act; the server's rules say whether it is done. */
export function useAct<P extends ActPath>(path: P, params: ActParams<P> & { id: string }) {
  return useCaseChange(params.id, async (body: ActBody<P>) => {
    // The client cannot follow a path that is a type parameter; body and parameters are checked by the types above.
    const post = api.POST as unknown as (path: P, init: object) => Promise<{ response: Response }>;
    return unwrap(await post(path, { params: { path: params }, body }));
  });
}

/** Who could be put on a case of a region, for what. */
export function usePeople(duty: Duty, region: string) {
  return useQuery({
    queryKey: keys.people(duty, region),
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/api/v1/people", { params: { query: { duty, region } }, signal })),
  });
}

/** What phones sent and could not be taken in, page by page. */
export function useQuarantine() {
  const poll = usePolling();
  return useInfiniteQuery({
    queryKey: keys.quarantine,
    refetchInterval: poll,
    initialPageParam: "",
    getNextPageParam: ({ next }: QuarantinePage) => next,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await api.GET("/api/v1/quarantine", {
          params: { query: { ...(pageParam && { after: pageParam }), limit: PAGE_SIZE } },
          signal,
        }),
      ),
  });
}

/** What a change in quarantine says in words; read when somebody wants it, for reading leaves a line in the audit log. */
export function useQuarantined({ case_id, hash }: Pick<Quarantined, "case_id" | "hash">) {
  return useQuery({
    queryKey: keys.quarantined(case_id, hash),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET("/api/v1/quarantine/{case_id}/{hash}", { params: { path: { case_id, hash } }, signal }),
      ),
  });
}

/** Dangers of which nobody has told the police; asked only for those who may read them. */
export function useOpenDangers(enabled: boolean) {
  return useQuery({
    queryKey: keys.dangers,
    enabled,
    // No event tells of what is deposited.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/quarantine/dangers", { signal })),
  });
}

/** Says that the police were called about a danger. */
export function useAnswerDanger({ case_id, hash }: OpenDanger) {
  const queries = useQueryClient();
  const path = { case_id, hash };
  return useMutation({
    mutationFn: async () =>
      unwrap(await api.POST("/api/v1/quarantine/{case_id}/{hash}/answer-danger", { params: { path } })),
    onSettled: () =>
      Promise.all([keys.dangers, keys.quarantine].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

/** How much each channel is owed; asked only for those who may read it. */
export function useBacklog(enabled: boolean) {
  return useQuery({
    queryKey: keys.backlog,
    enabled,
    // No event tells of what does not arrive.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/outbox/backlog", { signal })),
  });
}

/** Cases that somebody who looks after the server must see to; asked only for those who may read the list. */
export function useTroubledCases(enabled: boolean) {
  return useQuery({
    queryKey: keys.troubled,
    enabled,
    // No event tells of what does not happen.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/troubled-cases", { signal })),
  });
}

/** Cases of which two states are at hand after a restore. */
export function useRecoveryClaims() {
  return useQuery({
    queryKey: keys.recovery,
    // No event tells of what phones prove.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/recovery-claims", { signal })),
  });
}

/** When the last backup was reported, what is in none, and what is missing after a restore. */
export function useBackup() {
  return useQuery({
    queryKey: keys.backup,
    // No event tells of what phones keep.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/backup", { signal })),
  });
}

/** The versions of a disagreement whole, once they are wanted. */
export function useConflictVersions(id: string, conflict: string, wanted: boolean) {
  return useQuery({
    queryKey: keys.versions(id, conflict),
    enabled: wanted,
    queryFn: async ({ signal }) => {
      const path = { id, conflict_id: conflict };
      return unwrap(
        await api.GET("/api/v1/cases/{id}/conflicts/{conflict_id}/versions", { params: { path }, signal }),
      );
    },
  });
}

/** What is owed to the channels. */
export function useOutbox() {
  return useQuery({
    queryKey: keys.outbox,
    // No event tells of deliveries.
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => unwrap(await api.GET("/api/v1/outbox", { signal })),
  });
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
