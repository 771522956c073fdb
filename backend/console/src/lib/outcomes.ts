/** What the lead asked for: the ends of a case that a desk can choose between. */

import type { RequestView } from "@/api/model";

export interface Asked {
  outcome: string;
  /** What the source channel would be told. */
  feedback: string;
}

/** Every outcome that was asked for and not refused, once each, the latest first. */
export function askedOutcomes(requests: RequestView[]): Asked[] {
  const asked = requests.filter(({ ruling }) => ruling !== "refused").flatMap(({ ask }) => read(ask) ?? []);
  const latest = new Map(asked.map((one) => [one.outcome, one]));
  return [...latest.values()].reverse();
}

function read(ask: unknown): Asked | undefined {
  const { type, payload } = ask as { type?: string; payload?: Record<string, unknown> };
  if (type === "ask_close" && typeof payload?.outcome === "string") {
    return { outcome: payload.outcome, feedback: String(payload.feedback ?? "") };
  }
  if (type === "settle_on_scene")
    return { outcome: "on_scene_settled", feedback: String(payload?.result ?? "") };
  return undefined;
}
