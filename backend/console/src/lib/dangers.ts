/** The dangers that hold a case, one by one. */

import type { CaseDetail, RequestView } from "@/api/model";

/**
 * The words of every danger that holds the case, the newest first. The server names them below each other, the oldest
 * first; where one takes several lines, the request that reported it says so.
 */
export function openDangers({ facts, requests }: Pick<CaseDetail, "facts" | "requests">): string[] {
  const reported = requests.flatMap(read).toSorted((a, b) => b.length - a.length);
  const dangers: string[] = [];
  for (let rest = facts.hold?.what; rest !== undefined; ) {
    const text = firstOf(rest, reported);
    dangers.unshift(text);
    rest = text.length < rest.length ? rest.slice(text.length + 1) : undefined;
  }
  return dangers;
}

/** The first danger of those that stand below each other. */
function firstOf(text: string, reported: string[]): string {
  const whole = reported.find((one) => text === one || text.startsWith(`${one}\n`));
  return whole ?? text.split("\n", 1)[0] ?? text;
}

function read({ ask }: RequestView): string[] {
  const { type, payload } = ask as { type?: string; payload?: Record<string, unknown> };
  return type === "danger" && typeof payload?.what === "string" && payload.what ? [payload.what] : [];
}
