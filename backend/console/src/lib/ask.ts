/** What a request from the field asks for, in one line. */

import { codeWords } from "@/locales/codes";
import { dictionary, type Language } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { wordFor } from "@/locales/words";

const askWords = dictionary({
  "zh-CN": {
    days: (count: number): string => `延 ${count} 天`,
    seal: (no: string): string => `用印编号 ${no}`,
  },
  en: {
    days: (count) => `by ${count} days`,
    seal: (no) => `seal no. ${no}`,
  },
});

/** The particulars of a request as its author wrote them; nothing when its name says everything, or when they may not
 * be seen. */
export function showAsk(ask: unknown, language: Language): string {
  const { difficulty, receiver } = codeWords[language];
  const { deadlineKind, recusalGround, seisedBody } = kindWords[language];
  const words = askWords[language];
  const { type, payload } = (ask ?? {}) as { type?: string; payload?: Record<string, unknown> };
  const text = (key: string) => (typeof payload?.[key] === "string" ? (payload[key] as string) : "");
  switch (type) {
    case "adjust":
      return join(wordFor(difficulty, text("to")), text("reason"));
    case "extend":
      return join(wordFor(deadlineKind, text("clock")), words.days(Number(payload?.days)), text("why"));
    case "transfer_out":
      return join(wordFor(receiver, text("to")), text("why"));
    case "effect":
      return join(text("seal_no") && words.seal(text("seal_no")), text("effective_on"));
    case "confirm":
      return text("court");
    case "note_seised":
      return join(
        wordFor(seisedBody, text("body")),
        text("body_name"),
        text("docket_no"),
        text("accepted_on"),
      );
    case "end_seised":
      return join(text("body_name"), text("docket_no"), text("ended_on"), text("why"));
    case "recuse":
      return join(wordFor(recusalGround, text("ground")), text("why"));
    case "reclassify":
      return join(text("situation"), text("why"));
    case "check_joint":
      return text("result");
    case "danger":
    case "report_violence":
      return text("what");
    default:
      return "";
  }
}

function join(...parts: string[]): string {
  return parts.filter(Boolean).join(" · ");
}
