/** Which variant of a disagreement is meant, whatever place it stands at. */

import type { CaseDetail } from "@/api/model";

type Conflict = CaseDetail["conflicts"][number];

/**
 * A key for each variant, in their order: the same only for the same words of the same author. Of a passage the rest is
 * not seen here, so that its key lasts only until the disagreement grows.
 */
export function variantKeys({ variants, grown }: Pick<Conflict, "variants" | "grown">): string[] {
  const times = new Map<string, number>();
  return variants.map(({ author_name, is_merged, is_excerpt, text }) => {
    const key = JSON.stringify([author_name ?? null, is_merged, is_excerpt ? grown : null, text]);
    const nth = (times.get(key) ?? 0) + 1;
    times.set(key, nth);
    return `${key} ${nth}`;
  });
}
