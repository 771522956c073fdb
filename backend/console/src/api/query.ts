/** Questions to the server. An answer is kept under its question: the address and what it was asked with. */

import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { type Answer, type Given, type ParametersOf, queryKey, type Readable } from "./key";
import { unwrap } from "./problem";

/** What `useQuery` asks an address: how to read it, and the key under which the answer is kept. */
export function query<P extends Readable>(path: P, ...[params]: Given<P>) {
  return queryOptions({
    queryKey: queryKey(path, params),
    queryFn: ({ signal }) => read(path, params, signal),
  });
}

/** Reads an address once. Throws a `ProblemError` when the server refuses or cannot be reached. */
export async function read<P extends Readable>(
  path: P,
  params: ParametersOf<P> | undefined,
  signal: AbortSignal,
): Promise<Answer<P>> {
  // The client cannot follow a path that is a type parameter; parameters and answer are checked by
  // the types above.
  const get = api.GET as unknown as (
    path: P,
    init: object,
  ) => Promise<{ data: Answer<P>; response: Response }>;
  return unwrap(await get(path, { params: params ?? {}, signal }));
}
