import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";

/** The name of an event of a case, such as 签收; the server's own word unless the language has one. */
export function EventName({ event, zh }: { event: string; zh: string }) {
  const words = useWords(kindWords);
  return <strong>{wordFor(words.event, event, zh)}</strong>;
}
