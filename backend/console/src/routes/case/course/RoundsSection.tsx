import { ListSection } from "@/components/ListSection";
import { showMinute } from "@/lib/time";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import type { Facts } from "../model";
import { courseWords } from "./words";

/** How earlier rounds of the case ended. */
export function RoundsSection({ facts: { past } }: { facts: Facts }) {
  const { rounds: words } = useWords(courseWords);
  const { closeKind } = useWords(kindWords);
  return (
    <ListSection title={words.title} className="rail-list">
      {past.map(({ outcome, closed_at, reopened_at, agreed }, i) => (
        <li key={closed_at} className="row">
          <strong>{words.nth(i + 1)}</strong>
          <span>{wordFor(closeKind, outcome)}</span>
          <span className="soft small figures">
            {words.span(showMinute(closed_at), showMinute(reopened_at))}
          </span>
          {agreed && <span className="soft small">{words.agreed}</span>}
        </li>
      ))}
    </ListSection>
  );
}
