import { Section } from "@/components/Section";
import { showMinute } from "@/lib/time";
import { useWords, wordFor } from "@/locales/words";
import type { Facts } from "../model";

/** How earlier rounds of the case ended. */
export function RoundsSection({ facts: { past } }: { facts: Facts }) {
  const words = useWords();
  if (past.length === 0) return null;
  return (
    <Section title={words.rounds.title}>
      <ul className="plain rail-list">
        {past.map(({ outcome, closed_at, reopened_at, agreed }, i) => (
          <li key={closed_at} className="row">
            <strong>{words.rounds.nth(i + 1)}</strong>
            <span>{wordFor(words.closeKind, outcome)}</span>
            <span className="soft small figures">
              {words.rounds.span(showMinute(closed_at), showMinute(reopened_at))}
            </span>
            {agreed && <span className="soft small">{words.rounds.agreed}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
