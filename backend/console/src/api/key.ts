/** The names under which answers are kept: they follow from the interface of the server. */

import type { paths } from "./schema";

/** An address that can be read. */
export type Readable = {
  [P in keyof paths]: paths[P] extends { get: Answering<unknown> } ? P : never;
}[keyof paths];

/** What an address answers. */
export type Answer<P extends Readable> = paths[P] extends { get: Answering<infer A> } ? A : never;

/** What an address is asked with: the parts of its path, and its query. */
export type ParametersOf<P extends Readable> = paths[P] extends { get: { parameters: infer All } }
  ? Pick<All, keyof All & ("path" | "query")>
  : never;

/** The parameters as an argument, which may be left out where the address needs none. */
export type Given<P extends Readable> =
  object extends ParametersOf<P> ? [params?: ParametersOf<P>] : [params: ParametersOf<P>];

/** The key of one answer; without parameters the beginning of the keys of all answers of the address. */
export function queryKey<P extends Readable>(path: P, params?: ParametersOf<P>) {
  return params ? ([path, params] as const) : ([path] as const);
}

/** Whether a change of the case makes an answer old: the case, what else was asked about it, and lists of cases. */
export function isAboutCase(id: string, key: readonly unknown[]): boolean {
  const [path, params] = key as [path: Readable, params?: { path?: { id?: string } }];
  return path === "/api/v1/cases" || (path.startsWith("/api/v1/cases/{id}") && params?.path?.id === id);
}

interface Answering<A> {
  responses: { 200: { content: { "application/json": A } } };
}
