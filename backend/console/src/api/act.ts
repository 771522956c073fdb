/** What desks decide about a case. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import { isAboutCase } from "./key";
import type { CaseDetail } from "./model";
import { unwrap } from "./problem";
import type { paths } from "./schema";

/** The address of an act. */
export type ActPath = Extract<keyof paths, `/api/v1/cases/{id}/${string}`>;

/** What an act is sent with. */
export type ActBody<P extends ActPath> = paths[P] extends {
  post: { requestBody: { content: { "application/json": infer B } } };
}
  ? B
  : never;

/** What desks decide of the life of a case: an act with what it says, or the name of one that says no more. */
export type DeskAct = ActBody<"/api/v1/cases/{id}/acts">["act"];

type NameOf<D> = D extends string ? D : keyof D & string;

/** The name of such an act. */
export type ActName = NameOf<DeskAct>;

type SaidBy<A extends ActName, D> = D extends Record<A, infer W> ? W : never;

/** What an act says; nothing if its name says it all. */
export type Says<A extends ActName> = [SaidBy<A, DeskAct>] extends [never] ? undefined : SaidBy<A, DeskAct>;

type ActParams<P extends ActPath> = paths[P] extends { post: { parameters: { path: infer T } } } ? T : never;

/** Sends one act; the server's rules say whether it is done. */
export function useAct<P extends ActPath>(path: P, params: ActParams<P> & { id: string }) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: ActBody<P>) => {
      // The client cannot follow a path that is a type parameter; body and parameters are checked
      // by the types above.
      const post = api.POST as unknown as (path: P, init: object) => Promise<{ response: Response }>;
      return unwrap(await post(path, { params: { path: params }, body }));
    },
    // A refusal may mean that the case has moved on: what is shown is fetched anew either way.
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => isAboutCase(params.id, queryKey) }),
  });
}

/** The version of the facts that a decision is made on; the server refuses a decision made on an old one. */
export function baseVersion(detail: CaseDetail): number {
  return detail.summary.version;
}
