/** What a request from the field asks for, in one line. */

import { wordFor } from "@/locales/words";
import type { Words } from "@/locales/zh-CN";

/** The particulars of a request as its author wrote them; nothing when its name says everything. */
export function showAsk(ask: unknown, words: Words): string {
  const { type, payload } = ask as { type?: string; payload?: Record<string, unknown> };
  const text = (key: string) => (typeof payload?.[key] === "string" ? (payload[key] as string) : "");
  switch (type) {
    case "adjust":
      return join(wordFor(words.difficulty, text("to")), text("reason"));
    case "extend":
      return join(
        wordFor(words.deadlineKind, text("clock")),
        words.referrals.days(Number(payload?.days)),
        text("why"),
      );
    case "transfer_out":
      return join(wordFor(words.receiver, text("to")), text("why"));
    case "effect":
      return text("seal_no") && words.referrals.seal(text("seal_no"));
    case "confirm":
      return text("court");
    case "danger":
      return text("what");
    default:
      return "";
  }
}

function join(...parts: string[]): string {
  return parts.filter(Boolean).join(" · ");
}
