/** The names under which answers are kept. They follow from the server's interface; no list of them is kept by hand. */

import type { paths } from "./schema";

/** An address that can be read. */
export type Readable = {
  [P in keyof paths]: paths[P] extends { get: Answering<unknown> } ? P : never;
}[keyof paths];

/** What an address answers. */
export type Answer<P extends Readable> = paths[P] extends { get: Answering<infer A> } ? A : never;

/** What an address is asked with: the parts of its path, and its query. */
export type Parameters<P extends Readable> = paths[P] extends { get: { parameters: infer All } }
  ? Pick<All, keyof All & ("path" | "query")>
  : never;

/** The parameters as an argument, which may be left out where the address needs none. */
export type Given<P extends Readable> =
  object extends Parameters<P> ? [params?: Parameters<P>] : [params: Parameters<P>];

/** The key of one answer; without parameters the beginning of the keys of all answers of the address. */
export function queryKey<P extends Readable>(path: P, params?: Parameters<P>) {
  return params ? ([path, params] as const) : ([path] as const);
}

/** Whether an answer is old when a case has changed: the case, what else was asked about it, and every list of cases. */
export function tellsOfCase(id: string, key: readonly unknown[]): boolean {
  const [path, params] = key as [path: Readable, params?: { path?: { id?: string } }];
  return path === "/api/v1/cases" || (path.startsWith("/api/v1/cases/{id}") && params?.path?.id === id);
}

interface Answering<A> {
  responses: { 200: { content: { "application/json": A } } };
}
